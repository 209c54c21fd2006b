// Writes the hot code of random programs as a header, for busy_fused_test.cpp.
#include <cstdio>
#include <string>

#include <wirewrap/cpu/riscv/fused/hot_header.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>

#include "tests/support/busy_program.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;

int main() {
    for (const std::uint64_t seed : {1, 2}) {
        test::FlatBus bus(1_MiB);
        place(bus, test::busy_program(seed));
        place(bus, test::skipping_handler());
        riscv::Hart<test::FlatBus, riscv::Bare, riscv::DefaultDispatch, riscv::Counting> hart(
            bus, {.reset_pc = test::busy_start});
        hart.run(200'000);
        const riscv::HotTraces hot = riscv::find_hot_traces(
            hart.regions().counts(), {.coverage = 1, .least_gain = 0, .instructions = 400, .path = 60});
        const std::string number = std::to_string(seed);
        std::fputs(riscv::hot_header("busy_" + number, "busy_program(" + number + ")", hot).c_str(), stdout);
    }
}
