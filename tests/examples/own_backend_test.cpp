#include <catch2/catch.hpp>

#include "tests/examples/process.hpp"

using namespace wirewrap::test;

TEST_CASE("a backend of one's own is RAM like any other, and its errors are sentences with board and block") {
    const Finished run = run_program({"examples/own_backend/own_backend"});
    CHECK(run.status == 0);
    CHECK(run.err.empty());
    CHECK(
        run.out ==
        "the second machine loads 42\n"
        "small: main RAM small.ram: inherited memory has no descriptor: pass one on\n"
        "small: main RAM small.ram: inherited memory has 16 MiB, but 64 MiB are asked for: pass on a larger "
        "file\n");
}
