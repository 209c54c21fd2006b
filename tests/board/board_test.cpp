#include <catch2/catch.hpp>

#include <string>
#include <utility>

#include <wirewrap/board/board.hpp>

#include "tests/board/devices.hpp"
#include "tests/board/subject.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram =
        main_ram("handheld.ram", 64_MiB).accepts(one_of(32_MiB, 64_MiB, 128_MiB)).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 64_KiB),
                                           device<"uart0", Source>(at(0x1000'0000), 256_B),
                                           device<"pic", Controller>(at(0x1000'1000), 256_B),
                                           mirror<"shadow">(main_ram_at(0_MiB, 16_MiB), at(0xC000'0000)));
    static constexpr auto wires = wiring(wire<"uart0.irq", "pic", 10>, wire<"pic.irq", "hart0", 11>);
};
static_assert(Board<Handheld> && board_mistakes<Handheld>().empty());
static_assert(AcceptsRam<Handheld, 32_MiB> && !AcceptsRam<Handheld, 48_MiB> && !AcceptsRam<Handheld, 0_B>);

struct Tiny {
    static constexpr auto name = "tiny";
    static constexpr auto ram = main_ram("tiny.ram", 1_MiB);
};
static_assert(Board<Tiny> && AcceptsRam<Tiny, 8_B> && !AcceptsRam<Tiny, 12_B> && !AcceptsRam<Tiny, 0_B>);

struct WithoutRam {
    static constexpr auto name = "without";
    static constexpr auto ram = main_ram("without.ram", 0_B).accepts(at_most(1_MiB));
};
static_assert(Board<WithoutRam> && AcceptsRam<WithoutRam, 0_B> && AcceptsRam<WithoutRam, 1_MiB>);
static_assert(!AcceptsRam<WithoutRam, 2_MiB>);

struct Wrong {
    static constexpr auto name = "wrong";
    static constexpr auto ram = main_ram("wrong.ram", 48_MiB).accepts(power_of_two());
    static constexpr auto map = memory_map(rom<"a">(at(0x0), 8_KiB), rom<"b">(at(0x1000), 8_KiB));
    static constexpr auto wires = wiring(wire<"uart0.irq", "pic", 10>);
};
static_assert(DeclaresBoard<Wrong> && !Board<Wrong>);

struct WrongPlace : Tiny {
    static constexpr auto map = memory_map(rom<"boot">(at(0xf'f000), 64_KiB));
};
static_assert(!Board<WrongPlace>);

// Entry I of a map of hundreds: its name has four letters.
template <std::size_t I>
constexpr FixedText entry_name{{'e', 'a' + I / 676, 'a' + I / 26 % 26, 'a' + I % 26, '\0'}};

template <std::size_t I>
constexpr FixedText pin_name = fixed_text<[] { return sentence(entry_name<I>.view(), ".irq"); }>();

struct Lines : Sink {
    static constexpr std::size_t inputs = 1024;
};

template <class Entries, class Wires>
struct Large;
template <std::size_t... E, std::size_t... W>
struct Large<std::index_sequence<E...>, std::index_sequence<W...>> {
    static constexpr auto name = "large";
    static constexpr auto ram = main_ram("large.ram", 1_GiB).placed(at(0x1'0000'0000));
    static constexpr auto map = memory_map(device<"pic", Lines>(at(0x0), 256_B),
                                           device<entry_name<E>, Source>(at(0x1000 * (E + 1)), 256_B)...);
    static constexpr auto wires = wiring(wire<pin_name<W>, "pic", W>...);
};
// With the limits on constant expressions that compilers have by default.
static_assert(Board<Large<std::make_index_sequence<63>, std::make_index_sequence<63>>>);
static_assert(Board<Large<std::make_index_sequence<299>, std::make_index_sequence<299>>>);

}  // namespace

TEST_CASE("a board without mistakes") {
    CHECK(board_mistakes<Handheld>().empty());
    CHECK(board_mistakes<Tiny>().empty());
    CHECK(board_mistakes<WithoutRam>().empty());
}

TEST_CASE("a board hears of the mistakes in its map, its wires and its RAM, in that order") {
    CHECK(strings(board_mistakes<Wrong>()) == Said{"wrong: rom a [0x0, 0x2000) and rom b [0x1000, 0x3000) "
                                                   "share [0x1000, 0x2000); move one of them, or write "
                                                   "overlay(...) around the one that shall win there",
                                                   "wrong: wire uart0.irq to line 10 of pic comes from "
                                                   "nowhere: the map has no device uart0; name one that it "
                                                   "has",
                                                   "wrong: wire uart0.irq to line 10 of pic goes nowhere: "
                                                   "the map has no device pic, and harts are named hart0, "
                                                   "hart1 and so on; name one of them",
                                                   "wrong: the default RAM size is refused by its own rule: "
                                                   "wrong accepts a power of two of RAM, not 48 MiB; "
                                                   "use 32 MiB or 64 MiB"});
    CHECK(strings(board_mistakes<WrongPlace>()) ==
          Said{"tiny: main RAM tiny.ram [0x0, 0x100000) and rom boot [0xff000, 0x10f000) share [0xff000, "
               "0x100000); move one "
               "of them, or write overlay(...) around boot if it shall win there"});
}

TEST_CASE("the sentences in the type are those of the list") {
    const auto compare = []<FixedText... Sentences>(std::type_identity<Says<Sentences...>>) {
        CHECK(Said{std::string(Sentences.view())...} == strings(board_mistakes<Wrong>()));
    };
    compare(std::type_identity<SaidBy<detail::BoardCheck<Wrong>>::type>{});
}
