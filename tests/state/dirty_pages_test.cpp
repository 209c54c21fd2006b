#include <wirewrap/state/dirty_pages.hpp>

#include <catch2/catch.hpp>

#include <random>
#include <set>
#include <thread>
#include <vector>

#include <boards/riscv/virt.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/machine/machine.hpp>

#include "tests/machine/boards.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace boards_under_test;
using state::DirtyPage;
using state::DirtyPages;

namespace {

template <class Policy>
std::vector<DirtyPage> taken(Policy& policy, std::size_t client = 0) {
    std::vector<DirtyPage> pages;
    const std::size_t count = policy.take(client, [&](DirtyPage page) { pages.push_back(page); });
    CHECK(count == pages.size());
    return pages;
}

using Pages = std::vector<DirtyPage>;

}  // namespace

TEST_CASE("A page is dirty when it was stored to, by whatever way") {
    auto machine = Machine<Bench, hostmem::Anonymous, DirtyPages<>>::create().value();
    auto& dirty = machine.policy<DirtyPages<>>();
    CHECK(taken(dirty).empty());
    REQUIRE(machine.load<std::uint32_t>(at(0x8000'0000)));
    CHECK(taken(dirty).empty());

    REQUIRE(machine.store<std::uint32_t>(at(0x8000'5ffc), 1));
    REQUIRE(machine.store<std::uint32_t>(at(0x8000'5000), 1));
    CHECK(dirty.dirty(0, {0, 20_KiB}));
    CHECK(taken(dirty) == Pages{{0, 20_KiB}});
    CHECK_FALSE(dirty.dirty(0, {0, 20_KiB}));
    CHECK(taken(dirty).empty());

    SECTION("over the end of a page") {
        REQUIRE(machine.store<std::uint64_t>(at(0x8000'0ffd), 1));
        CHECK(taken(dirty) == Pages{{0, 0_B}, {0, 4_KiB}});
    }
    SECTION("through a mirror") {
        REQUIRE(machine.store<std::uint8_t>(at(0xc000'1000), 1));
        CHECK(taken(dirty) == Pages{{0, 1_MiB + 4_KiB}});
    }
    SECTION("through host memory") {
        REQUIRE_FALSE(machine.ram_span(at(0x8000'0800), 8_KiB).empty());
        CHECK(taken(dirty) == Pages{{0, 0_B}, {0, 4_KiB}, {0, 8_KiB}});
        CHECK(machine.memory_view(at(0x8000'0800), 8_KiB).size() == 8192);
        CHECK(taken(dirty).empty());
    }
    SECTION("the last one") {
        REQUIRE(machine.store<std::uint8_t>(at(0x83ff'ffff), 1));
        CHECK(taken(dirty) == Pages{{0, 64_MiB - 4_KiB}});
    }
    SECTION("in another block: 1 is boot, 2 sram, 3 the store's") {
        REQUIRE(machine.store<std::uint8_t>(at(0x2'1000), 1));
        REQUIRE(machine.store<std::uint8_t>(at(0x3'0000), 1));  // bank: the first page of sram
        REQUIRE(machine.store<std::uint8_t>(at(0x4'0004), 1));  // mirror of its last page
        REQUIRE_FALSE(machine.store<std::uint8_t>(at(0x0), 1));
        CHECK(taken(dirty) == Pages{{2, 0_B}, {2, 4_KiB}, {2, 28_KiB}});
        REQUIRE(machine.select_bank<"page">(3));
        REQUIRE(machine.store<std::uint8_t>(at(0x3'0000), 1));
        REQUIRE_FALSE(machine.memory_span(at(0x1000), 4_KiB).empty());  // a loader writes the ROM
        CHECK(taken(dirty) == Pages{{1, 4_KiB}, {2, 12_KiB}});
    }
}

TEST_CASE("A device tells what it stored into its block") {
    auto machine =
        Machine<boards::riscv::Virt, hostmem::Anonymous, DirtyPages<>>::create({.ram_size = 1_MiB}).value();
    auto& dirty = machine.policy<DirtyPages<>>();
    constexpr auto flash1 = at(0x2200'0000);
    REQUIRE(machine.store<std::uint32_t>(flash1 + 0x4'0000_B, 0x0020'0020));
    CHECK(taken(dirty).empty());
    REQUIRE(machine.store<std::uint32_t>(flash1 + 0x4'0000_B, 0x00d0'00d0));  // erases sector 1
    const Pages erased = taken(dirty);
    REQUIRE(erased.size() == 64);
    CHECK(erased.front() == DirtyPage{3, 256_KiB});
    CHECK(erased.back() == DirtyPage{3, 512_KiB - 4_KiB});
    REQUIRE(machine.store<std::uint32_t>(flash1 + 0x4'1000_B, 0x0040'0040));
    REQUIRE(machine.store<std::uint32_t>(flash1 + 0x4'1000_B, 0));
    CHECK(taken(dirty) == Pages{{3, 260_KiB}});
}

TEST_CASE("Clients take in their own time") {
    auto machine = Machine<Bench, hostmem::Anonymous, DirtyPages<3>>::create().value();
    auto& dirty = machine.policy<DirtyPages<3>>();
    REQUIRE(machine.store<std::uint8_t>(at(0x8000'0000), 1));
    CHECK(taken(dirty, 1) == Pages{{0, 0_B}});
    REQUIRE(machine.store<std::uint8_t>(at(0x8000'1000), 1));
    CHECK(taken(dirty, 1) == Pages{{0, 4_KiB}});
    CHECK(taken(dirty, 0) == Pages{{0, 0_B}, {0, 4_KiB}});
    dirty.forget(2);
    CHECK(taken(dirty, 2).empty());
}

TEST_CASE("Random stores: the pages taken are the pages stored to") {
    auto machine = Machine<Bench, hostmem::Anonymous, DirtyPages<>>::create().value();
    auto& dirty = machine.policy<DirtyPages<>>();
    std::mt19937_64 random(1);
    for (int round = 0; round != 50; ++round) {
        std::set<std::uint64_t> expected;
        for (std::uint64_t i = 0, stores = random() % 400; i != stores; ++i) {
            const std::uint64_t offset = random() % ((64 << 20) - 8);
            REQUIRE(machine.store<std::uint64_t>(at(0x8000'0000 + offset), offset));
            expected.insert(offset / 4096);
            expected.insert((offset + 7) / 4096);
        }
        std::set<std::uint64_t> seen;
        for (const DirtyPage& page : taken(dirty)) seen.insert(page.offset / 4_KiB);
        CHECK(seen == expected);
    }
}

TEST_CASE("Several threads lose no page") {
    auto set = state::PageSet::create(1'000'000).value();
    constexpr std::size_t threads = 4, each = 50'000;
    std::vector<std::size_t> seen;
    {
        std::vector<std::jthread> workers;
        for (std::size_t t = 0; t != threads; ++t)
            workers.emplace_back([&set, t] {
                for (std::size_t i = 0; i != each; ++i) set.insert((i * 7919 + t) % 1'000'000);
            });
        for (int i = 0; i != 100; ++i) set.take([&](std::size_t page) { seen.push_back(page); });
    }
    set.take([&](std::size_t page) { seen.push_back(page); });
    std::set<std::size_t> expected;
    for (std::size_t t = 0; t != threads; ++t)
        for (std::size_t i = 0; i != each; ++i) expected.insert((i * 7919 + t) % 1'000'000);
    CHECK(std::set<std::size_t>(seen.begin(), seen.end()) == expected);
}

TEST_CASE("Atomic operations of a hart make pages dirty, executing code does not") {
    using namespace wirewrap::test::rv64;
    using Tracked = Machine<boards::riscv::Virt, hostmem::Anonymous, DirtyPages<>>;
    auto machine = Tracked::create({.ram_size = 1_MiB}).value();
    auto& dirty = machine.policy<DirtyPages<>>();
    Assembler a(0x8000'0000);
    constexpr Reg t0 = 5, t1 = 6, t2 = 7;
    constexpr u32 amoadd = 0x00, sc = 0x03, lr = 0x02;
    a.li(t0, 0x8000'4000);
    a.li(t2, 0x8000'8000);
    a.li(t1, 1);
    a.emit(amo(amoadd, 3, t1, t0, t1));
    a.emit(amo(lr, 3, t1, t2, 0), amo(sc, 3, t1, t2, t0));
    a.emit(jal(0, 0));
    std::ranges::copy(a.bytes(), machine.ram_span(at(0x8000'0000), Bytes{a.bytes().size()}).begin());
    dirty.forget(0);
    riscv::Hart<Tracked> hart(machine);
    hart.set_pc(0x8000'0000);
    hart.run(100);
    CHECK(hart.x(t1) == 0);  // the store-conditional went through
    CHECK(taken(dirty) == Pages{{0, 16_KiB}, {0, 32_KiB}});
}
