// Translated code on a hart with page tables.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include <wirewrap/cpu.hpp>
#include <wirewrap/jit.hpp>

#include "tests/support/flat_bus.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;
using riscv::Privilege;
namespace csr = riscv::csr;
namespace pte = riscv::pte;

namespace {

constexpr std::uint64_t base = FlatBus::ram_base, tables = base + 0x10000, code = base + 0x4000,
                        data = base + 0x8000, page = 4096;
constexpr std::uint64_t all = pte::valid | pte::read | pte::write | pte::execute | pte::accessed | pte::dirty;

template <class Regions>
struct MachineOf {
    FlatBus bus{1_MiB};
    riscv::Hart<FlatBus, riscv::Rv64gc, riscv::DefaultDispatch, Regions> hart{bus};

    MachineOf() {
        set(tables, (tables + page) >> 2 | pte::valid);
        set(tables + page, (tables + 2 * page) >> 2 | pte::valid);
        hart.set_csr(csr::pmpaddr0, ~std::uint64_t{0});
        hart.set_csr(csr::pmpcfg0, 0x1f);
        hart.set_csr(csr::satp, std::uint64_t{8} << 60 | tables / page);
        hart.set_csr(csr::mtvec, base);
        bus.write_program({jal(0, 0)});
        hart.set_privilege(Privilege::supervisor);
    }
    void set(std::uint64_t address, std::uint64_t value) {
        (void)bus.store<std::uint64_t>(GuestAddress{address}, value);
    }
    std::uint64_t word(std::uint64_t address) { return *bus.load<std::uint64_t>(GuestAddress{address}); }
    void map(std::uint64_t address, std::uint64_t physical) { map(address, physical, all); }
    void map(std::uint64_t address, std::uint64_t physical, std::uint64_t rights) {
        set(tables + 2 * page + address / page * 8, physical >> 2 | rights);
    }
};
using Machine = MachineOf<jit::Translated>;

}  // namespace

