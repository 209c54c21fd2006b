// Instructions that are executed one by one, again and again: what has changed since the step before is noticed at the
// next one.
#include <catch2/catch.hpp>

#include <array>
#include <cstdint>
#include <span>

#include <wirewrap/cpu.hpp>
#include <wirewrap/cpu/riscv/breakpoints.hpp>
#include <wirewrap/cpu/riscv/counted_edges.hpp>

#include "tests/support/flat_bus.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;
using riscv::RunExit;
using riscv::RunResult;

namespace {

using Plain = riscv::Hart<FlatBus>;
using Goto = riscv::Hart<FlatBus, riscv::Bare, riscv::GotoDispatch>;
using Stopping = riscv::Hart<FlatBus, riscv::Bare, riscv::DefaultDispatch, riscv::Breakpoints<>>;
using Pausing = riscv::Hart<FlatBus, riscv::With<riscv::Bare, riscv::Extensions{.pause = true}>>;
using Counting = riscv::Hart<FlatBus, riscv::Bare, riscv::DefaultDispatch, riscv::CountedEdges>;

constexpr std::uint64_t base = FlatBus::ram_base;
constexpr RunResult done{1, RunExit::budget};
constexpr Reg a0 = 10, t0 = 5, t1 = 6, t2 = 7;
constexpr u32 one_more = 0x0015'0513, two_more = 0x0025'0513;  // addi a0, a0, 1 and 2
constexpr u32 mstatus = 0x300, mie = 0x304, mtvec = 0x305, mepc = 0x341;

template <class Hart>
struct Bed {
    FlatBus bus{1_MiB};
    Hart hart{bus, {.reset_pc = base}};

    explicit Bed(std::initializer_list<std::uint32_t> words) { bus.write_program(words); }
    void step(int times) {
        for (int i = 0; i != times; ++i) REQUIRE(hart.run(1) == done);
    }
};

}  // namespace

TEMPLATE_TEST_CASE("A step executes the code that is there now", "", Plain, Goto, Stopping, Counting) {
    Bed<TestType> bed({one_more, jal(0, -4)});
    bed.step(6);
    REQUIRE(bed.hart.x(a0) == 3);
    bed.bus.write_program({two_more});
    bed.step(2);
    CHECK(bed.hart.x(a0) == 4);  // as it was decoded
    bed.hart.code_may_have_changed();
    bed.step(4);
    CHECK(bed.hart.x(a0) == 8);
    bed.bus.write_program({one_more});
    bed.hart.forget_code();
    bed.step(4);
    CHECK(bed.hart.x(a0) == 10);
    CHECK(bed.hart.retired() == 16);
}

TEMPLATE_TEST_CASE("Steps of code that changes itself go as a run does", "", Plain, Goto) {
    const std::initializer_list<std::uint32_t> program{lw(t0, t1, 0),   r_type(0x33, 4, 0, t0, t0, t2),
                                                       sw(t0, t1, 0),   0x0000'100f /* fence.i */,
                                                       addi(a0, a0, 1), jal(0, -20)};
    Bed<TestType> steps(program), run(program);
    for (Bed<TestType>* const bed : {&steps, &run}) {
        bed->hart.set_x(t1, base + 16);
        bed->hart.set_x(t2, one_more ^ two_more);
    }
    steps.step(6 * 40 + 3);
    REQUIRE(run.hart.run(6 * 40 + 3) == RunResult{6 * 40 + 3, RunExit::budget});
    CHECK(steps.hart.x(a0) == 60);
    CHECK(steps.hart.pc() == run.hart.pc());
    CHECK(steps.hart.retired() == run.hart.retired());
    for (std::size_t n = 0; n != 32; ++n) CHECK(steps.hart.x(n) == run.hart.x(n));
}

TEMPLATE_TEST_CASE("A stop that was asked for comes before the next step", "", Plain, Goto, Stopping) {
    Bed<TestType> bed({one_more, jal(0, -4)});
    bed.step(5);
    bed.hart.request_stop();
    CHECK(bed.hart.run(1) == RunResult{0, RunExit::stopped});
    bed.step(1);
    CHECK(bed.hart.retired() == 6);
}

