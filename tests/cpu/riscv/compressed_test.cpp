// Every form of RV64C with its extremes: both encodings as GNU as gives them.
#include <catch2/catch.hpp>

#include <wirewrap/cpu/riscv/compressed.hpp>

using namespace wirewrap::riscv;

namespace {

struct Form {
    const char* text;
    std::uint16_t compressed;
    std::uint32_t wide;
};

constexpr Form forms[] = {
    {"c.addi4spn a0, sp, 1020", 0x1fe8, 0x3fc10513},
    {"c.addi4spn s0, sp, 4", 0x0040, 0x00410413},
    {"c.lw a5, 124(s1)", 0x5cfc, 0x07c4a783},
    {"c.lw s0, 4(a0)", 0x4140, 0x00452403},
    {"c.ld a5, 248(s1)", 0x7cfc, 0x0f84b783},
    {"c.ld s0, 8(a0)", 0x6500, 0x00853403},
    {"c.sw a5, 124(s1)", 0xdcfc, 0x06f4ae23},
    {"c.sw a1, 64(a3)", 0xc2ac, 0x04b6a023},
    {"c.sd a5, 248(s1)", 0xfcfc, 0x0ef4bc23},
    {"c.sd a1, 64(a3)", 0xe2ac, 0x04b6b023},
    {"c.nop", 0x0001, 0x00000013},
    {"c.addi t6, -32", 0x1f81, 0xfe0f8f93},
    {"c.addi a0, 31", 0x057d, 0x01f50513},
    {"c.addiw t6, -32", 0x3f81, 0xfe0f8f9b},
    {"c.addiw a0, 0", 0x2501, 0x0005051b},
    {"c.li t6, -32", 0x5f81, 0xfe000f93},
    {"c.li a0, 31", 0x457d, 0x01f00513},
    {"c.addi16sp sp, -512", 0x7101, 0xe0010113},
    {"c.addi16sp sp, 496", 0x617d, 0x1f010113},
    {"c.addi16sp sp, 16", 0x6141, 0x01010113},
    {"c.lui t6, 0xfffe0", 0x7f81, 0xfffe0fb7},
    {"c.lui a0, 31", 0x657d, 0x0001f537},
    {"c.srli a5, 63", 0x93fd, 0x03f7d793},
    {"c.srli s0, 1", 0x8005, 0x00145413},
    {"c.srai a5, 63", 0x97fd, 0x43f7d793},
    {"c.srai s0, 32", 0x9401, 0x42045413},
    {"c.andi a5, -32", 0x9b81, 0xfe07f793},
    {"c.andi s0, 31", 0x887d, 0x01f47413},
    {"c.sub s0, a5", 0x8c1d, 0x40f40433},
    {"c.xor s1, a4", 0x8cb9, 0x00e4c4b3},
    {"c.or a0, a3", 0x8d55, 0x00d56533},
    {"c.and a1, a2", 0x8df1, 0x00c5f5b3},
    {"c.subw a2, a1", 0x9e0d, 0x40b6063b},
    {"c.addw a3, a0", 0x9ea9, 0x00a686bb},
    {"c.slli t6, 63", 0x1ffe, 0x03ff9f93},
    {"c.slli a0, 1", 0x0506, 0x00151513},
    {"c.lwsp t6, 252(sp)", 0x5ffe, 0x0fc12f83},
    {"c.lwsp ra, 4(sp)", 0x4092, 0x00412083},
    {"c.ldsp t6, 504(sp)", 0x7ffe, 0x1f813f83},
    {"c.ldsp ra, 8(sp)", 0x60a2, 0x00813083},
    {"c.jr t6", 0x8f82, 0x000f8067},
    {"c.mv t6, ra", 0x8f86, 0x00100fb3},
    {"c.ebreak", 0x9002, 0x00100073},
    {"c.jalr t6", 0x9f82, 0x000f80e7},
    {"c.add t6, ra", 0x9f86, 0x001f8fb3},
    {"c.swsp t6, 252(sp)", 0xdffe, 0x0ff12e23},
    {"c.swsp zero, 4(sp)", 0xc202, 0x00012223},
    {"c.sdsp t6, 504(sp)", 0xfffe, 0x1ff13c23},
    {"c.sdsp zero, 8(sp)", 0xe402, 0x00013423},
    {"c.j -2048", 0xb001, 0x801ff06f},
    {"c.j +2046", 0xaffd, 0x7fe0006f},
    {"c.beqz a5, -256", 0xd381, 0xf00780e3},
    {"c.beqz s0, 254", 0xcc7d, 0x0e040f63},
    {"c.bnez a5, -256", 0xf381, 0xf00790e3},
    {"c.bnez s0, 254", 0xec7d, 0x0e041f63},
    {"c.fld fs0, 0(s0)", 0x2000, 0x00043407},
    {"c.fld fa5, 248(a5)", 0x3ffc, 0x0f87b787},
    {"c.fsd fs0, 0(s0)", 0xa000, 0x00843027},
    {"c.fsd fa5, 248(a5)", 0xbffc, 0x0ef7bc27},
    {"c.fldsp ft11, 504(sp)", 0x3ffe, 0x1f813f87},
    {"c.fldsp ft0, 0(sp)", 0x2002, 0x00013007},
    {"c.fsdsp ft11, 504(sp)", 0xbffe, 0x1ff13c27},
};

}  // namespace

TEST_CASE("a compressed instruction stands for one wide instruction") {
    for (const Form& form : forms) {
        INFO(form.text);
        CHECK(expand(form.compressed) == form.wide);
        CHECK_FALSE(is_wide(form.compressed));
    }
}

TEST_CASE("reserved encodings of RV64C are no instructions") {
    CHECK(expand(0x0000) == 0);  // defined illegal
    CHECK(expand(0x0004) == 0);  // c.addi4spn with no offset
    CHECK(expand(0x8000) == 0);  // quadrant 0, function 4
    CHECK(expand(0x2001) == 0);  // c.addiw to x0
    CHECK(expand(0x6081) == 0);  // c.lui of 0
    CHECK(expand(0x6101) == 0);  // c.addi16sp of 0
    CHECK(expand(0x9c41) == 0);  // beside c.addw
    CHECK(expand(0x9c61) == 0);
    CHECK(expand(0x4002) == 0);  // c.lwsp to x0
    CHECK(expand(0x6002) == 0);  // c.ldsp to x0
    CHECK(expand(0x8002) == 0);  // c.jr x0
}

TEST_CASE("hints of RV64C do nothing but are instructions") {
    CHECK(expand(0x0005) == 0x00100013);  // c.nop 1
    CHECK(expand(0x0501) == 0x00050513);  // c.addi a0, 0
    CHECK(expand(0x4005) == 0x00100013);  // c.li x0, 1
    CHECK(expand(0x6005) == 0x00001037);  // c.lui x0, 1
    CHECK(expand(0x0006) == 0x00101013);  // c.slli x0, 1
    CHECK(expand(0x8006) == 0x00100033);  // c.mv x0, ra
    CHECK(expand(0x9006) == 0x00100033);  // c.add x0, ra
}

TEST_CASE("the two lowest bits tell the length") {
    CHECK(is_wide(0x0003));
    CHECK(is_wide(0xffff));
    CHECK(expand(0x0003) == 0);
}