TEST_CASE("a page that is seen at two addresses is right at both of them") {
    Machine m;
    // auipc a0, 0; addi t1, t1, 1; sd t1, 0(t0); bne t1, t2, -12; and again from the start by a7.
    m.bus.write_program({u_type(0x17, 10, 0), addi(6, 6, 1), sd(6, 5, 0), bne(6, 7, -12), jalr(0, 17, 0)},
                        code);
    m.map(0x3000, code);
    m.map(0x7000, code);
    m.map(0x5000, data);
    m.hart.set_x(5, 0x5000);
    for (const std::uint64_t at : {0x3000, 0x7000, 0x3000}) {
        m.hart.set_pc(at);
        m.hart.set_x(6, 0);
        m.hart.set_x(7, 100'000);
        m.hart.set_x(17, at);
        CHECK(m.hart.run(400'000).executed == 400'000);
        CHECK(m.hart.x(10) == at);
        CHECK(m.hart.x(6) == 100'000);
        CHECK(m.word(data) == 100'000);
        CHECK(m.hart.pc() == at + 16);
    }
    CHECK(m.hart.regions().regions() == 3);  // it is translated for the address at which it is executed
}

TEST_CASE("changed code is seen after FENCE.I, however many pages were entered and whichever took the place "
          "of which") {
    // Calls functions in pages 1 MiB apart, or beside each other, of which one changes each round.
    for (const std::size_t pages : {std::size_t{3}, std::size_t{20}, std::size_t{50}})
        for (const std::uint64_t apart : {page, 256 * page}) {
            CAPTURE(pages, apart);
            Machine translated;
            MachineOf<riscv::NoRegions> interpreted;
            const auto prepare = [&](auto& m) {
                const auto address = [&](std::size_t i) { return 0x10'0000 + i * apart; };
                // The second table of this level for what is above 2 MiB is the next free page, and so on.
                for (std::size_t i = 0; i != pages; ++i) {
                    const std::uint64_t level = address(i) >> 21;
                    const std::uint64_t last = tables + (2 + level) * page;
                    m.set(tables + page + level * 8, last >> 2 | pte::valid);
                    const std::uint64_t physical = base + 0x40000 + i * page;
                    m.set(last + (address(i) / page % 512) * 8, physical >> 2 | all);
                    m.bus.write_program({addi(10, 10, 1), jalr(0, 1, 0)}, physical);
                }
                m.map(0x3000, code);
                m.map(0x4000, code + page);
                for (std::size_t i = 0; i != pages; ++i)
                    m.set(code + page + 8 * i, address(i));  // whom to call
                // for (;;) { for (t1 = 200; t1--;) for (t0 = list; t0 != end; t0 += 8) (*t0)(); fence.i; }
                m.bus.write_program({addi(6, 0, 200), add(5, 8, 0), ld(7, 5, 0), jalr(1, 7, 0), addi(5, 5, 8),
                                     bne(5, 9, -12), addi(6, 6, -1), bne(6, 0, -24), fence_i, ebreak},
                                    code);
                m.hart.set_x(8, 0x4000);
                m.hart.set_x(9, 0x4000 + 8 * pages);
            };
            prepare(translated);
            prepare(interpreted);
            std::uint64_t expected = 0;
            for (std::size_t round = 0; round != 2 * pages; ++round) {
                const auto go = [&](auto& m) {
                    m.bus.write_program({addi(10, 10, 2 + static_cast<std::int64_t>(round))},
                                        base + 0x40000 + round % pages * page);
                    m.hart.set_pc(0x3020);  // the fence
                    m.hart.run(1);
                    m.hart.set_pc(0x3000);
                    m.hart.run(200 * (pages * 6 + 3) + 1);
                    CHECK(m.hart.pc() == 0x3020);
                };
                go(translated);
                go(interpreted);
                for (std::size_t i = 0; i != pages; ++i) {
                    const std::size_t last = i <= round % pages ? round - round % pages + i
                                             : round < pages    ? 0
                                                                : round - round % pages - pages + i;
                    expected += 200 * (i > round ? 1 : 2 + last);
                }
                REQUIRE(interpreted.hart.x(10) == expected);
                REQUIRE(translated.hart.x(10) == expected);
            }
            CHECK(translated.hart.regions().regions() > 1);
        }
}

TEST_CASE("what translated code stores to follows the page table, and faults are exact") {
    Machine m;
    m.bus.write_program({addi(6, 6, 1), sd(6, 5, 0), bne(6, 7, -8), sfence_vma, jalr(0, 17, 0)}, code);
    m.map(0x3000, code);
    m.map(0x5000, data);
    m.hart.set_x(5, 0x5000);
    m.hart.set_x(7, 30'000);
    m.hart.set_x(17, 0x3000);
    m.hart.set_pc(0x3000);
    m.hart.run(90'001);
    CHECK(m.word(data) == 30'000);
    CHECK(m.hart.regions().regions() >= 1);
    // Elsewhere from the next fence on, which was executed just now.
    m.map(0x5000, data + page);
    m.hart.set_x(6, 0);
    m.hart.run(90'001);
    CHECK(m.word(data + page) == 30'000);
    CHECK(m.word(data) == 30'000);
    // And nowhere.
    m.set(tables + 2 * page + 5 * 8, 0);
    m.hart.set_x(6, 0);
    m.hart.run(4);  // the fence, the jump, and two of the loop
    CHECK(m.hart.csr(csr::mcause) == 15u);
    CHECK(m.hart.csr(csr::mepc) == 0x3004u);
    CHECK(m.hart.csr(csr::mtval) == 0x5000u);
    CHECK(m.hart.x(6) == 1);
}

TEST_CASE("accesses by an odd address where no page is are no accesses of the host") {
    // As by a null pointer: the page of its address is not mapped, and nothing is known of it.
    const auto prepare = [](auto& m) {
        m.bus.write_program(
            {addi(28, 28, 1), csrr(31, csr::mepc), addi(31, 31, 4), csrw(csr::mepc, 31), mret});
        m.bus.write_program({ld(10, 5, 0), ld(11, 5, 8), addi(6, 6, -1), bne(6, 0, -12), jal(0, 0)}, code);
        m.map(0x3000, code);
        m.map(0x5000, data);
        m.hart.set_x(5, 0x5000);
        m.hart.set_x(6, 100'000);
        m.hart.set_pc(0x3000);
        m.hart.run(400'000);
        for (const std::uint64_t address :
             {9, 11, 8, 0xff1, 0x6009, 0x100009, 0x5001, 0x5fef, 0x5ff0, 0x5ff1}) {
            m.hart.set_x(5, address);
            m.hart.set_x(6, 4);
            m.hart.set_pc(0x3000);
            m.hart.run(1000);
        }
    };
    Machine translated;
    MachineOf<riscv::NoRegions> interpreted;
    prepare(translated);
    prepare(interpreted);
    CHECK(translated.hart.regions().regions() >= 1);
    CHECK(interpreted.hart.x(28) == (6 * 2 + 1) * 4);
    for (std::size_t r = 1; r != 32; ++r) CHECK(translated.hart.x(r) == interpreted.hart.x(r));
}

TEST_CASE("accesses over more pages than are remembered at first find each where it is") {
    // Every page has the data that its address says; loads of each width go through them, then stores.
    constexpr std::uint64_t first = 0x10, pages = 480, step = page + 8;
    const auto prepare = [&](auto& m) {
        m.bus.write_program({ld(10, 5, 0), add(11, 11, 10), load(4, 12, 5, 9),
                             add(11, 11, 12),  // aligned or not
                             add(5, 5, 8), addi(6, 6, -1), bne(6, 0, -24), sd(11, 5, -8), addi(7, 7, -1),
                             add(5, 9, 0), addi(6, 28, 0), bne(7, 0, -44), jal(0, 0)},
                            code);
        m.map(0x3000, code);
        for (std::uint64_t i = 0; i != pages + 2; ++i) m.map((first + i) * page, data + i % 8 * page);
        std::mt19937_64 random(7);
        for (std::size_t i = 0; i != 8 * page; i += 8) m.set(data + i, random());
        m.hart.set_x(5, first * page);
        m.hart.set_x(9, first * page);
        m.hart.set_x(8, step);
        m.hart.set_x(6, pages - 2);
        m.hart.set_x(28, pages - 2);
        m.hart.set_x(7, 20);
        m.hart.set_pc(0x3000);
    };
    Machine translated;
    MachineOf<riscv::NoRegions> interpreted;
    prepare(translated);
    prepare(interpreted);
    CHECK(translated.hart.run(100'000).executed == 100'000);
    CHECK(interpreted.hart.run(100'000).executed == 100'000);
    CHECK(translated.hart.regions().regions() >= 1);
    for (std::size_t r = 1; r != 32; ++r) CHECK(translated.hart.x(r) == interpreted.hart.x(r));
    CHECK(translated.bus.ram == interpreted.bus.ram);
}

namespace {

constexpr Reg counter = 30, scratch = 31, bases[] = {5, 6, 7, 28}, rounds = 29;

/// Loads, stores and moves of their address registers, in a loop.
std::vector<u32> random_loop(std::mt19937_64& random) {
    const auto below = [&](std::uint64_t n) { return random() % n; };
    std::vector<u32> code;
    const std::size_t length = 4 + below(24);
    for (std::size_t i = 0; i != length; ++i) {
        const Reg base = bases[below(4)];
        // Near each other, or not.
        const auto offset = static_cast<std::int64_t>(below(4) == 0 ? below(4096) : below(160)) -
                            (below(4) == 0 ? 2048 : 80);
        const std::int64_t bounded = std::clamp<std::int64_t>(offset, -2048, 2047);
        switch (below(8)) {
        case 0: code.push_back(addi(base, base, static_cast<std::int64_t>(below(64)) - 24)); break;
        case 1:
            code.push_back(add(static_cast<Reg>(10 + below(8)), static_cast<Reg>(10 + below(8)), base));
            break;
        case 2:  // The interpreter's: a group ends there, or goes on behind it.
            code.push_back(below(2) ? csrr(static_cast<Reg>(10 + below(8)), 0x140) : amo(0, 3, 12, base, 13));
            break;
        case 3:
        case 4:
        case 5:
            code.push_back(store(static_cast<u32>(below(4)), static_cast<Reg>(10 + below(8)), base, bounded));
            break;
        default:
            code.push_back(load(static_cast<u32>(below(7)), static_cast<Reg>(10 + below(8)), base, bounded));
        }
    }
    code.push_back(addi(rounds, rounds, -1));
    code.push_back(bne(rounds, 0, -4 * static_cast<std::int64_t>(code.size())));
    code.push_back(jal(0, 0));
    return code;
}

/// Pages of every kind beside each other, and none where the second of two would be.
template <class M>
void prepare(M& m, const std::vector<u32>& program, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    // What faults is skipped and counted.
    m.bus.write_program({addi(counter, counter, 1), csrr(scratch, csr::mepc), addi(scratch, scratch, 4),
                         csrw(csr::mepc, scratch), mret});
    std::memcpy(m.bus.ram.data() + (code - base), program.data(), 4 * program.size());
    m.map(0x3000, code);
    for (std::uint64_t i = 0; i != 8; ++i) {
        constexpr std::uint64_t rights[] = {
            all, all, all, all & ~pte::dirty, all & ~pte::accessed, all & ~pte::write, 0};
        m.map(0x5000 + i * page, data + (random() % 4) * page, rights[random() % 7]);
    }
    for (std::size_t i = 0; i != 4 * page; i += 8) m.set(data + i, random());
    for (Reg r = 10; r != 18; ++r) m.hart.set_x(r, random());
    for (const Reg r : bases) m.hart.set_x(r, 0x5000 + (random() % 8) * page + page - 64 + random() % 128);
    // No page, and none of which anything is known: what is accessed there is no memory of the host.
    if (seed % 4 == 0) m.hart.set_x(bases[random() % 4], 80 + random() % 8);
    m.hart.set_x(rounds, 200);
    m.hart.set_pc(0x3000);
}

}  // namespace

TEST_CASE("accesses that are looked up together do what each does alone") {
    std::uint64_t faults = 0, regions = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        CAPTURE(seed);
        std::mt19937_64 random(seed);
        const auto program = random_loop(random);
        MachineOf<jit::Translated> translated;
        MachineOf<riscv::NoRegions> interpreted;
        prepare(translated, program, seed);
        prepare(interpreted, program, seed);
        // In pieces, at whose ends blocks begin.
        for (std::uint64_t left = 20'000; left != 0;) {
            const std::uint64_t piece = std::min<std::uint64_t>(left, 1 + random() % 3000);
            REQUIRE(translated.hart.run(piece).executed == piece);
            REQUIRE(interpreted.hart.run(piece).executed == piece);
            left -= piece;
        }
        REQUIRE(translated.hart.pc() == interpreted.hart.pc());
        REQUIRE(translated.hart.retired() == interpreted.hart.retired());
        for (std::size_t r = 1; r != 32; ++r) REQUIRE(translated.hart.x(r) == interpreted.hart.x(r));
        REQUIRE(translated.bus.ram == interpreted.bus.ram);  // the tables with their A and D bits, too
        faults += interpreted.hart.x(counter);
        regions += translated.hart.regions().regions();
    }
    CHECK(faults > 10'000);
    CHECK(regions > 400);
}
