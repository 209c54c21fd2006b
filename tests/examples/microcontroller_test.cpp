#include <catch2/catch.hpp>

#include "tests/examples/process.hpp"

using namespace wirewrap::test;

TEST_CASE("a microcontroller with bit-band, DMA and a CPU of its own runs its program") {
    const Finished run = run_program({"examples/microcontroller"});
    CHECK(run.err.empty());
    CHECK(run.status == 0);
    CHECK(run.out == "the pins say wIRE\n");
}
