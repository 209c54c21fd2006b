// Breakpoints beside a hart that is stepped one by one and looked at: it has to come back at the same instructions.
#include <wirewrap/cpu/riscv/breakpoints.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <set>
#include <type_traits>
#include <utility>
#include <vector>

#include <wirewrap/cpu.hpp>
#include <wirewrap/cpu/riscv/dispatch_fast.hpp>
#include <wirewrap/cpu/riscv/rv64gc.hpp>
#include <wirewrap/jit.hpp>

#include "tests/support/busy_program.hpp"
#include "tests/support/flat_bus.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;
using riscv::RunExit;
using riscv::RunResult;

namespace {

using Interpreted = riscv::Hart<FlatBus, riscv::Bare, riscv::DefaultDispatch, riscv::Breakpoints<>>;
using Fast = riscv::Hart<FlatBus, riscv::Bare, riscv::FastDispatch, riscv::Breakpoints<>>;
using Translated =
    riscv::Hart<FlatBus, riscv::Bare, riscv::DefaultDispatch, riscv::Breakpoints<jit::Translated>>;
using WithPages =
    riscv::Hart<FlatBus, riscv::Sv39, riscv::DefaultDispatch, riscv::Breakpoints<jit::Translated>>;

/// What a run with breakpoints has to be, of single steps.
template <class Translation>
struct Reference {
    FlatBus bus{1_MiB};
    riscv::Hart<FlatBus, Translation> hart;
    std::set<std::uint64_t> breakpoints{};
    std::uint64_t told = 1;

    explicit Reference(std::uint64_t start) : hart(bus, {.reset_pc = start}) {}

    RunResult run(std::uint64_t limit) {
        for (std::uint64_t executed = 0; executed != limit; ++executed) {
            const bool passes = std::exchange(told, 1) == hart.pc();
            if (!passes && breakpoints.contains(hart.pc())) {
                told = hart.pc();
                return {executed, RunExit::breakpoint};
            }
            if (hart.run(1).executed == 0) return {executed, RunExit::waiting};
        }
        return {limit, RunExit::budget};
    }
};

}  // namespace

