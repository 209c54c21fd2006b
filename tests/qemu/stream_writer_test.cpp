#include <wirewrap/qemu/stream_writer.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include <boards/riscv/virt.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/qemu/byte_source.hpp>
#include <wirewrap/qemu/load_ram.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using qemu::RamStream;
using qemu::RamStreamWriter;

namespace {

struct Collected {
    std::vector<std::byte> bytes{};
    std::size_t most = ~std::size_t{0};

    Expected<void> write(std::span<const std::byte> more) {
        if (bytes.size() + more.size() > most) return fail("the disk is full; make room");
        bytes.insert(bytes.end(), more.begin(), more.end());
        return {};
    }
};

std::vector<std::byte> pattern(Bytes size, std::uint8_t seed) {
    std::vector<std::byte> bytes(size.count);
    for (std::size_t i = 0; i != bytes.size(); ++i)
        bytes[i] = static_cast<std::byte>(seed + i * 7 + (i >> 8));
    return bytes;
}

const RamStream virt{.machine = "virt", .block = "riscv_virt_board.ram", .size = 4_MiB, .page = 4_KiB};

}  // namespace

TEST_CASE("a stream that was written is read back, holes as zeroes") {
    Collected file;
    RamStreamWriter writer(file, virt);
    const auto first = pattern(8_KiB, 1), last = pattern(4_KiB, 9);
    REQUIRE(writer.begin());
    REQUIRE(writer.pages(1_MiB, first));
    REQUIRE(writer.pages(2_MiB, std::vector<std::byte>(8192)));
    REQUIRE(writer.pages(4_MiB - 4_KiB, last));
    REQUIRE(writer.finish());

    auto machine = Machine<boards::riscv::Virt, hostmem::Anonymous>::create({.ram_size = 4_MiB}).value();
    const auto ram = machine.memory_blocks()[0].bytes;
    std::ranges::fill(ram.subspan(0, 4096), std::byte{0xee});
    qemu::MemorySource source(file.bytes);
    const auto loaded = qemu::load_ram(machine, source);
    REQUIRE(loaded);
    CHECK(ram[0] == std::byte{0});
    CHECK(std::ranges::equal(ram.subspan((1_MiB).count, first.size()), first));
    CHECK(std::ranges::equal(ram.last(last.size()), last));
    CHECK(ram[(2_MiB).count] == std::byte{0});
}

TEST_CASE("pages come in whole pages, ascending, within the block") {
    Collected file;
    RamStreamWriter writer(file, virt);
    REQUIRE(writer.begin());
    const auto page = pattern(4_KiB, 1);
    REQUIRE(writer.pages(8_KiB, page));
    CHECK(writer.pages(8_KiB, page).error().message ==
          "[8 KiB, 8 KiB + 4 KiB) of block riscv_virt_board.ram, which has 4 MiB and is written up to 12 "
          "KiB: give "
          "whole pages of 4 KiB, ascending");
    CHECK_FALSE(writer.pages(Bytes{12289}, page));
    CHECK_FALSE(writer.pages(16_KiB, std::span(page).first(100)));
    CHECK_FALSE(writer.pages(4_MiB, page));
    CHECK_FALSE(writer.pages(Bytes{~std::uint64_t{0} & ~std::uint64_t{4095}}, page));
    CHECK(writer.finish());
}

TEST_CASE("what a stream cannot say is refused before anything is written") {
    const auto refused = [](RamStream what) {
        Collected file;
        const auto begun = RamStreamWriter(file, what).begin();
        CHECK(file.bytes.empty());
        return begun ? std::string() : std::string(begun.error().message);
    };
    RamStream what = virt;
    what.size = Bytes{4097};
    CHECK(refused(what) ==
          "block riscv_virt_board.ram has 4097 bytes, and a stream has whole pages of 4 KiB");
    what = virt;
    const std::string long_name(256, 'x');
    what.block = long_name;
    CHECK(refused(what).starts_with("a stream has names of 1 to 255 characters"));
}

TEST_CASE("a sink that fails is told") {
    Collected file{.most = 1 << 20};
    RamStreamWriter writer(
        file, {.machine = "virt", .block = "riscv_virt_board.ram", .size = 4_MiB, .page = 4_KiB});
    REQUIRE(writer.begin());
    const auto written = writer.pages(0_B, pattern(4_MiB, 3));
    REQUIRE_FALSE(written);
    CHECK(written.error().message == "the disk is full; make room");
}
