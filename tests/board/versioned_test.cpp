#include <catch2/catch.hpp>

#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

template <unsigned... Version>
struct Simulator {
    static constexpr auto version = machine_version(Version...);
    static constexpr auto name = versioned<"aarch64/simulator", Version...>;
    static constexpr auto alias = version == machine_version(2, 10) ? "simulator" : "";
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

TEST_CASE("versions are compared number by number") {
    CHECK(machine_version(2, 10) > machine_version(2, 9));
    CHECK(machine_version(4, 0, 1) > machine_version(4, 0));
    CHECK(machine_version(4, 0, 1) < machine_version(4, 1));
    CHECK(machine_version(10, 0) > machine_version(9, 9, 9));
}

TEST_CASE("an alias is for one version, and made of plain characters") {
    static_assert(Board<Simulator<2, 10>> && Board<Simulator<2, 9>>);
    CHECK(board_alias<Simulator<2, 10>> == "simulator");
    CHECK(board_alias<Simulator<2, 9>>.empty());
    const auto mistakes = board_mistakes<Misnamed>();
    REQUIRE(mistakes.size() == 1);
    CHECK(mistakes[0].view() == "aarch64/simulator-1.0: the board has an alias of other than plain "
                                "characters; use letters, digits and "
                                "punctuation other than quotes, backslash and space");
}
