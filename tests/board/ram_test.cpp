#include <catch2/catch.hpp>

#include <string>

#include <wirewrap/board/ram.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

constexpr auto handheld = main_ram("handheld.ram", 64_MiB)
                              .accepts(one_of(32_MiB, 64_MiB, 128_MiB))
                              .placed(at(0x8000'0000))
                              .mirrored(at(0xC000'0000), first(16_MiB));
static_assert(handheld.id == "handheld.ram" && handheld.default_size == 64_MiB);
static_assert(handheld.placement.windows(64_MiB).size() == 2 && handheld.placement.base() == at(0x8000'0000));
static_assert(handheld.verdict("handheld", 64_MiB) && !handheld.verdict("handheld", 48_MiB));

constexpr auto plain = main_ram("ram", 1_MiB);
static_assert(plain.placement.base() == at(0) && plain.rule.accepts(12345_B));

std::string said(const auto& ram, Bytes size) { return std::string(ram.verdict("board", size).view()); }

}  // namespace

TEST_CASE("a refusal names the rule, the size, and the nearest sizes") {
    CHECK(said(handheld, 48_MiB) ==
          "board accepts 32 MiB, 64 MiB or 128 MiB of RAM, not 48 MiB; use 32 MiB or 64 MiB");
    CHECK(said(handheld, 1_MiB) == "board accepts 32 MiB, 64 MiB or 128 MiB of RAM, not 1 MiB; use 32 MiB");
    CHECK(said(handheld, 2049_MiB) ==
          "board accepts 32 MiB, 64 MiB or 128 MiB of RAM, not 2049 MiB; use 128 MiB");
    CHECK(said(handheld, Bytes{~std::uint64_t{0}}) ==
          "board accepts 32 MiB, 64 MiB or 128 MiB of RAM, not 18446744073709551615 bytes; use 128 MiB");
    CHECK(said(handheld, 64_MiB).empty());
    CHECK(said(plain.accepts(at_most(2_GiB)), 2049_MiB) ==
          "board accepts at most 2 GiB of RAM, not 2049 MiB; use 2 GiB");
    CHECK(said(plain.accepts(at_most(0_B)), 8_B) == "board accepts at most 0 bytes of RAM, not 8 bytes");
}

TEST_CASE("the sizes that a refusal names can be had: they are multiples of 8 bytes") {
    CHECK(said(plain, 0_B) == "board accepts any amount but 0 bytes of RAM, not 0 bytes; use 8 bytes");
    CHECK(said(plain.accepts(at_most(5000_B)), 5001_B) ==
          "board accepts at most 5000 bytes of RAM, not 5001 bytes; use 5000 bytes");
    CHECK(said(plain.accepts(at_most(5001_B)), 6000_B) ==
          "board accepts at most 5001 bytes of RAM, not 6000 bytes; use 5000 bytes");
    CHECK(said(plain.accepts(exactly(5_B)), 8_B) == "board accepts exactly 5 bytes of RAM, not 8 bytes");
}

TEST_CASE("a board whose default is 0 bytes may be without RAM") {
    constexpr auto optional = main_ram("optional.ram", 0_B).accepts(multiple_of(1_MiB));
    CHECK(optional.verdict("board", 0_B).accepted());
    CHECK(optional.verdict("board", 1_MiB).accepted());
    CHECK(said(optional, 5000_B) == "board accepts multiples of 1 MiB of RAM, not 5000 bytes; use 1 MiB");
    CHECK(said(handheld, 0_B) == "board accepts 32 MiB, 64 MiB or 128 MiB of RAM, not 0 bytes; use 32 MiB");
}
