// Every instruction with its extremes: encodings as GNU as gives them, meanings as its source says.
#include <catch2/catch.hpp>

#include <wirewrap/cpu/riscv/decode.hpp>

using namespace wirewrap::riscv;

namespace {

struct Form {
    std::uint32_t raw;
    const char* text;
    Instruction meaning;
};

constexpr Form forms[] = {
    {0x00988fb3, "add x31, x17, x9", {.op = Op::add_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x40988fb3, "sub x31, x17, x9", {.op = Op::sub_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x00989fb3, "sll x31, x17, x9", {.op = Op::sll_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0098afb3, "slt x31, x17, x9", {.op = Op::slt_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0098bfb3, "sltu x31, x17, x9", {.op = Op::sltu_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0098cfb3, "xor x31, x17, x9", {.op = Op::xor__4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0098dfb3, "srl x31, x17, x9", {.op = Op::srl_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x4098dfb3, "sra x31, x17, x9", {.op = Op::sra_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0098efb3, "or x31, x17, x9", {.op = Op::or__4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0098ffb3, "and x31, x17, x9", {.op = Op::and__4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x00988fbb, "addw x31, x17, x9", {.op = Op::addw_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x40988fbb, "subw x31, x17, x9", {.op = Op::subw_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x00989fbb, "sllw x31, x17, x9", {.op = Op::sllw_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0098dfbb, "srlw x31, x17, x9", {.op = Op::srlw_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x4098dfbb, "sraw x31, x17, x9", {.op = Op::sraw_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x02988fb3, "mul x31, x17, x9", {.op = Op::mul_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x02989fb3, "mulh x31, x17, x9", {.op = Op::mulh_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0298afb3, "mulhsu x31, x17, x9", {.op = Op::mulhsu_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0298bfb3, "mulhu x31, x17, x9", {.op = Op::mulhu_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0298cfb3, "div x31, x17, x9", {.op = Op::div_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0298dfb3, "divu x31, x17, x9", {.op = Op::divu_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0298efb3, "rem x31, x17, x9", {.op = Op::rem_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0298ffb3, "remu x31, x17, x9", {.op = Op::remu_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x02988fbb, "mulw x31, x17, x9", {.op = Op::mulw_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0298cfbb, "divw x31, x17, x9", {.op = Op::divw_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0298dfbb, "divuw x31, x17, x9", {.op = Op::divuw_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0298efbb, "remw x31, x17, x9", {.op = Op::remw_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x0298ffbb, "remuw x31, x17, x9", {.op = Op::remuw_4, .rd = 31, .rs1 = 17, .rs2 = 9, .immediate = 0}},
    {0x800f0093, "addi x1, x30, -2048", {.op = Op::addi_4, .rd = 1, .rs1 = 30, .rs2 = 0, .immediate = -2048}},
    {0x7fff2093, "slti x1, x30, 2047", {.op = Op::slti_4, .rd = 1, .rs1 = 30, .rs2 = 0, .immediate = 2047}},
    {0xffff3093, "sltiu x1, x30, -1", {.op = Op::sltiu_4, .rd = 1, .rs1 = 30, .rs2 = 0, .immediate = -1}},
    {0xffff4093, "xori x1, x30, -1", {.op = Op::xori_4, .rd = 1, .rs1 = 30, .rs2 = 0, .immediate = -1}},
    {0x555f6093, "ori x1, x30, 1365", {.op = Op::ori_4, .rd = 1, .rs1 = 30, .rs2 = 0, .immediate = 1365}},
    {0xaaaf7093, "andi x1, x30, -1366", {.op = Op::andi_4, .rd = 1, .rs1 = 30, .rs2 = 0, .immediate = -1366}},
    {0xff9f009b, "addiw x1, x30, -7", {.op = Op::addiw_4, .rd = 1, .rs1 = 30, .rs2 = 0, .immediate = -7}},
    {0x03fa9a13, "slli x20, x21, 63", {.op = Op::slli_4, .rd = 20, .rs1 = 21, .rs2 = 0, .immediate = 63}},
    {0x03fada13, "srli x20, x21, 63", {.op = Op::srli_4, .rd = 20, .rs1 = 21, .rs2 = 0, .immediate = 63}},
    {0x420ada13, "srai x20, x21, 32", {.op = Op::srai_4, .rd = 20, .rs1 = 21, .rs2 = 0, .immediate = 32}},
    {0x01fa9a1b, "slliw x20, x21, 31", {.op = Op::slliw_4, .rd = 20, .rs1 = 21, .rs2 = 0, .immediate = 31}},
    {0x01fada1b, "srliw x20, x21, 31", {.op = Op::srliw_4, .rd = 20, .rs1 = 21, .rs2 = 0, .immediate = 31}},
    {0x401ada1b, "sraiw x20, x21, 1", {.op = Op::sraiw_4, .rd = 20, .rs1 = 21, .rs2 = 0, .immediate = 1}},
    {0x80080783, "lb x15, -2048(x16)", {.op = Op::lb_4, .rd = 15, .rs1 = 16, .rs2 = 0, .immediate = -2048}},
    {0x7ff84783, "lbu x15, 2047(x16)", {.op = Op::lbu_4, .rd = 15, .rs1 = 16, .rs2 = 0, .immediate = 2047}},
    {0xffe81783, "lh x15, -2(x16)", {.op = Op::lh_4, .rd = 15, .rs1 = 16, .rs2 = 0, .immediate = -2}},
    {0x00285783, "lhu x15, 2(x16)", {.op = Op::lhu_4, .rd = 15, .rs1 = 16, .rs2 = 0, .immediate = 2}},
    {0x00482783, "lw x15, 4(x16)", {.op = Op::lw_4, .rd = 15, .rs1 = 16, .rs2 = 0, .immediate = 4}},
    {0xffc86783, "lwu x15, -4(x16)", {.op = Op::lwu_4, .rd = 15, .rs1 = 16, .rs2 = 0, .immediate = -4}},
    {0x00883783, "ld x15, 8(x16)", {.op = Op::ld_4, .rd = 15, .rs1 = 16, .rs2 = 0, .immediate = 8}},
    {0x80f80023, "sb x15, -2048(x16)", {.op = Op::sb_4, .rd = 32, .rs1 = 16, .rs2 = 15, .immediate = -2048}},
    {0x7ef81fa3, "sh x15, 2047(x16)", {.op = Op::sh_4, .rd = 32, .rs1 = 16, .rs2 = 15, .immediate = 2047}},
    {0xfef82023, "sw x15, -32(x16)", {.op = Op::sw_4, .rd = 32, .rs1 = 16, .rs2 = 15, .immediate = -32}},
    {0x00f83fa3, "sd x15, 31(x16)", {.op = Op::sd_4, .rd = 32, .rs1 = 16, .rs2 = 15, .immediate = 31}},
    {0x81ac8063,
     "beq x25, x26, -4096",
     {.op = Op::beq_far_4, .rd = 32, .rs1 = 25, .rs2 = 26, .immediate = -4096}},
    {0x7fac9fe3,
     "bne x25, x26, 4094",
     {.op = Op::bne_far_4, .rd = 32, .rs1 = 25, .rs2 = 26, .immediate = 4094}},
    {0xffaccfe3, "blt x25, x26, -2", {.op = Op::blt_far_4, .rd = 32, .rs1 = 25, .rs2 = 26, .immediate = -2}},
    {0x01acd0e3,
     "bge x25, x26, 2048",
     {.op = Op::bge_far_4, .rd = 32, .rs1 = 25, .rs2 = 26, .immediate = 2048}},
    {0x81ace0e3,
     "bltu x25, x26, -2048",
     {.op = Op::bltu_far_4, .rd = 32, .rs1 = 25, .rs2 = 26, .immediate = -2048}},
    {0x01acff63,
     "bgeu x25, x26, 30",
     {.op = Op::bgeu_far_4, .rd = 32, .rs1 = 25, .rs2 = 26, .immediate = 30}},
    {0xfffff3b7,
     "lui x7, 0xfffff",
     {.op = Op::load_immediate_4, .rd = 7, .rs1 = 0, .rs2 = 0, .immediate = -4096}},
    {0x7ffff3b7,
     "lui x7, 0x7ffff",
     {.op = Op::load_immediate_4, .rd = 7, .rs1 = 0, .rs2 = 0, .immediate = 2147479552}},
    {0x80000397,
     "auipc x7, 0x80000",
     {.op = Op::auipc_4, .rd = 7, .rs1 = 0, .rs2 = 0, .immediate = -2147483648}},
    {0x800000ef,
     "jal x1, -1048576",
     {.op = Op::jal_far_4, .rd = 1, .rs1 = 0, .rs2 = 0, .immediate = -1048576}},
    {0x7ffff2ef, "jal x5, 1048574", {.op = Op::jal_far_4, .rd = 5, .rs1 = 0, .rs2 = 0, .immediate = 1048574}},
    {0xfffff06f, "jal x0, -2", {.op = Op::jump_far_4, .rd = 32, .rs1 = 0, .rs2 = 0, .immediate = -2}},
    {0x800300e7, "jalr x1, -2048(x6)", {.op = Op::jalr_4, .rd = 1, .rs1 = 6, .rs2 = 0, .immediate = -2048}},
    {0x7ff30067,
     "jalr x0, 2047(x6)",
     {.op = Op::jump_register_4, .rd = 32, .rs1 = 6, .rs2 = 0, .immediate = 2047}},
    {0xffb00293, "li x5, -5", {.op = Op::load_immediate_4, .rd = 5, .rs1 = 0, .rs2 = 0, .immediate = -5}},
    {0x00030293, "mv x5, x6", {.op = Op::move_4, .rd = 5, .rs1 = 0, .rs2 = 6, .immediate = 0}},
    {0x006002b3, "add x5, x0, x6", {.op = Op::move_4, .rd = 5, .rs1 = 0, .rs2 = 6, .immediate = 0}},
    {0x00000013, "nop", {.op = Op::load_immediate_4, .rd = 32, .rs1 = 0, .rs2 = 0, .immediate = 0}},
    {0x100221af, "lr.w x3, (x4)", {.op = Op::lr_w_4, .rd = 3, .rs1 = 4, .rs2 = 0, .immediate = 0}},
    {0x160221af, "lr.w.aqrl x3, (x4)", {.op = Op::lr_w_4, .rd = 3, .rs1 = 4, .rs2 = 0, .immediate = 0}},
    {0x185221af, "sc.w x3, x5, (x4)", {.op = Op::sc_w_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x1a5221af, "sc.w.rl x3, x5, (x4)", {.op = Op::sc_w_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x085221af,
     "amoswap.w x3, x5, (x4)",
     {.op = Op::amoswap_w_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x065221af,
     "amoadd.w.aqrl x3, x5, (x4)",
     {.op = Op::amoadd_w_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x205221af,
     "amoxor.w x3, x5, (x4)",
     {.op = Op::amoxor_w_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x605221af,
     "amoand.w x3, x5, (x4)",
     {.op = Op::amoand_w_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x405221af, "amoor.w x3, x5, (x4)", {.op = Op::amoor_w_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x805221af,
     "amomin.w x3, x5, (x4)",
     {.op = Op::amomin_w_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0xa05221af,
     "amomax.w x3, x5, (x4)",
     {.op = Op::amomax_w_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0xc05221af,
     "amominu.w x3, x5, (x4)",
     {.op = Op::amominu_w_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0xe05221af,
     "amomaxu.w x3, x5, (x4)",
     {.op = Op::amomaxu_w_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x100231af, "lr.d x3, (x4)", {.op = Op::lr_d_4, .rd = 3, .rs1 = 4, .rs2 = 0, .immediate = 0}},
    {0x160231af, "lr.d.aqrl x3, (x4)", {.op = Op::lr_d_4, .rd = 3, .rs1 = 4, .rs2 = 0, .immediate = 0}},
    {0x185231af, "sc.d x3, x5, (x4)", {.op = Op::sc_d_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x1a5231af, "sc.d.rl x3, x5, (x4)", {.op = Op::sc_d_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x085231af,
     "amoswap.d x3, x5, (x4)",
     {.op = Op::amoswap_d_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x065231af,
     "amoadd.d.aqrl x3, x5, (x4)",
     {.op = Op::amoadd_d_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x205231af,
     "amoxor.d x3, x5, (x4)",
     {.op = Op::amoxor_d_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x605231af,
     "amoand.d x3, x5, (x4)",
     {.op = Op::amoand_d_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x405231af, "amoor.d x3, x5, (x4)", {.op = Op::amoor_d_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x805231af,
     "amomin.d x3, x5, (x4)",
     {.op = Op::amomin_d_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0xa05231af,
     "amomax.d x3, x5, (x4)",
     {.op = Op::amomax_d_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0xc05231af,
     "amominu.d x3, x5, (x4)",
     {.op = Op::amominu_d_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0xe05231af,
     "amomaxu.d x3, x5, (x4)",
     {.op = Op::amomaxu_d_4, .rd = 3, .rs1 = 4, .rs2 = 5, .immediate = 0}},
    {0x0ff0000f, "fence", {.op = Op::fence_4, .rd = 32, .rs1 = 0, .rs2 = 0, .immediate = 0}},
    {0x0210000f, "fence r, w", {.op = Op::fence_4, .rd = 32, .rs1 = 0, .rs2 = 0, .immediate = 0}},
    {0x8330000f, "fence.tso", {.op = Op::fence_4, .rd = 32, .rs1 = 0, .rs2 = 0, .immediate = 0}},
    {0x0000100f, "fence.i", {.op = Op::fence_i_4, .rd = 32, .rs1 = 0, .rs2 = 0, .immediate = 0}},
    {0x00000073,
     "ecall",
     {.op = Op::ecall_4, .rd = 32, .rs1 = 0, .rs2 = 0, .immediate = static_cast<std::int32_t>(0x00000073)}},
    {0x00100073,
     "ebreak",
     {.op = Op::ebreak_4, .rd = 32, .rs1 = 0, .rs2 = 0, .immediate = static_cast<std::int32_t>(0x00100073)}},
    {0x30200073,
     "mret",
     {.op = Op::mret_4, .rd = 32, .rs1 = 0, .rs2 = 0, .immediate = static_cast<std::int32_t>(0x30200073)}},
    {0x10200073,
     "sret",
     {.op = Op::sret_4, .rd = 32, .rs1 = 0, .rs2 = 0, .immediate = static_cast<std::int32_t>(0x10200073)}},
    {0x10500073,
     "wfi",
     {.op = Op::wfi_4, .rd = 32, .rs1 = 0, .rs2 = 0, .immediate = static_cast<std::int32_t>(0x10500073)}},
    {0x12940073,
     "sfence.vma x8, x9",
     {.op = Op::sfence_vma_4,
      .rd = 32,
      .rs1 = 8,
      .rs2 = 9,
      .immediate = static_cast<std::int32_t>(0x12940073)}},
    {0x30559573,
     "csrrw x10, 0x305, x11",
     {.op = Op::csrrw_4, .rd = 10, .rs1 = 11, .rs2 = 0, .immediate = static_cast<std::int32_t>(0x30559573)}},
    {0x3055a573,
     "csrrs x10, 0x305, x11",
     {.op = Op::csrrs_4, .rd = 10, .rs1 = 11, .rs2 = 0, .immediate = static_cast<std::int32_t>(0x3055a573)}},
    {0x3055b573,
     "csrrc x10, 0x305, x11",
     {.op = Op::csrrc_4, .rd = 10, .rs1 = 11, .rs2 = 0, .immediate = static_cast<std::int32_t>(0x3055b573)}},
    {0xc00fd573,
     "csrrwi x10, 0xc00, 31",
     {.op = Op::csrrwi_4, .rd = 10, .rs1 = 31, .rs2 = 0, .immediate = static_cast<std::int32_t>(0xc00fd573)}},
    {0xc00fe573,
     "csrrsi x10, 0xc00, 31",
     {.op = Op::csrrsi_4, .rd = 10, .rs1 = 31, .rs2 = 0, .immediate = static_cast<std::int32_t>(0xc00fe573)}},
    {0xc00ff573,
     "csrrci x10, 0xc00, 31",
     {.op = Op::csrrci_4, .rd = 10, .rs1 = 31, .rs2 = 0, .immediate = static_cast<std::int32_t>(0xc00ff573)}},
};

}  // namespace

TEST_CASE("an instruction has the meaning of its assembler text") {
    for (const Form& form : forms) {
        INFO(form.text);
        const Instruction found = decode(form.raw);
        CHECK(name(found.op) == name(form.meaning.op));
        CHECK(found == form.meaning);
    }
}

TEST_CASE("what is no instruction keeps its bits for mtval") {
    for (const std::uint32_t raw :
         {0xffffffffu, 0x0000000bu, 0x00002063u, 0x00003063u, 0x40001033u, 0x0200103bu, 0x00007003u,
          0x00004023u, 0x1010202fu, 0x0000102fu, 0x0000402fu, 0x2800202fu, 0x00004073u, 0x10300073u,
          0x7b200073u, 0x40a51513u, 0x0205151bu, 0x4205151bu, 0x80a55513u, 0x00001067u, 0x00000007u,
          0x00000027u, 0x00000053u, 0x0000200fu, 0x12000873u, 0x00100873u, 0x30208073u}) {
        INFO(std::hex << raw);
        CHECK(decode(raw).op == Op::illegal_4);
        CHECK(static_cast<std::uint32_t>(decode(raw).immediate) == raw);
        CHECK(decode(raw).length == 4);
    }
}

TEST_CASE("a compressed instruction has the meaning of the one it stands for, in its own length") {
    unsigned legal = 0;
    for (std::uint32_t raw = 0; raw != 0x10000; ++raw) {
        const auto half = static_cast<std::uint16_t>(raw);
        if (is_wide(half)) continue;
        const Instruction compressed = decode_compressed(half, {.floating = true});
        REQUIRE(compressed.length == 2);
        if (expand(half) == 0) {
            REQUIRE(compressed.op == Op::illegal_4);
            REQUIRE(static_cast<std::uint32_t>(compressed.immediate) == raw);
            continue;
        }
        ++legal;
        Instruction wide = decode(expand(half), {.floating = true});
        REQUIRE(wide.op != Op::illegal_4);
        if (decode(expand(half)).op == Op::illegal_4) {  // of D
            REQUIRE(decode_compressed(half).op == Op::illegal_4);
            REQUIRE(static_cast<std::uint32_t>(decode_compressed(half).immediate) == raw);
        }
        // Each has a compressed form of its operation beside the wide one.
        REQUIRE(name(compressed.op) == "c." + std::string(name(wide.op)));
        wide.op = compressed.op;
        wide.length = 2;
        REQUIRE(compressed == wide);
    }
    CHECK(legal > 30'000);
}

TEST_CASE("results for x0 go to the discarded register") {
    CHECK(decode(0x00b50033).rd == discarded_register);  // add x0, a0, a1
    CHECK(destination(0) == 32);
    CHECK(destination(31) == 31);
}
