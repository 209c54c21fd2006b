// What a hart executes, as lines that people know from elsewhere.
#include <wirewrap/trace.hpp>

#include <catch2/catch.hpp>

#include <cstdio>
#include <string>

#include <wirewrap/cpu.hpp>

#include "tests/support/flat_bus.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

constexpr std::uint64_t base = FlatBus::ram_base;

template <class Observer>
using Hart = riscv::Hart<FlatBus, riscv::Rv64gc, riscv::DefaultDispatch, riscv::Observed<Observer>>;

/// Counts a0 down from 2 by compressed instructions, calls its environment, and stays there.
void place_guest(FlatBus& bus) {
    bus.write_program({
        0x00000297,  // auipc t0, 0
        0x01828293,  // addi t0, t0, 24
        0x30529073,  // csrw mtvec, t0
        0x157d4509,  // li a0, 2; addi a0, a0, -1
        0x0073fd7d,  // bnez a0, -2; ecall
        0x00010000,  // its other half; nop
        0x0000006f,  // j 0
    });
}

std::optional<trace::Disassembler> disassembler() {
    auto opened = trace::Disassembler::open();
    if (!opened) {
        std::printf("SKIPPED: %s\n", opened.error().message.c_str());
        return std::nullopt;
    }
    return std::move(*opened);
}

template <class Observer>
void run(Observer& observer, std::uint64_t limit, std::uint64_t piece = 1'000) {
    FlatBus bus(64_KiB);
    place_guest(bus);
    Hart<Observer> hart(bus, {.reset_pc = base});
    hart.observe(&observer);
    for (std::uint64_t done = 0; done != limit;) done += hart.run(std::min(piece, limit - done)).executed;
}

}  // namespace

