// Random programs with traps, fences and code that changes itself, on a hart that was compiled for them.
#include <catch2/catch.hpp>

#include <random>

#include <wirewrap/cpu/riscv/fused.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>

#include "tests/cpu/busy_profiles.hpp"
#include "tests/support/busy_program.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using riscv::RunExit;
using riscv::RunResult;

namespace {

template <const auto& Code>
void compare(std::uint64_t program) {
    FlatBus plain_bus(1_MiB), fused_bus(1_MiB);
    for (FlatBus* bus : {&plain_bus, &fused_bus}) {
        place(*bus, busy_program(program));
        place(*bus, skipping_handler());
    }
    riscv::Hart plain(plain_bus, {.reset_pc = busy_start});
    riscv::Hart<FlatBus, riscv::Bare, riscv::DefaultDispatch, riscv::Fused<Code>> fused(
        fused_bus, {.reset_pc = busy_start, .code_pages = 4});
    std::mt19937_64 random(program);
    std::uint64_t done = 0;
    while (done < 300'000) {
        // Mostly short stays, so that they end anywhere; then some that see whole loops.
        const std::uint64_t part = random() % (done < 100'000 ? 100 : 20'000);
        REQUIRE(plain.run(part) == RunResult{part, RunExit::budget});
        REQUIRE(fused.run(part) == RunResult{part, RunExit::budget});
        REQUIRE(same_state(plain, fused));
        for (const std::uint16_t number : {riscv::csr::mepc, riscv::csr::mtval, riscv::csr::mstatus})
            REQUIRE(plain.csr(number) == fused.csr(number));
        done += part;
    }
    CHECK(plain_bus.ram == fused_bus.ram);
    CHECK(fused.regions().marked() != 0);  // all programs share the trap handler
    CHECK(plain.retired() < done);         // some trapped
}

}  // namespace

TEST_CASE("random programs run alike with their own profile") {
    compare<busy_1>(1);
    compare<busy_2>(2);
}

TEST_CASE("random programs run alike with another's profile") {
    compare<busy_1>(2);
    compare<busy_2>(3);
}

TEST_CASE("a profile holds most of what it was made from") {
    std::size_t instructions = 0, traces = 0;
    for (const riscv::Hot& line : busy_1) {
        instructions += line.kind == riscv::Hot::Kind::code;
        traces += line.kind == riscv::Hot::Kind::trace;
    }
    CHECK(instructions > 200);
    CHECK(traces > 5);
}
