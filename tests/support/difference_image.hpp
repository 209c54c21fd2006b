// A bare-metal image that executes random code in blocks, each in its own privilege mode, and prints the
// state of the hart after each: what two machines must agree on.
//
//     0x80000000   entry, trap handlers, and the blocks: set-up in M mode, random code, an `end` word
//     0x80800000   Record: registers, CSRs, the log of traps, 1 KiB of data     <- printed after each block
//     0x80804000   private memory of the handlers
//     0x80810000   four pages that PMP protects differently from block to block
//
// A trap handler saves all registers, logs cause, pc, value and status, and skips the instruction. The word
// `end` is an illegal instruction that the handler knows: it completes the record and prints it through the
// UART byte by byte.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/random_program.hpp"
#include "tests/support/rv64_assembler.hpp"

namespace wirewrap::test {

/// What is printed after each block, little-endian.
struct Record {
    static constexpr std::size_t csr_count = 15, log_entries = 47;
    struct Trap {
        std::uint64_t cause, pc, value, status;
    };

    std::uint64_t x[32];  // x[0] is the block's number
    std::uint64_t csrs[csr_count];
    std::uint64_t traps;  // how many were logged; the log keeps the first 47
    Trap log[log_entries];
    std::uint64_t instructions;  // minstret's progress, when the image was asked to record it
    std::uint64_t spare[3];
    std::uint64_t data[128];
    std::uint64_t f[32];  // zeros without floating point
    std::uint64_t fcsr;
};
static_assert(sizeof(Record) == 3208);

inline constexpr std::array<std::uint32_t, Record::csr_count> recorded_csrs = {
    0x300, 0x302, 0x303, 0x304, 0x306, 0x341, 0x342, 0x343,  // mstatus … mtval
    0x106, 0x140, 0x141, 0x142, 0x143, 0x3b8, 0x105};        // scounteren … stval, pmpaddr8, stvec
inline constexpr std::array<std::string_view, Record::csr_count> recorded_csr_names = {
    "mstatus",    "medeleg",  "mideleg", "mie",    "mcounteren", "mepc",     "mcause", "mtval",
    "scounteren", "sscratch", "sepc",    "scause", "stval",      "pmpaddr8", "stvec"};

class DifferenceImage {
public:
    using u32 = std::uint32_t;
    using u64 = std::uint64_t;
    static constexpr u64 base = 0x8000'0000, ram_end = 0x8400'0000;
    static constexpr u64 record = 0x8080'0000, data = record + offsetof(Record, data), frame = 0x8080'4000,
                         supervisor_frame = 0x8080'4800, guarded = 0x8081'0000, guarded_size = 0x4000;
    static constexpr u32 end_word = 0x0ed0'000b;  // custom-0

    struct Block {
        u64 first = 0, end = 0;  // addresses of the random code
        riscv::Privilege mode = riscv::Privilege::machine;
    };