TEST_CASE("the disassembler knows RV64GC with Zba, Zbb and Zbs") {
    const auto made = disassembler();
    if (!made) return;
    const auto text = [&](std::uint32_t word) {
        const auto parts = made->text(word);
        return parts.mnemonic + " " + parts.operands;
    };
    CHECK(text(0x157d) == "addi a0, a0, -1");
    CHECK(text(0x8082) == "ret ");
    CHECK(text(0xf1402573) == "csrr a0, mhartid");
    CHECK(text(0x20a5a533) == "sh1add a0, a1, a0");
    CHECK(text(0x1005252f) == "lr.w a0, (a0)");
    CHECK(text(0x30200073) == "mret ");
    CHECK(made->text(0xffff'ffff).mnemonic == "unknown");
    CHECK(made->text(0x02b5'0553).mnemonic == "fadd.d");
}

TEST_CASE("riscv-isa-sim's log") {
    auto made = disassembler();
    if (!made) return;
    std::string text;
    trace::SpikeLog log([&](std::string_view more) { text += more; }, std::move(*made));
    run(log, 10);
    log.flush();
    CHECK(text == "core   0: 0x0000000080000000 (0x00000297) auipc   t0, 0\n"
                  "core   0: 0x0000000080000004 (0x01828293) addi    t0, t0, 24\n"
                  "core   0: 0x0000000080000008 (0x30529073) csrw    mtvec, t0\n"
                  "core   0: 0x000000008000000c (0x00004509) li      a0, 2\n"
                  "core   0: 0x000000008000000e (0x0000157d) addi    a0, a0, -1\n"
                  "core   0: 0x0000000080000010 (0x0000fd7d) bnez    a0, -2\n"
                  "core   0: 0x000000008000000e (0x0000157d) addi    a0, a0, -1\n"
                  "core   0: 0x0000000080000010 (0x0000fd7d) bnez    a0, -2\n"
                  "core   0: 0x0000000080000012 (0x00000073) ecall\n"
                  "core   0: exception trap_machine_ecall, epc 0x0000000080000012\n"
                  "core   0: 0x0000000080000018 (0x0000006f) j       0\n");
}

TEST_CASE("traps in riscv-isa-sim's log") {
    auto made = disassembler();
    if (!made) return;
    std::string text;
    trace::SpikeLog log([&](std::string_view more) { text += more; }, std::move(*made));
    log.trapped({.hart = 12, .cause = 5, .pc = 0x1234, .value = 0xffff'ffff'ffff'fff8});
    log.trapped({.hart = 1, .cause = riscv::interrupt_cause_bit | 7, .pc = 0x1234});
    log.flush();
    CHECK(text == "core  12: exception trap_load_access_fault, epc 0x0000000000001234\n"
                  "core  12:           tval 0xfffffffffffffff8\n"
                  "core   1: exception interrupt #7, epc 0x0000000000001234\n");
}

TEST_CASE("QEMU's log: blocks when they are new, each block, traps") {
    auto made = disassembler();
    if (!made) return;
    const std::uint64_t piece = GENERATE(1'000u, 1u);  // how a run is cut is not seen
    std::string text;
    {
        trace::QemuLog log([&](std::string_view more) { text += more; },
                           {.in_asm = true, .exec = true, .interrupts = true}, std::move(*made));
        run(log, 12, piece);
    }
    CHECK(text == "----------------\nIN: \nPriv: 3; Virt: 0\n"
                  "0x0000000080000000:  00000297          auipc                   t0,0\n"
                  "0x0000000080000004:  01828293          addi                    t0,t0,24\n"
                  "0x0000000080000008:  30529073          csrw                    mtvec,t0\n"
                  "\n"
                  "Trace 0: 0x0 [0000000000000000/0000000080000000/00000003/00000000] \n"
                  "----------------\nIN: \nPriv: 3; Virt: 0\n"
                  "0x000000008000000c:  4509              li                      a0,2\n"
                  "0x000000008000000e:  157d              addi                    a0,a0,-1\n"
                  "0x0000000080000010:  fd7d              bnez                    a0,-2                   # "
                  "0x8000000e\n"
                  "\n"
                  "Trace 0: 0x0 [0000000000000000/000000008000000c/00000003/00000000] \n"
                  "----------------\nIN: \nPriv: 3; Virt: 0\n"
                  "0x000000008000000e:  157d              addi                    a0,a0,-1\n"
                  "0x0000000080000010:  fd7d              bnez                    a0,-2                   # "
                  "0x8000000e\n"
                  "\n"
                  "Trace 0: 0x0 [0000000000000000/000000008000000e/00000003/00000000] \n"
                  "----------------\nIN: \nPriv: 3; Virt: 0\n"
                  "0x0000000080000012:  00000073          ecall                   \n"
                  "\n"
                  "Trace 0: 0x0 [0000000000000000/0000000080000012/00000003/00000000] \n"
                  "riscv_cpu_do_interrupt: hart:0, async:0, cause:000000000000000b, epc:0x0000000080000012, "
                  "tval:0x0000000000000000, desc=machine_ecall\n"
                  "----------------\nIN: \nPriv: 3; Virt: 0\n"
                  "0x0000000080000018:  0000006f          j                       0                       # "
                  "0x80000018\n"
                  "\n"
                  "Trace 0: 0x0 [0000000000000000/0000000080000018/00000003/00000000] \n"
                  "Trace 0: 0x0 [0000000000000000/0000000080000018/00000003/00000000] \n"
                  "Trace 0: 0x0 [0000000000000000/0000000080000018/00000003/00000000] \n");
}

TEST_CASE("QEMU's log of single instructions and of some addresses needs no disassembler") {
    std::string text;
    {
        trace::QemuLog log([&](std::string_view more) { text += more; },
                           {.exec = true, .single = true, .only = {{at(base + 0xe), 2_B}}});
        run(log, 20);
    }
    const std::string line = "Trace 0: 0x0 [0000000000000000/000000008000000e/00000003/00000000] \n";
    CHECK(text == line + line);
}

TEST_CASE("which code was executed, and how often") {
    trace::ExecutedCode executed;
    CHECK(executed.empty());
    trace::Together<trace::SpikeLog, trace::ExecutedCode> some(nullptr, &executed);
    CHECK(some.any());
    run(some, 12);
    CHECK(executed.count(base) == 1);
    CHECK(executed.count(base + 0xe) == 2);
    CHECK(executed.count(base + 0x18) == 3);
    CHECK(executed.count(base + 2) == 0);
    CHECK(executed.count(0x1000) == 0);
    CHECK(executed.most(base, base + 0xe) == 1);
    CHECK(executed.most(base, base + 0x10) == 2);
    CHECK(executed.most(base + 0x14, base + 0x18) == 0);
    CHECK(executed.most(0, ~std::uint64_t{0}) == 3);
    CHECK(executed.most(base + 0x1a, ~std::uint64_t{0}) == 0);
}
