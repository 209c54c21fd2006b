#include <catch2/catch.hpp>

#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

template <unsigned... Version>
struct Simulator {
    static constexpr auto version = machine_version(Version...);
    static constexpr auto name = versioned<"aarch64/simulator", Version...>;
    static constexpr auto alias = family_alias("simulator", version);
    static constexpr auto releases = version_releases(version);
    static constexpr auto ram = main_ram("simulator.ram", 1_MiB);
};

struct Misnamed : Simulator<1, 0> {
    static constexpr auto alias = "a name";
};

}  // namespace

TEST_CASE("the compiler puts names of versions together") {
    static_assert(Simulator<2, 10>::name == "aarch64/simulator-2.10");
    static_assert(versioned<"pc", 4, 0, 1> == "pc-4.0.1");
    static_assert(versioned<"pc", 0> == "pc-0");
    CHECK(board_name<Simulator<7, 2>> == "aarch64/simulator-7.2");
}

TEST_CASE("a version is there since its release, and gone six years later") {
    CHECK(board_releases<Simulator<11, 1>> == since(11, 1));
    CHECK(board_releases<Simulator<5, 2>> == since(5, 2));
    CHECK(board_releases<Simulator<5, 1>> == since(5, 1).until(11, 0));
    CHECK(board_releases<Simulator<5, 0>> == since(5, 0).until(10, 2));
    CHECK(board_releases<Simulator<2, 9>> == since(2, 9).until(10, 0));
    CHECK(version_releases(machine_version(2, 9), qemu_release(9, 2)).last == qemu_release(9, 2));
    CHECK(since(8, 0).until(9, 1).contain(machine_version(9, 1)));
    CHECK_FALSE(since(8, 0).until(9, 1).contain(machine_version(9, 2)));
    CHECK_FALSE(since(8, 0).contain(machine_version(7, 2)));
    CHECK(until(9, 1).contain(machine_version(0, 1)));
}

TEST_CASE("versions are compared number by number") {
    CHECK(machine_version(2, 10) > machine_version(2, 9));
    CHECK(machine_version(4, 0, 1) > machine_version(4, 0));
    CHECK(machine_version(4, 0, 1) < machine_version(4, 1));
    CHECK(machine_version(10, 0) > machine_version(9, 9, 9));
}

TEST_CASE("the name of a family means the version of a release, and is made of plain characters") {
    static_assert(Board<Simulator<11, 1>> && Board<Simulator<7, 2>>);
    CHECK(board_alias<Simulator<11, 1>>.is("simulator"));
    CHECK_FALSE(board_alias<Simulator<7, 2>>.is("simulator"));
    CHECK(board_alias<Simulator<7, 2>>.is("simulator", qemu_release(7, 2)));
    CHECK_FALSE(board_alias<Simulator<11, 1>>.is("", newest_qemu));
    const auto mistakes = board_mistakes<Misnamed>();
    REQUIRE(mistakes.size() == 1);
    CHECK(mistakes[0].view() == "aarch64/simulator-1.0: the board has an alias of other than plain "
                                "characters; use letters, digits and "
                                "punctuation other than quotes, backslash and space");
}
