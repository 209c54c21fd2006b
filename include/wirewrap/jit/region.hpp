// A region: the code of one page that near branches, jumps, calls and falling through reach from a head, cut into blocks.
//
//     const Region region = find_region(page, base_of_page, head);
//
//         head ─> ┌ b0 ┐ ─falls─> ┌ b1 ┐ ──branch──┐       A block starts at the target of a jump, behind a branch,
//                 └────┘          └────┘           │       behind a call. Who enters it pays for its instructions.
//                   ^─────────── near jump ────────┘
//
// What leads out of the page, or was left out because the region is large enough, leaves the region. So does what is
// translated often enough already: an instruction belongs to two regions at most, say those of a function and of who calls it.
// Without a bound a page of n blocks would be translated n times, whole.
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <wirewrap/cpu/riscv/code_page.hpp>

namespace wirewrap::jit {

using riscv::Op;

/// One instruction of a region and what its translation has to know.
struct Step {
    std::uint16_t index = 0;   // halfword in the page
    std::uint16_t next = 0;    // halfword behind it; may lie outside the page
    std::int32_t target = -1;  // halfword of a branch or jump inside the page; -1: none
    riscv::Instruction code{};
    Op op = Op::illegal_4;      // what it does: its meaning
    std::uint8_t depth = 0;     // loops around it
    bool head = false;          // may be jumped to
    bool begins_block = false;  // pays for `charge` instructions
    bool return_point = false;  // behind a call
    bool looped_to = false;     // target of a jump backwards
    bool covered = false;       // its address register is known to point into RAM
    bool relied_on = false;     // a later instruction is covered by its check
    bool word = false;          // rs1 is known to hold a word of 32 bits, with its sign
    std::uint16_t charge = 0;   // instructions of its block, if it begins one
    std::uint16_t unpaid = 0;   // instructions from here to the end of the block
};

using Steps = std::vector<Step>;

/// The four-byte form of an operation, near forms as far ones: what it does, without how it is encoded.
constexpr Op meaning(Op op) {
    switch (op) {
#define WIREWRAP_ONE(name)
#define WIREWRAP_TWO(name)                                                                                   \
    case Op::name##_2: return Op::name##_4;
        WIREWRAP_RISCV_OPERATIONS(WIREWRAP_ONE, WIREWRAP_TWO)
#undef WIREWRAP_ONE
#undef WIREWRAP_TWO
    default: return op;
    }
}

constexpr bool is_load(Op op) { return op >= Op::lb_4 && op <= Op::ld_4; }
constexpr bool is_store(Op op) { return op >= Op::sb_4 && op <= Op::sd_4; }
/// A trap, or a change of state that may change how code is executed: translated code ends there.
constexpr bool ends_translation(Op op) {
    return op == Op::illegal_4 || (op >= Op::fence_i_4 && op < Op::csrrw_4);
}
/// Atomics, floating point and CSRs, left to the interpreter's own function, after which the translation goes on.
constexpr bool is_interpreted(Op op) { return (op >= Op::lr_w_4 && op < Op::fence_4) || op >= Op::csrrw_4; }

/// Of a page at one address: in how many regions the instruction at each halfword is.
using Copies = std::array<std::uint8_t, riscv::halfwords_per_page>;
inline constexpr std::uint8_t most_copies = 2;
/// From the head of a region to the end of its block: it may lie in the middle of one of others', which cannot be entered there.
inline constexpr std::uint8_t most_copies_of_heads = 8;

namespace detail {

/// At most this many instructions: beyond it the ten host registers would serve code that has little in common.
inline constexpr std::size_t longest_region = 400;

class RegionFinder {
public:
    RegionFinder(const riscv::CodePage& page, std::size_t head, riscv::Extensions has, const Copies* copies)
        : page_(page), has_(has), copies_(copies) {
        reach(head);
        while (!waiting_.empty() && steps_.size() < longest_region) {
            const std::size_t start = waiting_.back();
            waiting_.pop_back();
            walk(start, start == head ? most_copies_of_heads : most_copies);
        }
    }

    Steps take() {
        std::ranges::sort(steps_, {}, &Step::index);
        for (std::size_t i = 0; i != steps_.size(); ++i) {
            Step& step = steps_[i];
            if (step.target >= 0 && !visited_[static_cast<std::size_t>(step.target)]) step.target = -1;
            step.head = heads_[step.index];
            step.return_point = return_points_[step.index];
            step.begins_block = step.head || i == 0 || steps_[i - 1].next != step.index ||
                                ends_block(steps_[i - 1].op);
        }
        // Overlapping instructions: what is fallen into from elsewhere has to be jumped to.
        for (std::size_t i = 0; i != steps_.size(); ++i)
            if ((i + 1 == steps_.size() || steps_[i + 1].index != steps_[i].next) &&
                falls_through(steps_[i].op))
                if (Step* const next = step_at(steps_[i].next)) next->head = next->begins_block = true;
        count();
        find_loops();
        find_covered();
        find_words();
        return std::move(steps_);
    }

private:
    static bool ends_block(Op op) {
        return is_branch(op) || is_jump(op) || is_indirect(op) || ends_translation(op);
    }
    static bool falls_through(Op op) { return !is_jump(op) && !is_indirect(op) && !ends_translation(op); }

    void reach(std::size_t index) {
        if (index >= riscv::halfwords_per_page) return;
        heads_[index] = true;
        if (!visited_[index]) waiting_.push_back(index);
    }

