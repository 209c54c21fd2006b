// Loops that count: what is found of them in a region, and that they end in the interpreter's state however odd their ends are.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <random>
#include <span>
#include <utility>
#include <vector>

#include <wirewrap/jit/counted_loops.hpp>
#include <wirewrap/jit/idioms.hpp>

#include "tests/jit/pair.hpp"
#include "tests/support/counting_program.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;
using jit::CountedLoop;
using jit::Linear;
using jit::LoopBlock;

namespace {

constexpr std::uint64_t ram = FlatBus::ram_base, end_of_ram = ram + (1 << 20);

struct Found {
    jit::Steps steps;
    std::vector<CountedLoop> loops;

    explicit Found(std::initializer_list<u32> words) : Found(std::span(words.begin(), words.size())) {}
    explicit Found(std::span<const u32> words) {
        riscv::CodePage page;
        page.bytes.fill(std::byte{0});
        std::size_t at = 0;
        for (const u32 word : words) std::memcpy(page.bytes.data() + at, &word, 4), at += 4;
        steps = jit::find_region(page, 0);
        loops = jit::find_counted_loops(steps);
    }
};
constexpr u32 bltu(Reg a, Reg b, std::int64_t offset) { return branch(6, a, b, offset); }
constexpr u32 bge(Reg a, Reg b, std::int64_t offset) { return branch(5, a, b, offset); }
constexpr u32 bgeu(Reg a, Reg b, std::int64_t offset) { return branch(7, a, b, offset); }
constexpr u32 slli(Reg rd, Reg rs1, u32 by) { return i_type(0x13, 1, rd, rs1, by); }
constexpr u32 srli(Reg rd, Reg rs1, u32 by) { return i_type(0x13, 5, rd, rs1, by); }
constexpr u32 out = jal(0, 0x4000);

const Linear x10 = Linear::of_register(10), x11 = Linear::of_register(11), x12 = Linear::of_register(12);
Linear number(std::int64_t value) { return Linear::of_constant(static_cast<std::uint64_t>(value)); }

/// Goes round until x28 is 0, whatever else ends it, and begins again with everything as in `set`.
struct Odd : Pair<> {
    Odd(std::initializer_list<std::pair<Reg, std::uint64_t>> set, std::initializer_list<u32> body,
        u32 back_to_body) {
        Assembler a(ram + 0x1000);
        a.la(1, ram + 0x800);
        a.emit(csrw(riscv::csr::mtvec, 1));
        const std::uint64_t top = a.here();
        for (const auto& [reg, value] : set) a.li(reg, value);
        a.li(28, 1000);
        const std::uint64_t loop = a.here();
        for (const u32 word : body) a.emit(word);
        a.emit(i_type(0x1b, 0, 28, 28, -1));  // addiw: nobody counts by it
        a.emit(beq(28, 0, 8));
        a.emit(back_to_body | branch(0, 0, 0, static_cast<std::int64_t>(loop - a.here())));
        a.emit(jal(0, static_cast<std::int64_t>(top - a.here())));
        put(a);
        put(skipping_handler());
        for (riscv::Hart<FlatBus>* const hart : {&plain}) hart->set_pc(ram + 0x1000);
        this->hart.set_pc(ram + 0x1000);
    }
};

}  // namespace

TEST_CASE("linear forms are sums of a few registers") {
    CHECK(x10 + x11 == x11 + x10);
    CHECK(x10 - x10 == number(0));
    CHECK((x10 + x11 - x10) == x11);
    CHECK((x10 * 8 + number(3)) * 2 == x10 * 16 + number(6));
    CHECK(Linear::of_register(0) == number(0));
    CHECK_FALSE((x10 * 4096 * 2).known());
    CHECK_FALSE((x10 + Linear::unknown()).known());
    CHECK_FALSE((x10 + x11 + x12 + Linear::of_register(13)).known());
    CHECK((x10 + x11 + x12 - x11).known());
}

