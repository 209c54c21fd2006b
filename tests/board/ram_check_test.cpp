#include <catch2/catch.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include <wirewrap/board/board.hpp>
#include <wirewrap/board/ram_check.hpp>

#include "tests/board/devices.hpp"
#include "tests/board/subject.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

const placement::At low(at(0x0)), high(at(0x8000'0000));

struct Windows {
    std::vector<RamWindow> all;

    RamWindows windows(Bytes) const {
        RamWindows result;
        for (const RamWindow& window : all) result.push_back(window);
        return result;
    }
};

struct WithBase : Windows {
    GuestAddress base() const { return at(0x1000); }
};

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB)
                                    .accepts(one_of(32_MiB, 64_MiB, 128_MiB, 4_GiB))
                                    .placed(at(0x8000'0000));
    static constexpr auto map = memory_map(rom<"boot">(at(0x8800'0000), 64_KiB));
};

template <Bytes Size>
constexpr Text at_compile_time() {
    return ram_verdict<Handheld>(Size).reason();
}
template <Bytes Size>
constexpr auto compiled = fixed_text<at_compile_time<Size>>();

}  // namespace

TEST_CASE("RAM that is where it should be") {
    CHECK(said_of_ram({}, 64_MiB, high) == Said{});
    CHECK(said_of_ram({}, 0_B, high) == Said{});
    CHECK(said_of_ram({}, 8_GiB, split(at(0), 3_GiB, at(0x1'0000'0000))) == Said{});
    CHECK(said_of_ram({}, 2_GiB, placement::At(at(0xffff'ffff'8000'0000))) == Said{});
    CHECK(said_of_ram({.address_bits = 32}, 2_GiB, high) == Said{});
}

TEST_CASE("RAM that no aligned access can end in") {
    CHECK(said_of_ram({}, 12_B, low) == Said{"b: RAM of 12 bytes is not a multiple of 8 bytes, the widest "
                                             "access of the bus; ask for a multiple"});
    CHECK(said_of_ram({}, Bytes{~std::uint64_t{0}}, low).size() == 1);
    CHECK(said_of_ram({}, 64_MiB, placement::At(at(0x4))) ==
          Said{"b: main RAM b.ram [0x4, 0x4000004) is not aligned: base and size of memory are multiples of "
               "8 bytes; move "
               "or resize it"});
    CHECK(said_of_ram({}, 64_B, split(at(0x0), 4_B, at(0x1000))).size() == 3);
}

TEST_CASE("placements that lose RAM, or show it twice or out of order") {
    CHECK(said_of_ram({}, 64_MiB, fill(window(at(0x0), 16_MiB), window(at(0x8000'0000), 32_MiB))) ==
          Said{"b: its windows hold 48 MiB of RAM, not 64 MiB; ask for 48 MiB or give the placement another "
               "window"});
    CHECK(said_of_ram({}, 64_MiB, Windows{}) ==
          Said{"b: its windows hold nothing of 64 MiB of RAM; give the placement a window"});
    CHECK(said_of_ram({}, 64_MiB, Windows{{{at(0x0), 64_MiB, 0_B}, {at(0x1000'0000), 8_MiB, 0_B}}}) ==
          Said{"b: main RAM b.ram [0x10000000, 0x10800000) shows RAM from offset 0x0, but 0x4000000 comes "
               "next; the windows "
               "of a placement show each byte once, in order"});
    CHECK(said_of_ram({}, 64_MiB, Windows{{{at(0x0), 32_MiB, 32_MiB}, {at(0x1000'0000), 32_MiB, 0_B}}})
              .size() == 1);
    CHECK(said_of_ram({}, 64_MiB, Windows{{{at(0x0), 64_MiB, 0_B}, {at(0x1000'0000), 8_MiB, 64_MiB}}}) ==
          Said{"b: its windows show 72 MiB of RAM, which has 64 MiB; take out what is too much"});
    CHECK(said_of_ram({}, 64_MiB, Windows{{{at(0x1000), 0_B, 0_B}, {at(0x1000'0000), 64_MiB, 0_B}}}) ==
          Said{"b: main RAM b.ram [0x1000, 0x1000) is empty; leave out windows that show nothing"});
}

TEST_CASE("mirrors that show more than there is") {
    CHECK(
        said_of_ram({}, 64_MiB, Windows{{{at(0x0), 64_MiB, 0_B}, {at(0x1000'0000), 16_MiB, 56_MiB, true}}}) ==
        Said{"b: mirror of main RAM b.ram [0x10000000, 0x11000000) shows 16 MiB from offset 0x3800000 of "
             "RAM, which has "
             "64 MiB; show less of it"});
    CHECK(
        said_of_ram({}, 64_MiB,
                    Windows{{{at(0x0), 64_MiB, 0_B}, {at(0x1000'0000), 8_B, Bytes{~std::uint64_t{7}}, true}}})
            .size() == 1);
    CHECK(said_of_ram({}, 64_MiB,
                      Windows{{{at(0x0), 64_MiB, 0_B}, {at(0x1000'0000), 16_MiB, 48_MiB, true}}}) == Said{});

    const TestBoard board{.regions = {mirror<"m">(main_ram_at(32_MiB, 16_MiB), at(0x1000'0000)).region}};
    CHECK(said_of_ram(board, 48_MiB, low) == Said{});
    CHECK(said_of_ram(board, 40_MiB, low) == Said{"b: mirror m [0x10000000, 0x11000000) shows 16 MiB from "
                                                  "offset 0x2000000 of main RAM b.ram, which has 40 "
                                                  "MiB; ask for more RAM, or mirror less of it"});
    CHECK(said_of_ram(board, 8_MiB, low).size() == 1);
    CHECK(said_of_ram(board, 0_B, low).size() == 1);
}

TEST_CASE("placements that promise a base") {
    CHECK(said_of_ram({}, 64_MiB, WithBase{{{{at(0x1000), 64_MiB, 0_B}}}}) == Said{});
    CHECK(said_of_ram({}, 64_MiB, WithBase{{{{at(0x2000), 64_MiB, 0_B}}}}) ==
          Said{"b: main RAM b.ram [0x2000, 0x4002000) shows RAM from offset 0x0, but the placement has the "
               "base 0x1000; its "
               "first window begins there, with the first byte of RAM"});
    CHECK(said_of_ram({}, 64_MiB,
                      WithBase{{{{at(0x1000), 8_MiB, 8_MiB, true}, {at(0x1000'0000), 64_MiB, 0_B}}}})
              .size() == 1);
}

TEST_CASE("placements with too many windows") {
    std::vector<RamWindow> windows;
    for (std::uint64_t i = 0; i != RamWindows::capacity(); ++i)
        windows.push_back({at(0x1000 * i), 8_B, Bytes{8 * i}});
    CHECK(said_of_ram({}, 128_B, Windows{windows}) == Said{});
    windows.push_back({at(0x10'0000), 8_B, 0_B, true});
    CHECK(said_of_ram({}, 128_B, Windows{windows}) ==
          Said{"b: the placement has more than 16 windows for 128 bytes of RAM; give it fewer"});
}

TEST_CASE("RAM and the end of the address space") {
    CHECK(said_of_ram({}, Bytes{~std::uint64_t{7}}, high) ==
          Said{"b: main RAM b.ram [0x80000000, 0x80000000 + 18446744073709551608 bytes) runs past the end of "
               "the address "
               "space, 2^64; ask for less RAM"});
    CHECK(said_of_ram({.address_bits = 32}, 2_GiB + 8_B, high) ==
          Said{"b: main RAM b.ram [0x80000000, 0x100000008) does not fit into 32 address bits, which end at "
               "0x100000000; ask "
               "for less RAM"});
}

TEST_CASE("RAM that meets other windows and entries") {
    const TestBoard board{.regions = {rom<"boot">(at(0x1000), 4_KiB).region}};
    CHECK(said_of_ram(board, 4_KiB, low) == Said{});
    CHECK(said_of_ram(board, 4_KiB + 8_B, low) ==
          Said{"b: main RAM b.ram [0x0, 0x1008) and rom boot [0x1000, 0x2000) share [0x1000, 0x1008); move "
               "one of them, or "
               "write overlay(...) around boot if it shall win there"});
    CHECK(said_of_ram({.regions = {overlay(rom<"boot">(at(0x1000), 4_KiB)).region}}, 64_MiB, low) == Said{});
    CHECK(said_of_ram({}, 64_MiB, placement::Mirrored{low, at(0x3f0'0000), first(4_MiB)}) ==
          Said{"b: main RAM b.ram [0x0, 0x4000000) and mirror of main RAM b.ram [0x3f00000, 0x4300000) share "
               "[0x3f00000, "
               "0x4000000); move one of them"});
}

TEST_CASE("the compiler and the running program say the same") {
    Bytes size = 48_MiB;
    CHECK(ram_verdict<Handheld>(size).view() == compiled<48_MiB>.view());
    CHECK(compiled<48_MiB>.view() ==
          "handheld accepts 32 MiB, 64 MiB, 128 MiB or 4 GiB of RAM, not 48 MiB; use 32 MiB or 64 MiB");
    size = 4_GiB;
    CHECK(ram_verdict<Handheld>(size).view() == compiled<4_GiB>.view());
    CHECK(compiled<4_GiB>.view() == "handheld: main RAM handheld.ram [0x80000000, 0x180000000) and rom boot "
                                    "[0x88000000, 0x88010000) share "
                                    "[0x88000000, 0x88010000); use 128 MiB");
    for (const Bytes good : {32_MiB, 64_MiB, 128_MiB}) CHECK(ram_verdict<Handheld>(good).accepted());
    CHECK(compiled<128_MiB>.empty());
    for (const Bytes bad : {0_B, 1_B, 2049_MiB, Bytes{~std::uint64_t{0}}}) {
        CHECK_FALSE(ram_verdict<Handheld>(bad).accepted());
        CHECK(prints_whole(ram_verdict<Handheld>(bad).view()));
    }
}

TEST_CASE("parts of RAM are shown from a multiple of the bus width on") {
    const auto showing = [](RamPart shown) {
        return said_of_ram({}, 1_MiB, placement::Mirrored<placement::At>{high, at(0x0), shown});
    };
    CHECK(showing(part(8_B, 8_B)) == Said{});
    CHECK(showing(part(4_B, 8_B)) ==
          Said{"b: mirror of main RAM b.ram [0x0, 0x8) shows RAM from offset 0x4, which is no multiple of 8 "
               "bytes; show it from a multiple on"});
}

namespace {

struct WithRom {
    static constexpr auto name = "b";
    static constexpr auto ram = main_ram("b.ram", 64_MiB).accepts(any);
    static constexpr auto map = memory_map(rom<"boot">(at(0x2000'0000), 64_KiB));
};
struct WithFew {
    static constexpr auto name = "b";
    static constexpr auto ram = main_ram("b.ram", 64_MiB).accepts(one_of(64_MiB, 256_MiB, 512_MiB));
    static constexpr auto map = memory_map(rom<"boot">(at(0x2000'0000), 64_KiB));
};

/// The sizes after "use" in a refusal; empty when it names none.
template <class B>
bool recommends_only_what_it_has(Bytes refused) {
    const std::string said = ram_verdict<B>(refused).reason().string();
    if (said.find("overlay") != std::string::npos || said.find("move") != std::string::npos) return false;
    const auto possible = [](Bytes size) { return ram_verdict<B>(size).accepted(); };
    const auto below = B::ram.possible_below(refused, possible);
    const auto above = B::ram.possible_above(refused, possible);
    const std::string first = below ? "; use " + sentence(*below).string() : "";
    return (below || above) && said.find(first) != std::string::npos;
}

}  // namespace

TEST_CASE("who runs a machine hears of sizes that it can have, not of what its author could change") {
    CHECK(ram_verdict<WithRom>(1_GiB).view() ==
          "b: main RAM b.ram [0x0, 0x40000000) and rom boot [0x20000000, 0x20010000) share [0x20000000, "
          "0x20010000); use 512 MiB");
    CHECK(
        ram_verdict<WithRom>(100_B).view() ==
        "b: RAM of 100 bytes is not a multiple of 8 bytes, the widest access of the bus; use 96 bytes or 104 "
        "bytes");
    CHECK(ram_verdict<WithFew>(1_GiB).view() ==
          "b accepts 64 MiB, 256 MiB or 512 MiB of RAM, not 1 GiB; use 512 MiB");
    for (const Bytes size : {1_B, 100_B, 512_MiB + 8_B, 1_GiB, 3_GiB, 1_TiB, Bytes{~std::uint64_t{7}}}) {
        CHECK(recommends_only_what_it_has<WithRom>(size));
        CHECK(recommends_only_what_it_has<WithFew>(size));
    }
}

TEST_CASE("sizes of a rule to try: all of a few, else the ends that it names") {
    using Sizes = std::vector<Bytes>;
    CHECK(check::named_sizes(one_of(64_MiB, 100_B), 64) == Sizes{100_B, 64_MiB});
    CHECK(check::named_sizes(exactly(2_KiB), 64) == Sizes{2_KiB});
    CHECK(check::named_sizes(banks(2, 64_MiB, 32_MiB), 64) == Sizes{32_MiB, 64_MiB, 96_MiB, 128_MiB});
    CHECK(check::named_sizes(power_of_two() && between(128_MiB, 1_GiB), 64) ==
          Sizes{128_MiB, 256_MiB, 512_MiB, 1_GiB});
    CHECK(check::named_sizes(between(1_MiB, 4_GiB), 64) == Sizes{1_MiB, 4_GiB});
    CHECK(check::named_sizes(at_most(4_GiB), 64) == Sizes{4_GiB});
    CHECK(check::named_sizes(at_least(1_MiB), 64) == Sizes{1_MiB});
    CHECK(check::named_sizes(multiple_of(1_MiB), 64) == Sizes{1_MiB});
    CHECK(check::named_sizes(any, 64) == Sizes{});
    CHECK(check::named_sizes(power_of_two(), 64) == Sizes{});
}