TEMPLATE_TEST_CASE("random programs come back before each instruction at a breakpoint", "", Interpreted, Fast,
                   Translated, WithPages) {
    const std::uint64_t seed = GENERATE(range(1, 9));
    const std::uint64_t longest = GENERATE(30u, 3'000u);
    INFO("seed " << seed << ", longest " << longest);
    using Translation = std::conditional_t<std::is_same_v<TestType, WithPages>, riscv::Sv39, riscv::Bare>;
    Reference<Translation> reference(busy_start);
    FlatBus bus{1_MiB};
    TestType hart(bus, {.reset_pc = busy_start});
    for (FlatBus* const each : {&reference.bus, &bus}) {
        place(*each, busy_program(seed));
        place(*each, skipping_handler());
    }
    std::mt19937_64 random(seed);
    std::vector<std::uint64_t> seen;  // where breakpoints may be
    std::size_t hits = 0;
    for (int round = 0; round != 400; ++round) {
        if (round % 20 == 0) {
            const auto before = std::exchange(reference.breakpoints, {});
            // None, a few, many; where code was, and where nothing begins.
            for (std::size_t count = round / 20 % 3 * 4; count != 0 && !seen.empty(); --count)
                reference.breakpoints.insert(seen[random() % seen.size()] + (random() % 8 == 0 ? 2 : 0));
            const std::vector<std::uint64_t> addresses(reference.breakpoints.rbegin(),
                                                       reference.breakpoints.rend());
            hart.set_breakpoints(addresses);
            // Other breakpoints are looked for in code as it is now, also where a FENCE.I is still to come.
            if (reference.breakpoints != before) reference.hart.forget_code();
        }
        const std::uint64_t limit = random() % longest;
        const RunResult expected = reference.run(limit);
        REQUIRE(hart.run(limit) == expected);
        REQUIRE(hart.pc() == reference.hart.pc());
        REQUIRE(same_state(reference.hart, hart));
        hits += expected.reason == RunExit::breakpoint;
        // Not where nothing can be fetched: there the fault may come first.
        if (seen.size() < 100 && hart.pc() - FlatBus::ram_base < reference.bus.ram.size())
            seen.push_back(hart.pc());
    }
    CHECK(hits > 20);
    CHECK(reference.bus.ram == bus.ram);
}

TEMPLATE_TEST_CASE("a hart that came back at a breakpoint goes on behind it", "", Interpreted, Fast,
                   Translated) {
    FlatBus bus{1_MiB};
    constexpr std::uint64_t base = FlatBus::ram_base;
    Assembler a(base);
    a.emit(addi(10, 10, 1), addi(10, 10, 1), addi(10, 10, 1), jal(0, -12));
    place(bus, a);
    TestType hart(bus, {.reset_pc = base});
    hart.run(40'000);  // hot, and back at the start
    REQUIRE(hart.pc() == base);
    const std::array places{base + 4};
    hart.set_breakpoints(places);
    CHECK(hart.run(1'000'000) == RunResult{1, RunExit::breakpoint});
    CHECK(hart.run(0) == RunResult{0, RunExit::budget});
    CHECK(hart.run(1'000'000) == RunResult{4, RunExit::breakpoint});
    CHECK(hart.pc() == base + 4);
    // Somewhere else in between, and it is met again.
    hart.set_pc(base);
    CHECK(hart.run(1) == RunResult{1, RunExit::budget});
    CHECK(hart.run(1) == RunResult{0, RunExit::breakpoint});
    CHECK(hart.run(1) == RunResult{1, RunExit::budget});
    hart.set_breakpoints({});
    CHECK(hart.run(100'000) == RunResult{100'000, RunExit::budget});
}

TEMPLATE_TEST_CASE("a breakpoint at an instruction that lies in two pages", "", Interpreted, Fast,
                   Translated) {
    FlatBus bus{1_MiB};
    constexpr std::uint64_t base = FlatBus::ram_base + 0xff6;
    Assembler a(base);
    a.emit(addi(10, 10, 1), addi(10, 10, 2), addi(10, 10, 4), jal(0, -12));  // the third one at 0x…ffe
    place(bus, a);
    TestType hart(bus, {.reset_pc = base});
    hart.run(40'000);
    const std::array places{base + 8};
    hart.set_breakpoints(places);
    for (int i = 0; i != 3; ++i) {
        CHECK(hart.run(1'000).reason == RunExit::breakpoint);
        CHECK(hart.pc() == base + 8);
    }
}

TEST_CASE("code at several addresses stays translated at those that have no breakpoint") {
    FlatBus bus{1_MiB};
    constexpr std::uint64_t base = FlatBus::ram_base, table = base + 0x8'0000, giga = std::uint64_t{1} << 30;
    constexpr std::uint64_t one = base, other = 5 * giga;
    // Two pages of a gigabyte, which are the same memory.
    constexpr std::uint64_t leaf = base >> 12 << 10 | 0xcf;
    for (const std::uint64_t index : {one / giga, other / giga})
        std::memcpy(bus.ram.data() + (table - base) + 8 * index, &leaf, sizeof leaf);
    Assembler code(base), start(base + 0x4000);
    code.emit(addi(10, 10, 1), addi(11, 11, 1), jal(0, -8));
    start.li(5, ~std::uint64_t{0});
    start.emit(csrw(riscv::csr::pmpaddr0, 5));
    start.li(5, 0x1f);
    start.emit(csrw(riscv::csr::pmpcfg0, 5));
    start.li(5, std::uint64_t{8} << 60 | table >> 12);
    start.emit(csrw(riscv::csr::satp, 5));
    start.li(5, one);
    start.emit(csrw(riscv::csr::mepc, 5));
    start.li(5, 1 << 11);
    start.emit(csrw(riscv::csr::mstatus, 5), mret);
    place(bus, code), place(bus, start);
    riscv::Hart<FlatBus, riscv::Rv64gc, riscv::DefaultDispatch, riscv::Breakpoints<jit::Translated>> hart(
        bus, {.reset_pc = start.base()});
    const std::array places{other + 4};
    hart.set_breakpoints(places);
    hart.run(100'000);
    REQUIRE(hart.privilege() == riscv::Privilege::supervisor);
    CHECK((hart.regions().objection() || hart.regions().regions() != 0));
    for (int round = 0; round != 30; ++round) {
        CHECK(hart.run(10'000) == RunResult{10'000, RunExit::budget});
        const std::uint64_t before = hart.x(10);
        hart.set_pc(other);
        CHECK(hart.run(10'000) == RunResult{1, RunExit::breakpoint});
        CHECK(hart.pc() == other + 4);
        CHECK(hart.run(10'000) == RunResult{3, RunExit::breakpoint});
        CHECK(hart.x(10) == before + 2);
        hart.set_pc(one);
    }
    hart.set_breakpoints({});
    hart.set_pc(other);
    CHECK(hart.run(100'000) == RunResult{100'000, RunExit::budget});
}

TEST_CASE("code elsewhere stays translated") {
    FlatBus bus{1_MiB};
    constexpr std::uint64_t base = FlatBus::ram_base, other = base + 0x2000;
    Assembler a(base), b(other);
    a.emit(addi(10, 10, 1), jal(0, -4));
    b.emit(addi(11, 11, 1), jal(0, -4));
    place(bus, a), place(bus, b);
    Translated hart(bus, {.reset_pc = base});
    const std::array places{other + 4};
    hart.set_breakpoints(places);
    hart.run(100'000);
    CHECK(hart.regions().regions() != 0);
    hart.set_pc(other);
    CHECK(hart.run(100'000) == RunResult{1, RunExit::breakpoint});
}
