// A hart of one's own under GDB, and what is said of harts that are nearly one.
#include "tests/debug/own_hart.hpp"

#include <catch2/catch.hpp>

#include <string>

#include <wirewrap/debug.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/state/watchpoints.hpp>

#include "tests/debug/gdb.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

struct Little {
    static constexpr auto name = "little";
    static constexpr auto ram = main_ram("little.ram", 4_KiB).placed(at(0));
};
using LittleMachine = Machine<Little, hostmem::Anonymous, state::Watchpoints>;
template <class Machine>
using Debuggable = debug::Stepped<Accumulator<Machine>>;

static_assert(debug::DebuggableHart<Accumulator<LittleMachine>>);
static_assert(!debug::HasBreakpoints<Accumulator<LittleMachine>>);
static_assert(debug::HasBreakpoints<Debuggable<LittleMachine>>);

constexpr std::array<std::uint8_t, 8> program{1, 3, 1, 4,
                                              2, 0, 3, 0};  // add 3, add 4, store at 0x100, back to 0

}  // namespace

TEST_CASE("GDB debugs a hart of one's own") {
    auto machine = LittleMachine::create().value();
    REQUIRE(machine.debug_write(at(0), std::as_bytes(std::span(program))));
    Emulator<LittleMachine, Debuggable, VirtualClock> emulator(machine);
    const std::string said = debugged(
        emulator, "",
        {"break *4", "continue", "print $sum", "print $x10", "stepi", "print/x $pc", "x/wx 0x100", "continue",
         "print $sum", "set $sum = 100", "delete", "watch *(int*)0x100", "continue", "print/x $pc",
         "x/wd 0x100", "set var *(char*)1 = 50", "continue", "x/wd 0x100", "info threads"});
    INFO(said);
    CHECK(in_order(said, {"Breakpoint 1, 0x00000004", "= 7", "= 7", "= 0x6", "0x00000007", "Breakpoint 1",
                          "= 14", "Hardware watchpoint 2", "New value = 100", "= 0x6", "100",
                          "New value = 154", "154", "hart0"}));
}

TEST_CASE("GDB goes backwards on a hart of one's own that gives its state") {
    auto machine = LittleMachine::create().value();
    REQUIRE(machine.debug_write(at(0), std::as_bytes(std::span(program))));
    Emulator<LittleMachine, Debuggable, VirtualClock> emulator(machine);
    const std::string said = debugged(emulator, "",
                                      {"monitor reverse on",
                                       "break *4 if $sum == 700",
                                       "continue",
                                       "delete",
                                       "stepi",
                                       "stepi",
                                       "print $pc",
                                       "x/wd 0x100",
                                       "watch *(int*)0x100",
                                       "reverse-continue",
                                       "print $pc",
                                       "x/wd 0x100",
                                       "reverse-continue",
                                       "x/wd 0x100",
                                       "delete",
                                       "break *6",
                                       "reverse-continue",
                                       "print $sum",
                                       "reverse-stepi",
                                       "print/x $pc",
                                       "delete",
                                       "reverse-continue",
                                       "print $sum"});
    INFO(said);
    CHECK(in_order(said, {"Breakpoint 1, 0x00000004", "0x00000000", "700", "Hardware watchpoint 2",
                          "New value = 693", "0x00000004", "693", "New value = 686", "686",
                          "Breakpoint 3, 0x00000006", "= 686", "= 0x4", "No more reverse-execution history",
                          "= 0"}));
}

TEST_CASE("a hart with breakpoints of its own is as exact as one without") {
    auto machine = LittleMachine::create().value();
    REQUIRE(machine.debug_write(at(0), std::as_bytes(std::span(program))));
    Debuggable<LittleMachine> hart(machine, {.hart_id = 0});
    using Exit = Debuggable<LittleMachine>::Exit;
    const std::array<std::uint64_t, 2> places{6, 2};
    hart.set_breakpoints(places);
    CHECK(hart.run(1000).executed == 1);
    CHECK(hart.pc() == 2);
    const auto next = hart.run(1000);
    CHECK(next.executed == 2);
    CHECK(next.reason == Exit::breakpoint);
    CHECK(hart.pc() == 6);
    hart.set_breakpoints({});
    CHECK(hart.run(1000).executed == 1000);
}

namespace {
struct Mute {
    std::uint64_t pc() const { return 0; }
};
}  // namespace

TEST_CASE("what a debugger misses is said") {
    const auto mistakes = check::DebugCheck<Mute>::mistakes();
    std::string all;
    for (const Text& each : mistakes) all += each.string() + "\n";
    INFO(all);
    CHECK(in_order(all, {"Mute has no set_pc(address)", "Mute has no debug_architecture",
                         "Mute has no debug_registers", "Mute has no debug_register(n)",
                         "Mute has no set_debug_register(n, value)"}));
    CHECK_FALSE(debug::DebuggableHart<Mute>);
}