TEMPLATE_TEST_CASE("An interrupt is taken before a step, and behind the one that lets it in", "", Plain,
                   Goto) {
    Bed<TestType> bed({one_more, jal(0, -4)});
    bed.bus.write_program({addi(t0, t0, 1), mret}, base + 0x100);
    bed.hart.set_csr(mtvec, base + 0x100);
    bed.hart.set_csr(mie, 1 << 7);
    bed.hart.set_csr(mstatus, 1 << 3);
    bed.step(5);
    REQUIRE(bed.hart.pc() == base + 4);
    bed.bus.lines = 1 << 7;
    bed.step(1);
    CHECK(bed.hart.x(t0) == 1);
    CHECK(bed.hart.csr(mepc) == base + 4);
    bed.step(1);
    CHECK(bed.hart.pc() == base + 0x100);
    bed.bus.lines = 0;
    bed.step(2);
    CHECK(bed.hart.pc() == base + 4);
    CHECK(bed.hart.x(t0) == 2);
}

TEMPLATE_TEST_CASE("A hart that waits takes no step, though it knows the instruction", "", Plain, Goto) {
    Bed<TestType> bed({one_more, wfi, one_more, jal(0, -12)});
    bed.hart.set_csr(mie, 1 << 7);
    bed.bus.lines = 1 << 7;
    bed.step(9);
    REQUIRE(bed.hart.pc() == base + 4);
    bed.bus.lines = 0;
    CHECK(bed.hart.run(1) == RunResult{1, RunExit::waiting});
    CHECK(bed.hart.run(1) == RunResult{0, RunExit::waiting});
    bed.bus.lines = 1 << 7;
    bed.step(1);
    CHECK(bed.hart.x(a0) == 6);
}

TEST_CASE("Breakpoints that are set between steps are told") {
    Bed<Stopping> bed({one_more, jal(0, -4)});
    const std::array first{base};
    bed.step(6);
    for (int i = 0; i != 3; ++i) {
        bed.hart.set_breakpoints(first);
        REQUIRE(bed.hart.run(1) == RunResult{0, RunExit::breakpoint});
        bed.hart.set_breakpoints({});
        bed.step(4);
    }
    bed.hart.set_breakpoints(first);
    REQUIRE(bed.hart.run(1) == RunResult{0, RunExit::breakpoint});
    bed.step(2);
    REQUIRE(bed.hart.run(1) == RunResult{0, RunExit::breakpoint});
    bed.hart.set_pc(base + 4);
    bed.step(1);
    CHECK(bed.hart.run(1) == RunResult{0, RunExit::breakpoint});
}

TEST_CASE("Who gives way to another hart says so at each step") {
    constexpr u32 pause = 0x0100'000f;
    Bed<Pausing> bed({one_more, pause, wfi, jal(0, -12)});
    bed.hart.set_csr(mie, 1 << 7);
    bed.bus.lines = 1 << 7;
    for (int lap = 0; lap != 3; ++lap) {
        CHECK(bed.hart.run_on(1) == done);
        CHECK(bed.hart.run_on(1) == RunResult{1, RunExit::paused});
        CHECK(bed.hart.run_on(1) == RunResult{1, RunExit::paused});
        CHECK(bed.hart.run_on(1) == done);
    }
    bed.step(4);
}

TEST_CASE("Edges are counted in steps as in a run") {
    // addi t0, t0, 1; andi t1, t0, 3; bne t1, zero, -8; jalr zero, t2
    const std::initializer_list<std::uint32_t> program{addi(t0, t0, 1), i_type(0x13, 7, t1, t0, 3),
                                                       bne(t1, 0, -8), i_type(0x67, 0, 0, t2, 0)};
    std::array<std::uint8_t, 64> in_steps{}, in_run{};
    Bed<Counting> steps(program), run(program);
    steps.hart.set_x(t2, base), run.hart.set_x(t2, base);
    steps.step(50);  // known before anybody counts
    REQUIRE(run.hart.run(50).executed == 50);
    steps.hart.regions().count_edges(riscv::EdgeCounters(in_steps));
    run.hart.regions().count_edges(riscv::EdgeCounters(in_run));
    steps.step(300);
    REQUIRE(run.hart.run(300).executed == 300);
    CHECK(in_steps == in_run);
    CHECK(in_run != std::array<std::uint8_t, 64>{});
}
