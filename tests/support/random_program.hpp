// Random RV64IMAC programs that terminate, for comparing two machines. `RandomCode` emits instructions of
// every kind; what it needs to know is where data may be touched and in which mode the code will run.
//
//     RandomCode code(assembler, seed, {.mode = Privilege::supervisor, .data = 0x8080'0800, .data_size = 8});
//     code.items(60);                                 // 60 random instructions or short sequences
//
// Every value and every choice comes from the seed. Loads, stores and jumps compute their address first, so
// that any register may be the base and none is reserved but x29, the counter of loops.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <random>

#include <wirewrap/cpu/riscv/csr.hpp>
#include <wirewrap/cpu/riscv/decode.hpp>
#include <wirewrap/cpu/riscv/privilege.hpp>

#include "tests/support/rv64_assembler.hpp"

namespace wirewrap::test {

/// How often each operation was generated.
using Census = std::array<std::uint64_t, riscv::operation_count>;

struct RandomPlace {
    riscv::Privilege mode = riscv::Privilege::machine;
    std::uint64_t data = 0;          // base of the data that is compared in the end
    std::uint64_t data_size = 0;     // bytes; a multiple of 8
    std::uint64_t guarded = 0;       // pages whose protection differs
    std::uint64_t guarded_size = 0;  // bytes
    std::uint64_t nowhere = 0;       // the first address past RAM, where nothing is
    std::uint64_t resume = 0;  // the doubleword that tells the trap handler where to go after a failed fetch
    bool traps = true;         // may instructions trap?
    /// An SC without a reservation where it could not store: misaligned it has to fault, for want of a right it may.
    /// `as_here`: the former faults, the latter does not; for a machine where `all_fault` or `none_faults` what it does
    /// otherwise is left out.
    enum class Unreserved { as_here, all_fault, none_faults } unreserved = Unreserved::as_here;
    riscv::Extensions extensions{};
};

class RandomCode {
public:
    using u32 = std::uint32_t;
    using u64 = std::uint64_t;
    using Reg = u32;

    RandomCode(rv64::Assembler& assembler, u64 seed, RandomPlace place, Census* census = nullptr)
        : a_(assembler), random_(seed), place_(place), census_(census) {}

    /// What the guarded pages allow all modes but M: 1 to load, 2 to store.
    void guard(const std::array<std::uint8_t, 4>& rights) { rights_ = rights; }

    void items(std::size_t count) {
        for (std::size_t i = 0; i != count; ++i) item();
    }

    /// Values that break things more often than uniformly random ones.
    u64 value() {
        constexpr u64 corners[] = {0,
                                   1,
                                   2,
                                   ~u64{0},
                                   0x7fff'ffff,
                                   0x8000'0000,
                                   0xffff'ffff,
                                   0x7fff'ffff'ffff'ffff,
                                   0x8000'0000'0000'0000,
                                   0xffff'ffff'8000'0000,
                                   0x1'0000'0000,
                                   0x5555'5555'5555'5555};
        switch (below(6)) {
        case 0: return corners[below(std::size(corners))];
        case 1: return random_() >> below(64);
        case 2: return static_cast<u64>(static_cast<std::int64_t>(random_()) >> below(64));
        case 3: return u64{1} << below(64);
        default: return random_();
        }
    }
    u64 below(u64 n) { return random_() % n; }
    /// The bits of a number: single and boxed, double, or neither.
    u64 float_value() {
        constexpr u64 corners[] = {0,
                                   0x8000'0000'0000'0000,
                                   0x3ff0'0000'0000'0000,
                                   0x7ff0'0000'0000'0000,
                                   0xfff0'0000'0000'0000,
                                   0x7ff8'0000'0000'0000,
                                   0x7ff0'0000'0000'0001,
                                   0x0010'0000'0000'0000,
                                   0x7fef'ffff'ffff'ffff,
                                   0x41df'ffff'ffc0'0000,
                                   0xffff'ffff'7f80'0000,
                                   0xffff'ffff'7fa0'0000,
                                   0xffff'ffff'8000'0000,
                                   0xffff'ffff'0080'0000,
                                   0xffff'ffff'7f7f'ffff,
                                   0xffff'ffff'4f00'0000};
        switch (below(8)) {
        case 0: return corners[below(std::size(corners))];
        case 1: return random_();
        case 2: return random_() & 0x800f'ffff'ffff'ffff;  // subnormal
        case 3: return 0xffff'ffff'0000'0000 | (random_() & 0x807f'ffff);
        case 4: return 0xffff'ffff'0000'0000 | ((random_() & 0x807f'ffff) + ((107 + below(40)) << 23));
        case 5: return 0xffff'ffff'0000'0000 | static_cast<u32>(random_());
        default: return (random_() & 0x800f'ffff'ffff'ffff) + ((983 + below(80)) << 52);
        }
    }

private:
    static constexpr Reg counter = 29;

