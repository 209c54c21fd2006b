// What can be asked of a board, and boards that are chosen from a list when the program runs.
#include <catch2/catch.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <range/v3/algorithm.hpp>

#include <wirewrap/board/board_list.hpp>
#include <wirewrap/board/query.hpp>

#include "tests/board/devices.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using namespace std::string_view_literals;

namespace {

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto alias = "pocket";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB)
                                    .accepts(one_of(32_MiB, 64_MiB))
                                    .placed(at(0x8000'0000))
                                    .mirrored(at(0xC000'0000), first(1_MiB));
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 64_KiB), ram_block<"far">(nowhere, 64_KiB),
                                           bank<"window">("far", at(0x10'0000), 16_KiB).starting_at(1),
                                           device<"uart0", Source>(at(0x1000'0000), 256_B),
                                           device<"pic", Controller>(at(0x1000'1000), 256_B),
                                           overlay(device<"uart1", Source>(at(0x8010'0000), 4_KiB)));
    static constexpr auto wires = wiring(wire<"uart0.irq", "pic", 10>, wire<"pic.irq", "hart0", 11>);
};
struct Small {
    static constexpr auto name = "small";
    static constexpr auto ram = main_ram("small.ram", 1_MiB).accepts(at_most(2_MiB));
};
struct WithoutRam {
    static constexpr auto name = "without";
    static constexpr auto ram = main_ram("without.ram", 0_B).accepts(exactly(8_MiB));
};

constexpr bool is_far(const Region& region) { return region.name == "far"; }

static_assert(ask::regions<Handheld>().size() == 6 && ask::regions<Small>().empty());
static_assert(ask::devices<Handheld>().size() == 3 && ask::devices<Small>().empty());
static_assert(ask::blocks<Handheld>().size() == 2);
static_assert(ask::regions_where<Handheld, is_far>().size() == 1 &&
              !ask::regions_where<Handheld, is_far>()[0].placed);
static_assert(ask::regions_where<Handheld, ask::is_overlay>()[0].name == "uart1");
static_assert(ranges::count_if(ask::devices<Handheld>(), ask::drives_pins) == 3);
static_assert(ranges::count_if(ask::devices<Handheld>(), ask::takes_lines) == 1);
static_assert(ranges::equal(ask::devices<Handheld>(), std::array{"uart0"sv, "pic"sv, "uart1"sv}, {},
                            &Region::name));

// RAM: 1 MiB below the overlay, the rest above it, and the mirror.
static_assert(ask::windows<Handheld, 32_MiB>().size() == 3);
static_assert(ask::windows<Handheld, 32_MiB>()[1].range() == Interval{at(0x8010'1000), 31_MiB - 4_KiB});
static_assert(ask::windows<WithoutRam, 0_B>().empty() || ask::windows<WithoutRam, 0_B>()[0].size == 0_B);
static_assert(ask::flat<WithoutRam, 0_B>().empty() && ask::gaps<WithoutRam, 0_B>().empty());

static_assert(ask::answers_at<Handheld>(at(0x0), 64_MiB) == "boot");
static_assert(ask::answers_at<Handheld>(at(0x1'0000), 64_MiB).empty());
static_assert(ask::answers_at<Handheld>(at(0x8010'0fff), 64_MiB) == "uart1");
static_assert(ask::answers_at<Handheld>(at(0x8010'1000), 64_MiB) == "handheld.ram");
static_assert(ask::answer_at<Handheld>(at(0x8010'1000), 64_MiB)->offset == 1_MiB + 4_KiB);
static_assert(ask::answers_at<Handheld>(at(0x81ff'ffff), 32_MiB) == "handheld.ram" &&
              ask::answers_at<Handheld>(at(0x8200'0000), 32_MiB).empty());
static_assert(ask::answer_at<Handheld>(at(0xC000'0010), 32_MiB)->offset == 0_B);
static_assert(!ask::answer_at<Handheld>(at(~std::uint64_t{0}), 32_MiB));

static_assert(ask::is_reachable<Handheld>("window", 32_MiB) && !ask::is_reachable<Handheld>("far", 32_MiB));
static_assert(ask::is_wired<Handheld>("uart0") && ask::is_wired<Handheld>("uart0", "irq"));
static_assert(!ask::is_wired<Handheld>("uart0", "dma") && !ask::is_wired<Handheld>("uart1"));
static_assert(!ask::every_device_has_an_interrupt<Handheld>() && ask::every_device_has_an_interrupt<Small>());

static_assert(ask::disjoint(ask::flat<Handheld, 64_MiB>()));
static_assert(ask::disjoint(std::array{Interval{at(0x0), 4_KiB}, Interval{at(0x1000), 4_KiB}}));
static_assert(!ask::disjoint(std::array{Interval{at(0x0), 4_KiB}, Interval{at(0xfff), 4_KiB}}));

constexpr auto list = board_list<Small, Handheld, WithoutRam>;

template <class Key>
std::string chosen(const Key& key) {
    std::string name = "none";
    const bool found = visit_board(key, list,
                                   [&](auto board) { name = board_name<typename decltype(board)::type>; });
    CHECK(found == (name != "none"));
    return name;
}

}  // namespace

TEST_CASE("the flat view ascends, and gaps lie between what answers") {
    const auto flat = ask::flat<Handheld, 64_MiB>();
    const auto gaps = ask::gaps<Handheld, 64_MiB>();
    std::vector<Interval> all;
    for (const ask::Stretch& each : flat) all.push_back(each.range);
    for (const Interval& gap : gaps) all.push_back(gap);
    ranges::sort(all, ranges::less{}, &Interval::base);
    for (std::size_t i = 1; i != all.size(); ++i) CHECK(all[i - 1].base + all[i - 1].size == all[i].base);
    CHECK(all.front().base == at(0x0));
    CHECK(all.back().last() == at(0xC00f'ffff));
}

TEST_CASE("a board is chosen by its name, its alias, or a size that it can have") {
    CHECK(chosen("handheld") == "handheld");
    CHECK(chosen("pocket") == "handheld");
    CHECK(chosen("Handheld") == "none");
    CHECK(chosen("") == "none");  // and not the boards without an alias
    CHECK(chosen(2_MiB) == "small");
    CHECK(chosen(64_MiB) == "handheld");
    CHECK(chosen(8_MiB) == "without");
    CHECK(chosen(0_B) == "without");
    CHECK(chosen(3_GiB) == "none");
}
