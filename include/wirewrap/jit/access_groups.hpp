// Accesses of a block that go through one address register, near each other, while the register keeps its value. On a hart with
// page tables one look at the cache of translations serves them all: as a rule they lie in one page.
//
//     addi sp, sp, -32        look: are sp + 8 and sp + 31 in one page that may be stored to?   host - guest ─> home
//     sd   ra, 24(sp)         *(home + sp + 24)
//     sd   s0, 16(sp)         *(home + sp + 16)
//     sd   s1, 8(sp)          *(home + sp + 8)
//
// Nothing in between can change what the look has found: FENCEs of addresses end a translation, and what the interpreter executes
// by functions of its own ends the groups.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <wirewrap/jit/region.hpp>

namespace wirewrap::jit {

/// Bytes that the load or store moves, as a power of two.
constexpr int width_of(Op op) {
    switch (op) {
    case Op::lb_4:
    case Op::lbu_4:
    case Op::sb_4: return 0;
    case Op::lh_4:
    case Op::lhu_4:
    case Op::sh_4: return 1;
    case Op::lw_4:
    case Op::lwu_4:
    case Op::sw_4: return 2;
    default: return 3;
    }
}

struct AccessGroup {
    std::size_t leader = 0, last = 0;      // steps
    std::int32_t lowest = 0, highest = 0;  // of its first and its last byte, from what the register holds
    std::size_t accesses = 0;
    bool stores = false;  // one of them, which asks for more than a load does
    std::uint8_t home = 0;
};

class AccessGroups {
public:
    /// Where what a look has found is kept until its last access.
    static constexpr std::size_t homes = 3;
    /// Bytes from first to last: the longer, the more often in two pages.
    static constexpr std::int32_t longest = 512;

    AccessGroups() = default;
    explicit AccessGroups(const Steps& steps) : of_(steps.size(), none) {
        for (std::size_t i = 0; i != steps.size(); ++i) {
            const Step& step = steps[i];
            if (step.begins_block) close_all();
            const Op op = step.op;
            if (is_interpreted(op) || ends_translation(op)) close_all();
            if ((is_load(op) || is_store(op)) && step.code.rs1 != 0) join(i, step.code, op);
            if (step.code.rd < open_.size()) open_[step.code.rd] = none;
        }
        settle();
    }

    /// The group of a step; nullptr for those that are looked up alone.
    const AccessGroup* of(std::size_t step) const {
        return of_[step] == none ? nullptr : &groups_[of_[step]];
    }

    /// Whether a group goes on at a step that does not begin it.
    bool goes_on(std::size_t step) const {
        return std::ranges::any_of(groups_, [&](const AccessGroup& group) {
            return group.accesses > 1 && group.leader < step && step <= group.last;
        });
    }

private:
    static constexpr std::uint16_t none = 0xffff;

    void close_all() { open_.fill(none); }

    void join(std::size_t i, const riscv::Instruction& code, Op op) {
        const std::int32_t first = code.immediate, last = first + (1 << width_of(op)) - 1;
        std::uint16_t& open = open_[code.rs1];
        if (open != none) {
            AccessGroup& group = groups_[open];
            const std::int32_t lowest = std::min(group.lowest, first),
                               highest = std::max(group.highest, last);
            if (highest - lowest < longest) {
                group = {group.leader, i, lowest, highest, group.accesses + 1, group.stores || is_store(op)};
                of_[i] = open;
                return;
            }
        }
        open = static_cast<std::uint16_t>(groups_.size());
        of_[i] = open;
        groups_.push_back({i, i, first, last, 1, is_store(op)});
    }

    /// Gives homes to those that are groups indeed, in order of their leaders.
    void settle() {
        std::array<std::size_t, homes> free_from{};  // step
        for (AccessGroup& group : groups_) {
            const auto home = std::ranges::find_if(free_from,
                                                   [&](std::size_t from) { return from <= group.leader; });
            if (group.accesses == 1 || home == free_from.end()) {
                for (std::size_t i = group.leader; i <= group.last; ++i)
                    if (of_[i] != none && &groups_[of_[i]] == &group) of_[i] = none;
                continue;
            }
            group.home = static_cast<std::uint8_t>(home - free_from.begin());
            *home = group.last + 1;
        }
    }

    std::vector<AccessGroup> groups_;
    std::vector<std::uint16_t> of_;  // by step
    std::array<std::uint16_t, 32> open_ = [] {
        std::array<std::uint16_t, 32> all{};
        all.fill(none);
        return all;
    }();  // by address register
};

}  // namespace wirewrap::jit
