// Edges as three kinds of harts count them: the translator, the interpreter, and one that is stepped and looked at.
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include <wirewrap/cpu/riscv/breakpoints.hpp>
#include <wirewrap/cpu/riscv/counted_edges.hpp>
#include <wirewrap/jit.hpp>

#include "tests/support/busy_program.hpp"
#include "tests/support/flat_bus.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using riscv::EdgeCounters;

namespace {

constexpr std::uint64_t base = FlatBus::ram_base;
using Map = std::array<std::uint8_t, 65536>;

template <class Regions>
struct Counting {
    FlatBus bus{1_MiB};
    riscv::Hart<FlatBus, riscv::Bare, riscv::DefaultDispatch, Regions> hart;
    std::vector<std::uint8_t> map = std::vector<std::uint8_t>(65536);

    explicit Counting(std::uint64_t start, std::size_t code_pages = 1024)
        : hart(bus, {.reset_pc = start, .code_pages = code_pages}) {
        hart.regions().count_edges(EdgeCounters(map));
    }
};
using Interpreted = Counting<riscv::CountedEdges>;
using Translated = Counting<jit::TranslatedForFuzzing>;

/// Steps, and counts what it sees.
struct Stepped {
    FlatBus bus{1_MiB};
    riscv::Hart<FlatBus> hart;
    std::vector<std::uint8_t> map = std::vector<std::uint8_t>(65536);

    explicit Stepped(std::uint64_t start) : hart(bus, {.reset_pc = start}) {}
    void run(std::uint64_t count) {
        const EdgeCounters edges(map);
        while (count-- != 0) {
            const std::uint64_t pc = hart.pc(), retired = hart.retired();
            const auto first = bus.fetch<std::uint16_t>(GuestAddress{pc});
            const auto whole = bus.fetch<std::uint32_t>(GuestAddress{pc});
            hart.run(1);
            if (!first || hart.retired() == retired) continue;
            const riscv::EdgeSource source{riscv::is_wide(*first) ? riscv::decode(*whole)
                                                                  : riscv::decode_compressed(*first)};
            if (source.counts()) edges.count(pc, hart.pc());
        }
    }
};

std::size_t used(const std::vector<std::uint8_t>& map) {
    return map.size() - static_cast<std::size_t>(std::ranges::count(map, 0));
}

}  // namespace

TEST_CASE("an index is below the number of counters, and a counter never goes back to 0") {
    std::array<std::uint8_t, 100> bytes{};
    const EdgeCounters edges(bytes);
    CHECK(edges.mask() == 63);
    for (int i = 0; i != 1000; ++i) CHECK(edges.index(base + 2u * static_cast<unsigned>(i), base) < 64);
    CHECK(edges.index(base, base + 4) != edges.index(base, base + 8));
    const std::size_t at = edges.index(base, base + 8);
    for (int i = 0; i != 255; ++i) edges.count(base, base + 8);
    CHECK(bytes[at] == 255);
    edges.count(base, base + 8);
    CHECK(bytes[at] == 1);
    // Of more than one can want, no more is used; nobody looks at them here.
    CHECK(EdgeCounters({bytes.data(), std::size_t{1} << 31}).mask() == (1u << 30) - 1);
    CHECK(!EdgeCounters().present());
    CHECK(!EdgeCounters(std::span<std::uint8_t>()).present());
}

