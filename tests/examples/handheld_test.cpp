#include <catch2/catch.hpp>

#include "tests/examples/process.hpp"

using namespace wirewrap::test;

TEST_CASE("the program of the handheld says what the page about it says") {
    const Finished handheld = run_program({"examples/handheld"});
    CHECK(handheld.status == 0);
    CHECK(handheld.out ==
          "0xc0000000 holds 42\n"
          "load of 8 bytes at 0x87fffffc: it starts in a window and ends outside it\n"
          "uart0 says hello\n"
          "handheld accepts 32 MiB, 64 MiB or 128 MiB of RAM, not 48 MiB; use 32 MiB or 64 MiB\n");
}
