#include <wirewrap/config/size.hpp>

#include <catch2/catch.hpp>

#include <string>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

/// Bytes, in MiB when there is no unit.
std::uint64_t bytes(std::string_view text) {
    const auto size = parse_size(text, 1_MiB);
    INFO((size ? "" : size.error().message));
    REQUIRE(size);
    return size->count;
}

std::string error(std::string_view text) {
    const auto size = parse_size(text, 1_MiB);
    REQUIRE_FALSE(size);
    return size.error().message;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

constexpr std::uint64_t KiB = 1024, MiB = 1024 * KiB, GiB = 1024 * MiB;

}  // namespace

TEST_CASE("a bare number counts what the option says") {
    CHECK(parse_size("128")->count == 128);
    CHECK(parse_size("128", 1_MiB)->count == 128 * MiB);
    CHECK(bytes("0") == 0);
    CHECK(bytes("010") == 10 * MiB);
}

TEST_CASE("units are powers of 1024 in either case") {
    CHECK(bytes("1B") == 1);
    CHECK(bytes("1b") == 1);
    CHECK(bytes("3k") == 3 * KiB);
    CHECK(bytes("3K") == 3 * KiB);
    CHECK(bytes("128m") == 128 * MiB);
    CHECK(bytes("2G") == 2 * GiB);
    CHECK(bytes("1T") == 1024 * GiB);
    CHECK(bytes("1p") == 1024 * 1024 * GiB);
    CHECK(bytes("15E") == 15ULL << 60);
}

// The expected numbers are the RAM sizes that QEMU 7.2 reported, before it rounds to 8 KiB, or follow from its arithmetic.
TEST_CASE("a fraction is exact to the byte, halves up") {
    CHECK(bytes("1.5G") == 1536 * MiB);
    CHECK(bytes("0.5K") == 512);
    CHECK(bytes("1.G") == 1 * GiB);
    CHECK(bytes("1.1K") == 1126);         // 1126.4
    CHECK(bytes("0.1K") == 102);          // 102.4
    CHECK(bytes("0.00048828125K") == 1);  // 0.5
    CHECK(bytes("0.0004K") == 0);         // 0.4096
    CHECK(bytes("1.00001M") == 1048586);  // 1048586.48576
    CHECK(bytes("1.0000000000000001G") == GiB);
    CHECK(bytes("0.9999999999999999999999999999999K") == 1024);
    CHECK(bytes("15.9999E") == 18446628781559090931ULL);
}

TEST_CASE("a fraction needs a unit that can be divided") {
    for (const char* text : {"1.5", "1.5B", "1.0001", "0.5b"})
        CHECK(has(error(text), "a fraction needs one of the units"));
    // One that is 0 has nothing to divide. A unit is what a number lacks that ends in a digit: 1. is a byte.
    CHECK(bytes("64.0") == 64 * MiB);
    CHECK(bytes("64.000B") == 64);
    CHECK(bytes("1.") == 1);
    CHECK(bytes("0.0") == 0);
    CHECK(parse_size("1048576.00").value() == 1_MiB);
    CHECK(has(error(".5G"), "does not begin with a number"));
}

TEST_CASE("hexadecimal numbers count bytes, and their last letter is a digit") {
    CHECK(has(error("0x10"), "counts bytes, and this one would count 1 MiB each; write it in decimal"));
    CHECK(has(error("0X10M"), "would count 1 MiB each"));
    CHECK(has(error(" +0x10K"), "would count 1 KiB each"));
    CHECK(parse_size("0x200000").value() == Bytes{0x20'0000});
    CHECK(bytes("0x8000B") == 0x8000B);
    CHECK(bytes("0x1e") == 0x1e);
    CHECK(has(error("0x1000000000000000f"), "2^64 bytes or more"));
    CHECK(has(error("0x"), "does not begin with a number"));
    CHECK(has(error("0x1.8M"), ".8M is no unit"));
}

TEST_CASE("the largest size has 64 bits") {
    CHECK(bytes("18446744073709551615B") == ~0ULL);
    CHECK(bytes("17592186044415M") == ~0ULL - MiB + 1);
    CHECK(bytes("0xffffffffffffffff") == ~0ULL);
    for (const char* text : {"16E", "18446744073709551616B", "17592186044416", "17592186044416M",
                             "99999999999999999999999999", "15.9999999999999999999E"})
        CHECK(error(text) ==
              std::string(text) + " is not a size: it is 2^64 bytes or more, and a size is less than 16 EiB");
}

TEST_CASE("what is no size is told what it lacks") {
    CHECK(error("12Q") == "12Q is not a size: Q is no unit; use B, K, M, G, T, P or E");
    CHECK(error("-5") == "-5 is not a size: it is negative; write a number and one of the units B, K, M, G, "
                         "T, P or E, such as 512M");
    CHECK(error(" -0").starts_with(" -0 is not a size: it is negative"));
    CHECK(bytes("+128") == 128 * MiB);
    CHECK(bytes(" \t128K") == 128 * KiB);
    CHECK(bytes("010") == 10 * MiB);  // never octal
    CHECK(error("") ==
          "the size is empty; write a number and one of the units B, K, M, G, T, P or E, such as 512M");
    CHECK(error("128MB") == "128MB is not a size: its unit is MB; leave off what follows the M");
    CHECK(error("128MiB") == "128MiB is not a size: its unit is MiB; leave off what follows the M");
    for (const char* text : {"abc", "++128", "+ 128", "+", "nan", "inf", "M", ".", "\xff"})
        CHECK(has(error(text), "does not begin with a number"));
    for (const char* text : {"128 ", "1e3", "1.5e3", "1 G", "1GG", "1,5G", "1.5.5G", "1-1", "128MiBs"})
        CHECK(has(error(text), "is no unit"));
    CHECK(has(error(std::string_view("1\0", 2)), "is no unit"));
}