    Reg any() { return static_cast<Reg>(below(32)); }
    /// Somewhere to put a result: not the loop counter.
    Reg target() {
        const Reg r = any();
        return r == counter ? 0 : r;
    }
    /// A register to compute an address in.
    Reg base() {
        const Reg r = 1 + static_cast<Reg>(below(31));
        return r == counter ? 5 : r;
    }
    Reg popular() { return 8 + static_cast<Reg>(below(8)); }

    void emit(u32 raw) {
        count(riscv::decode(raw, place_.extensions).op);
        a_.emit(raw);
    }
    void emit_compressed(std::uint16_t raw) {
        count(riscv::decode_compressed(raw, place_.extensions).op);
        a_.emit_compressed(raw);
    }
    void count(riscv::Op op) {
        if (census_ != nullptr) ++(*census_)[static_cast<std::size_t>(op)];
    }

    void item() {
        if (place_.extensions.floating && below(3) == 0) return floating();
        if (place_.extensions.bits && below(6) == 0) return bits();
        const u64 choice = below(100);
        if (choice < 36) return arithmetic();
        if (choice < 50) return compressed();
        if (choice < 63) return memory();
        if (choice < 69) return compressed_memory();
        if (choice < 77) return atomic();
        if (choice < 85) return jump();
        if (choice < 87) return loop();
        if (choice < 92) return csr();
        if (choice < 94) return fence();
        if (choice < 95) return trap_return();
        if (place_.traps) trap();
    }

    // ---- computation
    // ------------------------------------------------------------------------------------------------

    u32 random_arithmetic() {
        const Reg rd = target(), rs1 = any(), rs2 = any();
        switch (below(8)) {
        case 0: return rv64::r_type(0x33, static_cast<u32>(below(8)), 0, rd, rs1, rs2);
        case 1: return rv64::r_type(below(2) != 0 ? 0x33 : 0x3b, below(2) != 0 ? 0 : 5, 0x20, rd, rs1, rs2);
        case 2: return rv64::r_type(0x33, static_cast<u32>(below(8)), 1, rd, rs1, rs2);
        case 3: {
            constexpr u32 functions[] = {0, 4, 5, 6, 7};
            return rv64::r_type(0x3b, functions[below(5)], 1, rd, rs1, rs2);
        }
        case 4: {
            constexpr u32 functions[] = {0, 1, 5};
            return rv64::r_type(0x3b, functions[below(3)], 0, rd, rs1, rs2);
        }
        case 5: {
            constexpr u32 functions[] = {0, 2, 3, 4, 6, 7};
            return rv64::i_type(0x13, functions[below(6)], rd, rs1,
                                static_cast<std::int64_t>(random_()) >> 52);
        }
        case 6: {
            const auto shift = static_cast<std::int64_t>(below(64));
            const std::int64_t high = below(2) != 0 ? 0x400 : 0;
            if (below(2) != 0)
                return rv64::i_type(0x13, high != 0 ? 5 : (below(2) != 0 ? 1 : 5), rd, rs1, high | shift);
            return rv64::i_type(0x1b, high != 0 ? 5 : (below(2) != 0 ? 1 : 5), rd, rs1, high | (shift & 31));
        }
        default:
            if (below(6) == 0) return rv64::addi(rd, rs1, 0);
            if (below(2) != 0)
                return rv64::i_type(0x1b, 0, rd, rs1, static_cast<std::int64_t>(random_()) >> 52);
            return rv64::u_type(below(2) != 0 ? 0x37 : 0x17, rd, static_cast<std::int64_t>(random_()));
        }
    }