    void walk(std::size_t index, std::uint8_t most) {
        while (index < riscv::halfwords_per_page && !visited_[index] && steps_.size() < longest_region) {
            if (page_.absent[index] || (copies_ != nullptr && (*copies_)[index] >= most)) return;
            const std::uint16_t first = page_.halfword(index);
            const bool wide = riscv::is_wide(first);
            if (wide && (index + 1 == riscv::halfwords_per_page || page_.absent[index + 1])) return;
            Step step;
            step.index = static_cast<std::uint16_t>(index);
            step.next = static_cast<std::uint16_t>(index + (wide ? 2 : 1));
            step.code = wide ? riscv::decode(first | std::uint32_t{page_.halfword(index + 1)} << 16, has_)
                             : riscv::decode_compressed(first, has_);
            const Op op = step.op = meaning(step.code.op);
            if (ends_block(op)) most = most_copies;
            if (is_branch(op) || is_jump(op)) {
                const std::int32_t target = static_cast<std::int32_t>(index) + step.code.immediate / 2;
                if (target >= 0 && target < static_cast<std::int32_t>(riscv::halfwords_per_page)) {
                    step.target = target;
                    reach(static_cast<std::size_t>(target));
                }
            }
            if (op == Op::jal_far_4 || op == Op::jalr_4) {
                if (step.next < riscv::halfwords_per_page) return_points_[step.next] = true;
                reach(step.next);
            }
            visited_[index] = true;
            steps_.push_back(step);
            if (!falls_through(op)) return;
            index = step.next;
        }
    }

    Step* step_at(std::size_t index) {
        const auto found = std::ranges::lower_bound(steps_, index, {}, &Step::index);
        return found != steps_.end() && found->index == index ? &*found : nullptr;
    }

    void count() {
        std::uint16_t unpaid = 0;
        for (std::size_t i = steps_.size(); i-- != 0;) {
            Step& step = steps_[i];
            const bool last = i + 1 == steps_.size() || steps_[i + 1].begins_block ||
                              steps_[i + 1].index != step.next;
            unpaid = static_cast<std::uint16_t>(last ? 1 : unpaid + 1);
            step.unpaid = unpaid;
            step.charge = step.begins_block ? unpaid : 0;
        }
    }

    /// A jump backwards makes a loop of all that lies between.
    void find_loops() {
        std::vector<int> more(steps_.size() +
                              1);  // loops that begin at a step, less those that ended before it
        for (const Step& from : steps_) {
            if (from.target < 0 || from.target > from.index || from.code.op == Op::jal_far_4) continue;
            Step* const to = step_at(static_cast<std::size_t>(from.target));
            to->looped_to = true;
            ++more[static_cast<std::size_t>(to - steps_.data())];
            --more[static_cast<std::size_t>(&from - steps_.data()) + 1];
        }
        int depth = 0;
        for (std::size_t i = 0; i != steps_.size(); ++i)
            steps_[i].depth = static_cast<std::uint8_t>(std::min(depth += more[i], 4));
    }

    /// An address register that was checked for one access stands for the next one, too.
    void find_covered() {
        std::array<Step*, 32> checked{};
        for (std::size_t i = 0; i != steps_.size(); ++i) {
            Step& step = steps_[i];
            const Op op = step.op;
            if (step.head || (i != 0 && steps_[i - 1].next != step.index)) checked.fill(nullptr);
            if (is_load(op) || is_store(op)) {
                Step*& by = checked[step.code.rs1];
                step.covered = by != nullptr && step.code.rs1 != 0;
                if (step.covered)
                    by->relied_on = true;
                else
                    by = &step;
            }
            if (step.code.rd < 32) checked[step.code.rd] = nullptr;
        }
    }

    void find_words() {
        std::bitset<33> words;
        for (Step& step : steps_) {
            if (step.begins_block) words.reset();
            words[0] = true;
            step.word = words[step.code.rs1];
            if (is_interpreted(step.op)) words.reset();
            if (step.code.rd < 32) words[step.code.rd] = gives_word(step, words);
        }
    }
    static bool gives_word(const Step& step, const std::bitset<33>& words) {
        const riscv::Instruction& code = step.code;
        switch (step.op) {
        case Op::lb_4:
        case Op::lbu_4:
        case Op::lh_4:
        case Op::lhu_4:
        case Op::lw_4:
        case Op::load_immediate_4:
        case Op::addiw_4:
        case Op::slliw_4:
        case Op::srliw_4:
        case Op::sraiw_4:
        case Op::addw_4:
        case Op::subw_4:
        case Op::sllw_4:
        case Op::srlw_4:
        case Op::sraw_4:
        case Op::mulw_4:
        case Op::divw_4:
        case Op::divuw_4:
        case Op::remw_4:
        case Op::remuw_4:
        case Op::slti_4:
        case Op::sltiu_4:
        case Op::slt_4:
        case Op::sltu_4: return true;
        case Op::andi_4: return code.immediate >= 0 || words[code.rs1];
        case Op::ori_4:
        case Op::xori_4: return words[code.rs1];
        case Op::and__4:
        case Op::or__4:
        case Op::xor__4: return words[code.rs1] && words[code.rs2];
        case Op::move_4: return words[code.rs2];
        case Op::srli_4: return code.immediate > 32;
        case Op::srai_4: return code.immediate >= 32 || words[code.rs1];
        default: return false;
        }
    }

    const riscv::CodePage& page_;
    riscv::Extensions has_;
    const Copies* copies_;
    Steps steps_;
    std::vector<std::size_t> waiting_;
    std::bitset<riscv::halfwords_per_page> visited_, heads_, return_points_;
};

}  // namespace detail

/// The region from halfword `head` of a page, in order of addresses; empty when nothing is there, or enough copies.
inline Steps find_region(const riscv::CodePage& page, std::size_t head, riscv::Extensions has = {},
                         const Copies* copies = nullptr) {
    return detail::RegionFinder(page, head, has, copies).take();
}

}  // namespace wirewrap::jit
