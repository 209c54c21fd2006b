// The first instructions of a run that a budget does not reach to its end: a copy that ends there, executed in one stay in the
// loop. Each of them alone would be a stay of its own, and turns end in the middle of a run as a rule.
//
//     page:    | addi left 5 | ld left 4 | add left 3 | sd left 2 | bne left 1 |        3 are left of the budget
//     copy:    | addi left 3 | ld left 2 | add left 1 | page_end |
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/cpu/riscv/code_page.hpp>
#include <wirewrap/cpu/riscv/regions.hpp>

namespace wirewrap::riscv {

class CutRun {
public:
    /// `count` instructions, less than the run has, from a decoded slot of the page. Good until the next one is cut.
    const Slot* of(const CodePage& page, const Slot* slot, std::int64_t count, const Handlers& handlers) {
        auto index = static_cast<std::size_t>(slot - page.slots.data());
        const std::size_t first = index;
        for (std::int64_t left = count; left != 0; --left) {
            Slot& copy = slots_[index - first];
            copy = page.slots[index];
            // No region is so short. Nor is there a breakpoint at the first one any more.
            if (copy.handler == handler_of(handlers, Op::region_4) &&
                (copy.immediate != breakpoint_region || left == count))
                copy = page.plain(index, handlers);
            copy.left = static_cast<std::uint8_t>(left);
            index += is_wide(page.halfword(index)) ? 2 : 1;
        }
        slots_[index - first] = Slot{.handler = handler_of(handlers, Op::page_end_4)};
        return slots_.data();
    }

private:
    std::array<Slot, 2 * CodePage::longest_run + 1> slots_{};  // an instruction may be two slots long
};

}  // namespace wirewrap::riscv
