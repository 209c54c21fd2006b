#include <catch2/catch.hpp>

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <thread>
#include <type_traits>
#include <vector>

#include <wirewrap/hostmem/fixed.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;

using Ram = Fixed<4_MiB>;
static_assert(Backend<Ram>);
static_assert(Ram::size == 4_MiB && Ram::page_size == 4_KiB && !Ram::has_descriptor && Ram::writable);
static_assert(Ram::check(4_MiB).accepted());
static_assert(Ram::check(2_MiB).view() ==
              "fixed memory of 4 MiB cannot be 2 MiB: ask for 4 MiB or use hostmem::Fixed of 2 MiB");
// An address constant: a machine's access path needs no pointer.
constexpr std::byte* address = Ram::Memory::data();
static_assert(address == Ram::storage);

TEST_CASE("fixed memory is the storage of its type, aligned for huge pages where it can be") {
    auto memory = allocate<Ram>(4_MiB);
    REQUIRE(memory);
    CHECK(memory->data() == Ram::storage);
    CHECK(memory->size() == 4_MiB);
    CHECK(reinterpret_cast<std::uintptr_t>(memory->data()) % (2u << 20) == 0);
    CHECK(reinterpret_cast<std::uintptr_t>(Fixed<12_KiB>::storage) % (4u << 10) == 0);
    CHECK(Fixed<4_MiB, struct Other>::Memory::data() != Ram::Memory::data());
}

TEST_CASE("fixed memory has one user at a time, and the next one finds zeroes") {
    {
        auto first = allocate<Ram>(4_MiB);
        REQUIRE(first);
        std::ranges::fill(first->span(), std::byte{0xa5});
        auto second = allocate<Ram>(4_MiB);
        REQUIRE_FALSE(second);
        CHECK(second.error().message == "fixed memory of 4 MiB is in use: its static storage has one user at "
                                        "a time; destroy that one first or "
                                        "give this one a tag of its own, hostmem::Fixed<N, Tag>");
        CHECK(allocate<Fixed<4_MiB, struct Mine>>(4_MiB).has_value());

        auto moved = std::move(*first);  // the permission moves along
        CHECK_FALSE(allocate<Ram>(4_MiB));
        CHECK(moved.data()[4095] == std::byte{0xa5});
    }
    auto again = allocate<Ram>(4_MiB);
    REQUIRE(again);
    CHECK(std::ranges::all_of(again->span(), [](std::byte b) { return b == std::byte{}; }));
}

TEST_CASE("of several threads that want it at once, one gets it") {
    using Contended = Fixed<64_KiB, struct Contention>;
    std::atomic<int> winners{0};
    {
        std::vector<std::optional<HostMemory<Contended>>> memories(4);
        std::vector<std::jthread> threads;
        for (auto& mine : memories)
            threads.emplace_back([&] {
                if (auto memory = allocate<Contended>(64_KiB)) {
                    mine.emplace(std::move(*memory));
                    ++winners;
                }
            });
        threads.clear();
    }
    CHECK(winners == 1);
    CHECK(allocate<Contended>(64_KiB).has_value());
}

TEST_CASE("fixed memory refuses a NUMA policy rather than ignoring it") {
    auto reserved = Ram::reserve(4_MiB, {});
    REQUIRE(reserved);
    auto bound = std::move(*reserved).bind(bind_to(0));
    REQUIRE_FALSE(bound);
    CHECK(bound.error().message == "policy=bind cannot hold for fixed memory, whose 4 MiB belong to the "
                                   "program: use hostmem::Anonymous or "
                                   "policy=default");
}

TEST_CASE("untouched until someone does, populated when asked") {
    using Fresh = Fixed<2_MiB, struct Untouched>;
    {
        auto memory = allocate<Fresh>(2_MiB);
        REQUIRE(memory);
        if constexpr (!test::sanitized) CHECK(test::present_pages(memory->data(), 2_MiB) == 0);
    }
    auto memory = allocate<Fresh>(2_MiB, {.prealloc = true});
    REQUIRE(memory);
    CHECK(test::present_pages(memory->data(), 2_MiB) == test::pages_in(2_MiB));
}

TEST_CASE("the second user gets zeroes, and pays for what the first one touched") {
    using Large = Fixed<16_MiB, struct Second>;
    using Odd = Fixed<100_KiB + 8_B, struct NoWholePages>;
    using Little = Fixed<24_B, struct NoPage>;
    const auto again = []<class B>(std::type_identity<B>) {
        for (int round = 0; round != 3; ++round) {
            auto memory = allocate<B>(*B::size);
            REQUIRE(memory);
            CHECK(std::ranges::all_of(memory->span(), [](std::byte b) { return b == std::byte{}; }));
            std::ranges::fill(memory->span(), std::byte{0xa5});
        }
    };
    again(std::type_identity<Large>{});
    again(std::type_identity<Odd>{});
    again(std::type_identity<Little>{});
    auto memory = allocate<Large>(16_MiB);
    REQUIRE(memory);
    if constexpr (!test::sanitized) CHECK(test::present_pages(memory->data(), 16_MiB) == 0);
}

TEST_CASE("what lies in the same page behind fixed memory is not its own to clear") {
    if constexpr (test::sanitized) return test::skipped("sanitizers guard what lies behind a variable");
    using Odd = Fixed<100_KiB + 8_B, struct SharedPage>;
    { REQUIRE(allocate<Odd>(*Odd::size)); }
    // By its address: to the compiler nothing is behind the storage.
    const auto behind = reinterpret_cast<std::uintptr_t>(Odd::storage) + Odd::size->count;
    const auto others = [&] {
        const auto* const first = reinterpret_cast<const volatile unsigned char*>(behind);
        return std::vector<unsigned char>(first, first + (4096 - behind % 4096));
    };
    const auto before = others();
    { REQUIRE(allocate<Odd>(*Odd::size)); }
    CHECK(others() == before);
}

TEST_CASE("pages that are locked are cleared in place") {
    using Locked = Fixed<64_KiB, struct LockedPages>;
    { std::ranges::fill(allocate<Locked>(64_KiB)->span(), std::byte{0xa5}); }
    if (::mlock(Locked::storage, 64 << 10) != 0) return test::skipped("no permission to lock pages");
    auto memory = allocate<Locked>(64_KiB);
    REQUIRE(memory);
    CHECK(std::ranges::all_of(memory->span(), [](std::byte b) { return b == std::byte{}; }));
    ::munlock(Locked::storage, 64 << 10);
}
