// A bare-metal image that makes random accesses through random page tables and writes down what became of each: what two
// machines must agree on. Machine mode makes loads, stores and atomics with the rights of U and S by MPRV, and has
// instructions fetched by `mret` to where they may be.
//
//     0x80000000   the program
//     0x80100000   items: what to change, satp, how to fence, where to access with which rights
//     0x80200000   Outcome for each item, then a sum over all tables and data      <- printed at the end
//     0x80300000   sixteen tables of random entries: tables, pages, larger pages, nonsense
//     0x81000000   sixteen pages of data, which is no instruction anywhere
//
// Table 15 may not be read by S mode, data page 7 only be read. Source of what has to be fenced how: privileged
// architecture 1.12, section 4.2.1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <vector>

#include <wirewrap/cpu/riscv/csr.hpp>
#include <wirewrap/cpu/riscv/page_table.hpp>

#include "tests/support/rv64_assembler.hpp"

namespace wirewrap::test {

struct PagingOutcome {
    std::uint64_t cause, value, pc;  // of the trap; a cause of ~0: none
    std::uint64_t loaded;
    std::uint64_t satp;
};

class PagingImage {
public:
    using u32 = std::uint32_t;
    using u64 = std::uint64_t;
    static constexpr u64 base = 0x8000'0000, items_at = 0x8010'0000, results = 0x8020'0000,
                         tables = 0x8030'0000, data = 0x8100'0000;
    static constexpr std::size_t table_count = 16, data_count = 16;
    static constexpr u64 page = 4096, end = data + data_count * page;

    struct Item {
        u64 satp, status, address, fence, entry_at, entry, value, code, fence_address, spare[7];
    };
    static_assert(sizeof(Item) == 128);
    enum Fence : u64 { nothing, all, of_address, of_space, of_both };

    /// `count` items at most; `printed()` says how many bytes come out.
    PagingImage(u64 seed, std::size_t count) : random_(seed), a_(base), image_(end - base) {
        program_start();
        fill_tables();
        fill_data();
        while (items_.size() + most_follow_ups < count) family();
        program_end();
        const auto code = a_.bytes();
        std::memcpy(image_.data(), code.data(), code.size());
        std::memcpy(image_.data() + (items_at - base), items_.data(), items_.size() * sizeof(Item));
    }

    std::span<const std::byte> bytes() const { return image_; }
    const std::vector<Item>& items() const { return items_; }
    /// The item's access is an AMO.
    bool modifies(const Item& item) const { return item.code == code_[11] || item.code == code_[12]; }
    std::size_t printed() const { return items_.size() * sizeof(PagingOutcome) + 8; }

private:
    static constexpr std::size_t most_follow_ups = 6;
    // Entries that there are in a table; through a larger page they lead to the data, or past the end of RAM.
    static constexpr u32 indices[] = {8, 9, 10, 11, 256, 511};
    static constexpr u64 filling = 0x0b0b'0b0b'0b0b'0b0b;  // no halfword of it is an instruction

    u64 below(u64 n) { return random_() % n; }
    u64 index() { return indices[below(std::size(indices))]; }

    u64 word(u64 address) const {
        u64 value;
        std::memcpy(&value, image_.data() + (address - base), 8);
        return value;
    }
    void set_word(u64 address, u64 value) { std::memcpy(image_.data() + (address - base), &value, 8); }

