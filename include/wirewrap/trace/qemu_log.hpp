// What a hart executes as QEMU logs it with `-d`: `in_asm`, the instructions of a block when it is executed first; `exec`, a
// line for each block each time; `int`, traps.
//
//     trace::QemuLog log(sink, {.exec = true, .single = true});
//     hart.observe(&log);
//
//     ----------------
//     IN:
//     Priv: 3; Virt: 0
//     0x000000008000000e:  157d              addi                    a0,a0,-1
//     0x0000000080000010:  fd7d              bnez                    a0,-2                   # 0x8000000e
//
//     Trace 0: 0x0 [0000000000000000/000000008000000e/00000003/00000000]
//     riscv_cpu_do_interrupt: hart:0, async:0, cause:000000000000000b, epc:0x0000000080000012, tval:0x…, desc=machine_ecall
//
// A block is a hart's business here, not a translator's: it ends with a jump, a branch or a system instruction, at the end of a
// page, or with a trap. `single` has blocks of one instruction, as QEMU's -singlestep, which newer releases call
// -one-insn-per-tb. Each block that is executed has a line, as with QEMU's `nochain`. Of the four numbers of a Trace line the
// second is the pc, as in QEMU; the third is the privilege mode, and the others are 0.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <wirewrap/base/interval.hpp>
#include <wirewrap/cpu/riscv/observed.hpp>
#include <wirewrap/trace/log.hpp>
#include <wirewrap/trace/texts.hpp>

namespace wirewrap::trace {

struct QemuLogItems {
    bool in_asm = false;
    bool exec = false;
    bool interrupts = false;  // "int"
    bool single = false;      // a block has one instruction
    /// Blocks that begin elsewhere are left out; none: all are shown. Not of `interrupts`.
    std::vector<Interval> only{};
};

class QemuLog {
public:
    /// `in_asm` needs a disassembler; without one there is none of it.
    QemuLog(Log::Sink sink, QemuLogItems items, std::optional<Disassembler> disassembler = std::nullopt)
        : log_(std::move(sink)), items_(std::move(items)) {
        if (disassembler) texts_.emplace(std::move(*disassembler));
        items_.in_asm = items_.in_asm && texts_.has_value();
    }
    QemuLog(const QemuLog&) = delete;
    QemuLog& operator=(const QemuLog&) = delete;
    ~QemuLog() { flush(); }

    /// Blocks that are not at their end are written as far as they were executed.
    void flush() {
        for (std::size_t hart = 0; hart != blocks_.size(); ++hart) finish(hart);
        log_.flush();
    }

    // ---- hooks of harts

    void executes(const riscv::NextInstruction& next) {
        if (!items_.in_asm && !items_.exec) return;
        Block& block = block_of(next.hart);
        if (!block.instructions.empty() &&
            (block.next != next.pc || block.mode != next.mode || next.pc % riscv::page_size == 0))
            finish(next.hart);
        if (block.instructions.empty()) block.mode = next.mode;
        block.instructions.push_back({next.pc, next.word});
        block.next = next.pc + next.length();
        if (items_.single || ends_block(decoded(next.word))) finish(next.hart);
    }
    void trapped(const riscv::TakenTrap& trap) {
        if (trap.hart < blocks_.size()) finish(trap.hart);
        if (!items_.interrupts) return;
        const auto& names = trap.interrupt() ? interrupt_names : exception_names;
        log_.text("riscv_cpu_do_interrupt: hart:").decimal(trap.hart);
        log_.text(", async:").decimal(trap.interrupt() ? 1 : 0).text(", cause:").hex(trap.number(), 16);
        log_.text(", epc:0x").hex(trap.pc, 16).text(", tval:0x").hex(trap.value, 16).text(", desc=");
        log_.text(trap.number() < names.size() ? names[trap.number()] : "(unknown)").end();
    }

private:
    struct At {
        std::uint64_t pc = 0;
        std::uint32_t word = 0;
    };
    struct Block {
        std::vector<At> instructions{};
        std::uint64_t next = 0;  // where it goes on
        riscv::Privilege mode{};
    };

    static constexpr std::array<std::string_view, 16> exception_names{
        "misaligned_fetch", "fault_fetch",      "illegal_instruction", "breakpoint",      "misaligned_load",
        "fault_load",       "misaligned_store", "fault_store",         "user_ecall",      "supervisor_ecall",
        "hypervisor_ecall", "machine_ecall",    "exec_page_fault",     "load_page_fault", "reserved",
        "store_page_fault"};
    static constexpr std::array<std::string_view, 16> interrupt_names{
        "u_software", "s_software", "vs_software", "m_software", "u_timer",     "s_timer",
        "vs_timer",   "m_timer",    "u_external",  "s_external", "vs_external", "m_external",
        "reserved",   "reserved",   "reserved",    "reserved"};

    Block& block_of(std::uint64_t hart) {
        if (hart >= blocks_.size()) blocks_.resize(hart + 1);
        return blocks_[hart];
    }
    bool shown(std::uint64_t pc) const {
        if (items_.only.empty()) return true;
        for (const Interval& range : items_.only)
            if (range.contains(GuestAddress{pc})) return true;
        return false;
    }

    void finish(std::uint64_t hart) {
        Block& block = blocks_[hart];
        if (block.instructions.empty()) return;
        if (shown(block.instructions.front().pc)) {
            if (items_.in_asm && is_new(block)) show(block);
            if (items_.exec) {
                log_.text("Trace ").decimal(hart).text(": 0x0 [0000000000000000/");
                log_.hex(block.instructions.front().pc, 16).text("/");
                log_.hex(static_cast<std::uint64_t>(block.mode), 8).text("/00000000] ").end();
            }
        }
        block.instructions.clear();
    }

    /// Such a block was not shown yet: the same instructions there in that mode.
    bool is_new(const Block& block) {
        std::uint64_t hash = static_cast<std::uint64_t>(block.mode);
        const auto mix = [&](std::uint64_t value) {
            hash = (hash ^ value) * 0x9e37'79b9'7f4a'7c15;
            hash ^= hash >> 29;
        };
        mix(block.instructions.front().pc);
        for (const At& at : block.instructions) mix(at.word);
        return seen_.insert(hash).second;
    }
    void show(const Block& block) {
        log_.text("----------------\nIN: \nPriv: ").decimal(static_cast<std::uint64_t>(block.mode));
        log_.text("; Virt: 0").end();
        for (const At& at : block.instructions) {
            const Texts::Entry& text = texts_->of(at.word);
            const std::size_t digits = riscv::is_wide(static_cast<std::uint16_t>(at.word)) ? 8 : 4;
            log_.text("0x").hex(at.pc, 16).text(":  ").hex(at.word, digits).pad(digits, 18);
            log_.text(text.mnemonic).pad(text.mnemonic.size(), 24);
            std::size_t length = 0;
            for (const char c : text.operands)
                if (c != ' ') log_.text({&c, 1}), ++length;
            if (text.distance)
                log_.pad(length, 24)
                    .text("# 0x")
                    .hex(at.pc + static_cast<std::uint64_t>(std::int64_t{*text.distance}));
            log_.end();
        }
        log_.end();
    }

    Log log_;
    QemuLogItems items_;
    std::optional<Texts> texts_{};
    std::vector<Block> blocks_{};  // by hart
    std::unordered_set<std::uint64_t> seen_{};
};

}  // namespace wirewrap::trace
