#include <wirewrap/state/dirty_pages.hpp>

#include <catch2/catch.hpp>

#include <random>
#include <set>
#include <span>
#include <thread>
#include <utility>
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
        CHECK(taken(dirty).size() == 3);  // and so on until it is given back
        machine.give_back(machine.memory_view(at(0x8000'0800), 8_KiB));
        CHECK(taken(dirty).size() == 3);
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

/// Stores into its block when it is read and when its time comes.
struct Logger {
    static constexpr Bytes registers = 8_KiB;
    static constexpr AccessRule access{.widths = {4}};

    template <AccessWord T>
    T read(std::uint64_t) {
        put(4_KiB);
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T value) {
        due = value;
    }
    void attach(std::span<std::byte> contents) { block = contents; }
    void tick(std::uint64_t now) {
        if (now < due) return;
        put(0_B);
        due = ~std::uint64_t{0};
    }
    std::uint64_t deadline() const { return due; }
    StoredRange take_stored() { return std::exchange(stored, {}); }
    void put(Bytes offset) {
        if (block.empty()) return;
        block[offset.count] = std::byte{1};
        stored = {offset, 1_B};
    }

    std::span<std::byte> block;
    std::uint64_t due = ~std::uint64_t{0};
    StoredRange stored;
};
struct Logging {
    static constexpr auto name = "logging";
    static constexpr auto ram = main_ram("ram", 64_KiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(device<"log", Logger>(at(0x1'0000), 8_KiB));
};

TEST_CASE("What a device stores into its block when it is read or its time comes is told, too") {
    auto machine = Machine<Logging, hostmem::Anonymous, DirtyPages<>>::create().value();
    auto& dirty = machine.policy<DirtyPages<>>();
    REQUIRE(machine.store<std::uint32_t>(at(0x1'0000), 100));
    CHECK(taken(dirty).empty());
    machine.set_time(100);
    CHECK(taken(dirty) == Pages{{1, 0_B}});
    REQUIRE(machine.load<std::uint32_t>(at(0x1'0000)));
    CHECK(taken(dirty) == Pages{{1, 4_KiB}});
}

TEST_CASE("What a device stores into its block while the host changes it is told, too") {
    auto machine =
        Machine<boards::riscv::Virt, hostmem::Anonymous, DirtyPages<>>::create({.ram_size = 1_MiB}).value();
    machine.update<"virt.flash1">([](auto& flash) {
        (void)flash.template write<std::uint32_t>(0, 0x0040'0040);
        (void)flash.template write<std::uint32_t>(0, 0);
    });
    CHECK(taken(machine.policy<DirtyPages<>>()) == Pages{{3, 0_B}});
}

TEST_CASE("Memory that is handed out is dirty at every take, for every client, until it is given back") {
    auto machine = Machine<Bench, hostmem::Anonymous, DirtyPages<2>>::create().value();
    auto& dirty = machine.policy<DirtyPages<2>>();
    const auto input = machine.ram_span(at(0x8000'0ff0), 32_B);
    const auto rom = machine.memory_span(at(0x1000), 1_B);
    const Pages both{{0, 0_B}, {0, 4_KiB}, {1, 4_KiB}};
    for (int round = 0; round != 3; ++round) {
        CHECK(taken(dirty, 0) == both);
        input[0] = std::byte{1};
        CHECK(taken(dirty, 0) == both);
        CHECK(dirty.dirty(0, {0, 4_KiB}));
        dirty.forget(1);
        CHECK(taken(dirty, 1) == both);
    }
    REQUIRE(machine.store<std::uint8_t>(at(0x8000'3000), 1));
    CHECK(taken(dirty) == Pages{{0, 0_B}, {0, 4_KiB}, {0, 12_KiB}, {1, 4_KiB}});
    CHECK(taken(dirty, 1) == Pages{{0, 0_B}, {0, 4_KiB}, {0, 12_KiB}, {1, 4_KiB}});

    SECTION("given back, it is dirty once more") {
        machine.give_back(input);
        CHECK(taken(dirty, 0) == both);
        CHECK(taken(dirty, 0) == Pages{{1, 4_KiB}});
        CHECK(taken(dirty, 1) == both);
        CHECK(taken(dirty, 1) == Pages{{1, 4_KiB}});
        machine.give_back(rom);
        dirty.forget(0);
        CHECK(taken(dirty).empty());
    }
    SECTION("a neighbour in its page keeps it") {
        const auto neighbour = machine.ram_span(at(0x8000'1100), 8_B);
        machine.give_back(input);
        dirty.forget(0);
        CHECK(taken(dirty) == Pages{{0, 4_KiB}, {1, 4_KiB}});
        machine.give_back(neighbour);
        dirty.forget(0);
        CHECK(taken(dirty) == Pages{{1, 4_KiB}});
    }
    SECTION("handed out again and again, it is there once") {
        const std::size_t before = dirty.lent_ranges();
        for (int i = 0; i != 1000; ++i) (void)machine.ram_span(at(0x8000'0ff0), 32_B);
        CHECK(dirty.lent_ranges() == before);
        machine.give_back(input);
        CHECK(dirty.lent_ranges() == before - 1);
    }
    SECTION("of a bank it is the page that was shown then") {
        REQUIRE(machine.select_bank<"page">(3));
        const auto shown = machine.ram_span(at(0x3'0000), 16_B);
        REQUIRE(machine.select_bank<"page">(1));
        dirty.forget(0);
        CHECK(taken(dirty) == Pages{{0, 0_B}, {0, 4_KiB}, {1, 4_KiB}, {2, 12_KiB}});
        machine.give_back(shown);
        dirty.forget(0);
        CHECK(taken(dirty) == both);
    }
    SECTION("nothing, and what is not the machine's, changes nothing") {
        CHECK(machine.ram_span(at(0x8000'8000), 0_B).empty());
        CHECK(machine.ram_span(at(0x8000'8000), Bytes{~std::uint64_t{0}}).empty());
        const std::byte foreign{};
        machine.give_back({&foreign, 1});
        machine.give_back({});
        machine.give_back({input.data(), std::size_t{1} << 40});
        dirty.forget(0);
        CHECK(taken(dirty) == both);
    }
    SECTION("it moves with the machine") {
        auto moved = std::move(machine);
        CHECK(taken(moved.policy<DirtyPages<2>>(), 1) == both);
        input[0] = std::byte{2};
        CHECK(taken(moved.policy<DirtyPages<2>>(), 1) == both);
        CHECK(dirty.take(0, [](DirtyPage) {}) == 0);
        CHECK_FALSE(dirty.dirty(0, {0, 0_B}));
    }
}

TEST_CASE("What others changed is told by block or by address") {
    auto machine = Machine<Bench, hostmem::Anonymous, DirtyPages<>>::create().value();
    auto& dirty = machine.policy<DirtyPages<>>();
    machine.changed(at(0x8000'0fff), 2_B);
    machine.changed(at(0x2'0000), 1_B);       // sram
    machine.changed(at(0x83ff'ffff), 1_MiB);  // to the end of RAM, where nothing follows
    CHECK(taken(dirty) == Pages{{0, 0_B}, {0, 4_KiB}, {0, 64_MiB - 4_KiB}, {2, 0_B}});
    machine.changed(at(0x7000'0000), 1_MiB);
    machine.changed(at(0x8000'0000), 0_B);
    machine.changed(GuestAddress{~std::uint64_t{0}}, Bytes{~std::uint64_t{0}});
    machine.changed(0, 64_MiB, 0_B);
    machine.changed(2, 32_KiB, 0_B);
    CHECK(taken(dirty).empty());
    CHECK_FALSE(dirty.dirty(0, {0, 64_MiB}));
    CHECK_FALSE(dirty.dirty(0, {99, 0_B}));
}

TEST_CASE("A set of pages that was moved is empty, and one that is assigned to lets go of its memory") {
    auto a = state::PageSet::create(1000).value(), b = state::PageSet::create(64).value();
    a.insert(7);
    b = std::move(a);
    CHECK(b.contains(7));
    CHECK(a.take([](std::size_t) {}) == 0);
    CHECK(b.take([](std::size_t page) { CHECK(page == 7); }) == 1);
    auto& same = b;
    b.insert(3);
    b = std::move(same);
    CHECK(b.contains(3));
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
    machine.give_back(machine.memory_view(at(0x8000'0000), Bytes{a.bytes().size()}));
    dirty.forget(0);
    riscv::Hart<Tracked> hart(machine);
    hart.set_pc(0x8000'0000);
    hart.run(100);
    CHECK(hart.x(t1) == 0);  // the store-conditional went through
    CHECK(taken(dirty) == Pages{{0, 16_KiB}, {0, 32_KiB}});
}
