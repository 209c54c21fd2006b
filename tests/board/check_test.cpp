#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/board/check.hpp>

#include "tests/board/devices.hpp"
#include "tests/board/subject.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

constexpr Region boot = rom<"boot">(at(0x0), 64_KiB).region;
constexpr Region uart = device<"uart", Source>(at(0x1000'0000), 256_B).region;

struct Narrow : Registers {
    static constexpr Bytes registers{4};
    static constexpr AccessRule access{};  // 1, 2, 4 or 8 bytes, and 8 never fit
};
struct Anywhere : Narrow {
    static constexpr AccessRule access{.aligned = false};
};

/// The first entry called `name` instead.
Region named(Region region, std::string_view name) {
    region.name = name;
    return region;
}

}  // namespace

TEST_CASE("a board without mistakes hears nothing") {
    CHECK(said({}) == Said{});
    CHECK(said({.regions = {boot, uart, ram_block<"sram">(at(0x2000'0000), 64_KiB).region,
                            mirror<"low">(block_at("boot", 32_KiB, 32_KiB), at(0x2'0000)).region,
                            mirror<"high">(main_ram_at(1_MiB, 1_MiB), at(0x8000'0000)).region,
                            bank<"page">("boot", at(0x3'0000), 16_KiB).region,
                            overlay(rom<"patch">(at(0x1000), 4_KiB)).region}}) == Said{});
}

TEST_CASE("names of boards") {
    CHECK(said({.name = ""}) == Said{": the board has an empty name; give it one"});
    check::Mistakes mistakes;
    check::board(mistakes, TestBoard{.name = "my board"}.subject());
    REQUIRE(mistakes.size() == 1);
    CHECK(mistakes[0].view() ==
          "my board: the board has a name of other than plain characters; use letters, digits and "
          "punctuation other than quotes, backslash and space");
}

TEST_CASE("ids of main RAM and of blocks") {
    const std::string needs_one =
        " has an empty id; RAM is named by it in snapshots and streams, so give it one";
    const std::string slash = ", which begins with a slash, reserved for object paths; take it off";
    CHECK(said({.ram_id = ""}) == Said{"b: main RAM" + needs_one});
    CHECK(said({.ram_id = "/objects/m0"}) == Said{"b: main RAM has the id /objects/m0" + slash});
    CHECK(said({.ram_id = "a/b"}) == Said{});
    CHECK(said({.regions = {named(boot, "")}}) == Said{"b: rom [0x0, 0x10000)" + needs_one});
    CHECK(said({.regions = {named(boot, "/boot")}}) ==
          Said{"b: rom [0x0, 0x10000) has the id /boot" + slash});
    const std::string longest(255, 'x'), longer(256, 'x');
    CHECK(said({.ram_id = longest}) == Said{});
    CHECK(said({.ram_id = longer}) ==
          Said{"b: main RAM has an id of 256 characters; streams hold 255 at most"});
    CHECK(said({.regions = {named(boot, longest)}}) == Said{});
    CHECK(said({.regions = {named(boot, longer)}}) ==
          Said{"b: rom [0x0, 0x10000) has an id of 256 characters; streams hold 255 at most"});
    CHECK(said({.regions = {named(boot, "b.ram")}}) ==
          Said{"b: rom b.ram [0x0, 0x10000) has the RAM id of main RAM, b.ram; blocks are told apart by "
               "their ids, so "
               "rename one of them"});
    CHECK(said({.regions = {named(uart, "ram")}, .ram_id = "ram"}) ==
          Said{"b: device ram [0x10000000, 0x10000100) has the RAM id of main RAM, ram; blocks are told "
               "apart by their "
               "ids, so rename one of them"});
}

TEST_CASE("names of devices, mirrors and banks") {
    CHECK(said({.regions = {named(uart, "")}}) ==
          Said{"b: device  [0x10000000, 0x10000100) has an empty name; give it one"});
    CHECK(said({.regions = {named(uart, "soc.uart")}}) ==
          Said{"b: device soc.uart [0x10000000, 0x10000100) has a dot in its name, which separates device "
               "and pin in "
               "wires; take it out"});
    CHECK(said({.regions = {device<"soc.flash", Registers>(at(0x0), 4_KiB).region}}) == Said{});
    CHECK(said({.regions = {named(uart, "/uart")}}) ==
          Said{"b: device /uart [0x10000000, 0x10000100) has a name that begins with a slash, reserved for "
               "object paths; "
               "take it off"});
}

TEST_CASE("names that compilers, streams or trees would have to escape") {
    for (const std::string_view name : {"a b", "it's", "a\"b", "a\\b", "a`b", "a\nb", "\x7f", "\xc3\xa4"}) {
        CHECK(said({.regions = {named(boot, name)}}) ==
              Said{"b: rom [0x0, 0x10000) has an id of other than plain characters; use letters, digits and "
                   "punctuation "
                   "other than quotes, backslash and space"});
        CHECK(said({.regions = {named(uart, name)}}) ==
              Said{"b: device [0x10000000, 0x10000100) has a name of other than plain characters; use "
                   "letters, digits and "
                   "punctuation other than quotes, backslash and space"});
    }
    CHECK(said({.regions = {named(boot, "A-z_0.9+:,@#~")}}) == Said{});
}

TEST_CASE("names of harts are reserved") {
    CHECK(said({.regions = {named(uart, "hart0")}}) ==
          Said{"b: device hart0 [0x10000000, 0x10000100) has the name of a hart, which is reserved for "
               "wires; rename it"});
    for (const std::string_view name : {"hart", "hart01", "hart10000", "hartx", "Hart0", "hart1x"})
        CHECK(said({.regions = {named(uart, name)}}) == Said{});
}

TEST_CASE("a board's own words for CPUs") {
    constexpr CpuWords arm{"cpu", {"irq", "fiq"}};
    CHECK(said({.regions = {named(uart, "cpu0")}, .cpu_words = arm}) ==
          Said{"b: device cpu0 [0x10000000, 0x10000100) has the name of a cpu, which is reserved for wires; "
               "rename it"});
    CHECK(said({.regions = {named(uart, "hart0")}, .cpu_words = arm}) == Said{});
    CHECK(said({.harts = 0, .cpu_words = arm}) ==
          Said{"b: harts is 0; a board has at least one, cpu0, even where nothing runs on it"});
    CHECK(said({.harts = 10001, .cpu_words = arm}) ==
          Said{"b: harts is 10001; a board has 10000 at most, cpu0 to cpu9999"});
    constexpr std::string_view remedy = "; write one of plain characters, without a dot";
    for (const std::string_view word : {"", "a b", "a.b"})
        CHECK(said({.cpu_words = {word}}) ==
              Said{"b: cpu_words has a name that is no word" + std::string(remedy)});
    CHECK(said({.cpu_words = {"cpu", {"irq", "f.iq"}}}) ==
          Said{"b: cpu_words has a line 1 that is no word" + std::string(remedy)});
    CHECK(said({.cpu_words = {"cpu", {"irq", "", "irq"}}}) ==
          Said{"b: cpu_words has irq as line 0 and line 2; rename one of them"});
}

TEST_CASE("one name for two entries") {
    CHECK(said({.regions = {named(boot, "x"), named(uart, "x")}}) ==
          Said{"b: rom x [0x0, 0x10000) and device x [0x10000000, 0x10000100) have the same name; rename one "
               "of them"});
    Region third = named(boot, "x");
    third.range.base = at(0x5000'0000);
    CHECK(said({.regions = {named(boot, "x"), uart, named(boot, "y"), third}}).size() == 2);
    CHECK(said({.regions = {named(boot, "x"), third}}) ==
          Said{"b: rom x [0x0, 0x10000) and rom x [0x50000000, 0x50010000) have the same name; rename one of "
               "them"});
    Region fourth = third;
    fourth.range.base = at(0x6000'0000);
    CHECK(said({.regions = {named(boot, "x"), third, fourth}}) ==
          Said{"b: rom x [0x0, 0x10000) and rom x [0x50000000, 0x50010000) have the same name; rename one of "
               "them",
               "b: rom x [0x50000000, 0x50010000) and rom x [0x60000000, 0x60010000) have the same name; "
               "rename one of "
               "them"});
}

TEST_CASE("numbers of the board") {
    CHECK(said({.address_bits = 65}) == Said{"b: address_bits is 65; an address has 1 to 64 bits"});
    CHECK(said({.address_bits = 0}) == Said{"b: address_bits is 0; an address has 1 to 64 bits"});
    CHECK(said({.address_bits = 1}) == Said{});
    CHECK(said({.harts = 10001}) == Said{"b: harts is 10001; a board has 10000 at most, hart0 to hart9999"});
    CHECK(said({.harts = 10000}) == Said{});
    CHECK(said({.harts = 0}) ==
          Said{"b: harts is 0; a board has at least one, hart0, even where nothing runs on it"});
    CHECK(said({.timebase = 0}) == Said{"b: timebase is 0; a timer has 1 to 4294967296 ticks a second"});
    CHECK(said({.timebase = 1}) == Said{});
    CHECK(said({.timebase = std::uint64_t{1} << 32}) == Said{});
    CHECK(said({.timebase = (std::uint64_t{1} << 32) + 1}).size() == 1);
}

TEST_CASE("entries without a size") {
    CHECK(said({.regions = {rom<"boot">(at(0x1000), 0_B).region}}) ==
          Said{"b: rom boot [0x1000, 0x1000) has a size of 0 bytes; give it one or take it out"});
}

TEST_CASE("entries and the end of the address space") {
    CHECK(said({.regions = {rom<"top">(at(0xffff'ffff'ffff'f000), 4_KiB).region}}) == Said{});
    CHECK(said({.regions = {rom<"top">(at(0xffff'ffff'ffff'f000), 4104_B).region}}) ==
          Said{"b: rom top [0xfffffffffffff000, 0xfffffffffffff000 + 4104 bytes) runs past the end of the "
               "address space, "
               "2^64; move or shrink it"});
    CHECK(said({.regions = {rom<"top">(at(0xffff'f000), 4_KiB).region}, .address_bits = 32}) == Said{});
    CHECK(said({.regions = {rom<"top">(at(0xffff'f000), 4104_B).region}, .address_bits = 32}) ==
          Said{"b: rom top [0xfffff000, 0x100000008) does not fit into 32 address bits, which end at "
               "0x100000000; move it "
               "or widen address_bits"});
    CHECK(said({.regions = {rom<"top">(at(0x8000'0000'0000'0000), 8_B).region}, .address_bits = 63}).size() ==
          1);
}

TEST_CASE("alignment") {
    const std::string rule =
        " is not aligned: base and size of memory are multiples of 8 bytes; move or resize it";
    CHECK(said({.regions = {rom<"boot">(at(0x1004), 8_B).region}}) ==
          Said{"b: rom boot [0x1004, 0x100c)" + rule});
    CHECK(said({.regions = {ram_block<"sram">(at(0x1000), 12_B).region}}) ==
          Said{"b: ram sram [0x1000, 0x100c)" + rule});
    CHECK(said({.regions = {boot, bank<"page">("boot", at(0x2'0004), 8_B).region}}) ==
          Said{"b: bank page [0x20004, 0x2000c)" + rule});
    CHECK(said({.regions = {mirror<"low">(main_ram_at(0_B, 4_B), at(0x2'0000)).region}}) ==
          Said{"b: mirror low [0x20000, 0x20004)" + rule});
    CHECK(said({.regions = {device<"uart", Source>(at(0x1000'0002), 256_B).region}}) ==
          Said{"b: device uart [0x10000002, 0x10000102) is not aligned to its widest access, 4 bytes; move "
               "it to a "
               "multiple of that"});
    CHECK(said({.regions = {device<"uart", Source>(at(0x1000'0004), 257_B).region}}) == Said{});
}

TEST_CASE(
    "a device is aligned to the widest access that fits into its registers, if accesses have to be aligned") {
    CHECK(said({.regions = {device<"narrow", Narrow>(at(0x1004), 4_B).region}}) == Said{});
    CHECK(said({.regions = {device<"narrow", Narrow>(at(0x1002), 4_B).region}}) ==
          Said{"b: device narrow [0x1002, 0x1006) is not aligned to its widest access, 4 bytes; move it to a "
               "multiple of that"});
    CHECK(said({.regions = {device<"anywhere", Anywhere>(at(0x1003), 4_B).region}}) == Said{});
}

TEST_CASE("windows narrower than the registers") {
    CHECK(said({.regions = {device<"uart", Source>(at(0x1000'0000), 255_B).region}}) ==
          Said{"b: device uart [0x10000000, 0x100000ff) has a window of 255 bytes for 256 bytes of "
               "registers; make the "
               "window at least that large"});
}

TEST_CASE("mirrors and banks of blocks") {
    const auto mirrored = [](Bytes offset, Bytes size) {
        return said({.regions = {boot, mirror<"low">(block_at("boot", offset, size), at(0x10'0000)).region}});
    };
    CHECK(mirrored(0_B, 64_KiB) == Said{});
    CHECK(mirrored(65528_B, 8_B) == Said{});
    CHECK(mirrored(65528_B, 16_B) == Said{"b: mirror low [0x100000, 0x100010) shows 16 bytes from offset "
                                          "0xfff8 of boot, which has 64 KiB; show less "
                                          "of it"});
    CHECK(mirrored(64_KiB + 8_B, 8_B).size() == 1);
    CHECK(mirrored(Bytes{~std::uint64_t{7}}, 16_B).size() == 1);

    CHECK(said({.regions = {mirror<"low">(block_at("flash", 0_B, 8_B), at(0x0)).region}}) ==
          Said{"b: mirror low [0x0, 0x8) shows flash, which is no ram or rom entry and no device of the map; "
               "name one that "
               "is"});
    // Of a device it shows the registers.
    CHECK(said({.regions = {uart, mirror<"low">(block_at("uart", 0_B, 8_B), at(0x0)).region}}) == Said{});
    CHECK(said({.regions = {bank<"page">("", at(0x0), 8_B).region}}) ==
          Said{"b: bank page [0x0, 0x8) names no block; name a ram or rom entry of the map"});

    const auto banked = [](Bytes page) {
        return said({.regions = {boot, bank<"page">("boot", at(0x10'0000), page).region}});
    };
    CHECK(banked(64_KiB) == Said{});
    CHECK(banked(8_B) == Said{});
    CHECK(banked(24_KiB) == Said{"b: bank page [0x100000, 0x106000) divides boot of 64 KiB into pages of 24 "
                                 "KiB, which leaves a rest of 16 "
                                 "KiB; choose a page size that divides it"});
    CHECK(banked(128_KiB).size() == 1);
    CHECK(banked(0_B) ==
          Said{"b: bank page [0x100000, 0x100000) has a size of 0 bytes; give it one or take it out"});
}

TEST_CASE("entries that share addresses") {
    const auto roms = [](std::uint64_t a, std::uint64_t b, bool overlay_a = false, bool overlay_b = false) {
        std::vector<Region> regions{rom<"a">(at(a), 64_B).region, rom<"b">(at(b), 64_B).region};
        regions[0].overlay = overlay_a;
        regions[1].overlay = overlay_b;
        return said({.regions = regions});
    };
    const std::string remedy =
        "; move one of them, or write overlay(...) around the one that shall win there";
    CHECK(roms(0, 64) == Said{});
    CHECK(roms(64, 0) == Said{});
    CHECK(roms(0, 56) == Said{"b: rom a [0x0, 0x40) and rom b [0x38, 0x78) share [0x38, 0x40)" + remedy});
    CHECK(roms(56, 0) == Said{"b: rom b [0x0, 0x40) and rom a [0x38, 0x78) share [0x38, 0x40)" + remedy});
    CHECK(roms(0, 0) == Said{"b: rom a [0x0, 0x40) and rom b [0x0, 0x40) share [0x0, 0x40)" + remedy});
    CHECK(roms(0, 56, true) == Said{});
    CHECK(roms(0, 56, false, true) == Said{});
    CHECK(roms(0, 56, true, true) ==
          Said{"b: rom a [0x0, 0x40) and rom b [0x38, 0x78) share [0x38, 0x40); both are "
               "overlays, so neither wins there; move one of them"});
    CHECK(roms(~std::uint64_t{63}, ~std::uint64_t{63}).size() == 1);
}

TEST_CASE("mirrors begin at a multiple of the bus width of what they show") {
    const auto from = [](Bytes offset) {
        return said({.regions = {boot, mirror<"m">(main_ram_at(offset, 4_KiB), at(0x9000'0000)).region}});
    };
    CHECK(from(8_B) == Said{});
    CHECK(from(5_B) == Said{"b: mirror m [0x90000000, 0x90001000) shows b.ram from offset 0x5, which is no "
                            "multiple of 8 bytes; show it from a multiple on"});
    CHECK(from(4_B).size() == 1);
    CHECK(said({.regions = {boot, mirror<"m">(block_at("boot", 4_B, 8_B), at(0x9000'0000)).region}}) ==
          Said{"b: mirror m [0x90000000, 0x90000008) shows boot from offset 0x4, which is no multiple of 8 "
               "bytes; show it from a multiple on"});
}

TEST_CASE("entries that overlays hide wholly") {
    const auto with = [](Region under, std::vector<Region> overlays) {
        std::vector<Region> regions{under};
        for (Region region : overlays) {
            region.overlay = true;
            regions.push_back(region);
        }
        return said({.regions = regions});
    };
    const Region small = rom<"small">(at(0x1000), 4_KiB).region;
    const std::string remedy = "; take it out, or let the overlay leave something of it";
    CHECK(with(boot, {small}) == Said{});
    CHECK(with(small, {boot}) ==
          Said{"b: rom small [0x1000, 0x2000) is wholly hidden by overlay boot [0x0, 0x10000)" + remedy});
    CHECK(with(small, {named(small, "same")}).size() == 1);
    CHECK(with(uart, {reserved<"soc">(at(0x1000'0000), 1_MiB).region}) ==
          Said{"b: device uart [0x10000000, 0x10000100) is wholly hidden by overlay soc [0x10000000, "
               "0x10100000)" +
               remedy});
    CHECK(with(mirror<"m">(main_ram_at(0_B, 8_B), at(0x8)).region, {boot}).size() == 1);
    // Several that leave nothing between them; one byte is enough to be seen.
    const auto part_of = [](std::string_view name, std::uint64_t base, std::uint64_t size) {
        return Region{.name = name, .range = {at(base), Bytes{size}}, .kind = RegionKind::reserved};
    };
    CHECK(
        with(small, {part_of("c", 0x1800, 0x800), part_of("a", 0x800, 0xc00), part_of("b", 0x1400, 0x400)}) ==
        Said{"b: rom small [0x1000, 0x2000) is wholly hidden by overlays a [0x800, 0x1400) to c [0x1800, "
             "0x2000)" +
             remedy});
    CHECK(with(small, {part_of("c", 0x1808, 0x7f8), part_of("a", 0x800, 0x1000)}) == Said{});
    CHECK(with(small, {part_of("a", 0x1008, 0x2000)}) == Said{});
    CHECK(with(small, {part_of("a", 0x0, 0x1ff8)}) == Said{});
    const Region top = rom<"top">(at(0xffff'ffff'ffff'f000), 4_KiB).region;
    CHECK(with(top, {part_of("a", 0xffff'ffff'ffff'f000, 0x1000)}).size() == 1);
    // A block that is seen elsewhere may be hidden at its own place.
    CHECK(with(boot, {reserved<"all">(at(0x0), 64_KiB).region,
                      bank<"page">("boot", at(0x10'0000), 16_KiB).region}) == Said{});
    CHECK(with(boot, {reserved<"all">(at(0x0), 64_KiB).region,
                      mirror<"m">(block_at("boot", 0_B, 8_B), at(0x10'0000)).region}) == Said{});
}

TEST_CASE("main RAM that overlays hide wholly") {
    const auto hidden = [](std::vector<Region> regions, const auto& placed) {
        const TestBoard board{.regions = regions};
        check::Mistakes mistakes;
        check::hidden_ram(mistakes, board.subject(), placed.windows(1_MiB));
        return strings(mistakes);
    };
    const Region soc = overlay(reserved<"soc">(at(0x0), 1_MiB)).region;
    const std::string remedy = "; move it, or let the overlay leave something of it";
    CHECK(hidden({soc}, placement::At(at(0x0))) ==
          Said{"b: main RAM b.ram [0x0, 0x100000) is wholly hidden by overlay soc [0x0, 0x100000)" + remedy});
    CHECK(hidden({soc}, placement::At(at(0x8))) == Said{});
    CHECK(hidden({soc, mirror<"m">(main_ram_at(0_B, 1_MiB), at(0x8000'0000)).region},
                 placement::At(at(0x0))) == Said{});
    CHECK(hidden({soc}, placement::Mirrored<placement::At>{placement::At(at(0x0)), at(0x8000'0000),
                                                           first(4_KiB)}) == Said{});
}

TEST_CASE("each pair that shares addresses and each hidden entry is told, and no other") {
    std::uint64_t state = 7;
    const auto random = [&](std::uint64_t below) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        return (state >> 33) % below;
    };
    for (int round = 0; round != 300; ++round) {
        TestBoard board;
        std::vector<std::string> names;
        for (int i = 0; i != 12; ++i) names.push_back("r" + std::to_string(i));
        for (const std::string& name : names) {
            Region region = named(boot, name);
            region.range = {at(8 * random(60)), Bytes{8 * (1 + random(12))}};
            region.overlay = random(3) == 0;
            board.regions.push_back(region);
        }
        std::size_t pairs = 0;
        for (std::size_t i = 0; i != board.regions.size(); ++i)
            for (std::size_t j = 0; j != i; ++j)
                if (board.regions[i].overlay == board.regions[j].overlay &&
                    board.regions[i].range.overlaps(board.regions[j].range))
                    ++pairs;
        for (const Region& region : board.regions) {
            bool visible = region.overlay;
            for (std::uint64_t unit = region.range.base.value; unit <= region.range.last().value; unit += 8)
                visible = visible || std::ranges::none_of(board.regions, [&](const Region& other) {
                              return other.overlay && other.range.contains(at(unit));
                          });
            if (!visible) ++pairs;
        }
        REQUIRE(said(board).size() == pairs);
    }
}

TEST_CASE("a board hears of all its mistakes") {
    const TestBoard board{
        .regions = {rom<"">(at(0x4), 8_B).region, device<"hart7", Source>(at(0x1), 4_B).region,
                    mirror<"m">(block_at("nothing", 0_B, 8_B), at(0x100)).region},
        .wires = {wire<"m.irq", "nobody", 3>},
        .ram_id = "/ram",
    };
    CHECK(
        said(board) ==
        Said{"b: main RAM has the id /ram, which begins with a slash, reserved for object paths; take it off",
             "b: rom [0x4, 0xc) has an empty id; RAM is named by it in snapshots and streams, so give it one",
             "b: device hart7 [0x1, 0x5) has the name of a hart, which is reserved for wires; rename it",
             "b: rom  [0x4, 0xc) is not aligned: base and size of memory are multiples of 8 bytes; move or "
             "resize it",
             "b: device hart7 [0x1, 0x5) has a window of 4 bytes for 256 bytes of registers; make the window "
             "at least "
             "that large",
             "b: device hart7 [0x1, 0x5) is not aligned to its widest access, 4 bytes; move it to a multiple "
             "of that",
             "b: mirror m [0x100, 0x108) shows nothing, which is no ram or rom entry and no device of the "
             "map; name one "
             "that is",
             "b: device hart7 [0x1, 0x5) and rom  [0x4, 0xc) share [0x4, 0x5); move one of them, or write "
             "overlay(...) "
             "around the one that shall win there",
             "b: wire m.irq to line 3 of nobody comes from nowhere: the map has no device m; name one that "
             "it has",
             "b: wire m.irq to line 3 of nobody goes nowhere: the map has no device nobody, and harts are "
             "named hart0, "
             "hart1 and so on; name one of them"});
}