    void arithmetic() {
        if (below(8) == 0) return a_.li(base(), value());
        emit(random_arithmetic());
    }

    /// Any 16-bit instruction that computes and does not jump, touch memory or trap.
    std::uint16_t random_compressed() {
        for (;;) {
            const auto raw = static_cast<std::uint16_t>(random_());
            if (riscv::is_wide(raw)) continue;
            const riscv::Instruction i = riscv::decode_compressed(raw);
            const bool computes = i.op >= riscv::Op::addi_4 && i.op <= riscv::Op::sraw_4;
            if (computes && i.rd != counter) return raw;
        }
    }
    void compressed() { emit_compressed(random_compressed()); }

    // ---- memory
    // -----------------------------------------------------------------------------------------------------

    /// An operand of `size` bytes: mostly in the data, sometimes misaligned, guarded, or where nothing is.
    u64 operand(u64 size, bool aligned) {
        u64 address = place_.data + below(place_.data_size - size + 1);
        const u64 choice = below(40);
        if (place_.traps && choice < 14) address = place_.guarded + below(place_.guarded_size - size + 1);
        if (place_.traps && choice == 39) address = place_.nowhere + below(4096);
        // A misaligned access outside RAM is split by QEMU, which reports the address of a part.
        if (aligned || choice == 39 || below(3) != 0) address &= ~(size - 1);
        return address;
    }
    /// The guarded pages are protected page by page: an access must not span two of them.
    bool spans_pages(u64 address, u64 size) const {
        return address >= place_.guarded && address < place_.guarded + place_.guarded_size &&
               address / 4096 != (address + size - 1) / 4096;
    }

    /// Whether an atomic access is allowed, by alignment and the right it needs.
    bool allowed(u64 address, u64 size, unsigned right) const {
        if (address % size != 0 || address >= place_.nowhere) return false;
        const u64 offset = address - place_.guarded;
        return place_.mode == riscv::Privilege::machine || offset >= place_.guarded_size ||
               (rights_[offset / 4096] & right) != 0;
    }

    /// Whether the other machine does otherwise at an SC that has no reservation and could not store.
    bool differs(bool misaligned) const {
        using enum RandomPlace::Unreserved;
        return misaligned ? place_.unreserved == none_faults : place_.unreserved == all_fault;
    }

    void memory() {
        const bool loads = below(2) != 0;
        const auto function = static_cast<u32>(below(loads ? 7 : 4));
        const u64 size = u64{1} << (function & 3);
        const u64 address = operand(size, false);
        if (spans_pages(address, size)) return;
        const auto offset = static_cast<std::int64_t>(random_()) >> 52;
        const Reg b = base();
        a_.li(b, address - static_cast<u64>(offset));
        emit(loads ? rv64::load(function, target(), b, offset) : rv64::store(function, any(), b, offset));
    }

    void compressed_memory() {
        const bool stack = below(2) != 0, loads = below(2) != 0, wide = below(2) != 0;
        const u64 size = wide ? 8 : 4;
        const u64 address = operand(size, false);
        if (spans_pages(address, size)) return;
        const u32 offset = static_cast<u32>(below(stack ? 64 : 32) * size);
        const u32 funct3 = (loads ? 2u : 6u) + (wide ? 1u : 0u);
        if (stack) {
            a_.li(2, address - offset);
            const Reg r = loads ? base() : any();
            const u32 bits = loads ? (offset & 0x20) << 7 | r << 7 |
                                         (wide ? (offset & 0x18) << 2 | (offset & 0x1c0) >> 4
                                               : (offset & 0x1c) << 2 | (offset & 0xc0) >> 4)
                                   : r << 2 | (wide ? (offset & 0x38) << 7 | (offset & 0x1c0) << 1
                                                    : (offset & 0x3c) << 7 | (offset & 0xc0) << 1);
            return emit_compressed(static_cast<std::uint16_t>(funct3 << 13 | bits | 2));
        }
        const Reg b = popular();
        a_.li(b, address - offset);
        const u32 bits = (offset & 0x38) << 7 |
                         (wide ? (offset & 0xc0) >> 1 : (offset & 4) << 4 | (offset & 0x40) >> 1);
        emit_compressed(
            static_cast<std::uint16_t>(funct3 << 13 | bits | (b - 8) << 7 | (popular() - 8) << 2));
    }