TEST_CASE("a sum over words: the count, and the walk") {
    const Found found({ld(14, 10, 8), addi(10, 10, 8), add(13, 13, 14), bne(10, 11, -12), out});
    REQUIRE(found.loops.size() == 1);
    const CountedLoop& loop = found.loops[0];
    CHECK(loop.blocks.size() == 1);
    CHECK(loop.chain);
    CHECK(loop.longest == 4);
    CHECK(loop.exact);
    CHECK(loop.step == number(8));
    CHECK(loop.distance == x11 - x10 - number(8));
    REQUIRE(loop.walks.size() == 1);
    CHECK(loop.walks[0].from == x10);
    CHECK(loop.walks[0].pace == 1);
    CHECK(loop.walk_of[0] == 0);
}

TEST_CASE("pointers and counts of different steps, forwards and backwards") {
    // x12 goes down by 1, x10 up by 4, x11 down by 8.
    const Found found({lw(14, 10, 0), sd(14, 11, -8), sd(14, 11, 16), addi(10, 10, 4), addi(11, 11, -8),
                       addi(12, 12, -1), bne(12, 0, -24), out});
    REQUIRE(found.loops.size() == 1);
    CHECK(found.loops[0].distance == x12 - number(1));
    CHECK(found.loops[0].step == number(1));
    REQUIRE(found.loops[0].walks.size() == 2);
    CHECK(found.loops[0].walks[0].pace == 4);
    CHECK(found.loops[0].walks[1].pace == -8);
}

TEST_CASE("only the innermost loop counts, and it is entered at its head") {
    const Found found({addi(10, 11, 0), sb(0, 10, 0), addi(10, 10, 1), bne(10, 12, -8), addi(13, 13, -1),
                       bne(13, 0, -20), out});
    REQUIRE(found.loops.size() == 1);
    CHECK(found.steps[found.loops[0].blocks[0].first].index == 2);
}

TEST_CASE("each way round has to meet a test of the same count") {
    // Both ways add 1 to x10 and look whether it is x11.
    const Found both({lbu(14, 10, 0), beq(14, 0, 16), addi(10, 10, 1), bne(10, 11, -12), out, addi(10, 10, 1),
                      bne(10, 11, -24), out});
    REQUIRE(both.loops.size() == 1);
    CHECK_FALSE(both.loops[0].chain);
    CHECK(both.loops[0].longest == 4);
    // One of them looks, or they go by different steps.
    CHECK(Found({lbu(14, 10, 0), beq(14, 0, 16), addi(10, 10, 1), bne(10, 11, -12), out, addi(10, 10, 1),
                 jal(0, -24)})
              .loops.empty());
    CHECK(Found({lbu(14, 10, 0), beq(14, 0, 16), addi(10, 10, 1), bne(10, 11, -12), out, addi(10, 10, 2),
                 bne(10, 11, -24), out})
              .loops.empty());
}

TEST_CASE("what does not count") {
    // The bound changes; it is loaded; the step is not a power of two for an end that is hit; a call; a CSR.
    CHECK(Found({lbu(14, 10, 0), addi(10, 10, 1), addi(11, 11, 2), bltu(10, 11, -12), out}).loops.empty());
    CHECK(Found({ld(11, 10, 0), addi(10, 10, 8), bne(10, 11, -8), out}).loops.empty());
    CHECK(Found({lbu(14, 10, 0), addi(10, 10, 3), bne(10, 11, -8), out}).loops.empty());
    CHECK(Found({jal(1, 16), addi(10, 10, 8), bne(10, 11, -8), out, jalr(0, 1, 0)}).loops.empty());
    CHECK(Found({csrr(14, 0xc00), addi(10, 10, 8), bne(10, 11, -8), out}).loops.empty());
    // Passed by a step of 3 it does.
    CHECK(Found({lbu(14, 10, 0), addi(10, 10, 3), bltu(10, 11, -8), out}).loops.size() == 1);
}