TEST_CASE("translator, interpreter and somebody who looks at each step count the same edges") {
    const std::uint64_t seed = GENERATE(range(1, 31));
    const std::uint64_t longest = GENERATE(20u, 300u, 20'000u);
    INFO("seed " << seed << ", budgets up to " << longest);
    Interpreted interpreted(busy_start);
    Translated translated(busy_start);
    Stepped stepped(busy_start);
    for (FlatBus* bus : {&interpreted.bus, &translated.bus, &stepped.bus})
        place(*bus, busy_program(seed)), place(*bus, skipping_handler());
    std::mt19937_64 random(seed);
    for (std::uint64_t done = 0; done < 50'000;) {
        const std::uint64_t part = random() % longest;
        const auto result = translated.hart.run(part);
        REQUIRE(interpreted.hart.run(part) == result);
        stepped.run(result.executed);
        REQUIRE(same_state(interpreted.hart, translated.hart));
        REQUIRE(same_state(stepped.hart, translated.hart));
        REQUIRE(interpreted.map == stepped.map);
        REQUIRE(translated.map == stepped.map);
        done += part;
    }
    CHECK(translated.bus.ram == stepped.bus.ram);
    CHECK(translated.hart.regions().regions() != 0);
    CHECK(used(translated.map) > 10);
}

TEMPLATE_TEST_CASE("breakpoints in another page let edges be counted as without", "",
                   Counting<riscv::Breakpoints<riscv::CountedEdges>>,
                   Counting<riscv::Breakpoints<jit::TranslatedForFuzzing>>) {
    const std::uint64_t seed = GENERATE(range(1, 9));
    CAPTURE(seed);
    TestType counting(busy_start);
    Stepped stepped(busy_start);
    for (FlatBus* bus : {&counting.bus, &stepped.bus})
        place(*bus, busy_program(seed)), place(*bus, skipping_handler());
    const std::array<std::uint64_t, 1> elsewhere{base + 0xf'0000};
    counting.hart.set_breakpoints(elsewhere);
    for (const std::uint64_t part : {1u, 10u, 100u, 1'000u, 10'000u}) {
        CHECK(counting.hart.run(part).reason == riscv::RunExit::budget);
        stepped.run(part);
        REQUIRE(same_state(stepped.hart, counting.hart));
        REQUIRE(counting.map == stepped.map);
    }
    CHECK(used(counting.map) > 10);
}

TEST_CASE("a cache of two pages, and room for code that runs out, count the same edges") {
    const std::uint64_t seed = GENERATE(range(100, 106));
    Interpreted interpreted(busy_start, 2);
    Counting<jit::TranslatedWithin<std::size_t{192} << 10, true>> translated(busy_start, 2);
    for (FlatBus* bus : {&interpreted.bus, &translated.bus})
        place(*bus, busy_program(seed)), place(*bus, skipping_handler());
    for (int i = 0; i != 2000; ++i) {
        REQUIRE(interpreted.hart.run(50) == translated.hart.run(50));
        REQUIRE(interpreted.map == translated.map);
    }
    CHECK(translated.hart.regions().code_size() < std::size_t{192} << 10);
}

TEST_CASE("a branch and an indirect jump that lie in two pages are counted once each time") {
    using namespace rv64;
    Assembler a(base + 0xffa);
    a.emit(addi(5, 5, 1));  // 0xffa
    a.emit(bne(5, 6, -4));  // 0xffe, in two pages
    a.emit(addi(7, 7, 1), jal(0, 0));
    const std::uint64_t part = GENERATE(1u, 3u, 4096u);
    Interpreted interpreted(base + 0xffa);
    Translated translated(base + 0xffa);
    for (FlatBus* bus : {&interpreted.bus, &translated.bus}) place(*bus, a);
    for (auto* hart : {&interpreted.hart}) hart->set_x(6, 20);
    translated.hart.set_x(6, 20);
    for (std::uint64_t done = 0; done < 100; done += part)
        interpreted.hart.run(part), translated.hart.run(part);
    const EdgeCounters edges(interpreted.map);
    CHECK(interpreted.map[edges.index(base + 0xffe, base + 0xffa)] == 19);
    CHECK(interpreted.map[edges.index(base + 0xffe, base + 0x1002)] == 1);
    CHECK(used(interpreted.map) == 2);
    CHECK(interpreted.map == translated.map);
}

TEST_CASE("code that a guest changes is counted as it is, and other counters are taken from then on") {
    using namespace rv64;
    Assembler a(base);
    a.emit(beq(0, 0, 8), jal(0, 0), fence_i, jal(0, -12));
    Interpreted interpreted(base);
    Translated translated(base);
    for (FlatBus* bus : {&interpreted.bus, &translated.bus}) place(*bus, a);
    const EdgeCounters edges(interpreted.map);
    const auto both = [&](std::uint64_t count) { interpreted.hart.run(count), translated.hart.run(count); };
    both(30);
    CHECK(translated.map[edges.index(base, base + 8)] == 10);
    for (FlatBus* bus : {&interpreted.bus, &translated.bus})
        bus->write_program({bne(0, 0, 8), beq(0, 0, 4)}, base);
    both(3 + 4 * 7);  // once more as it was: what is stored is not seen before FENCE.I
    CHECK(translated.map[edges.index(base, base + 8)] == 11);
    CHECK(translated.map[edges.index(base, base + 4)] == 7);
    CHECK(translated.map[edges.index(base + 4, base + 8)] == 7);
    CHECK(interpreted.map == translated.map);

    std::vector<std::uint8_t> other(1024), others(1024);
    interpreted.hart.regions().count_edges(EdgeCounters(other));
    translated.hart.regions().count_edges(EdgeCounters(others));
    const auto before = translated.map;
    both(4 * 5);
    CHECK(translated.map == before);
    CHECK(interpreted.map == before);
    CHECK(others[EdgeCounters(others).index(base + 4, base + 8)] == 5);
    CHECK(other == others);
}

TEST_CASE("without counters nothing is counted, and what is executed often is translated as ever") {
    FlatBus bus{1_MiB};
    riscv::Hart<FlatBus, riscv::Bare, riscv::DefaultDispatch, jit::TranslatedForFuzzing> hart(
        bus, {.reset_pc = busy_start});
    place(bus, busy_program(3)), place(bus, skipping_handler());
    hart.run(200'000);
    CHECK(hart.regions().regions() != 0);
}