    void atomic() {
        constexpr u32 functions[] = {0x00, 0x01, 0x04, 0x08, 0x0c, 0x10, 0x14, 0x18, 0x1c};
        const u32 funct3 = 2 + static_cast<u32>(below(2));
        const u64 size = u64{1} << funct3;
        const bool pair = below(3) == 0;
        const u64 address = operand(size, below(8) != 0 || !place_.traps);
        if (spans_pages(address, size)) return;
        // Where nothing is, QEMU performs an AMO as a load and a store and reports the load.
        if (!pair && address >= place_.nowhere) return;
        const Reg b = base();
        a_.li(b, address);
        const auto order = static_cast<u32>(below(4)) << 25;
        if (!pair) return emit(rv64::amo(functions[below(9)], funct3, target(), b, any()) | order);
        // A pair, with or without something between that keeps or loses the reservation.
        Reg rd = target();
        if (rd == b) rd = 0;
        const bool loads = below(4) != 0;
        if (loads) emit(rv64::amo(0x02, funct3, rd, b, 0) | order);
        const u64 between = below(4);
        if (between == 0) emit(rv64::store(funct3, any(), b, 0));
        if (between == 1 && place_.traps) emit(rv64::ecall);
        const bool stores = between == 2 && b != 7;
        if (stores) {
            Reg other = base();
            if (other == b) other = b == 5 ? 6 : 5;
            a_.li(other, address ^ size);
            emit(rv64::store(funct3, any(), other, 0));
        }
        // A trap loses the reservation; a store that does not trap shows that this SC may store, too.
        const bool reserved = loads && allowed(address, size, 1) && between != 0 && between != 1 && !stores;
        if (!reserved && !allowed(address, size, 2) && differs(address % size != 0)) return;
        emit(rv64::amo(0x03, funct3, target(), b, any()) | order);
    }

    /// Any instruction of Zba, Zbb and Zbs.
    void bits() {
        if (below(4) == 0) {  // of those that name one register and nothing else, each is one in thousands
            constexpr u32 of_one[] = {0x60001013, 0x60101013, 0x60201013, 0x60401013, 0x60501013, 0x28705013,
                                      0x6b805013, 0x6000101b, 0x6010101b, 0x6020101b, 0x0800403b};
            const u32 raw = of_one[below(std::size(of_one))];
            const Reg source = base();
            // QEMU 7.2 looks at all of a register whose lower word is zero.
            if (raw == 0x6010101b) a_.emit(rv64::i_type(0x13, 6, source, source, 1 << below(11)));
            return emit(raw | target() << 7 | source << 15);
        }
        for (;;) {
            constexpr u32 opcodes[] = {0x13, 0x1b, 0x33, 0x3b};
            const u32 raw = (static_cast<u32>(random_()) & ~0x7fu) | opcodes[below(4)];
            const riscv::Instruction i = riscv::decode(raw, place_.extensions);
            if (i.op >= riscv::Op::sh1add_4 && i.op <= riscv::Op::bseti_4 && i.op != riscv::Op::ctzw_4 &&
                i.rd != counter)
                return emit(raw);
        }
    }

    // ---- floating point

