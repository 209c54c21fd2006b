#include <catch2/catch.hpp>

#include "tests/examples/process.hpp"

TEST_CASE("The fuzzer finds the message that overflows the routine's buffer") {
    const auto run = wirewrap::test::run_program({"examples/fuzz_routine"});
    INFO(run.out << run.err);
    CHECK(run.status == 0);
    CHECK(run.out.starts_with("a store to 0x80010000 faults for the message \"WRAP"));
}
