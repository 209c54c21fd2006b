#include <wirewrap/machine/machine.hpp>

#include <catch2/catch.hpp>

#include <cstring>
#include <numeric>
#include <string>

#include <wirewrap/hostmem/memfd.hpp>

#include "boards.hpp"

using namespace boards_under_test;

namespace {

using BenchMachine = Machine<Bench, hostmem::Anonymous>;

template <class M>
M made(const typename M::Options& options = {}) {
    auto machine = M::create(options);
    if (!machine) FAIL(machine.error().message);
    return std::move(*machine);
}

BusFault fault(GuestAddress address, std::size_t width, Access access, FaultReason reason) {
    return {address, static_cast<std::uint8_t>(width), access, reason};
}

template <class T, class M>
void check_load_fault(M& machine, GuestAddress address, FaultReason reason) {
    const auto loaded = machine.template load<T>(address);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error() == fault(address, sizeof(T), Access::load, reason));
}
template <class T, class M>
void check_store_fault(M& machine, GuestAddress address, FaultReason reason) {
    const auto stored = machine.template store<T>(address, T{0});
    REQUIRE_FALSE(stored);
    CHECK(stored.error() == fault(address, sizeof(T), Access::store, reason));
}

/// Every width, at the first and last byte of a window of RAM and one to each side of them.
template <class T, class M>
void check_edges(M& machine, Interval window) {
    const GuestAddress last_whole = window.base + window.size - Bytes{sizeof(T)};
    const T value = static_cast<T>(0x8877665544332211u);
    for (const GuestAddress inside : {window.base, window.base + Bytes{1}, last_whole}) {
        REQUIRE(machine.template store<T>(inside, value));
        CHECK(machine.template load<T>(inside) == value);
        CHECK(machine.template fetch<T>(inside) == value);
    }
    for (std::size_t beyond = 1; beyond != sizeof(T); ++beyond) {
        check_load_fault<T>(machine, last_whole + Bytes{beyond}, FaultReason::straddles);
        check_store_fault<T>(machine, last_whole + Bytes{beyond}, FaultReason::straddles);
        CHECK(machine.template load<std::uint8_t>(last_whole + Bytes{beyond}));
    }
    check_load_fault<T>(machine, window.base + window.size, FaultReason::unmapped);
    check_load_fault<T>(machine, window.base - Bytes{sizeof(T)}, FaultReason::unmapped);
    check_load_fault<T>(machine, window.base - Bytes{1}, FaultReason::unmapped);
}

}  // namespace

TEST_CASE("A machine satisfies the contracts of loaders and harts") {
    STATIC_REQUIRE(AccessPath<BenchMachine>);
    STATIC_REQUIRE(HartBus<BenchMachine>);
    STATIC_REQUIRE(std::movable<BenchMachine>);
}

TEST_CASE("create checks the size before it allocates, with the sentence of the compiler") {
    CHECK(made<BenchMachine>().ram_size() == 64_MiB);
    CHECK(made<BenchMachine>({.ram_size = 128_MiB}).ram_size() == 128_MiB);
    for (const Bytes size : {0_B, 1_B, 48_MiB, Bytes{~std::uint64_t{0}}}) {
        const auto refused = BenchMachine::create({.ram_size = size});
        REQUIRE_FALSE(refused);
        CHECK(refused.error() == ram_verdict<Bench>(size).error());
    }
    CHECK(BenchMachine::create({.ram_size = 48_MiB}).error().message ==
          "bench accepts 32 MiB, 64 MiB or 128 MiB of RAM, not 48 MiB; use 32 MiB or 64 MiB");
    CHECK(BenchMachine::create({.ram_size = Bytes{~std::uint64_t{0}}}).error().message ==
          "bench accepts 32 MiB, 64 MiB or 128 MiB of RAM, not 18446744073709551615 bytes; use 128 MiB");
}

