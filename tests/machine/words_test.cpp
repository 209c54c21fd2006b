#include <catch2/catch.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <iterator>
#include <limits>
#include <numeric>
#include <ranges>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/state/dirty_pages.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

struct Little {
    static constexpr auto name = "little";
    static constexpr auto ram = main_ram("ram", 64_KiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(rom<"boot">(at(0x1000), 4_KiB));
};
struct Big : Little {
    static constexpr auto name = "big";
    static constexpr auto byte_order = std::endian::big;
};

static_assert(std::random_access_iterator<Words<std::uint32_t>::iterator>);
static_assert(std::indirectly_writable<Words<std::uint32_t>::iterator, std::uint32_t>);
static_assert(std::ranges::random_access_range<Words<const std::uint16_t>>);
static_assert(!std::indirectly_writable<Words<const std::uint16_t>::iterator, std::uint16_t>);
static_assert(std::ranges::sized_range<Words<std::uint64_t>>);

}  // namespace

TEMPLATE_TEST_CASE("words are those that loads and stores see", "", Little, Big) {
    auto machine = Machine<TestType, hostmem::Anonymous>::create();
    REQUIRE(machine);
    const GuestAddress base = at(0x8000'0003);  // at any address
    auto all = words<std::uint32_t>(*machine, base, 100);
    REQUIRE(all.size() == 100);
    std::uint32_t next = 0xa0b0'c000;
    for (auto word : all) word = next++;
    for (std::uint64_t i = 0; i != 100; ++i)
        CHECK(machine->template load<std::uint32_t>(base + Bytes{4 * i}).value_or(0) == 0xa0b0'c000 + i);
    REQUIRE(machine->template store<std::uint32_t>(base + 8_B, 5).has_value());
    CHECK(all[2] == 5u);
    all[2] = all[1];
    CHECK(all[2] == 0xa0b0'c001);
    CHECK(std::accumulate(all.begin(), all.begin() + 2, std::uint64_t{0}) ==
          std::uint64_t{2} * 0xa0b0'c000 + 1);
    std::ranges::sort(all, std::ranges::greater{});
    CHECK(all[0] == 0xa0b0'c063);
    CHECK(std::ranges::is_sorted(all, std::ranges::greater{}));
    const auto looked_at = word_view<std::uint32_t>(*machine, base, 100);
    CHECK(std::ranges::equal(all, looked_at));
    CHECK(all.end() - all.begin() == 100);
}

TEST_CASE("words that are not all memory, or not in one piece, are none") {
    auto machine = Machine<Little, hostmem::Anonymous>::create();
    REQUIRE(machine);
    CHECK(words<std::uint64_t>(*machine, at(0x8000'0000), 8192).size() == 8192);
    CHECK(words<std::uint64_t>(*machine, at(0x8000'0000), 8193).empty());
    CHECK(words<std::uint64_t>(*machine, at(0x8000'fff9), 1).empty());
    CHECK(words<std::uint64_t>(*machine, at(0x8000'0000), 0).empty());
    CHECK(words<std::uint64_t>(*machine, at(0x8000'0000), std::numeric_limits<std::size_t>::max()).empty());
    CHECK(words<std::uint64_t>(*machine, at(0x8000'0000), (std::numeric_limits<std::size_t>::max() >> 3) + 2)
              .empty());
    CHECK(words<std::uint16_t>(*machine, at(0x1000), 1).empty());  // ROM is not to be written
    CHECK(word_view<std::uint16_t>(*machine, at(0x1000), 2048).size() == 2048);
    CHECK(word_view<std::uint16_t>(*machine, at(0), 1).empty());
}

TEST_CASE("policies hear of words as of a span") {
    auto machine = Machine<Little, hostmem::Anonymous, state::DirtyPages<>>::create();
    REQUIRE(machine);
    auto& pages = machine->policy<state::DirtyPages<>>();
    const auto count = [&] { return pages.take(0, [](const auto&) {}); };
    (void)count();
    const auto page = words<std::uint8_t>(*machine, at(0x8000'1000), 4096);
    CHECK(count() != 0);
    machine->give_back(page.bytes());
}
