// Harts on machines: what they hear of devices, policies and each other through a `Machine`.
#include <catch2/catch.hpp>

#include <cstdint>
#include <initializer_list>
#include <span>
#include <utility>
#include <vector>

#include <wirewrap/board.hpp>
#include <wirewrap/cpu.hpp>
#include <wirewrap/device/clint.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/jit.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/state/dirty_pages.hpp>
#include <wirewrap/state/watchpoints.hpp>

#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using riscv::RunExit;
using riscv::RunResult;
namespace csr = riscv::csr;

namespace {

struct Board {
    static constexpr auto name = "two";
    static constexpr unsigned harts = 2;
    static constexpr auto ram = main_ram("two.ram", 16_MiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        device<"clint", Clint<2>>(at(0x200'0000), 64_KiB), rom<"boot">(at(0x1000), 4_KiB),
        ram_block<"pages">(at(0x5000'0000), 16_KiB), rom<"lid">(at(0x5000'4000), 4_KiB),
        bank<"window">("pages", at(0x4000'0000), 4_KiB));
    static constexpr auto wires = wiring(wire<"clint.msip0", "hart0", 3>, wire<"clint.mtip0", "hart0", 7>,
                                         wire<"clint.msip1", "hart1", 3>, wire<"clint.mtip1", "hart1", 7>);
};
using Plain = Machine<Board, hostmem::Anonymous>;
using Watched = Machine<Board, hostmem::Anonymous, state::Watchpoints>;
using Tracked = Machine<Board, hostmem::Anonymous, state::DirtyPages<>>;

template <class Bus>
using Compact = riscv::DefaultHart<Bus>;
template <class Bus>
using Translated = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, jit::Translated>;

template <class Hart>
struct BusOfHart;
template <class Bus, class T, template <class> class D, class R>
struct BusOfHart<riscv::Hart<Bus, T, D, R>> {
    using type = Bus;
};
template <class Hart>
using BusOf = typename BusOfHart<Hart>::type;

constexpr std::uint64_t base = 0x8000'0000, data = base + 0x2000, clint = 0x200'0000;
enum : std::uint32_t { lr = 2, sc = 3, amoadd = 0 };

template <class M>
M make() {
    return M::create({.ram_size = 16_MiB}).value();
}
template <class M>
void put(M& machine, std::initializer_list<std::uint32_t> words, std::uint64_t where = base) {
    REQUIRE(machine.debug_write(GuestAddress{where}, std::as_bytes(std::span(words.begin(), words.size()))));
}

}  // namespace

TEMPLATE_TEST_CASE("SC fails after another hart's stores of the same value", "", Compact<Plain>,
                   Translated<Plain>) {
    using namespace rv64;
    auto machine = make<Plain>();
    put(machine, {amo(lr, 2, 11, 10, 0), amo(sc, 2, 13, 10, 12)});
    put(machine, {sw(11, 10, 0), sw(12, 10, 0)}, base + 0x1000);
    (void)machine.template store<std::uint32_t>(GuestAddress{data}, 7u);
    TestType first(machine, {.hart_id = 0, .reset_pc = base});
    first.set_x(10, data), first.set_x(12, 99);
    {
        TestType second(machine, {.hart_id = 1, .reset_pc = base + 0x1000});
        second.set_x(10, data), second.set_x(11, 8), second.set_x(12, 7);
        first.run(1), second.run(2);
    }
    first.run(1);
    CHECK(first.x(13) == 1);
    CHECK(machine.template load<std::uint32_t>(GuestAddress{data}) == 7u);
    SECTION("one that stays alone succeeds, one instruction at a time") {
        first.set_pc(base);
        first.run(1), first.run(1);
        CHECK(first.x(13) == 0);
    }
    SECTION("a debugger that writes is another") {
        first.set_pc(base);
        first.run(1);
        put(machine, {7}, data);
        first.run(1);
        CHECK(first.x(13) == 1);
    }
}

TEMPLATE_TEST_CASE("a hart's own software interrupt comes at the next instruction", "", Compact<Plain>,
                   Translated<Plain>, Compact<Watched>, Compact<Tracked>) {
    using namespace rv64;
    auto machine = make<BusOf<TestType>>();
    put(machine, {addi(10, 10, 1), addi(11, 11, 1), sw(6, 5, 0), addi(12, 12, 1), jal(0, -16)});
    put(machine, {csrr(20, csr::mepc), sw(0, 5, 0), addi(21, 21, 1), mret}, base + 0x800);
    TestType hart(machine, {.reset_pc = base});
    hart.set_csr(csr::mtvec, base + 0x800);
    hart.set_csr(csr::mie, 8), hart.set_csr(csr::mstatus, 8);
    hart.set_x(5, clint), hart.set_x(6, 1);
    hart.run(90'000);  // of rounds of nine instructions
    CHECK(hart.x(21) == 10'000);
    CHECK(hart.x(12) == 10'000);
    CHECK(hart.x(20) == base + 12);
}

TEST_CASE("watchpoints: for fetches, with exact pc and stop, and for LR as a load") {
    using namespace rv64;
    auto machine = make<Watched>();
    put(machine,
        {addi(10, 10, 1), lw(11, 5, 0), amo(lr, 2, 12, 5, 0), amo(amoadd, 2, 13, 5, 6), jal(0, -16)});
    Compact<Watched> hart(machine, {.reset_pc = base});
    hart.set_x(5, data);
    auto& watch = machine.policy<state::Watchpoints>();
    std::vector<std::pair<state::WatchHit, std::uint64_t>> hits;
    watch.on_hit([&](const state::WatchHit& hit) {
        hits.emplace_back(hit, hart.pc());
        machine.request_stop();
    });
    SECTION("a fetch") {
        hart.run(50'000);
        const std::size_t number = watch.add({GuestAddress{base + 4}, 2_B}, {.fetch = true});
        CHECK(hart.run(1000) == RunResult{2, RunExit::stopped});
        REQUIRE(hits.size() == 1);
        CHECK(hits[0].first == state::WatchHit{number, Access::fetch, GuestAddress{base + 4}, 4_B});
        CHECK(hits[0].second == base + 4);
        CHECK(hart.pc() == base + 8);
        machine.clear_stop();
        CHECK(hart.run(1000).executed == 5);
        machine.clear_stop();
        watch.remove(number);
        CHECK(hart.run(10'000) == RunResult{10'000, RunExit::budget});
        CHECK(hits.size() == 2);
    }
    SECTION("loads and stores of atomics") {
        watch.add({GuestAddress{data}, 4_B}, {.load = true, .store = true});
        for (const auto& [at, kind] :
             {std::pair{4u, Access::load}, {8u, Access::load}, {12u, Access::store}}) {
            CHECK(hart.run(1000).reason == RunExit::stopped);
            CHECK(hart.pc() == base + at + 4);
            CHECK(hits.back().second == base + at);
            CHECK(hits.back().first.access == kind);
            CHECK(hits.back().first.width == 4_B);
            machine.clear_stop();
        }
        CHECK(hits.size() == 3);
    }
}

TEMPLATE_TEST_CASE("nobody hears of an SC that fails, nor is it a store to others", "", Compact<Watched>,
                   Translated<Watched>) {
    using namespace rv64;
    auto machine = make<Watched>();
    auto& watch = machine.template policy<state::Watchpoints>();
    const std::uint64_t data = GENERATE(as<std::uint64_t>{}, 0x8000'2000, 0x5000'0000);  // main RAM and other
    watch.add({at(data), 8_B}, {.load = true, .store = true});
    TestType hart(machine, {.hart_id = 0, .reset_pc = base}), other(machine, {.hart_id = 1});
    hart.set_x(10, data), hart.set_x(12, 99), hart.set_x(15, data + 4);
    other.set_x(10, data + 4), other.set_pc(base + 0x1000);
    // The hart's own store ends no reservation, but the value is another one then.
    put(machine, {amo(lr, 3, 11, 10, 0), sb(12, 10, 1), amo(sc, 3, 13, 10, 12), amo(sc, 3, 13, 10, 12)});
    put(machine, {amo(lr, 2, 11, 10, 0), amo(sc, 2, 13, 10, 12)}, base + 0x1000);
    hart.run(2);
    other.run(1);
    hart.run(1);
    CHECK(hart.x(13) == 1);
    other.run(1);
    CHECK(other.x(13) == 0);
    hart.run(1);
    CHECK(hart.x(13) == 1);
    std::vector<std::pair<Access, std::uint64_t>> heard;
    for (const state::WatchHit& hit : watch.hits()) heard.emplace_back(hit.access, hit.address.value);
    CHECK(heard == std::vector<std::pair<Access, std::uint64_t>>{{Access::load, data},
                                                                 {Access::store, data + 1},
                                                                 {Access::load, data + 4},
                                                                 {Access::store, data + 4}});
}

TEMPLATE_TEST_CASE("who hears of an atomic instruction finds its value in memory, and registers as before it",
                   "", Compact<Watched>, Translated<Watched>) {
    using namespace rv64;
    auto machine = make<Watched>();
    auto& watch = machine.template policy<state::Watchpoints>();
    watch.add({at(data), 8_B}, {.store = true});
    TestType hart(machine, {.reset_pc = base});
    std::vector<std::pair<std::uint64_t, std::uint64_t>> found;
    watch.on_hit([&](const state::WatchHit&) {
        found.emplace_back(machine.template peek<std::uint64_t>(at(data)).value(), hart.x(10));
    });
    hart.set_x(10, data), hart.set_x(12, 5);
    put(machine, {amo(amoadd, 3, 11, 10, 12), amo(lr, 3, 13, 10, 0), amo(sc, 3, 14, 10, 13),
                  amo(amoadd, 3, 10, 10, 12)});
    hart.run(4);
    CHECK(found == std::vector<std::pair<std::uint64_t, std::uint64_t>>{{5, data}, {5, data}, {10, data}});
    CHECK(hart.x(10) == 5);
}

namespace {
/// Keeps a copy of main RAM by what it hears.
struct Shadow {
    std::span<const std::byte> ram{};
    std::vector<std::byte> copy = std::vector<std::byte>((16_MiB).count);
    void ram_stored(Bytes offset, std::size_t width) {
        if (!ram.empty())
            std::ranges::copy(ram.subspan(offset.count, width),
                              copy.begin() + static_cast<std::ptrdiff_t>(offset.count));
    }
};
using Shadowed = Machine<Board, hostmem::Anonymous, Shadow>;
}  // namespace

TEST_CASE("a policy that is told of stores behind them has the values of atomic ones, too") {
    using namespace rv64;
    auto machine = make<Shadowed>();
    put(machine,
        {amo(amoadd, 3, 11, 10, 12), amo(1, 3, 0, 10, 13), amo(lr, 3, 13, 10, 0), amo(sc, 3, 14, 10, 12)});
    auto& shadow = machine.policy<Shadow>();
    shadow.ram = machine.memory_block("two.ram").value();
    Compact<Shadowed> hart(machine, {.reset_pc = base});
    hart.set_x(10, data), hart.set_x(12, 5), hart.set_x(13, 77);
    for (int i = 0; i != 4; ++i) {
        hart.run(1);
        CHECK(shadow.copy[0x2000] == shadow.ram[0x2000]);
    }
    CHECK(shadow.ram[0x2000] == std::byte{5});
}

TEMPLATE_TEST_CASE("a bank that the host selects is executed from then on", "", Compact<Plain>,
                   Translated<Plain>) {
    using namespace rv64;
    auto machine = make<Plain>();
    for (std::uint32_t page = 0; page != 4; ++page)
        put(machine, {addi(10, 10, 1 + page), jal(0, -4)}, 0x5000'0000 + 0x1000 * page);
    TestType hart(machine, {.reset_pc = 0x4000'0000});
    std::uint64_t expected = 0;
    for (const std::uint64_t page : {0u, 3u, 1u, 0u}) {
        REQUIRE(machine.template select_bank<"window">(page));
        hart.run(20'000);
        CHECK(hart.x(10) == (expected += 10'000 * (1 + page)));
    }
}

TEMPLATE_TEST_CASE("LR reads ROM", "", Compact<Plain>, Translated<Plain>) {
    using namespace rv64;
    auto machine = make<Plain>();
    put(machine, {amo(lr, 3, 10, 5, 0)});
    put(machine, {0x1234'5678, 0x9abc'def0}, 0x1010);
    TestType hart(machine, {.reset_pc = base});
    hart.set_x(5, 0x1010);
    hart.run(1);
    CHECK(hart.x(10) == 0x9abc'def0'1234'5678);
}
// To find the part that was refused, memory is looked at and not touched.
TEST_CASE("nobody hears of a store that ends in ROM and is refused") {
    using namespace rv64;
    constexpr std::uint64_t border = 0x5000'4000;
    auto machine = make<Watched>();
    put(machine, {sd(6, 5, 0), amo(lr, 3, 7, 8, 0)});
    put(machine, {amo(sc, 3, 9, 8, 6)}, base + 0x1000);
    Compact<Watched> hart(machine, {.reset_pc = base}), other(machine, {.hart_id = 1, .reset_pc = base + 4});
    unsigned hits = 0;
    auto& watch = machine.policy<state::Watchpoints>();
    watch.on_hit([&](const state::WatchHit&) { ++hits; });
    watch.add({GuestAddress{border - 8}, 16_B}, {.store = true});
    other.set_x(8, border - 8);
    other.run(1);
    hart.set_x(5, border - 3);
    hart.run(1);
    CHECK(hart.csr(csr::mcause) == 7);
    CHECK(hart.csr(csr::mtval) == border);
    CHECK(hits == 0);
    other.set_pc(base + 0x1000);
    other.run(1);
    CHECK(other.x(9) == 0);  // its reservation has held
    CHECK(hits == 1);
}