    void floating() {
        const u64 choice = below(16);
        if (choice == 0) return float_constant();
        if (choice < 3) return float_memory();
        if (choice == 3) return float_csr();
        for (;;) {
            constexpr u32 opcodes[] = {0x43, 0x47, 0x4b, 0x4f},
                          functions[] = {0, 1, 2, 3, 4, 5, 8, 0xb, 0x14, 0x18, 0x1a, 0x1c, 0x1e};
            constexpr u32 modes[] = {0, 1, 2, 3, 4, 7, 7, 7};
            const bool fused = below(4) == 0;
            const u32 opcode = fused ? opcodes[below(4)] : 0x53;
            const u32 function = (fused ? any() : functions[below(std::size(functions))]) << 2 |
                                 static_cast<u32>(below(2));
            const u32 raw = rv64::r_type(opcode, modes[below(8)], function, any(), any(),
                                         below(2) != 0 ? any() : static_cast<u32>(below(4)));
            const riscv::Instruction i = riscv::decode(raw, place_.extensions);
            if (i.op != riscv::Op::floating_4 || i.rd == counter) continue;
            if (!place_.traps && (raw >> 12 & 7) == 7) continue;  // where frm may be no mode
            return emit(raw);
        }
    }
    void float_constant() {
        const Reg b = base();
        a_.li(b, float_value());
        emit(rv64::r_type(0x53, 0, below(4) == 0 ? 0x78 : 0x79, any(), b, 0));
    }
    void float_memory() {
        const bool loads = below(2) != 0, wide = below(2) != 0, compressed = wide && below(2) != 0;
        const u64 size = wide ? 8 : 4;
        const u64 address = operand(size, false);
        if (spans_pages(address, size)) return;
        const u32 funct3 = wide ? 3 : 2;
        if (!compressed) {
            const auto offset = static_cast<std::int64_t>(random_()) >> 52;
            const Reg b = base();
            a_.li(b, address - static_cast<u64>(offset));
            return emit(loads ? rv64::i_type(0x07, funct3, any(), b, offset)
                              : rv64::s_type(0x27, funct3, b, any(), offset));
        }
        const u32 offset = static_cast<u32>(below(32) * 8), quadrant = loads ? 1 : 5;
        if (below(2) != 0) {
            a_.li(2, address - offset);
            const u32 bits = loads ? (offset & 0x20) << 7 | any() << 7 | (offset & 0x18) << 2 |
                                         (offset & 0x1c0) >> 4
                                   : any() << 2 | (offset & 0x38) << 7 | (offset & 0x1c0) << 1;
            return emit_compressed(static_cast<std::uint16_t>(quadrant << 13 | bits | 2));
        }
        const Reg b = popular();
        a_.li(b, address - offset);
        emit_compressed(static_cast<std::uint16_t>(quadrant << 13 | (offset & 0x38) << 7 |
                                                   (offset & 0xc0) >> 1 | (b - 8) << 7 |
                                                   (popular() - 8) << 2));
    }
    /// Reads and writes of fflags, frm and fcsr; modes that are none make instructions trap.
    void float_csr() {
        const auto number = static_cast<u32>(1 + below(3));
        if (!place_.traps || below(2) != 0) {
            const Reg b = base();
            const u64 mode = place_.traps ? below(16) : below(5);
            a_.li(b, number == 2   ? mode & 7
                     : number == 1 ? below(32)
                                   : below(32) | (mode < 8 ? mode : 0) << 5);
            return emit(rv64::csr_instruction(1, target(), number, b));
        }
        constexpr u32 functions[] = {5, 6, 7, 2, 3};
        emit(rv64::csr_instruction(functions[below(5)], target(), number, any()));
    }

    // ---- control
    // ----------------------------------------------------------------------------------------------------

    void some(std::size_t most) {
        for (u64 i = 1 + below(most); i != 0; --i) below(2) != 0 ? emit(random_arithmetic()) : compressed();
    }

    void jump() {
        constexpr u32 conditions[] = {0, 1, 4, 5, 6, 7};
        const u64 start = a_.here();
        const u64 kind = below(8);
        if (kind < 3) {  // over some instructions, or not
            const Reg left = any(), right = below(4) == 0 ? left : any();
            a_.emit(rv64::nop);
            some(5);
            const u32 raw = rv64::branch(conditions[below(6)], left, right,
                                         static_cast<std::int64_t>(a_.here() - start));
            count(riscv::decode(raw).op);
            return a_.patch(start, raw);
        }
        if (kind == 3) {  // c.beqz, c.bnez
            // imm[4:3] is at bits 11:10: an offset of 8 bytes, over three halfwords.
            emit_compressed(static_cast<std::uint16_t>((below(2) != 0 ? 0xc001 : 0xe001) |
                                                       (popular() - 8) << 7 | 1 << 10));
            for (int i = 0; i != 3; ++i) compressed();
            return;
        }
        if (kind == 4) {
            const Reg rd = target();
            a_.emit(rv64::nop);
            some(5);
            const u32 raw = rv64::jal(rd, static_cast<std::int64_t>(a_.here() - start));
            count(riscv::decode(raw).op);
            return a_.patch(start, raw);
        }
        if (kind == 5) {  // c.j over one instruction: offset 4 is imm[3:1] = 2 at raw[5:3]
            emit_compressed(0xa001 | 2 << 3);
            return compressed();
        }
        if (kind == 6 && below(4) == 0 && place_.traps) return fetch_fault();
        register_jump();
    }