TEST_CASE("A backend with a size decides the size") {
    using FixedMachine = Machine<Bench, hostmem::Fixed<32_MiB, struct SizeTest>>;
    {
        auto machine = made<FixedMachine>();
        CHECK(machine.ram_size() == 32_MiB);
        const auto second = FixedMachine::create();
        REQUIRE_FALSE(second);
        CHECK_THAT(second.error().message,
                   Catch::StartsWith("bench: main RAM bench.ram: fixed memory of 32 MiB is in use"));
    }
    CHECK(FixedMachine::create({.ram_size = 64_MiB}).error().message ==
          "bench: main RAM bench.ram: fixed memory of 32 MiB cannot be 64 MiB: ask for 32 MiB or use "
          "hostmem::Fixed of 64 MiB");
}

TEMPLATE_TEST_CASE("Accesses are exact at every edge of RAM", "", std::uint8_t, std::uint16_t, std::uint32_t,
                   std::uint64_t) {
    auto machine = made<BenchMachine>({.ram_size = 32_MiB});
    check_edges<TestType>(machine, {at(0x8000'0000), 32_MiB});
    check_edges<TestType>(machine, {at(0x2'0000), 32_KiB});
    check_edges<TestType>(machine, {at(0xc000'0000), 1_MiB});
    auto fixed = made<Machine<Bench, hostmem::Fixed<32_MiB, TestType>>>();
    check_edges<TestType>(fixed, {at(0x8000'0000), 32_MiB});
    check_load_fault<TestType>(machine, at(~std::uint64_t{0}), FaultReason::unmapped);
}

TEST_CASE("Loads and stores have a byte order") {
    auto little = made<BenchMachine>();
    REQUIRE(little.store<std::uint32_t>(at(0x8000'0001), 0x11223344));
    CHECK(little.load<std::uint8_t>(at(0x8000'0001)) == 0x44);
    CHECK(little.load<std::uint16_t>(at(0x8000'0001)) == 0x3344);
    CHECK((little.load<std::uint32_t, std::endian::big>(at(0x8000'0001))) == 0x44332211u);

    auto big = made<Machine<Split, hostmem::Anonymous>>();
    REQUIRE(big.store<std::uint64_t>(at(0x10'0000), 0x1122334455667788));
    CHECK(big.load<std::uint8_t>(at(0x10'0000)) == 0x11);
    CHECK((big.load<std::uint64_t, std::endian::little>(at(0x10'0000))) == 0x8877665544332211u);
    CHECK(big.ram_span(at(0x10'0000), 8_B)[7] == std::byte{0x88});
}

TEST_CASE("ROM is read and fetched, not written; its loader writes it") {
    auto machine = made<BenchMachine>();
    const auto rom = machine.memory_span(at(0x100), 4_B);
    REQUIRE(rom.size() == 4);
    rom[0] = std::byte{0x5a};
    CHECK(machine.load<std::uint32_t>(at(0x100)) == 0x5au);
    CHECK(machine.fetch<std::uint16_t>(at(0x100)) == 0x5au);
    check_store_fault<std::uint32_t>(machine, at(0x100), FaultReason::read_only);
    CHECK(machine.load<std::uint32_t>(at(0x100)) == 0x5au);
    CHECK(machine.ram_span(at(0x100), 4_B).empty());
    CHECK(machine.load<std::uint8_t>(at(0x4'1100)) == 0x5a);  // mirror of it
    check_store_fault<std::uint8_t>(machine, at(0x4'1100), FaultReason::read_only);
}

TEST_CASE("An access from one memory into the next is whole, and one that faults writes nothing") {
    auto machine = made<BenchMachine>();
    // top (the end of sram) runs into peek (the start of boot).
    REQUIRE(machine.store<std::uint16_t>(at(0x2'7ffe), 0x2211));
    machine.memory_span(at(0x0), 2_B)[0] = std::byte{0x33};
    machine.memory_span(at(0x0), 2_B)[1] = std::byte{0x44};
    CHECK(machine.load<std::uint32_t>(at(0x4'0ffe)) == 0x44332211u);
    check_store_fault<std::uint32_t>(machine, at(0x4'0ffe), FaultReason::read_only);
    CHECK(machine.load<std::uint16_t>(at(0x4'0ffe)) == 0x2211);
    // The end of RAM, one byte too far.
    REQUIRE(machine.store<std::uint8_t>(at(0x83ff'ffff), 0x77));
    check_store_fault<std::uint16_t>(machine, at(0x83ff'ffff), FaultReason::straddles);
    CHECK(machine.load<std::uint8_t>(at(0x83ff'ffff)) == 0x77);
}

TEST_CASE("Devices get the accesses that they declared, by direct call") {
    auto machine = made<BenchMachine>();
    const GuestAddress recorder = at(0x1000'0000);
    REQUIRE(machine.store<std::uint32_t>(recorder + 8_B, 0xcafe'f00d));
    CHECK(machine.device<"recorder">().words[2] == 0xcafe'f00d);
    CHECK(machine.load<std::uint16_t>(recorder + 10_B) == 0xcafe);
    CHECK(machine.device<"recorder">().last_offset == 10);
    CHECK(machine.device<"recorder">().last_width == 2);

    check_load_fault<std::uint8_t>(machine, recorder, FaultReason::width);
    check_store_fault<std::uint64_t>(machine, recorder, FaultReason::width);
    check_load_fault<std::uint32_t>(machine, recorder + 2_B, FaultReason::misaligned);
    check_load_fault<std::uint32_t>(machine, recorder + 16_B, FaultReason::unmapped);  // window, no register
    check_load_fault<std::uint32_t>(machine, recorder + 254_B, FaultReason::straddles);  // out of the window
    check_load_fault<std::uint32_t>(machine, recorder + 256_B, FaultReason::unmapped);
    check_load_fault<std::uint32_t>(machine, recorder - 2_B, FaultReason::unmapped);
    CHECK(machine.load<std::uint64_t>(at(0x1000'1000)) == 0u);  // joiner takes every width
    CHECK(machine.load<std::uint16_t>(at(0x1000'1003)) == 0u);  // and any alignment

    const auto fetched = machine.fetch<std::uint16_t>(recorder);
    REQUIRE_FALSE(fetched);
    CHECK(fetched.error() == fault(recorder, 2, Access::fetch, FaultReason::not_executable));
}

TEST_CASE("A device that stores in a block gets one under its name") {
    auto machine = made<BenchMachine>();
    REQUIRE(machine.store<std::uint8_t>(at(0x1000'2fff), 0x42));
    const auto block = machine.memory_block("store");
    REQUIRE(block);
    CHECK(block->size() == 4096);
    CHECK((*block)[4095] == std::byte{0x42});
}

TEST_CASE("Memory blocks are found by their ids") {
    auto machine = made<BenchMachine>({.ram_size = 32_MiB});
    std::string ids;
    for (const MemoryBlock& block : machine.memory_blocks())
        ids += std::string(block.id) + (block.writable ? " " : "! ");
    CHECK(ids == "bench.ram boot! sram store ");
    REQUIRE(machine.store<std::uint8_t>(at(0x8000'0005), 9));
    CHECK(machine.memory_block("bench.ram").value()[5] == std::byte{9});
    CHECK(machine.memory_block("bench.ram").value().size() == (32_MiB).count);
    CHECK(machine.memory_block("bench").error().message ==
          "bench has no memory block bench; it has bench.ram, boot, sram and store");
}

TEST_CASE("Mirrors show the same bytes, banks the page that was chosen") {
    auto machine = made<BenchMachine>();
    REQUIRE(machine.store<std::uint32_t>(at(0xc000'0010), 0xabcd));
    CHECK(machine.load<std::uint32_t>(at(0x8010'0010)) == 0xabcdu);
    check_load_fault<std::uint8_t>(machine, at(0xc010'0000), FaultReason::unmapped);

    for (std::uint8_t page = 0; page != 8; ++page)
        REQUIRE(
            machine.store<std::uint8_t>(at(0x2'0000 + page * 0x1000u), static_cast<std::uint8_t>(page + 1)));
    CHECK(machine.load<std::uint8_t>(at(0x3'0000)) == 1);
    for (std::uint8_t page = 0; page != 8; ++page) {
        REQUIRE(machine.select_bank<"page">(page));
        CHECK(machine.load<std::uint8_t>(at(0x3'0000)) == page + 1);
    }
    REQUIRE(machine.store<std::uint8_t>(at(0x3'0000), 99));
    CHECK(machine.load<std::uint8_t>(at(0x2'7000)) == 99);
    CHECK(machine.select_bank<"page">(8).error().message == "bench: bank page has pages 0 to 7, not 8");
    CHECK(machine.load<std::uint8_t>(at(0x3'0000)) == 99);
}

TEST_CASE("the second window of RAM ends as exactly as the first") {
    auto machine = made<Machine<Holed, hostmem::Anonymous>>();
    for (const Interval window : {Interval{at(0x10'0000), 2_MiB}, Interval{at(0x100'0000), 1_MiB}}) {
        check_edges<std::uint8_t>(machine, window);
        check_edges<std::uint16_t>(machine, window);
        check_edges<std::uint32_t>(machine, window);
        check_edges<std::uint64_t>(machine, window);
    }
    REQUIRE(machine.store<std::uint32_t>(at(0x100'0000), 7));
    CHECK(machine.memory_block("holed.ram").value()[2 << 20] == std::byte{7});

    auto low_only = Machine<Holed, hostmem::Anonymous>::create({.ram_size = 1_MiB});
    REQUIRE(low_only);
    check_load_fault<std::uint32_t>(*low_only, at(0x100'0000), FaultReason::unmapped);
    check_store_fault<std::uint64_t>(*low_only, at(0), FaultReason::unmapped);
    check_load_fault<std::uint64_t>(*low_only, at(~std::uint64_t{3}), FaultReason::unmapped);
}

TEST_CASE("RAM that is split, mirrored and overlaid is one block") {
    auto machine = made<Machine<Split, hostmem::Anonymous>>();
    const auto ram = machine.memory_block("split.ram").value();
    std::iota(reinterpret_cast<std::uint32_t*>(ram.data()),
              reinterpret_cast<std::uint32_t*>(ram.data() + ram.size()), 0u);
    const auto word = [&](std::uint64_t address) {
        return machine.load<std::uint32_t, std::endian::native>(at(address)).value() * 4;
    };
    CHECK(word(0x10'0000) == 0);
    CHECK(word(0x17'fffc) == 0x7'fffc);
    CHECK(word(0x19'0000) == 0x9'0000);    // after the overlay
    CHECK(word(0x2f'fffc) == 0x1f'fffc);   // the end of the low part
    CHECK(word(0x100'0000) == 0x20'0000);  // the rest, high
    CHECK(word(0x10f'fffc) == 0x2f'fffc);
    CHECK(word(0x8000'0004) == 4);  // mirror
    check_load_fault<std::uint32_t>(machine, at(0x30'0000), FaultReason::unmapped);
    check_store_fault<std::uint8_t>(machine, at(0x1a'0000), FaultReason::unmapped);  // reserved, over RAM
    check_load_fault<std::uint32_t>(machine, at(0x19'fffe), FaultReason::straddles);
    CHECK(machine.memory_span(at(0x1a'ffff), 1_B).empty());
    check_load_fault<std::uint32_t>(machine, at(0x110'0000), FaultReason::unmapped);
    check_load_fault<std::uint32_t>(machine, at(0x8010'0000), FaultReason::unmapped);
    check_load_fault<std::uint32_t>(machine, at(0x17'fffe), FaultReason::straddles);  // RAM into a device
    REQUIRE(machine.store<std::uint32_t>(at(0x18'0000), 5));
    CHECK(machine.device<"frame">().words[0] == 5);
    CHECK(machine.ram_span(at(0x17'ff00), 256_B).size() == 256);
    CHECK(machine.ram_span(at(0x17'ff00), 257_B).empty());
}

TEST_CASE("Levels travel along the wires, and only changes do") {
    auto machine = made<BenchMachine>();
    CHECK(machine.interrupt_lines(0) == 0);
    REQUIRE(machine.store<std::uint32_t>(at(0x1000'0000), 1));
    CHECK(machine.interrupt_lines(0) == 1u << 11);
    CHECK(machine.device<"joiner">().levels == 1u << 3);
    REQUIRE(machine.store<std::uint32_t>(at(0x1000'0000), 3));
    REQUIRE(machine.load<std::uint32_t>(at(0x1000'0000)));
    CHECK(machine.device<"joiner">().changes == 1);
    REQUIRE(machine.store<std::uint32_t>(at(0x1000'0004), 7));
    CHECK(machine.device<"joiner">().levels == (1u << 3 | 1u << 5));
    REQUIRE(machine.store<std::uint32_t>(at(0x1000'0000), 0));
    CHECK(machine.interrupt_lines(0) == 1u << 11);
    machine.update<"recorder">([](Recorder& recorder) { recorder.words[1] = 0; });
    CHECK(machine.interrupt_lines(0) == 0);
    REQUIRE(machine.store<std::uint32_t>(at(0x1000'0000), 1));
    machine.reset();
    CHECK(machine.interrupt_lines(0) == 0);
    CHECK(machine.device<"recorder">().words[0] == 0);
}

TEST_CASE("Time goes to the devices that keep it") {
    auto machine = made<BenchMachine>();
    CHECK(machine.deadline() == 100);
    machine.set_time(99);
    CHECK(machine.interrupt_lines(0) == 0);
    machine.set_time(100);
    CHECK(machine.interrupt_lines(0) == 1u << 7);
    CHECK(machine.deadline() == ~std::uint64_t{0});
    CHECK(machine.time() == 1100);  // what the device says
    auto bare = made<Machine<Bare, hostmem::Anonymous>>();
    bare.set_time(5);
    CHECK(bare.time() == 5);
    CHECK(bare.deadline() == ~std::uint64_t{0});
}

TEST_CASE("A machine may be without RAM where the board says so") {
    using BareMachine = Machine<Bare, hostmem::Anonymous>;
    auto none = made<BareMachine>();
    CHECK(none.ram_size() == 0_B);
    CHECK(none.memory_blocks().empty());
    check_load_fault<std::uint64_t>(none, at(0), FaultReason::unmapped);
    check_load_fault<std::uint8_t>(none, at(0), FaultReason::unmapped);
    check_store_fault<std::uint32_t>(none, at(~std::uint64_t{0} - 1), FaultReason::unmapped);
    auto some = made<BareMachine>({.ram_size = 8_KiB});
    CHECK(some.load<std::uint64_t>(at(8184)) == 0u);
    check_load_fault<std::uint64_t>(some, at(8185), FaultReason::straddles);
}

TEST_CASE("A machine that was asked for no RAM has none, whatever size its backend would have") {
    using FixedMachine = Machine<Bare, hostmem::Fixed<8_KiB>>;
    auto none = made<FixedMachine>({.ram_size = 0_B});
    CHECK(none.ram_size() == 0_B);
    CHECK(none.direct_window().size == 0_B);
    CHECK(none.ram_span(at(0), 8_B).empty());
    check_load_fault<std::uint64_t>(none, at(0), FaultReason::unmapped);
    check_store_fault<std::uint32_t>(none, at(8), FaultReason::unmapped);
    auto some = made<FixedMachine>();
    CHECK(some.direct_window().size == 8_KiB);
    check_load_fault<std::uint64_t>(some, at(8185), FaultReason::straddles);
}

TEMPLATE_TEST_CASE("Memories smaller than a page of the host end where the board says", "",
                   hostmem::Anonymous, hostmem::Memfd, (hostmem::Fixed<2_KiB>)) {
    auto machine = made<Machine<Micro, TestType>>();
    CHECK(machine.ram_size() == 2_KiB);
    check_edges<std::uint32_t>(machine, {at(0x100), 2_KiB});
    check_edges<std::uint16_t>(machine, {at(0x2000), 64_B});
    CHECK(machine.memory_block("micro.ram").value().size() == 2048);
    CHECK(machine.memory_block("scratch").value().size() == 64);
}

TEST_CASE("A machine can be moved and keeps its memory") {
    auto machine = made<BenchMachine>();
    REQUIRE(machine.store<std::uint8_t>(at(0xc000'0000), 7));
    REQUIRE(machine.store<std::uint8_t>(at(0x1000'2000), 8));
    BenchMachine moved = std::move(machine);
    CHECK(moved.load<std::uint8_t>(at(0x8010'0000)) == 7);
    CHECK(moved.load<std::uint8_t>(at(0x1000'2000)) == 8);
}