    /// `blocks` blocks of `items` random items each. With `count_instructions` nothing traps and minstret is
    /// recorded as well. `unreserved`: see RandomPlace.
    DifferenceImage(u64 seed, std::size_t blocks, std::size_t items, bool count_instructions, Census& census,
                    riscv::Extensions extensions = {}, RandomPlace::Unreserved unreserved = {})
        : count_instructions_(count_instructions), unreserved_(unreserved), extensions_(extensions),
          a_(base) {
        const u64 to_start = a_.here();
        a_.emit(rv64::nop);
        machine_handler_ = a_.here();
        handler(machine_csrs);
        supervisor_handler_ = a_.here();
        handler(supervisor_csrs);
        a_.patch(to_start, rv64::jal(0, static_cast<std::int64_t>(a_.here() - to_start)));
        a_.emit(rv64::csrr(1, 0xf14), rv64::beq(1, 0, 12), rv64::wfi,
                rv64::jal(0, -4));  // only hart 0 goes on
        a_.la(1, frame);
        a_.emit(rv64::csrw(0x340, 1));
        a_.la(1, machine_handler_);
        a_.emit(rv64::csrw(0x305, 1));
        std::mt19937_64 seeds(seed);
        for (std::size_t i = 0; i != blocks; ++i) block(i, seeds(), items, census);
        a_.li(1, 0x10'0000);
        a_.li(2, 0x5555);
        a_.emit(rv64::sw(2, 1, 0), rv64::jal(0, 0));
    }

    std::span<const std::byte> bytes() const { return a_.bytes(); }
    const std::vector<Block>& blocks() const { return blocks_; }

private:
    /// A handler's registers, so that one text serves both modes.
    struct HandlerCsrs {
        bool machine;
        u32 scratch, epc, cause, value, status, xret;
    };
    static constexpr HandlerCsrs machine_csrs{true, 0x340, 0x341, 0x342, 0x343, 0x300, rv64::mret};
    static constexpr HandlerCsrs supervisor_csrs{false, 0x140, 0x141, 0x142, 0x143, 0x100, rv64::sret};

    // Frame: x1 … x31 at 8 … 248, then:
    static constexpr std::int64_t frame_resume = 256;   // where to go on after a failed fetch
    static constexpr std::int64_t frame_next = 264;     // M: the next block
    static constexpr std::int64_t frame_ended = 272;    // S: its registers are the block's last
    static constexpr std::int64_t frame_instret = 280;  // M: minstret when the block began

    template <class Emit>
    void branch_over(u32 inverted_funct3, u32 left, u32 right, Emit emit) {
        const u64 at = a_.here();
        a_.emit(rv64::nop);
        emit();
        a_.patch(at, rv64::branch(inverted_funct3, left, right, static_cast<std::int64_t>(a_.here() - at)));
    }

    void restore_all() {  // from the frame in x31
        for (u32 r = 1; r != 32; ++r) a_.emit(rv64::ld(r, 31, 8 * r));
    }

    void handler(const HandlerCsrs& csr) {
        using namespace rv64;
        a_.align(4);
        (csr.machine ? machine_handler_ : supervisor_handler_) = a_.here();
        a_.emit(csr_instruction(1, 31, csr.scratch, 31));
        for (u32 r = 1; r != 31; ++r) a_.emit(sd(r, 31, 8 * r));
        if (csr.machine && count_instructions_) a_.emit(csrr(20, 0xb02));
        a_.emit(csr_instruction(1, 1, csr.scratch, 31), sd(1, 31, 248));
        a_.emit(csrr(2, csr.cause), csrr(3, csr.epc), csrr(4, csr.value), csrr(5, csr.status));
        // A breakpoint's value is 0 or its address: the architecture leaves it open. In newer releases of QEMU it is
        // the latter.
        a_.li(6, 3);
        branch_over(1, 2, 6,
                    [&] { branch_over(1, 3, 4, [&] { a_.emit(addi(4, 0, 0), csrw(csr.value, 0)); }); });
        a_.la(10, record);
        a_.la(11, frame);
        a_.la(12, supervisor_frame);
        // The end of the block?
        a_.li(6, end_word);
        branch_over(1, 4, 6, [&] {
            a_.li(7, 2);
            branch_over(1, 2, 7, [&] {
                if (csr.machine) {
                    finish();
                } else {
                    a_.emit(addi(7, 0, 1), sd(7, 12, frame_ended), ecall);
                }
            });
        });
        if (csr.machine) {
            a_.emit(ld(7, 12, frame_ended));
            branch_over(0, 7, 0, [&] {  // registers are in the supervisor's frame
                for (u32 r = 1; r != 32; ++r) a_.emit(ld(7, 12, 8 * r), sd(7, 11, 8 * r));
                finish();
            });
        }
        // Log.
        constexpr std::int64_t traps = offsetof(Record, traps), log = offsetof(Record, log);
        a_.emit(ld(6, 10, traps), addi(7, 6, 1), sd(7, 10, traps));
        a_.li(7, Record::log_entries);
        branch_over(7, 6, 7, [&] {  // bgeu
            a_.emit(i_type(0x13, 1, 6, 6, 5), add(6, 6, 10), sd(2, 6, log), sd(3, 6, log + 8),
                    sd(4, 6, log + 16), sd(5, 6, log + 24));
        });
        // Skip, or resume after a failed fetch.
        a_.li(7, 1);
        const u64 to_skip = a_.here();
        a_.emit(nop);
        a_.emit(ld(3, 11, frame_resume));
        const u64 to_return = a_.here();
        a_.emit(nop);
        a_.patch(to_skip, bne(2, 7, static_cast<std::int64_t>(a_.here() - to_skip)));
        a_.emit(lhu(6, 3, 0), i_type(0x13, 7, 6, 6, 3), addi(3, 3, 2), addi(7, 0, 3));
        branch_over(1, 6, 7, [&] { a_.emit(addi(3, 3, 2)); });
        a_.patch(to_return, jal(0, static_cast<std::int64_t>(a_.here() - to_return)));
        a_.emit(csrw(csr.epc, 3));
        restore_all();
        a_.emit(csr.xret);
    }

    /// Completes the record, prints it, and goes on to the next block. x10: record, x11: frame.
    void finish() {
        using namespace rv64;
        for (u32 r = 1; r != 32; ++r) a_.emit(ld(7, 11, 8 * r), sd(7, 10, 8 * r));
        for (std::size_t i = 0; i != recorded_csrs.size(); ++i)
            a_.emit(csrr(7, recorded_csrs[i]),
                    sd(7, 10, static_cast<std::int64_t>(offsetof(Record, csrs) + 8 * i)));
        if (count_instructions_)
            a_.emit(ld(7, 11, frame_instret), r_type(0x33, 0, 0x20, 7, 20, 7),
                    sd(7, 10, offsetof(Record, instructions)));
        if (extensions_.floating) {
            a_.li(5, riscv::status::floating);
            a_.li(6, offsetof(Record, f));
            a_.emit(csr_instruction(2, 0, 0x300, 5), add(6, 6, 10));
            for (u32 r = 0; r != 32; ++r) a_.emit(s_type(0x27, 3, 6, r, 8 * r));
            a_.emit(csrr(7, 3), sd(7, 6, 256));
        }
        a_.li(5, 0x1000'0000);
        a_.li(7, sizeof(Record));
        a_.emit(add(7, 10, 7));
        const u64 loop = a_.here();
        a_.emit(lbu(6, 10, 0), sb(6, 5, 0), addi(10, 10, 1));
        a_.emit(bne(10, 7, static_cast<std::int64_t>(loop - a_.here())));
        a_.emit(ld(7, 11, frame_next), jalr(0, 7, 0));
    }

    /// Protection of the guarded pages, then of everything else.
    void protect(RandomCode& random, bool lock) {
        std::array<u64, 16> address{};
        std::array<u64, 16> config{};
        constexpr std::uint8_t rights[] = {0, 1, 3, 4, 5, 7};
        std::array<std::uint8_t, guarded_size / 4096> chosen{};
        std::size_t entry = 0;
        for (u64 page = guarded; page != guarded + guarded_size; page += 4096) {
            const u64 lock_bit = lock && random.below(2) != 0 ? 0x80 : 0;
            if (random.below(2) != 0) {
                address[entry] = page >> 2 | 0x1ff;  // NAPOT, 4 KiB
                config[entry] = 0x18;
            } else {
                address[entry++] = page >> 2;  // TOR from here …
                address[entry] = (page + 4096) >> 2;
                config[entry] = 0x08;
            }
            const std::uint8_t right = rights[random.below(6)];
            chosen[(page - guarded) / 4096] = right;
            config[entry++] |= right | lock_bit;
        }
        random.guard(chosen);
        address[entry] = ~u64{0} >> 10;
        config[entry] = 0x1f;
        // Locked entries would stay for all later blocks, so locking is for the last block of an image.
        for (std::size_t i = 0; i != 10; ++i) {
            a_.li(1, address[i]);
            a_.emit(rv64::csrw(0x3b0 + static_cast<u32>(i), 1));
        }
        for (std::size_t half = 0; half != 2; ++half) {
            u64 packed = 0;
            for (std::size_t i = 0; i != 8; ++i) packed |= config[8 * half + i] << (8 * i);
            a_.li(1, packed);
            a_.emit(rv64::csrw(0x3a0 + 2 * static_cast<u32>(half), 1));
        }
        a_.emit(rv64::sfence_vma);
    }

    /// Values of every magnitude: none of what an earlier block left is there.
    void fill(u64 from, u64 size, u64 seed) {
        using namespace rv64;
        a_.la(1, from);
        a_.la(2, from + size);
        a_.li(3, seed);
        a_.li(4, 0x5851'f42d'4c95'7f2d);  // Knuth's MMIX
        const u64 loop = a_.here();
        a_.emit(r_type(0x33, 0, 1, 3, 3, 4), addi(3, 3, 1),
                r_type(0x33, 5, 0x20, 5, 3, 3));  // mul, addi, sra
        a_.emit(sd(5, 1, 0), addi(1, 1, 8));
        a_.emit(bne(1, 2, static_cast<std::int64_t>(loop - a_.here())));
    }

    /// A block begins with nothing of what came before, so that what one block does otherwise shows in no other.
    void block(std::size_t number, u64 seed, std::size_t items, Census& census) {
        using namespace rv64;
        constexpr riscv::Privilege modes[] = {riscv::Privilege::machine, riscv::Privilege::supervisor,
                                              riscv::Privilege::user};
        const riscv::Privilege mode = modes[number % 3];
        RandomCode random(a_, seed,
                          {.mode = mode,
                           .data = data,
                           .data_size = sizeof(Record::data),
                           .guarded = guarded,
                           .guarded_size = guarded_size,
                           .nowhere = ram_end,
                           .resume = frame + frame_resume,
                           .traps = !count_instructions_,
                           .unreserved = unreserved_,
                           .extensions = extensions_},
                          &census);
        // CSRs as the block wants them. Of the exceptions, some are delegated in every other block.
        const bool delegates = mode != riscv::Privilege::machine && !count_instructions_ &&
                               random.below(2) != 0;
        protect(random, false);
        a_.li(1, delegates ? (random.below(0x10000) & 0xb1fe) | 4 : 0);
        a_.emit(csrw(0x302, 1), csrw(0x303, 0), csrw(0x304, 0), csrw(0x306, 0), csrw(0x106, 0));
        a_.emit(csrw(0x141, 0), csrw(0x142, 0), csrw(0x143, 0));
        a_.la(1, supervisor_handler_);
        a_.emit(csrw(0x105, 1));
        a_.li(1, supervisor_frame);
        a_.emit(csrw(0x140, 1), sd(0, 1, frame_ended), amo(0x03, 3, 0, 1, 0));  // sc.d: nothing is reserved
        fill(data, sizeof(Record::data), seed);
        fill(guarded, guarded_size, ~seed);
        if (extensions_.floating) {
            a_.li(1, riscv::status::floating);
            a_.emit(csrw(0x300, 1), csrw(3, 0));
            for (u32 r = 0; r != 32; ++r) {
                a_.li(1, random.float_value());
                a_.emit(r_type(0x53, 0, 0x79, r, 1, 0));
            }
        }
        // Here and there, floating point is off.
        const bool floats = extensions_.floating && (count_instructions_ || random.below(8) != 0);
        a_.li(1, static_cast<u64>(mode) << 11 | (floats ? riscv::status::floating : 0));
        a_.emit(csrw(0x300, 1));
        a_.la(10, record);
        a_.li(1, number);
        a_.emit(sd(1, 10, 0), sd(0, 10, offsetof(Record, traps)));
        // The log of the last block must not show.
        a_.emit(addi(2, 10, offsetof(Record, log)));
        a_.li(3, sizeof(Record::log));
        a_.emit(add(3, 3, 2), sd(0, 2, 0), addi(2, 2, 8), bne(2, 3, -8));
        // Registers, and where to go.
        a_.la(11, frame);
        const u64 next_at = a_.here();
        a_.emit(nop, nop, sd(1, 11, frame_next));
        const u64 body_at = a_.here();
        a_.emit(nop, nop, csrw(0x341, 1));
        const u64 values_at = a_.here();
        a_.emit(nop, nop);
        if (count_instructions_) a_.emit(csrr(1, 0xb02), sd(1, 11, frame_instret));
        restore_all();
        a_.emit(mret);
        a_.align(8);
        patch_address(31, values_at, a_.here() - 8);
        for (int r = 1; r != 32; ++r) a_.doubleword(random.value());
        if (random.below(2) != 0) a_.emit_compressed(0x0001);  // four-byte instructions at either alignment
        patch_address(1, body_at, a_.here());
        Block made{.first = a_.here(), .mode = mode};
        random.items(items);
        made.end = a_.here();
        a_.emit(end_word);
        blocks_.push_back(made);
        patch_address(1, next_at, a_.here());
    }

    void patch_address(u32 rd, u64 where, u64 target) {
        const auto distance = static_cast<std::int64_t>(target - where);
        const std::int64_t low = static_cast<std::int64_t>(static_cast<u64>(distance) << 52) >> 52;
        a_.patch(where, rv64::u_type(0x17, rd, distance - low));
        a_.patch(where + 4, rv64::addi(rd, rd, low));
    }

    bool count_instructions_;
    RandomPlace::Unreserved unreserved_;
    riscv::Extensions extensions_;
    rv64::Assembler a_;
    u64 machine_handler_ = 0, supervisor_handler_ = 0;
    std::vector<Block> blocks_;
};

}  // namespace wirewrap::test
