#include <catch2/catch.hpp>

#include <wirewrap/config/number.hpp>

using namespace wirewrap::config;

TEST_CASE("numbers are strtoull's: blanks, a sign, hexadecimal, octal") {
    static_assert(whole_number(" +0x10") == 16);
    CHECK(whole_number("010") == 8);
    CHECK(whole_number("0") == 0);
    CHECK(whole_number("00") == 0);
    CHECK(whole_number("\t\n\v\f\r 7") == 7);
    CHECK(whole_number("18446744073709551615") == ~std::uint64_t{0});
    CHECK(whole_number("0xFfFfFfFfFfFfFfFf") == ~std::uint64_t{0});
    CHECK(whole_number("01777777777777777777777") == ~std::uint64_t{0});
    for (const char* const text :
         {"", " ", "+", "08", "0x", "0xg", "1 ", "- 1", "-0", "-1", "++1", "+-1", "1x", "x",
          "18446744073709551616", "0x10000000000000000", "02000000000000000000000"}) {
        INFO(text);
        CHECK_FALSE(whole_number(text));
    }
}

TEST_CASE("a number at the front ends where its digits end") {
    CHECK(scan_number("0-3").length == 1);
    CHECK(scan_number(" 12-3").length == 3);
    CHECK(scan_number("0x").length == 1);  // the number is 0, and x follows
    CHECK(scan_number("09").length == 1);
    CHECK(scan_number("-5").negative);
    CHECK(scan_number("-5").magnitude == 5);
    CHECK(scan_number("x").length == 0);
    CHECK_FALSE(scan_number("99999999999999999999").fits);
}
