#include <catch2/catch.hpp>

#include "tests/examples/process.hpp"

using namespace wirewrap::test;

TEST_CASE("a console switches pages, opens its save RAM and floats where nothing answers") {
    const Finished run = run_program({"examples/console"});
    CHECK(run.err.empty());
    CHECK(run.status == 0);
    CHECK(run.out == "rom0 A, romx B\n"
                     "rom0 A, romx G\n"
                     "rom0 A, romx D\n"
                     "save RAM closed 0xff, open 0x5a, closed 0xff\n"
                     "wram 42, its echo 42, above them 0xff\n"
                     "rom0 A, romx B\n");
}
