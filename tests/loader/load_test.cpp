#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <string_view>

#include <wirewrap/loader/load.hpp>

#include "elf_builder.hpp"
#include "ram_path.hpp"

using namespace wirewrap;
using Catch::Matchers::Equals;

namespace {

constexpr ElfTarget riscv{.machine = ElfMachine::riscv, .bits = 64};

std::string refusal(RamPath& path, const elf_builder::File& file) {
    const auto bytes = file.bytes();
    const auto loaded = load_elf(path, "a.elf", bytes, riscv);
    REQUIRE_FALSE(loaded);
    CHECK(path.untouched());
    return loaded.error().message;
}

}  // namespace

TEST_CASE("segments land at their physical addresses with zeros after their contents") {
    RamPath path;
    const auto bytes = elf_builder::small().bytes();
    const auto loaded = load_elf(path, "a.elf", bytes, riscv);
    REQUIRE(loaded);
    CHECK(*loaded == LoadedProgram{at(0x8000'0004), {at(0x8000'0000), {0x1004}}});
    CHECK(path.value<std::uint64_t>(at(0x8000'0000)) == 0x0807'0605'0403'0201);
    CHECK(path.value<std::uint64_t>(at(0x8000'0008)) == 0);
    CHECK(path.value<std::uint64_t>(at(0x8000'0010)) == 0);
    CHECK(path.value<std::uint8_t>(at(0x8000'0018)) == 0xee);
    CHECK(path.value<std::uint8_t>(at(0x8000'0fff)) == 0xee);
    CHECK(path.value<std::uint32_t>(at(0x8000'1000)) == 0x0c0b'0a09u);
    CHECK(path.value<std::uint8_t>(at(0x8000'1004)) == 0xee);
}

TEST_CASE("a segment may end with the last byte of RAM and not one later") {
    RamPath path;
    auto file = elf_builder::small();
    file.segments[0].physical_address = file.segments[0].virtual_address = 0x8000'2000 - 23;
    file.entry = 0x8000'1ff0;
    CHECK_THAT(
        refusal(path, file),
        Equals("a.elf: segment 0 goes to [0x80001fe9, 0x80002001), 24 bytes, but the memory there ends at "
               "0x80002000, 1 byte too early; load it elsewhere, make it smaller, or give the machine "
               "more memory there"));
    --file.segments[0].physical_address;
    const auto bytes = file.bytes();
    CHECK(load_elf(path, "a.elf", bytes, riscv));
    CHECK(path.value<std::uint8_t>(at(0x8000'1fff)) == 0);
}

TEST_CASE("when the second segment does not fit, the first is not written") {
    RamPath path;
    auto file = elf_builder::small();
    file.segments[2].physical_address = 0x9000'0000;
    CHECK_THAT(refusal(path, file),
               Equals("a.elf: segment 2 goes to [0x90000000, 0x90000004), but there is no memory at "
                      "0x90000000; link or load it at an address in memory"));
}

TEST_CASE("a program larger than RAM is refused with exact bytes, however large") {
    RamPath path;
    auto file = elf_builder::small();
    file.segments.pop_back();
    file.segments[0] = {1, file.headers_size(), 0x8000'0000, 0x8000'0000, 8, 0x10'0000'0000};
    CHECK_THAT(
        refusal(path, file),
        Equals("a.elf: segment 0 goes to [0x80000000, 0x1080000000), 64 GiB, but the memory there ends at "
               "0x80002000, 67108856 KiB too early; load it elsewhere, make it smaller, or give the "
               "machine more memory there"));
    file.segments[0].in_memory = 0 - std::uint64_t{0x8000'0000};
    CHECK(refusal(path, file).find("[0x80000000, 0x10000000000000000)") != std::string::npos);
}

TEST_CASE("a segment across a hole is refused") {
    RamPath path;
    auto file = elf_builder::small();
    file.segments[0].in_memory = 0x3080;
    file.segments.pop_back();
    file.segments[0].offset = file.headers_size();
    CHECK_THAT(
        refusal(path, file),
        Equals("a.elf: segment 0 goes to [0x80000000, 0x80003080), 12416 bytes, but the memory there ends "
               "at 0x80002000, 4224 bytes too early; load it elsewhere, make it smaller, or give the "
               "machine more memory there"));
}

TEST_CASE("a segment may lie across the border of neighbouring windows, read-only ones too") {
    RamPath path;
    auto file = elf_builder::small();
    file.segments[0].physical_address = 0x8000'17fc;
    file.segments[0].virtual_address = file.entry = 0x8000'17fc;
    const auto bytes = file.bytes();
    REQUIRE(load_elf(path, "a.elf", bytes, riscv));
    CHECK(path.value<std::uint64_t>(at(0x8000'17fc)) == 0x0807'0605'0403'0201);
    CHECK(path.value<std::uint64_t>(at(0x8000'1804)) == 0);
    CHECK(path.value<std::uint8_t>(at(0x8000'1814)) == 0xee);

    const std::vector<std::byte> raw(0x2000, std::byte{0x22});
    REQUIRE(load_raw(path, "raw.bin", raw, at(0x8000'0000)));
    CHECK(path.value<std::uint8_t>(at(0x8000'1fff)) == 0x22);
}

namespace {

/// One segment that begins with the headers of the file, one page below what matters.
elf_builder::File with_headers(std::uint64_t begin) {
    elf_builder::File file{.entry = begin + 0x1000};
    file.segments.push_back({1, 0, begin, begin, 0x1008, 0x1010});
    file.contents.resize(0x1008 - file.headers_size());
    for (std::size_t i = 0; i != 8; ++i)
        file.contents[0x1000 - file.headers_size() + i] = static_cast<std::byte>(i + 1);
    file.sections = {{0, 0, 0, 0}, {.offset = 0x1000, .size = 8}, {.type = 8, .offset = 0x1008, .size = 8}};
    return file;
}

}  // namespace

TEST_CASE("headers that the linker put below memory are left out") {
    RamPath path;
    auto file = with_headers(0x7fff'f000);
    SECTION("as the linker leaves it") {}
    SECTION("stripped of its sections") { file.sections.clear(); }
    SECTION("with a build id behind the headers") {
        file.segments.push_back({4, 0x120, 0x7fff'f120, 0x7fff'f120, 0x24, 0x24});
        file.contents.erase(file.contents.begin(), file.contents.begin() + 56);
        for (std::size_t i = 0; i != 0x24; ++i)
            file.contents[0x120 - file.headers_size() + i] = std::byte{0xaa};
        file.sections.push_back({.type = 7, .offset = 0x120, .size = 0x24});
    }
    SECTION("in a segment of their own") {
        file.segments[0] = {1, 0x1000, 0x8000'0000, 0x8000'0000, 8, 16};
        file.segments.push_back({1, 0, 0x1'0000, 0x1'0000, 0x120, 0x120});
        file.contents.erase(file.contents.begin(), file.contents.begin() + 56);
    }
    const auto bytes = file.bytes();
    const auto loaded = load_elf(path, "a.elf", bytes, riscv);
    REQUIRE(loaded);
    CHECK(*loaded == LoadedProgram{at(0x8000'0000), {at(0x8000'0000), {0x10}}});
    CHECK(path.value<std::uint64_t>(at(0x8000'0000)) == 0x0807'0605'0403'0201);
    CHECK(path.value<std::uint64_t>(at(0x8000'0008)) == 0);
    CHECK(path.value<std::uint8_t>(at(0x8000'0010)) == 0xee);
}

TEST_CASE("headers that partly lie in memory are loaded there") {
    RamPath path;
    const auto file = with_headers(0x8000'0000 - 0x40);
    const auto bytes = file.bytes();
    REQUIRE(load_elf(path, "a.elf", bytes, riscv));
    CHECK(path.value<std::uint32_t>(at(0x8000'0000)) == 1);  // p_type
    CHECK(path.value<std::uint64_t>(at(0x8000'0fc0)) == 0x0807'0605'0403'0201);
}

TEST_CASE("nothing but headers may lie below memory") {
    RamPath path;
    auto file = with_headers(0x7fff'f000);
    const std::string expected = "a.elf: segment 0 goes to [0x7ffff000, 0x80000010), but there is no memory "
                                 "at 0x7ffff000; link or load "
                                 "it at an address in memory";
    SECTION("a byte of data behind the headers") {
        file.contents[100] = std::byte{1};
        CHECK_THAT(refusal(path, file), Equals(expected));
    }
    SECTION("a section of zeros") {
        file.sections.push_back({.offset = 0x800, .size = 0x10});
        CHECK_THAT(refusal(path, file), Equals(expected));
    }
    SECTION("a segment of zeros that does not begin with the headers") {
        file.segments[0].offset = 0x200;
        file.segments[0].in_file = file.segments[0].in_memory = 0xe08;
        file.segments[0].virtual_address = file.segments[0].physical_address = 0x7fff'f200;
        file.sections.clear();
        CHECK(refusal(path, file).find("there is no memory at 0x7ffff200") != std::string::npos);
    }
    SECTION("the first instruction") {
        file.entry = 0x7fff'f100;
        CHECK_THAT(
            refusal(path, file),
            Equals("a.elf: the entry point 0x7ffff100 is among the headers of the file, where there is "
                   "no memory; link it with an entry symbol"));
    }
}

namespace {

/// Linked at 0, as OpenSBI is: code at 0x200, a dynamic section at 0x300, one word at 0x400 that is an address.
elf_builder::File position_independent(unsigned bits, std::endian order) {
    elf_builder::File file{.bits = bits, .order = order, .type = 3, .entry = 0x204};
    file.segments.push_back({1, 0x200, 0x200, 0x200, 0x300, 0x400});
    file.segments.push_back({2, 0x300, 0x300, 0x300, 0x80, 0x80});
    file.contents.resize(0x500 - file.headers_size());
    const std::size_t word = bits / 8;
    const auto put = [&](std::size_t at, std::initializer_list<std::uint64_t> values) {
        for (const std::uint64_t value : values)
            for (std::size_t i = 0; i != word; ++i, ++at) {
                const std::size_t place = order == std::endian::little ? i : word - 1 - i;
                file.contents[at - file.headers_size()] = static_cast<std::byte>(value >> 8 * place);
            }
    };
    put(0x300, {7, 0x440, 8, 9 * word, 9, 3 * word, 0, 0, 7, 1});  // what follows the end counts for nothing
    // A relative word, one of another kind, and one behind the contents.
    put(0x440, {0x400, 3, 0x204, 0x408, 2, 0x204, 0x5f8, 3, 0x3f0});
    return file;
}

}  // namespace

TEST_CASE("a position-independent program goes to the base, and its addresses with it") {
    const unsigned bits = GENERATE(32u, 64u);
    const std::endian order = GENERATE(std::endian::little, std::endian::big);
    RamPath path;
    const auto bytes = position_independent(bits, order).bytes();
    const ElfTarget target{.machine = ElfMachine::riscv, .bits = bits, .order = order};
    const auto loaded = load_elf(path, "fw.elf", bytes, target, at(0x8000'1000));
    REQUIRE(loaded);
    CHECK(*loaded == LoadedProgram{at(0x8000'1204), {at(0x8000'1200), {0x400}}});
    const auto word = [&](std::uint64_t address) {
        const auto value = path.value<std::uint64_t>(at(address));
        if (order == std::endian::big)
            return bits == 64 ? __builtin_bswap64(value) : __builtin_bswap64(value) >> 32;
        return bits == 64 ? value : value & 0xffff'ffff;
    };
    CHECK(word(0x8000'1400) == 0x8000'1204);
    CHECK(word(0x8000'1408) == 0);
    CHECK(word(0x8000'15f8) == 0x8000'13f0);
}

TEST_CASE("a position-independent program that is linked for memory stays there, and one without a base is "
          "refused") {
    RamPath path;
    auto file = position_independent(64, std::endian::little);
    CHECK(refusal(path, file) ==
          "a.elf: segment 0 goes to [0x200, 0x600), but there is no memory at 0x200; link or load it at an "
          "address in memory");
    elf_builder::File linked = elf_builder::small();
    linked.type = 3;
    const auto bytes = linked.bytes();
    CHECK(load_elf(path, "a.elf", bytes, riscv, at(0x8000'0800))->entry == at(0x8000'0004));
}

TEST_CASE(
    "Linux's vmlinux, linked at physical 0, goes to the base, and nothing else does that is linked there") {
    // As 6.12 has it: virtual addresses from 0xffffffff80000000 on, physical ones from 0 on, .bss in the last segment.
    constexpr std::uint64_t link = 0xffff'ffff'8000'0000;
    elf_builder::File file{.entry = link};
    file.segments.push_back({1, 0x200, link, 0, 0x100, 0x100});
    file.segments.push_back({1, 0x300, link + 0x800, 0x800, 0x80, 0x200, 6});
    file.contents.resize(0x380 - file.headers_size(), std::byte{0x13});
    const std::size_t first = 0x200 - file.headers_size();
    const auto with = [&](std::string_view magic) {
        std::ranges::transform(magic, file.contents.begin() + static_cast<std::ptrdiff_t>(first + 0x30),
                               [](char c) { return static_cast<std::byte>(c); });
        return file.bytes();
    };
    RamPath path;
    const auto other = load_elf(path, "a.elf", with({"RISCV\0\0\0RSC\x04", 12}), riscv, at(0x8000'0800));
    REQUIRE_FALSE(other);
    CHECK_THAT(other.error().message, Catch::Contains("there is no memory at 0x0"));
    CHECK(path.untouched());
    const auto loaded = load_elf(path, "vmlinux", with({"RISCV\0\0\0RSC\x05", 12}), riscv, at(0x8000'0800));
    REQUIRE(loaded);
    CHECK(*loaded == LoadedProgram{at(0x8000'0800), {at(0x8000'0800), {0xa00}}});
    CHECK(path.value<std::uint8_t>(at(0x8000'0800 + 0x30)) == 'R');
    CHECK(path.value<std::uint8_t>(at(0x8000'1000)) == 0x13);
    CHECK(path.value<std::uint8_t>(at(0x8000'1080)) == 0);
}

TEST_CASE("relocations that are not of the program change nothing") {
    RamPath path;
    const auto file = position_independent(64, std::endian::little);
    const auto with = [&](std::size_t at, std::uint64_t value) {
        auto bytes = file.bytes();
        write_memory<std::uint64_t>(bytes.data() + at, value);
        const auto loaded = load_elf(path, "a.elf", bytes, riscv, GuestAddress{0x8000'1000});
        REQUIRE_FALSE(loaded);
        CHECK(path.untouched());
        return loaded.error().message;
    };
    CHECK(with(0x308, 0x4f0) == "a.elf: its relocations, 72 bytes at 0x4f0, are in the contents of no "
                                "segment: it is damaged; copy or "
                                "build it again");
    CHECK(with(0x308, ~std::uint64_t{0}).find("are in the contents of no segment") != std::string::npos);
    CHECK(with(0x318, ~std::uint64_t{0}).find("are in the contents of no segment") != std::string::npos);
    CHECK(with(0x328, 16) ==
          "a.elf has relocations of 16 bytes each, but those of ELF64 are 24 bytes; build it again");
    CHECK(with(0x440, 0x5fc) ==
          "a.elf: relocation 0 changes a word at 0x5fc, which is in none of its segments; build it again");
    CHECK(with(0x440, ~std::uint64_t{0}).find("changes a word at 0xffffffffffffffff") != std::string::npos);
    CHECK(with(64 + 56 + 8, ~std::uint64_t{0}).find("its dynamic section takes 128 bytes") !=
          std::string::npos);
}

TEST_CASE("files cut or with flipped bits change nothing when they are refused") {
    const auto file = elf_builder::small();
    const auto whole = file.bytes();
    RamPath path;
    for (std::size_t length = 0; length != whole.size(); ++length) {
        const std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
        REQUIRE_FALSE(load_elf(path, "a.elf", cut, riscv));
        REQUIRE(path.untouched());
    }
    for (std::size_t bit = 0; bit != 8 * file.headers_size(); ++bit) {
        auto bytes = whole;
        bytes[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
        if (load_elf(path, "a.elf", bytes, riscv))
            path = RamPath{};
        else
            REQUIRE(path.untouched());
    }
}

TEST_CASE("raw images go where they are told") {
    RamPath path;
    const std::vector<std::byte> bytes(0x100, std::byte{0x11});
    const auto loaded = load_raw(path, "u-boot.bin", bytes, at(0x8000'3000));
    REQUIRE(loaded);
    CHECK(*loaded == Interval{at(0x8000'3000), {0x100}});
    CHECK(path.value<std::uint8_t>(at(0x8000'30ff)) == 0x11);
}

TEST_CASE("raw images that do not fit are refused") {
    RamPath path;
    const std::vector<std::byte> bytes(0x100, std::byte{0x11});
    const auto refused = [&](std::span<const std::byte> image, std::uint64_t address) {
        const auto loaded = load_raw(path, "u-boot.bin", image, at(address));
        REQUIRE_FALSE(loaded);
        CHECK(path.untouched());
        return loaded.error().message;
    };
    CHECK_THAT(refused(bytes, 0x8000'3001),
               Equals("u-boot.bin goes to [0x80003001, 0x80003101), 256 bytes, but the memory there ends "
                      "at 0x80003100, 1 byte too early; load it elsewhere, make it smaller, or give the "
                      "machine more memory there"));
    CHECK_THAT(refused(bytes, 0),
               Equals("u-boot.bin goes to [0x0, 0x100), but there is no memory at 0x0; link or load it "
                      "at an address in memory"));
    CHECK_THAT(refused(bytes, ~std::uint64_t{0}),
               Equals("u-boot.bin goes to [0xffffffffffffffff, 0xffffffffffffffff + 256 bytes), past the end "
                      "of the address "
                      "space; load it at a lower address"));
    CHECK_THAT(refused({}, 0x8000'0000),
               Equals("u-boot.bin is empty, 0 bytes; give the image that should go to 0x80000000"));
}