    /// jalr, c.jr or c.jalr to just behind some instructions.
    void register_jump() {
        const Reg b = base();
        const u64 start = a_.here();
        a_.emit(rv64::nop, rv64::nop);
        const u64 kind = below(3);
        const auto offset = static_cast<std::int64_t>(kind == 0 ? below(64) : 0);
        if (kind == 0) emit(rv64::jalr(target(), b, offset));
        if (kind == 1) emit_compressed(static_cast<std::uint16_t>(0x8002 | b << 7));
        if (kind == 2) emit_compressed(static_cast<std::uint16_t>(0x9002 | b << 7));
        some(3);
        // jalr clears the lowest bit of the sum: one too much does not matter.
        address_of(b, start, a_.here() - static_cast<u64>(offset) + below(2));
    }

    /// A jump to where nothing is; the handler resumes behind it.
    void fetch_fault() {
        const u64 start = a_.here();
        a_.emit(rv64::nop, rv64::nop);
        a_.li(6, place_.resume);
        a_.emit(rv64::sd(5, 6, 0));
        a_.li(7, place_.nowhere + 2 * below(100));
        emit(rv64::jalr(target(), 7, 0));
        address_of(5, start, a_.here());
    }

    void loop() {
        a_.li(counter, 1 + below(40));
        const u64 top = a_.here();
        for (u64 i = 1 + below(8); i != 0; --i) below(3) != 0 ? emit(random_arithmetic()) : compressed();
        if (below(3) == 0) memory();
        emit(rv64::addi(counter, counter, -1));
        emit(rv64::bne(counter, 0, static_cast<std::int64_t>(top - a_.here())));
    }

    void fence() {
        if (below(2) != 0) return emit(a_.here() % 8 == 0 ? rv64::pause : rv64::fence);
        // Code that overwrites an instruction further on.
        const u32 after = random_arithmetic();
        const u64 start = a_.here();
        a_.emit(rv64::nop, rv64::nop);
        a_.li(6, after);
        emit(rv64::sw(6, 5, 0));
        for (u64 i = below(4); i != 0; --i) {
            const std::uint16_t between = random_compressed();
            emit_compressed(between);
        }
        emit(rv64::fence_i);
        address_of(5, start, a_.here());
        a_.emit(random_arithmetic());
        count(riscv::decode(after).op);
    }

    /// Puts `auipc rd; addi rd` that give `target` at `where`, 8 bytes kept free for it.
    void address_of(Reg rd, u64 where, u64 target) {
        a_.patch(where, rv64::u_type(0x17, rd, 0));
        a_.patch(where + 4, rv64::addi(rd, rd, static_cast<std::int64_t>(target - where)));
    }

    // ---- environment
    // ------------------------------------------------------------------------------------------------

    void csr() {
        // Registers that both machines have, with the bits that mean the same. Time and counters differ;
        // mtvec and mscratch belong to the handler; QEMU 7.2 keeps bit 0 of mepc and sepc, which the
        // architecture holds at zero.
        constexpr u32 machine[] = {0x342, 0x343, 0x302, 0x306, 0x140, 0x142,
                                   0x143, 0x106, 0x3b8, 0x304, 0x104, 0x100};
        constexpr u32 supervisor[] = {0x142, 0x143, 0x106, 0x104, 0x100, 0x302, 0xf14, 0x341};
        constexpr u32 user[] = {0x100, 0x300, 0x140, 0xc01, 0xf14, 0x7c0};
        constexpr u32 absent[] = {0x5c0, 0x7c0, 0xbff, 0x000, 0x800, 0xcc0};
        u32 number = 0;
        if (!place_.traps && place_.mode != riscv::Privilege::machine) return;
        if (place_.traps && below(8) == 0)
            number = absent[below(std::size(absent))];
        else if (place_.mode == riscv::Privilege::machine)
            number = machine[below(std::size(machine))];
        else if (place_.mode == riscv::Privilege::supervisor)
            number = supervisor[below(std::size(supervisor))];
        else
            number = user[below(std::size(user))];
        // QEMU 7.2 keeps 64 bits of the 32-bit counter enables and of pmpaddr, and more of medeleg: small
        // values there.
        const bool narrow = number == 0x306 || number == 0x106 || number == 0x3b8 || number == 0x302;
        // QEMU 7.2 has vector state and virtual interrupts even without those extensions: keep to the other
        // bits.
        if (number == 0x100 || number == 0x304 || number == 0x104) {
            const Reg bits = base();
            a_.li(bits, random_() & (number == 0x100 ? riscv::status::supervisor_writable : 0xaaa));
            return emit(rv64::csr_instruction(2 + static_cast<u32>(below(2)), target(), number, bits));
        }
        constexpr u32 functions[] = {5, 6, 7, 1, 2, 3};
        emit(rv64::csr_instruction(functions[below(narrow ? 3 : 6)], target(), number, any()));
    }