    u64 leaf_bits() {
        namespace pte = riscv::pte;
        u64 bits = pte::valid | pte::accessed | pte::dirty;
        constexpr u64 rights[] = {2, 6, 8, 10, 14, 14, 14, 4, 12};
        bits |= rights[below(std::size(rights))];
        if (below(2) != 0) bits |= pte::user;
        if (below(8) == 0) bits |= pte::global;
        if (below(4) == 0) bits &= ~pte::accessed;
        if (below(3) == 0) bits &= ~pte::dirty;
        if (below(16) == 0) bits &= ~pte::valid;
        if (below(32) == 0) bits |= u64{1} << (54 + below(10));
        bits |= below(4) << 8;  // for software
        return bits;
    }
    u64 random_entry(unsigned level) {
        const u64 choice = below(16);
        if (choice == 0) return below(2) != 0 ? 0 : random_();
        if (level != 0 && choice < 11) {
            u64 bits = riscv::pte::valid;
            if (below(32) == 0) bits |= u64{1} << (4 + below(4));  // U, A, D mean nothing in it
            return (tables / page + below(table_count)) << 10 | bits;
        }
        u64 frame = data / page + below(data_count);
        if (choice >= 13 && level != 0) frame = data / page;  // 2 MiB; larger ones would be misaligned
        if (choice == 15) frame = level >= 2 ? base / page : frame;
        return frame << 10 | leaf_bits();
    }
    void fill_tables() {
        for (std::size_t table = 0; table != table_count; ++table)
            for (const u32 i : indices) {
                // Tables that are low in the list are roots, high ones last: but any may be anything.
                const auto level = static_cast<unsigned>(table < 8 ? 1 + below(3) : below(2));
                set_word(tables + table * page + 8 * i, random_entry(level));
            }
    }
    void fill_data() {
        for (std::size_t frame = 0; frame != data_count; ++frame)
            for (std::size_t i = 0; i != page; i += 2) {
                const auto halfword = static_cast<std::uint16_t>((64 + frame * 16 + i / 2 % 16) << 7 | 0x0b);
                std::memcpy(image_.data() + (data - base) + frame * page + i, &halfword, 2);
            }
    }

    /// The leaf that `address` leads to, as the tables are now, and its level; 0 where there is none.
    u64 leaf_of(u64 satp, u64 address, unsigned& level) const {
        u64 table = (satp & ((u64{1} << 44) - 1)) * page;
        for (level = static_cast<unsigned>(satp >> 60) - 5; level-- != 0;) {
            if (table < tables || table >= tables + table_count * page) return 0;
            const u64 at = table + 8 * (address >> (12 + 9 * level) & 511);
            const u64 entry = word(at);
            if ((entry & 1) == 0 || (entry & riscv::pte::reserved) != 0) return 0;
            if ((entry & 10) != 0) return at;
            table = riscv::pte::frame(entry) * page;
        }
        return 0;
    }

    u64 offset() {
        switch (below(6)) {
        case 0: return page - 1 - below(8);  // across the end, or not
        case 1: return page - 2;
        default: return below(page);
        }
    }
    /// How to access: rights, and what.
    void choose_access(Item& item) {
        const u64 mode = below(8) == 0 ? 3 : below(2);
        item.status = mode << 11 | (below(2) != 0 ? riscv::status::sum : 0) |
                      (below(3) == 0 ? riscv::status::mxr : 0);
        const std::size_t kind = below(code_.size() + 4);
        const bool fetches = kind >= code_.size() - 1;
        item.code = code_[fetches ? code_.size() - 1 : kind];
        if (fetches && mode == 3) item.status &= ~riscv::status::mpp;
        if (!fetches) item.status |= riscv::status::mprv;
        const u64 size = fetches ? 2 : sizes_[kind];
        if (fetches || atomic_[kind]) item.address &= ~(size - 1);
        if (atomic_[kind % code_.size()] || below(2) != 0) item.address &= ~(size - 1);
        item.value = filling;
    }