TEST_CASE("steps and distances of 2^63, whose negatives are the same") {
    const auto with = [](std::initializer_list<u32> round, Reg compared = 10) {
        std::vector<u32> words{u_type(0x37, 5, -(std::int64_t{1} << 31)), slli(5, 5, 12), slli(5, 5, 12),
                               slli(5, 5, 8)};
        words.insert(words.end(), round);
        words.push_back(bne(compared, 11, -4 * static_cast<std::int64_t>(words.size())));
        words.push_back(out);
        return Found(words);
    };
    CHECK(with({add(10, 10, 5)}).loops.empty());
    CHECK(with({addi(10, 10, 8)}).loops.size() == 1);
    CHECK(with({add(14, 10, 5), addi(10, 10, 8)}, 14).loops.empty());
    const Found far = with({addi(10, 10, 8), add(14, 12, 5), ld(15, 14, 0)});
    REQUIRE(far.loops.size() == 1);
    CHECK(far.loops[0].walks.empty());
}

TEST_CASE("loops in loops as deep as a region allows") {
    // 400 branches: one after the other, each one of the second half back to its like in the first. Who walks the region again for
    // each block of each level takes seconds for it.
    std::vector<u32> words;
    for (int i = 0; i != 200; ++i) words.push_back(bne(10, 11, 4));
    for (int i = 0; i != 200; ++i) words.push_back(bne(10, 11, -4 * (2 * i + 1)));
    const Found found(words);
    CHECK(found.steps.size() == 400);
    CHECK(found.loops.empty());  // the two innermost branches have no count
}

TEST_CASE("a step in a register, and addresses that are sums") {
    const Found found({add(14, 10, 12), sb(13, 14, 0), add(12, 12, 11), bgeu(15, 12, -12), out});
    REQUIRE(found.loops.size() == 1);
    CHECK(found.loops[0].step == x11);
    CHECK_FALSE(found.loops[0].exact);
    CHECK(found.loops[0].distance == Linear::of_register(15) - x12 - x11);
    REQUIRE(found.loops[0].walks.size() == 1);
    CHECK(found.loops[0].walks[0].from == x10 + x12);
    CHECK(found.loops[0].walks[0].pace == 1);
}

TEST_CASE("idioms") {
    const Found found({slli(15, 14, 2), add(15, 15, 16), lw(15, 15, 4), slli(10, 11, 32), srli(10, 10, 30),
                       slli(15, 14, 2), add(15, 15, 16), lw(13, 15, 4), out});
    const auto rest = [&](std::size_t i) { return std::span(found.steps).subspan(i); };
    const auto load = jit::scaled_load(rest(0));
    REQUIRE(load);
    CHECK(load->index == 14);
    CHECK(load->base == 16);
    CHECK(load->shift == 2);
    CHECK_FALSE(jit::scaled_load(rest(5)));  // x15 is still needed
    const auto word = jit::low_word(rest(3));
    REQUIRE(word);
    CHECK(word->left == 2);
    CHECK_FALSE(jit::low_word(rest(4)));
    // Not over the start of a block.
    const Found cut({beq(9, 0, 8), slli(15, 14, 2), add(15, 15, 16), lw(15, 15, 4), out});
    CHECK_FALSE(jit::scaled_load(std::span(cut.steps).subspan(1)));
}

