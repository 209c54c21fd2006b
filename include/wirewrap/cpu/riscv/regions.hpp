// Regions: functions that execute a piece of guest code in place of its slots. A policy of the hart decides
// which code has one; without a policy none does, and nothing is asked.
//
//     Hart<Bus, Bare, DefaultDispatch, NoRegions> hart(bus);
//
// A policy has a member template `State<C>`, of which a hart on `Core` C holds one. It may mark any decoded
// slot of a page by `page.begin_region(index, number, core.handlers)`; the number is its own business. From
// then on:
//
//     … ─> slot with region ── enter(core, at) ──> function ──> returned slot, unpaid ─> arrive ─> …
//
// | member                               | called when                                                         |
// |--------------------------------------|---------------------------------------------------------------------|
// | `decoded(core, page, first)`         | the run that starts at slot `first` of the page has been decoded    |
// | `cleared(page)`                      | all slots of the page are undecoded again, and no region is left    |
// | `Cursor enter(core, Cursor at)`      | control has reached a marked slot; `at.slot->immediate` is its number |
// | `forgotten()`, if it has that        | which pages may be executed has to be found out anew                |
// | `forgotten(address)`, if it has both | the same of one page of 4 KiB                                       |
// | `begins(core, slot)`, if it has that | a stay in the loop begins at `slot`; answers with the slot to begin at |
// | …, if `begins_always` is true       | otherwise not where an instruction is stepped again that is no region's |
// | `alone(core, pc, instruction)`, if it has that | an instruction that cannot be executed in its page is about to be, alone |
//
// A state that has a member `asks_the_bus` makes the interpreter ask the bus for every access to RAM; regions do as they like. One
// whose `hears_accesses()` says true does so too, until `protection_changed()` of the core has it asked again; it is told of each
// access that asked the bus (slow_access.hpp) and of each exception (`traps`).
//
// Numbers are 0 or more; the negative one stands for a breakpoint (breakpoints.hpp), whatever the policy.
//
// A policy may have a `quantum` of its own: the instructions between two looks at the interrupt inputs.
//
// The contract of `enter`. At entry the run from the marked slot to its end is paid (`at.slot->left`
// instructions), guest registers are in `core.x`, and `core.bias` belongs to the slot's page. It answers with
// a slot that is to be *entered*: what is not executed is given back to the budget, and nobody has paid for
// the run at that slot. So a function that stops at instruction i of a run, because it would trap or is too
// difficult, answers with i's slot and the budget plus the instructions from i to the end of the run; one
// whose budget does not reach over the next run answers with the head of that run. Guest registers are in
// `core.x` again. A target in another page comes from `core.enter(address, budget)`. What cannot be executed
// at the marked slot itself goes by `core.in_place_of(at.slot, plain)`, with a copy of the plain slot that
// `page.plain(index, core.handlers)` gave.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <wirewrap/cpu/riscv/code_page.hpp>

namespace wirewrap::riscv {

/// The number of the region that a breakpoint is.
inline constexpr std::int32_t breakpoint_region = -1;

/// Tells a policy that one page has to be found anew, or all where it knows no single ones.
template <class State>
void forget_page(State& regions, std::uint64_t address) {
    if constexpr (requires { regions.forgotten(address); })
        regions.forgotten(address);
    else if constexpr (requires { regions.forgotten(); })
        regions.forgotten();
}

/// What an atomic instruction read and what it wrote, by the instruction itself: others may have written since.
struct AtomicValues {
    std::optional<std::uint64_t> loaded{}, stored{};
};

template <class State>
concept HearsAccesses = requires(const State& state) {
    { state.hears_accesses() } -> std::same_as<bool>;
};

/// Whether the interpreter has to ask the bus for every access to RAM.
template <class State>
bool asks_the_bus(const State& regions) {
    if constexpr (HearsAccesses<State>)
        if (regions.hears_accesses()) return true;
    return requires { State::asks_the_bus; };
}

struct NoRegions {
    template <class C>
    struct State {
        static void decoded(C&, CodePage&, std::size_t) {}
        static void cleared(CodePage&) {}
        static Cursor enter(C&, Cursor at) { return at; }
    };
};

}  // namespace wirewrap::riscv
