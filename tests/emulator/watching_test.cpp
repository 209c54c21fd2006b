// Runs that end at breakpoints and watchpoints, interpreted and translated, and single steps of one hart.
#include <catch2/catch.hpp>

#include <array>
#include <cstdint>

#include <wirewrap/cpu/riscv/breakpoints.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/jit.hpp>
#include <wirewrap/state/watchpoints.hpp>

#include "tests/emulator/bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;
using state::Watchpoints;

namespace {

template <class Bus>
using Interpreted = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, riscv::Breakpoints<>>;
template <class Bus>
using Translated = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, riscv::Breakpoints<jit::Translated>>;

using Watched = Machine<Duo, hostmem::Anonymous, Watchpoints>;
constexpr std::uint64_t second_base = ram_base + 0x1'0000, word = ram_base + 0x2'0000;

template <template <class> class HartType>
struct Bed {
    using Type = Emulator<Watched, HartType, VirtualClock>;
    Watched machine = Watched::create().value();
    Type emulator{machine, EmulatorOptions{.slice = 1000}};
    NoConsole none;

    Bed() {
        machine.policy<Watchpoints>().on_hit([this](const state::WatchHit& hit) {
            emulator.stop_behind({hit.access, hit.address, hit.width, hit.watchpoint});
        });
        // Hart 0: a0 counts up, and goes to the word every 16 times round. Hart 1: counts in a1.
        Assembler a(ram_base), b(second_base);
        a.li(t0, word);
        loop = a.here();
        a.emit(addi(a0, a0, 1), i_type(0x13, 7, t1, a0, 15), branch(1, t1, 0, 8), sd(a0, t0, 0), jal(0, -16));
        b.emit(addi(a1, a1, 1), jal(0, -4));
        place(0, a), place(1, b);
    }
    void place(std::size_t hart, const Assembler& program) {
        REQUIRE(machine.debug_write(at(program.base()), program.bytes()));
        emulator.hart(hart).set_pc(program.base());
    }
    std::uint64_t loop = 0;
};

}  // namespace

TEMPLATE_TEST_CASE("a run ends at breakpoints, with the pc", "", Bed<Interpreted>, Bed<Translated>) {
    TestType bed;
    CHECK(bed.emulator.run(bed.none, 200'000).reason == StopReason::limit);
    const std::array<std::uint64_t, 1> store{bed.loop + 12}, other{second_base + 4};
    bed.emulator.hart(0).set_breakpoints(store);
    for (int i = 0; i != 3; ++i) {
        const Stopped stopped = bed.emulator.run(bed.none);
        CHECK(stopped.reason == StopReason::breakpoint);
        CHECK(stopped.hart == 0);
        CHECK(stopped.pc == store[0]);
        CHECK(bed.emulator.hart(0).pc() == store[0]);
        CHECK(bed.emulator.hart(0).x(a0) % 16 == 0);
    }
    bed.emulator.hart(1).set_breakpoints(other);
    bed.emulator.hart(0).set_breakpoints({});
    const Stopped stopped = bed.emulator.run(bed.none);
    CHECK(stopped.reason == StopReason::breakpoint);
    CHECK(stopped.hart == 1);
    CHECK(stopped.pc == other[0]);
}

TEMPLATE_TEST_CASE("a run ends behind a watched access, with the pc of the very instruction", "",
                   Bed<Interpreted>, Bed<Translated>) {
    TestType bed;
    CHECK(bed.emulator.run(bed.none, 200'000).reason == StopReason::limit);
    auto& watch = bed.machine.template policy<Watchpoints>();
    const std::size_t point = watch.add({at(word), 8_B}, {.store = true});
    for (int i = 0; i != 3; ++i) {
        const Stopped stopped = bed.emulator.run(bed.none);
        CHECK(stopped.reason == StopReason::watchpoint);
        CHECK(stopped.hart == 0);
        CHECK(stopped.pc == bed.loop + 12);
        CHECK(bed.emulator.hart(0).pc() == bed.loop + 16);
        REQUIRE(stopped.seen);
        CHECK(*stopped.seen == SeenAccess{Access::store, at(word), 8_B, point});
        CHECK(bed.machine.template peek<std::uint64_t>(at(word)) == bed.emulator.hart(0).x(a0));
    }
    CHECK_FALSE(bed.machine.stop_requested());
    watch.remove(point);
    const Stopped stopped = bed.emulator.run(bed.none, 200'000);
    CHECK(stopped.reason == StopReason::limit);
    CHECK(stopped.executed == 200'000);
}

TEST_CASE("with nothing watched a machine with watchpoints is translated") {
    Bed<Translated> bed;
    CHECK(bed.emulator.run(bed.none, 200'000).executed == 200'000);
    CHECK_FALSE(bed.emulator.hart(0).regions().objection());
    const std::uint64_t regions = bed.emulator.hart(0).regions().regions();
    CHECK(regions != 0);
}

TEMPLATE_TEST_CASE("a step is of the hart that was asked for, and the turns of others stay", "",
                   Bed<Interpreted>, Bed<Translated>) {
    TestType bed;
    CHECK(bed.emulator.run(bed.none, 1'300).executed == 1'300);
    const auto turn = bed.emulator.progress().turn;
    REQUIRE(turn.hart == 1);
    const std::uint64_t pc = bed.emulator.hart(1).pc(), retired = bed.emulator.hart(1).retired();
    for (std::uint64_t n = 1; n != 6; ++n) {
        const std::uint64_t before = bed.emulator.hart(0).retired();
        const Stopped stopped = bed.emulator.step(0);
        CHECK(stopped.executed == 1);
        CHECK(stopped.hart == 0);
        CHECK(bed.emulator.hart(0).retired() == before + 1);
        CHECK(bed.emulator.progress().executed == 1'300 + n);
    }
    CHECK(bed.emulator.hart(1).pc() == pc);
    CHECK(bed.emulator.hart(1).retired() == retired);
    CHECK(bed.emulator.progress().turn.hart == turn.hart);
    CHECK(bed.emulator.progress().turn.left == turn.left);
    CHECK(bed.emulator.step(1).hart == 1);
    CHECK(bed.emulator.progress().turn.left == turn.left - 1);
}

TEST_CASE("a guest that traps for ever meets breakpoints all the same") {
    Bed<Interpreted> bed;
    Assembler a(ram_base);
    a.li(t0, ram_base);
    a.emit(csrw(0x305, t0), 0);  // an illegal instruction, and the handler is where it began
    bed.place(0, a);
    const std::array<std::uint64_t, 1> trap{ram_base};
    CHECK(bed.emulator.run(bed.none, 100'000).reason == StopReason::limit);
    bed.emulator.hart(0).set_breakpoints(trap);
    for (int i = 0; i != 50; ++i) {
        const Stopped stopped = bed.emulator.run(bed.none);
        REQUIRE(stopped.reason == StopReason::breakpoint);
        REQUIRE(bed.emulator.hart(0).pc() == ram_base);
    }
}
