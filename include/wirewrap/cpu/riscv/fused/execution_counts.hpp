// How often each instruction was executed, and where branches and jumps went: a policy of the hart that
// counts, for finding hot code. It costs a hart ten times its speed, and harts without it nothing.
//
//     riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, riscv::Counting> hart(bus);
//     hart.run(1'000'000);
//     for (const riscv::Executed& one : hart.regions().counts()) ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include <wirewrap/cpu/riscv/fused/hot_code.hpp>

namespace wirewrap::riscv {

/// An instruction that was decoded, and perhaps executed.
struct Executed {
    struct Successor {
        std::uint64_t address = 0;
        std::uint64_t count = 0;
    };

    std::uint64_t address = 0;
    std::uint32_t bits = 0;  // upper half 0 when compressed
    bool checked = false;    // with PMP looking at loads and stores
    std::uint64_t count = 0;
    std::vector<Successor> successors{};  // of a branch or jump

    Instruction instruction() const {
        return is_wide(static_cast<std::uint16_t>(bits))
                   ? decode(bits)
                   : decode_compressed(static_cast<std::uint16_t>(bits));
    }
};

using ExecutionCounts = std::vector<Executed>;

struct Counting {
    template <class C>
    class State {
    public:
        /// In the order of decoding. Code that was changed is there twice.
        const ExecutionCounts& counts() const { return counts_; }

        void decoded(C& core, CodePage& page, std::size_t first) {
            for (std::size_t i = first; i < halfwords_per_page && page.decoded(i);
                 i += is_wide(page.halfword(i)) ? 2u : 1u) {
                if (page.slots[i].handler == handler_of(core.handlers, Op::region_4)) return;
                const std::int32_t number = number_of(core.pc_of(&page.slots[i]), page, i);
                plain_[static_cast<std::size_t>(number)] = page.plain(i, core.handlers);
                page.begin_region(i, number, core.handlers);
                if (page.slots[i].left == 1) return;
            }
        }
        static void cleared(CodePage&) {}

        Cursor enter(C& core, Cursor at) {
            const auto number = static_cast<std::size_t>(at.slot->immediate);
            Executed& here = counts_[number];
            if (last_ != none) count_successor(counts_[last_], here.address);
            ++here.count;
            last_ = jumps_[number] ? number : none;
            return {core.in_place_of(at.slot, plain_[number]), at.budget + at.slot->left};
        }

    private:
        static constexpr std::size_t none = ~std::size_t{0};

        std::int32_t number_of(std::uint64_t address, const CodePage& page, std::size_t index) {
            std::uint32_t bits = page.halfword(index);
            if (is_wide(page.halfword(index))) bits |= std::uint32_t{page.halfword(index + 1)} << 16;
            for (auto [i, end] = numbers_.equal_range(address); i != end; ++i)
                if (const Executed& known = counts_[i->second];
                    known.bits == bits && known.checked == page.checked)
                    return static_cast<std::int32_t>(i->second);
            numbers_.emplace(address, counts_.size());
            counts_.push_back({.address = address, .bits = bits, .checked = page.checked});
            plain_.emplace_back();
            const Op op = counts_.back().instruction().op;
            jumps_.push_back(is_branch(op) || is_jump(op) || is_indirect(op));
            return static_cast<std::int32_t>(counts_.size() - 1);
        }

        static void count_successor(Executed& from, std::uint64_t to) {
            for (Executed::Successor& known : from.successors)
                if (known.address == to) {
                    ++known.count;
                    return;
                }
            from.successors.push_back({to, 1});
        }

        ExecutionCounts counts_;
        std::vector<Slot> plain_;
        std::vector<bool> jumps_;
        std::unordered_multimap<std::uint64_t, std::size_t> numbers_;
        std::size_t last_ = none;
    };
};

}  // namespace wirewrap::riscv
