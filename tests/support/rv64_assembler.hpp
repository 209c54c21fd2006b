// Just enough of an assembler for tests: RV64 encodings by format, constants, labels.
//
//     Assembler a(0x8000'0000);
//     a.li(10, 0x1234'5678'9abc);
//     auto loop = a.here();
//     a.emit(addi(10, 10, -1));
//     a.emit(branch(1, 10, 0, loop - a.here()));       // bne a0, zero, loop
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace wirewrap::test::rv64 {

using u32 = std::uint32_t;
using Reg = u32;

constexpr u32 r_type(u32 opcode, u32 funct3, u32 funct7, Reg rd, Reg rs1, Reg rs2) {
    return opcode | rd << 7 | funct3 << 12 | rs1 << 15 | rs2 << 20 | funct7 << 25;
}
constexpr u32 i_type(u32 opcode, u32 funct3, Reg rd, Reg rs1, std::int64_t imm) {
    return opcode | rd << 7 | funct3 << 12 | rs1 << 15 | static_cast<u32>(imm) << 20;
}
constexpr u32 s_type(u32 opcode, u32 funct3, Reg rs1, Reg rs2, std::int64_t imm) {
    const u32 i = static_cast<u32>(imm);
    return opcode | (i & 31) << 7 | funct3 << 12 | rs1 << 15 | rs2 << 20 | (i >> 5 & 127) << 25;
}
constexpr u32 u_type(u32 opcode, Reg rd, std::int64_t imm) {
    return opcode | rd << 7 | (static_cast<u32>(imm) & 0xfffff000);
}
constexpr u32 branch(u32 funct3, Reg rs1, Reg rs2, std::int64_t offset) {
    const u32 i = static_cast<u32>(offset);
    return 0x63 | (i >> 11 & 1) << 7 | (i >> 1 & 15) << 8 | funct3 << 12 | rs1 << 15 | rs2 << 20 |
           (i >> 5 & 63) << 25 | (i >> 12 & 1) << 31;
}
constexpr u32 jal(Reg rd, std::int64_t offset) {
    const u32 i = static_cast<u32>(offset);
    return 0x6f | rd << 7 | (i >> 12 & 255) << 12 | (i >> 11 & 1) << 20 | (i >> 1 & 1023) << 21 |
           (i >> 20 & 1) << 31;
}

constexpr u32 addi(Reg rd, Reg rs1, std::int64_t imm) { return i_type(0x13, 0, rd, rs1, imm); }
constexpr u32 add(Reg rd, Reg rs1, Reg rs2) { return r_type(0x33, 0, 0, rd, rs1, rs2); }
constexpr u32 load(u32 funct3, Reg rd, Reg base, std::int64_t offset) {
    return i_type(0x03, funct3, rd, base, offset);
}
constexpr u32 store(u32 funct3, Reg value, Reg base, std::int64_t offset) {
    return s_type(0x23, funct3, base, value, offset);
}
constexpr u32 lbu(Reg rd, Reg base, std::int64_t offset) { return load(4, rd, base, offset); }
constexpr u32 lhu(Reg rd, Reg base, std::int64_t offset) { return load(5, rd, base, offset); }
constexpr u32 lw(Reg rd, Reg base, std::int64_t offset) { return load(2, rd, base, offset); }
constexpr u32 ld(Reg rd, Reg base, std::int64_t offset) { return load(3, rd, base, offset); }
constexpr u32 sb(Reg value, Reg base, std::int64_t offset) { return store(0, value, base, offset); }
constexpr u32 sw(Reg value, Reg base, std::int64_t offset) { return store(2, value, base, offset); }
constexpr u32 sd(Reg value, Reg base, std::int64_t offset) { return store(3, value, base, offset); }
constexpr u32 jalr(Reg rd, Reg base, std::int64_t offset) { return i_type(0x67, 0, rd, base, offset); }
constexpr u32 beq(Reg a, Reg b, std::int64_t offset) { return branch(0, a, b, offset); }
constexpr u32 bne(Reg a, Reg b, std::int64_t offset) { return branch(1, a, b, offset); }
constexpr u32 amo(u32 funct5, u32 funct3, Reg rd, Reg address, Reg value) {
    return r_type(0x2f, funct3, funct5 << 2, rd, address, value);
}
constexpr u32 csr_instruction(u32 funct3, Reg rd, u32 number, Reg rs1) {
    return i_type(0x73, funct3, rd, rs1, number);
}
constexpr u32 csrr(Reg rd, u32 number) { return csr_instruction(2, rd, number, 0); }
constexpr u32 csrw(u32 number, Reg rs1) { return csr_instruction(1, 0, number, rs1); }
inline constexpr u32 ecall = 0x73, ebreak = 0x100073, sret = 0x10200073, mret = 0x30200073, wfi = 0x10500073,
                     sfence_vma = 0x12000073, fence = 0x0ff0000f, pause = 0x0100000f, fence_i = 0x100f,
                     nop = 0x13;

/// Code that grows from an address.
class Assembler {
public:
    explicit Assembler(std::uint64_t base) : base_(base) {}

    std::uint64_t here() const { return base_ + 2 * halfwords_.size(); }

    void emit(u32 instruction) {
        emit_compressed(static_cast<std::uint16_t>(instruction));
        emit_compressed(static_cast<std::uint16_t>(instruction >> 16));
    }
    void emit_compressed(std::uint16_t instruction) { halfwords_.push_back(instruction); }
    template <class... Words>
    void emit(u32 first, Words... rest) {
        emit(first);
        (emit(rest), ...);
    }
    /// Replaces the four bytes at an address.
    void patch(std::uint64_t address, u32 instruction) {
        const std::size_t index = (address - base_) / 2;
        halfwords_[index] = static_cast<std::uint16_t>(instruction);
        halfwords_[index + 1] = static_cast<std::uint16_t>(instruction >> 16);
    }
    void align(std::uint64_t to) {
        while (here() % to != 0) emit_compressed(0x0001);  // c.nop
    }
    void doubleword(std::uint64_t value) {
        for (int i = 0; i != 4; ++i) emit_compressed(static_cast<std::uint16_t>(value >> 16 * i));
    }

    /// Any constant, in one to eight instructions; touches `rd` only.
    void li(Reg rd, std::uint64_t value) {
        const auto v = static_cast<std::int64_t>(value);
        const std::int64_t low = static_cast<std::int64_t>(value << 52) >> 52;
        if (v == low) return emit(addi(rd, 0, v));
        const auto rest = static_cast<std::int64_t>(value - static_cast<std::uint64_t>(low));
        if (v == static_cast<std::int32_t>(v)) {
            emit(u_type(0x37, rd, rest));
            if (low != 0) emit(i_type(0x1b, 0, rd, rd, low));
            return;
        }
        li(rd, static_cast<std::uint64_t>(rest >> 12));
        emit(i_type(0x13, 1, rd, rd, 12));
        if (low != 0) emit(addi(rd, rd, low));
    }
    /// An address within 2 GiB, relative to the code: two instructions.
    void la(Reg rd, std::uint64_t address) {
        const auto distance = static_cast<std::int64_t>(address - here());
        const std::int64_t low = static_cast<std::int64_t>(static_cast<std::uint64_t>(distance) << 52) >> 52;
        emit(u_type(0x17, rd, distance - low), addi(rd, rd, low));
    }

    std::uint64_t base() const { return base_; }
    std::span<const std::byte> bytes() const { return std::as_bytes(std::span(halfwords_)); }
    std::vector<u32> words() const {
        std::vector<u32> result((halfwords_.size() + 1) / 2);
        std::memcpy(result.data(), halfwords_.data(), 2 * halfwords_.size());
        return result;
    }

private:
    std::uint64_t base_;
    std::vector<std::uint16_t> halfwords_;
};

}  // namespace wirewrap::test::rv64