    void trap() {
        constexpr u32 illegal[] = {0xffffffff,  // all ones
                                   0x0000000b,  // custom-0
                                   0x00002063,  // branches 2 and 3
                                   0x00003063,
                                   0x40001033,   // funct7 of sub with the others
                                   0x0200103b,   // mulw's missing neighbours
                                   0x00007003,   // load 7
                                   0x00004023,   // store 4
                                   0x1010202f,   // lr.w with rs2
                                   0x0000102f,   // atomics of 16 bits
                                   0x00004073,   // system 4
                                   0x10300073,   // no such return
                                   0x40a51513,   // slli with a bit of srai
                                   0x0200151b,   // slliw by 32
                                   0x00001067,   // jalr 1
                                   0x00000007,   // load 0 of floating point
                                   0x00000053};  // fadd.s
        const std::size_t without_f = std::size(illegal) - (place_.extensions.floating ? 1 : 0);
        const u64 kind = below(14);
        if (kind < 3) return emit(rv64::ecall);
        if (kind < 5) return emit(rv64::ebreak);
        if (kind < 6) return emit_compressed(0x9002);
        if (kind < 7) return emit_compressed(below(2) != 0 ? 0x0000 : 0x8002);  // defined illegal; c.jr x0
        if (kind < 8 && place_.mode != riscv::Privilege::machine) return emit(rv64::mret);
        if (kind < 9 && place_.mode == riscv::Privilege::user) {
            constexpr u32 forbidden[] = {rv64::sret, rv64::wfi, rv64::sfence_vma};
            return emit(forbidden[below(3)]);
        }
        if (kind < 9) return emit(rv64::sfence_vma);
        if (kind < 10) return emit(illegal[below(without_f)]);
        // Whatever else is no instruction.
        for (;;) {
            const auto raw = static_cast<u32>(random_());
            if (riscv::is_wide(static_cast<std::uint16_t>(raw))) {
                if (riscv::decode(raw, place_.extensions).op == riscv::Op::illegal_4) return emit(raw);
            } else if (const auto half = static_cast<std::uint16_t>(raw);
                       riscv::decode_compressed(half, place_.extensions).op == riscv::Op::illegal_4) {
                return emit_compressed(half);
            }
        }
    }

    /// mret or sret to the next instruction, in the mode that executes it.
    void trap_return() {
        if (place_.mode == riscv::Privilege::user) return;
        const bool machine = place_.mode == riscv::Privilege::machine;
        const u64 start = a_.here();
        a_.emit(rv64::nop, rv64::nop);
        emit(rv64::csrw(machine ? 0x341 : 0x141, 5));
        if (machine) {  // with interrupts off, as before: QEMU's timer is pending from the start
            a_.li(6, riscv::status::mpie);
            emit(rv64::csr_instruction(3, 0, 0x300, 6));
        }
        a_.li(6, machine ? riscv::status::mpp : riscv::status::spp);
        emit(rv64::csr_instruction(2, target(), machine ? 0x300 : 0x100, 6));
        emit(machine ? rv64::mret : rv64::sret);
        address_of(5, start, a_.here());
    }

    rv64::Assembler& a_;
    std::mt19937_64 random_;
    RandomPlace place_;
    std::array<std::uint8_t, 4> rights_{7, 7, 7, 7};
    Census* census_;
};

}  // namespace wirewrap::test
