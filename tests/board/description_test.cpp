#include <vector>

#include <boost/hana/length.hpp>
#include <catch2/catch.hpp>

#include <wirewrap/board/board_list.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

struct Hidden {
    static constexpr auto name = "hidden";
    static constexpr auto alias = "covered";
    static constexpr auto ram = main_ram("hidden.ram", 1_MiB).accepts(one_of(1_MiB, 2_MiB)).placed(at(0x0));
    static constexpr auto map = memory_map(
        overlay(rom<"boot">(at(0x1'0000), 64_KiB)),
        mirror<"high">(main_ram_at(64_KiB, 64_KiB), at(0x8000'0000)),
        overlay(mirror<"above">(main_ram_at(0_B, 4_KiB), at(0x8000'0000))));
};

struct Unseen {
    static constexpr auto name = "unseen";
    static constexpr auto ram = main_ram("unseen.ram", 1_MiB).placed(nowhere);
};

struct Without {
    static constexpr auto name = "without";
    static constexpr auto ram = main_ram("without.ram", 0_B);
};

constexpr auto all = joined_lists(board_list<Hidden>, board_list<>, board_list<Unseen, Without>);
constexpr auto described = describe_boards(all);

using Windows = std::vector<RamWindow>;

}  // namespace

TEST_CASE("lists are joined in their order") {
    static_assert(decltype(boost::hana::length(all))::value == 3);
    CHECK(described[0].name == "hidden");
    CHECK(described[0].alias.name == "covered");
    CHECK(described[1].name == "unseen");
    CHECK(described[1].alias.name.empty());
    CHECK(described[2].ram_rule == "any amount but 0 bytes");
}

TEST_CASE("RAM is wired where it is placed and mirrored, and seen where no overlay lies over it") {
    CHECK(described[0].wired_windows(2_MiB) == Windows{{at(0x0), 2_MiB, 0_B},
                                                       {at(0x8000'0000), 64_KiB, 64_KiB, true},
                                                       {at(0x8000'0000), 4_KiB, 0_B, true}});
    CHECK(described[0].ram_windows(2_MiB) == Windows{{at(0x0), 64_KiB, 0_B},
                                                     {at(0x2'0000), 2_MiB - 128_KiB, 128_KiB},
                                                     {at(0x8000'0000), 4_KiB, 0_B, true},
                                                     {at(0x8000'1000), 60_KiB, 68_KiB, true}});
}

TEST_CASE("RAM that nothing shows has no windows, and neither has RAM that is not there") {
    static_assert(Board<Unseen> && AcceptsRam<Unseen, 8_KiB>);
    CHECK(described[1].wired_windows(1_MiB).empty());
    CHECK(described[2].wired_windows(0_B).empty());
    CHECK(described[2].ram_windows(0_B).empty());
    CHECK(described[2].wired_windows(8_KiB) == Windows{{at(0x0), 8_KiB, 0_B}});
}

TEST_CASE("a description says what the board's type says") {
    CHECK(described[0].ram_verdict(1_MiB));
    CHECK(described[0].ram_verdict(3_MiB).reason() == ram_verdict<Hidden>(3_MiB).reason());
    CHECK(described[0].default_ram_size == 1_MiB);
    CHECK(described[0].regions.size() == 3);
}
