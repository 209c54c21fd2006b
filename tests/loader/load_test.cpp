#include <catch2/catch.hpp>

#include <string>

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
    CHECK(path.load<std::uint64_t>(at(0x8000'0000)) == 0x0807'0605'0403'0201);
    CHECK(path.load<std::uint64_t>(at(0x8000'0008)) == 0);
    CHECK(path.load<std::uint64_t>(at(0x8000'0010)) == 0);
    CHECK(path.load<std::uint8_t>(at(0x8000'0018)) == 0xee);
    CHECK(path.load<std::uint8_t>(at(0x8000'0fff)) == 0xee);
    CHECK(path.load<std::uint32_t>(at(0x8000'1000)) == 0x0c0b'0a09u);
    CHECK(path.load<std::uint8_t>(at(0x8000'1004)) == 0xee);
}

TEST_CASE("a segment may end with the last byte of RAM and not one later") {
    RamPath path;
    auto file = elf_builder::small();
    file.segments[0].physical_address = file.segments[0].virtual_address = 0x8000'2000 - 23;
    file.entry = 0x8000'1ff0;
    CHECK_THAT(refusal(path, file),
               Equals("a.elf: segment 0 goes to [0x80001fe9, 0x80002001), 24 bytes, but the RAM there "
                      "ends at 0x80002000, 1 byte too early; give the machine more RAM or a smaller "
                      "image"));
    --file.segments[0].physical_address;
    const auto bytes = file.bytes();
    CHECK(load_elf(path, "a.elf", bytes, riscv));
    CHECK(path.load<std::uint8_t>(at(0x8000'1fff)) == 0);
}

TEST_CASE("when the second segment does not fit, the first is not written") {
    RamPath path;
    auto file = elf_builder::small();
    file.segments[2].physical_address = 0x9000'0000;
    CHECK_THAT(refusal(path, file),
               Equals("a.elf: segment 2 goes to [0x90000000, 0x90000004), but there is no RAM at "
                      "0x90000000; link or load it at an address in RAM"));
}

TEST_CASE("a program larger than RAM is refused with exact bytes, however large") {
    RamPath path;
    auto file = elf_builder::small();
    file.segments.pop_back();
    file.segments[0] = {1, file.headers_size(), 0x8000'0000, 0x8000'0000, 8, 0x10'0000'0000};
    CHECK_THAT(refusal(path, file),
               Equals("a.elf: segment 0 goes to [0x80000000, 0x1080000000), 64 GiB, but the RAM there "
                      "ends at 0x80002000, 67108856 KiB too early; give the machine more RAM or "
                      "a smaller image"));
    file.segments[0].in_memory = 0 - std::uint64_t{0x8000'0000};
    CHECK(refusal(path, file).find("[0x80000000, 0x10000000000000000)") != std::string::npos);
}

TEST_CASE("a segment across a hole is refused") {
    RamPath path;
    auto file = elf_builder::small();
    file.segments[0].in_memory = 0x3080;
    file.segments.pop_back();
    file.segments[0].offset = file.headers_size();
    CHECK_THAT(refusal(path, file),
               Equals("a.elf: segment 0 goes to [0x80000000, 0x80003080), 12416 bytes, but the RAM "
                      "there ends at 0x80002000, 4224 bytes too early; give the machine more RAM or a "
                      "smaller image"));
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
    CHECK(path.load<std::uint8_t>(at(0x8000'30ff)) == 0x11);
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
               Equals("u-boot.bin goes to [0x80003001, 0x80003101), 256 bytes, but the RAM there ends at "
                      "0x80003100, 1 byte "
                      "too early; give the machine more RAM or a smaller image"));
    CHECK_THAT(refused(bytes, 0),
               Equals("u-boot.bin goes to [0x0, 0x100), but there is no RAM at 0x0; link or load it at "
                      "an address in RAM"));
    CHECK_THAT(refused(bytes, ~std::uint64_t{0}),
               Equals("u-boot.bin goes to [0xffffffffffffffff, 0xffffffffffffffff + 256 bytes), past the end "
                      "of the address "
                      "space; load it at a lower address"));
    CHECK_THAT(refused({}, 0x8000'0000),
               Equals("u-boot.bin is empty, 0 bytes; give the image that should go to 0x80000000"));
}