    /// An access anywhere, behind a fence for everything, and others to the same page of whatever size.
    void family() {
        constexpr u64 modes[] = {8, 9, 10};
        const u64 mode = modes[below(3)];
        Item item{};
        item.satp = mode << 60 | below(3) << 44 | (tables / page + below(8));
        u64 vpn = 0;
        for (u64 i = 0; i != mode - 5; ++i) vpn = vpn << 9 | index();
        const auto bits = static_cast<unsigned>(9 * (mode - 5) + 12);
        const u64 unsign = u64{0} - (vpn >> (bits - 13) & 1);
        item.address = (vpn << 12) | (bits == 64 ? 0 : unsign << bits);
        if (below(16) == 0) item.address ^= u64{1} << (bits + below(64 - bits));
        const u64 first_page = item.address;
        item.address |= offset();
        item.fence = all;
        choose_access(item);
        if (below(24) == 0)
            item.satp = (1 + below(7)) << 60 | random_() >> 20;  // no such mode: nothing changes
        if (below(32) == 0) item.satp = 0;
        items_.push_back(item);
        if (item.satp >> 60 < 8) return;
        for (u64 i = below(most_follow_ups); i != 0; --i) {
            unsigned level = 0;
            const u64 leaf = leaf_of(item.satp, first_page, level);
            Item next = item;
            next.address = first_page | offset();
            if (leaf != 0 && level != 0 && below(2) != 0)
                next.address = (first_page & ~((page << (9 * level)) - 1)) | index() << 12 | offset();
            next.fence = nothing;
            next.fence_address = first_page | below(page);
            choose_access(next);
            // A changed page is fenced at one of its addresses; nobody else's accesses come before the next full fence.
            if (leaf != 0 && below(2) != 0) {
                next.entry_at = leaf;
                next.entry = (word(leaf) & ~u64{0x3ff}) | leaf_bits();
                const bool was_global = ((word(leaf) | next.entry) & riscv::pte::global) != 0;
                if ((next.entry & 10) == 0) next.entry = 0;
                set_word(leaf, next.entry);
                constexpr Fence fences[] = {of_address, of_both, of_space, all};
                next.fence = was_global ? (below(2) != 0 ? of_address : all) : fences[below(4)];
                // What was not the first page of the pair may have been changed as well.
                if (next.address % page > page - 8) next.address &= ~u64{15};
            }
            items_.push_back(next);
        }
    }

    // ---- the program

    static constexpr u32 item_ = 8, result_ = 9, last_ = 18, address_ = 11, value_ = 12, loaded_ = 10;

    void program_start() {
        using namespace rv64;
        const u64 to_main = a_.here();
        a_.emit(nop);
        // The accesses, each followed by a jump to `done`.
        std::vector<u64> jumps;
        const auto access = [&](u32 instruction, u64 size, bool atomic) {
            code_.push_back(a_.here());
            sizes_.push_back(size);
            atomic_.push_back(atomic);
            a_.emit(instruction);
            jumps.push_back(a_.here());
            a_.emit(nop);
        };
        for (u32 f = 0; f != 7; ++f) access(load(f, loaded_, address_, 0), u64{1} << (f & 3), false);
        for (u32 f = 0; f != 4; ++f) access(store(f, value_, address_, 0), u64{1} << f, false);
        access(amo(1, 3, loaded_, address_, value_), 8, true);
        access(amo(1, 2, loaded_, address_, value_), 4, true);
        access(amo(2, 3, loaded_, address_, 0), 8, true);
        code_.push_back(a_.here());  // the fetch
        sizes_.push_back(2);
        atomic_.push_back(false);
        a_.emit(csrw(0x341, address_), mret);

        a_.align(4);
        const u64 handler = a_.here();
        a_.li(5, riscv::status::mprv);
        a_.emit(csr_instruction(3, 0, 0x300, 5), csrr(13, 0x342), csrr(14, 0x343), csrr(15, 0x341));
        const u64 to_record = a_.here();
        a_.emit(nop);
        for (const u64 at : jumps) a_.patch(at, jal(0, static_cast<std::int64_t>(a_.here() - at)));
        a_.li(5, riscv::status::mprv);
        a_.emit(csr_instruction(3, 0, 0x300, 5), addi(13, 0, -1), addi(14, 0, 0), addi(15, 0, 0));
        a_.patch(to_record, jal(0, static_cast<std::int64_t>(a_.here() - to_record)));
        a_.emit(sd(13, result_, 0), sd(14, result_, 8), sd(15, result_, 16), sd(loaded_, result_, 24),
                csrr(13, 0x180), sd(13, result_, 32), addi(result_, result_, 40),
                addi(item_, item_, sizeof(Item)));
        const u64 loop = a_.here();
        const u64 to_end = a_.here();
        a_.emit(nop);
        const auto over_if_zero = [&](u32 reg, auto emit) {
            const u64 at = a_.here();
            a_.emit(nop);
            emit();
            a_.patch(at, beq(reg, 0, static_cast<std::int64_t>(a_.here() - at)));
        };
        a_.emit(ld(5, item_, offsetof(Item, entry_at)), ld(6, item_, offsetof(Item, entry)));
        over_if_zero(5, [&] { a_.emit(sd(6, 5, 0)); });
        a_.emit(ld(5, item_, offsetof(Item, satp)), csrw(0x180, 5), i_type(0x13, 1, 6, 5, 4),
                i_type(0x13, 5, 6, 6, 48));
        a_.emit(ld(7, item_, offsetof(Item, fence_address)), ld(28, item_, offsetof(Item, fence)));
        const auto fence_if = [&](u64 kind, u32 instruction) {
            a_.emit(addi(29, 28, -static_cast<std::int64_t>(kind)), bne(29, 0, 8), instruction);
        };
        fence_if(all, sfence_vma);
        fence_if(of_address, sfence_vma | 7 << 15);
        fence_if(of_space, sfence_vma | 6 << 20);
        fence_if(of_both, sfence_vma | 7 << 15 | 6 << 20);
        a_.emit(fence_i, ld(address_, item_, offsetof(Item, address)),
                ld(value_, item_, offsetof(Item, value)), ld(28, item_, offsetof(Item, code)),
                addi(loaded_, 0, -1), ld(5, item_, offsetof(Item, status)), csrw(0x300, 5), jalr(0, 28, 0));

        end_ = to_end;
        main_ = a_.here();
        a_.patch(to_main, jal(0, static_cast<std::int64_t>(a_.here() - to_main)));
        a_.emit(csrr(1, 0xf14), beq(1, 0, 12), wfi, jal(0, -4));
        a_.la(1, handler);
        a_.emit(csrw(0x305, 1), csrw(0x302, 0), csrw(0x303, 0), csrw(0x304, 0));
        constexpr auto of_page = [](u64 address) { return address >> 2 | 0x1ff; };
        a_.li(1, of_page(tables + 15 * page));
        a_.li(2, of_page(data + 7 * page));
        a_.li(3, ~u64{0} >> 10);
        a_.emit(csrw(0x3b0, 1), csrw(0x3b1, 2), csrw(0x3b2, 3));
        a_.li(1, 0x1f'19'18);
        a_.emit(csrw(0x3a0, 1), csrw(0x180, 0), sfence_vma);
        a_.li(item_, items_at);
        a_.li(result_, results);
        last_at_ = a_.here();
        for (int i = 0; i != 8; ++i) a_.emit(nop);  // the end of the items, which is not known yet
        a_.emit(jal(0, static_cast<std::int64_t>(loop - a_.here())));
    }