TEST_CASE("random loops that count end every budget in the state of the interpreter") {
    const std::uint64_t seed = GENERATE(range(1, 121));
    const std::uint64_t longest = GENERATE(300u, 20'000u);
    INFO("seed " << seed);
    Pair pair(counting_start);
    pair.put(counting_program(seed));
    pair.put(skipping_handler());
    pair.run(longest * 60, longest, seed);
    CHECK(pair.hart.regions().regions() != 0);
}

TEST_CASE("random loops that count, with little room for code") {
    Pair<jit::TranslatedWithin<std::size_t{192} << 10>> pair(counting_start, 4);
    pair.put(skipping_handler());
    std::size_t most = 0;
    bool forgot = false;
    for (std::uint64_t seed = 200; seed != 240; ++seed) {
        INFO("seed " << seed);
        pair.put(counting_program(seed));
        pair.plain.set_pc(counting_start), pair.hart.set_pc(counting_start);
        pair.plain.forget_code(), pair.hart.forget_code();
        pair.run(100'000, 5000, seed);
        forgot |= pair.hart.regions().code_size() < most;
        most = std::max(most, pair.hart.regions().code_size());
    }
    CHECK(forgot);
    CHECK(most < std::size_t{192} << 10);
}

namespace {

/// Loads and stores go through page tables, with the rights of U; code is fetched in M.
template <class Regions>
struct InPages {
    static constexpr std::uint64_t tables = ram + 0x1'0000, page = 4096, first = 0x20, pages = 0x100;

    /// Each page behind where the next one is, and two with other rights.
    static constexpr std::uint64_t backwards = 0, nowhere = 0x60, read_only = 0x90;

    FlatBus bus{Bytes{1 << 20}};
    riscv::Hart<FlatBus, riscv::Rv64gc, riscv::DefaultDispatch, Regions> hart{bus,
                                                                              {.reset_pc = counting_start}};

    explicit InPages(std::uint64_t seed) {
        namespace pte = riscv::pte;
        std::mt19937_64 random(seed);
        const auto set = [&](std::uint64_t address, std::uint64_t value) {
            (void)bus.store<std::uint64_t>(GuestAddress{address}, value);
        };
        set(tables + 2 * 8, (tables + page) >> 2 | pte::valid);  // 0x80000000 … 0xbfffffff
        set(tables + page, (tables + 2 * page) >> 2 | pte::valid);
        // Somewhere each, now and then where another one is, only to be read, or nowhere.
        for (std::uint64_t i = first; i != pages; ++i) {
            const std::uint64_t there = ram + (seed == backwards ? pages + first - 1 - i
                                                                 : first + random() % (pages - first)) *
                                                  page;
            std::uint64_t rights = pte::valid | pte::read | pte::write | pte::user | pte::accessed |
                                   pte::dirty;
            if (seed != backwards && random() % 16 == 0) rights &= ~std::uint64_t{pte::write};
            if ((seed != backwards && random() % 32 == 0) || i == nowhere) rights = 0;
            if (i == read_only) rights &= ~std::uint64_t{pte::write};
            set(tables + 2 * page + i * 8, there >> 2 | rights);
        }
        hart.set_csr(riscv::csr::pmpaddr0, ~std::uint64_t{0});
        hart.set_csr(riscv::csr::pmpcfg0, 0x1f);
        hart.set_csr(riscv::csr::satp, std::uint64_t{8} << 60 | tables / page);
        hart.set_csr(riscv::csr::mstatus, std::uint64_t{1} << 17);  // MPRV, and MPP is U
        place(bus, counting_program(seed));
        place(bus, skipping_handler());
    }
};

}  // namespace

TEST_CASE("loops over the ends of pages that are not neighbours") {
    constexpr std::uint64_t page = 4096;
    const std::int64_t by = GENERATE(8, -8, 1, 16, 64, 0);
    // Three pages from before the one that is nowhere, or only read, or in the middle.
    const std::uint64_t from = ram + GENERATE(0x30u, 0x5eu, 0x61u, 0x8eu) * page + GENERATE(0u, 4u, 13u);
    const std::vector<u32> body = GENERATE(
        std::vector<u32>{ld(14, 10, 0), add(13, 13, 14)}, std::vector<u32>{sd(13, 10, 0)},
        std::vector<u32>{ld(14, 10, 0), sw(13, 10, 20), add(13, 13, 14), lbu(15, 10, -30), add(13, 13, 15),
                         sb(13, 12, 1)},
        std::vector<u32>{lbu(14, 10, 0), beq(14, 0, 12), add(13, 13, 14), sb(13, 10, 0), addi(13, 13, 3)});
    Assembler a(counting_start);
    a.la(1, ram + 0x800);
    a.emit(csrw(riscv::csr::mtvec, 1));
    const std::uint64_t top = a.here();
    a.li(10, from);
    a.li(12, from + 40 * page);
    a.li(11, 0);
    a.li(9, 3 * page / static_cast<std::uint64_t>(by == 0 ? 8 : by < 0 ? -by : by));
    const std::uint64_t loop = a.here();
    for (const u32 word : body) a.emit(word);
    a.emit(addi(10, 10, by), addi(12, 12, by), addi(11, 11, 1));
    a.emit(bltu(11, 9, static_cast<std::int64_t>(loop - a.here())));
    a.emit(jal(0, static_cast<std::int64_t>(top - a.here())));
    InPages<riscv::NoRegions> plain(0);
    InPages<jit::Translated> translated(0);
    place(plain.bus, a), place(translated.bus, a);
    for (const std::uint64_t count : {20'000u, 20'000u, 777u, 30'000u, 16'384u, 60'000u}) {
        REQUIRE(translated.hart.run(count) == plain.hart.run(count));
        REQUIRE(same_state(plain.hart, translated.hart));
        for (const std::uint16_t number : {riscv::csr::mepc, riscv::csr::mtval})
            REQUIRE(translated.hart.csr(number) == plain.hart.csr(number));
    }
    CHECK(plain.bus.ram == translated.bus.ram);
}

TEST_CASE("random loops that count, through page tables") {
    const std::uint64_t seed = GENERATE(range(1, 121));
    const std::uint64_t longest = GENERATE(300u, 20'000u);
    INFO("seed " << seed);
    InPages<riscv::NoRegions> plain(seed);
    InPages<jit::Translated> translated(seed);
    std::mt19937_64 random(seed);
    for (int part = 0; part != 60; ++part) {
        const std::uint64_t count = random() % longest;
        REQUIRE(translated.hart.run(count) == plain.hart.run(count));
        for (std::size_t i = 0; i != 32; ++i) {
            INFO("x" << i);
            REQUIRE(translated.hart.x(i) == plain.hart.x(i));
        }
        REQUIRE(same_state(plain.hart, translated.hart));
    }
    CHECK(plain.bus.ram == translated.bus.ram);
    CHECK(translated.hart.regions().regions() != 0);
}

TEST_CASE("an end that is never hit, beyond which RAM ends") {
    Odd odd({{10, end_of_ram - 3000}, {11, end_of_ram - 3000 + 100}},
            {ld(14, 10, 0), add(13, 13, 14), addi(10, 10, 8)}, bne(10, 11, 0));
    odd.run(60'000, 20'000, 1);
}

TEST_CASE("a comparison that overflows, while the pointer leaves RAM") {
    const u32 back = GENERATE(bltu(10, 11, 0), branch(4, 10, 11, 0), bgeu(11, 10, 0));
    const std::uint64_t bound = GENERATE(~std::uint64_t{0}, 0x7fff'ffff'ffff'ffffu);
    Odd odd({{10, bound - 100}, {11, bound}, {12, end_of_ram - 2500}},
            {ld(14, 12, 0), addi(12, 12, 16), addi(10, 10, 8)}, back);
    odd.run(60'000, 20'000, 2);
}

TEST_CASE("the last round goes a step further than the bound") {
    // Steps of 4000: the bound is a little before where addresses are comfortable, what is behind it is not in RAM.
    const u32 back = GENERATE(bltu(10, 11, 0), bgeu(11, 10, 0), bge(11, 10, 0));
    const bool in_register = GENERATE(false, true);
    const std::uint64_t start = end_of_ram - 4000 * 10 - 2100 + 3000, bound = end_of_ram - 2100;
    if (in_register) {
        Odd odd({{10, start}, {11, bound}, {12, 4000}}, {add(10, 10, 12), ld(14, 10, 0), add(13, 13, 14)},
                back);
        odd.run(60'000, 20'000, 3);
    } else {
        Odd odd({{10, start}, {11, bound}},
                {addi(10, 10, 2000), addi(10, 10, 2000), ld(14, 10, 0), add(13, 13, 14)}, back);
        odd.run(60'000, 20'000, 3);
    }
}

TEST_CASE("a step in a register that is nothing, negative or immense") {
    const std::uint64_t step = GENERATE(std::uint64_t{0}, 0 - std::uint64_t{8}, std::uint64_t{1} << 40, 24u);
    Odd odd({{10, ram + 2100}, {11, ram + 0x9'0000}, {12, step}}, {ld(14, 10, 0), add(10, 10, 12)},
            bltu(10, 11, 0));
    odd.run(60'000, 20'000, 4);
}
