#include <wirewrap/config/ram_size.hpp>

#include <catch2/catch.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

TEST_CASE("0 is the board's default") {
    CHECK(requested_ram(0_B, 128_MiB) == 128_MiB);
    CHECK(requested_ram(0_B, 0_B) == 0_B);
    CHECK(requested_ram(0_B, 2_KiB) == 2_KiB);  // as it is
    CHECK(requested_ram(2_KiB, 2_KiB) == 2_KiB);
    CHECK(requested_ram(1_KiB, 2_KiB) == 8_KiB);
}

TEST_CASE("a request is rounded up to 8 KiB") {
    CHECK(requested_ram(1_B, 128_MiB) == 8_KiB);
    CHECK(requested_ram(5000_B, 128_MiB) == 8_KiB);
    CHECK(requested_ram(8_KiB, 128_MiB) == 8_KiB);
    CHECK(requested_ram(8193_B, 128_MiB) == 16_KiB);
}

TEST_CASE("rounding does not wrap") {
    const Bytes last{0xffff'ffff'ffff'e000};
    CHECK(requested_ram(last, 128_MiB) == last);
    for (const Bytes size : {last + 1_B, Bytes{~0ULL}}) {
        const auto refused = requested_ram(size, 128_MiB);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message.find(
                  "rounded up to a multiple of 8 KiB, are 2^64 bytes; ask for less RAM") !=
              std::string::npos);
    }
}
