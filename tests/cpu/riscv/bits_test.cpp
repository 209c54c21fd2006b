// Zba, Zbb and Zbs: what they compute, where it is easily got wrong. Random operands are qemu_difference_test's.
#include <catch2/catch.hpp>

#include <wirewrap/cpu/riscv/bits.hpp>
#include <wirewrap/cpu/riscv/decode.hpp>

using namespace wirewrap::riscv;

TEST_CASE("bits are counted, zeros included") {
    CHECK(bits::clz(0, 0) == 64);
    CHECK(bits::ctz(0, 0) == 64);
    CHECK(bits::clzw(0xffff'ffff'0000'0000, 0) == 32);
    CHECK(bits::ctzw(0xffff'ffff'0000'0000, 0) == 32);
    CHECK(bits::cpopw(0xffff'ffff'0000'0003, 0) == 2);
    CHECK(bits::clz(1, 0) == 63);
}

TEST_CASE("bytes that are not zero become ones, each for itself") {
    CHECK(bits::orc_b(0, 0) == 0);
    CHECK(bits::orc_b(0x8000'0100'00ff'007f, 0) == 0xff00'ff00'00ff'00ff);
    CHECK(bits::orc_b(0x0101'0101'0101'0101, 0) == ~std::uint64_t{0});
    CHECK(bits::rev8(0x0102'0304'0506'0708, 0) == 0x0807'0605'0403'0201);
}

TEST_CASE("words are sign-extended, and amounts are taken modulo the width") {
    CHECK(bits::rolw(0x1'4000'0000, 1) == 0xffff'ffff'8000'0000);
    CHECK(bits::rorw(1, 33) == 0xffff'ffff'8000'0000);
    CHECK(bits::ror(1, 65) == 0x8000'0000'0000'0000);
    CHECK(bits::bset(0, 127) == 0x8000'0000'0000'0000);
    CHECK(bits::slli_uw(0xffff'ffff'ffff'ffff, 4) == 0xf'ffff'fff0);
    CHECK(bits::add_uw(0xffff'ffff'8000'0000, 1) == 0x8000'0001);
}

TEST_CASE("a hart without them has none of them") {
    constexpr std::uint32_t encodings[] = {0x2000'2033, 0x6000'1013, 0x2880'5013 - 0x10'0000,
                                           0x6b80'5013, 0x0800'003b, 0x0a00'4033,
                                           0x4800'1033, 0x6000'5033, 0x0800'101b,
                                           0x0800'403b};
    for (const std::uint32_t raw : encodings) {
        INFO(std::hex << raw);
        CHECK(decode(raw).op == Op::illegal_4);
        CHECK(decode(raw, {.bits = true}).op >= Op::sh1add_4);
        CHECK(decode(raw, {.bits = true}).op <= Op::bseti_4);
    }
    CHECK(decode(0x0810'403b, {.bits = true}).op == Op::illegal_4);  // zext.h has no rs2
}
