// What a hart executes as riscv-isa-sim (Spike) logs it with `-l`: a line for each instruction before it is executed, two for
// each trap.
//
//     trace::SpikeLog log(sink, std::move(*disassembler));
//     hart.observe(&log);
//
//     core   0: 0x0000000080000010 (0x0000fd7d) bnez    a0, -2
//     core   0: exception trap_machine_ecall, epc 0x0000000080000012
//
// The mnemonics are LLVM's. An instruction that repeats itself has a line each time.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include <wirewrap/cpu/riscv/observed.hpp>
#include <wirewrap/trace/log.hpp>
#include <wirewrap/trace/texts.hpp>

namespace wirewrap::trace {

class SpikeLog {
public:
    SpikeLog(Log::Sink sink, Disassembler disassembler)
        : log_(std::move(sink)), texts_(std::move(disassembler)) {}

    void flush() { log_.flush(); }

    // ---- hooks of harts

    void executes(const riscv::NextInstruction& next) {
        const Texts::Entry& text = texts_.of(next.word);
        log_.text("core ").decimal(next.hart, 3).text(": 0x").hex(next.pc, 16);
        log_.text(" (0x").hex(next.word, 8).text(") ").text(text.mnemonic);
        if (!text.operands.empty()) log_.pad(text.mnemonic.size(), 8).text(text.operands);
        log_.end();
    }
    void trapped(const riscv::TakenTrap& trap) {
        log_.text("core ").decimal(trap.hart, 3).text(": exception ");
        if (trap.interrupt())
            log_.text("interrupt #").decimal(trap.number());
        else
            log_.text(trap.number() < names.size() ? names[trap.number()] : "trap_unknown");
        log_.text(", epc 0x").hex(trap.pc, 16).end();
        const bool environment_call = trap.number() >= 8 && trap.number() <= 11;
        if (!trap.interrupt() && !environment_call)
            log_.text("core ").decimal(trap.hart, 3).text(":           tval 0x").hex(trap.value, 16).end();
    }

private:
    /// By cause.
    static constexpr std::array<std::string_view, 16> names{"trap_instruction_address_misaligned",
                                                            "trap_instruction_access_fault",
                                                            "trap_illegal_instruction",
                                                            "trap_breakpoint",
                                                            "trap_load_address_misaligned",
                                                            "trap_load_access_fault",
                                                            "trap_store_address_misaligned",
                                                            "trap_store_access_fault",
                                                            "trap_user_ecall",
                                                            "trap_supervisor_ecall",
                                                            "trap_virtual_supervisor_ecall",
                                                            "trap_machine_ecall",
                                                            "trap_instruction_page_fault",
                                                            "trap_load_page_fault",
                                                            "trap_unknown",
                                                            "trap_store_page_fault"};

    Log log_;
    Texts texts_;
};

}  // namespace wirewrap::trace