    void program_end() {
        using namespace rv64;
        Assembler last(last_at_);
        last.li(last_, items_at + items_.size() * sizeof(Item));
        for (std::size_t i = 0; i != last.words().size(); ++i) a_.patch(last_at_ + 4 * i, last.words()[i]);
        a_.patch(end_, beq(item_, last_, static_cast<std::int64_t>(a_.here() - end_)));
        // A sum of all tables and data.
        a_.emit(csrw(0x180, 0), sfence_vma, addi(13, 0, 0), addi(14, 0, 31));
        for (const auto& [from, to] :
             {std::pair{tables, tables + table_count * page}, std::pair{data, end}}) {
            a_.li(5, from);
            a_.li(6, to);
            a_.emit(ld(7, 5, 0), r_type(0x33, 0, 1, 13, 13, 14), add(13, 13, 7), addi(5, 5, 8),
                    bne(5, 6, -16));
        }
        a_.emit(sd(13, result_, 0), addi(result_, result_, 8));
        a_.li(5, 0x1000'0000);
        a_.li(6, results);
        a_.emit(lbu(7, 6, 0), sb(7, 5, 0), addi(6, 6, 1), bne(6, result_, -12));
        a_.li(1, 0x10'0000);
        a_.li(2, 0x5555);
        a_.emit(sw(2, 1, 0), jal(0, 0));
    }

    std::mt19937_64 random_;
    rv64::Assembler a_;
    std::vector<std::byte> image_;
    std::vector<Item> items_;
    std::vector<u64> code_, sizes_;
    std::vector<bool> atomic_;
    u64 main_ = 0, end_ = 0, last_at_ = 0;
};

}  // namespace wirewrap::test
