// Streams that QEMU 10.0.13 and 11.1.3 wrote, tests/qemu/streams/make.py: what is read of them is what `pmemsave` said
// of the same guests.
#include <algorithm>
#include <cstring>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zstd.h>

#include <catch2/catch.hpp>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/hostmem/file.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/qemu.hpp>

#include <boards/riscv/spike.hpp>

#include <tests/support/running_qemu.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

std::vector<std::byte> unpacked(const std::string& name) {
    const auto packed = content_of("tests/qemu/streams/" + name + ".zst");
    REQUIRE(packed.size() > 0);
    const auto size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    REQUIRE(size < 64u << 20);
    std::vector<std::byte> bytes(size);
    REQUIRE(ZSTD_decompress(bytes.data(), bytes.size(), packed.data(), packed.size()) == size);
    return bytes;
}

bool same(std::span<const std::byte> one, std::span<const std::byte> other) {
    return one.size() == other.size() && std::memcmp(one.data(), other.data(), one.size()) == 0;
}

/// A `PageSink` that keeps all blocks.
struct Kept {
    qemu::StreamContents contents{};
    std::vector<std::vector<std::byte>> memory{};

    Expected<void> blocks(std::span<const qemu::StreamBlock> list) {
        contents.list(list);
        for (const qemu::StreamBlock& block : list) memory.emplace_back(block.length.count, std::byte{'.'});
        return {};
    }
    std::span<std::byte> page(std::size_t block, Bytes offset, Bytes size) {
        contents.page(block, offset, size);
        return std::span(memory[block]).subspan(offset.count, size.count);
    }
    void fill(std::size_t block, Bytes offset, Bytes size, std::byte value) {
        std::memset(page(block, offset, size).data(), static_cast<int>(value), size.count);
    }
    std::span<const std::byte> block(std::string_view id) const {
        const auto& list = contents.blocks();
        const auto found = std::ranges::find(list, id, &qemu::StreamBlock::id);
        REQUIRE(found != list.end());
        return memory[static_cast<std::size_t>(found - list.begin())];
    }
};

using Spike = boards::riscv::Spike;

}  // namespace

TEST_CASE("kept streams are what the guests had") {
    struct Guest {
        std::string name, block;
        Bytes page, from{};
        bool mapped = false;
        std::vector<std::string> in_part{};  // blocks of which QEMU keeps pages to itself
    };
    const Guest guest = GENERATE(values<Guest>({
        {"spike", "riscv.spike.ram", 4_KiB},
        {"spike-mapped", "riscv.spike.ram", 4_KiB, {}, true},
        {"spike-multifd", "riscv.spike.ram", 4_KiB, {}, true},
        {"spike-running", "riscv.spike.ram", 4_KiB, {}, true},
        {"integratorcp", "integrator.ram", 1_KiB},
        {"integratorcp-mapped", "integrator.ram", 1_KiB, {}, true},
        {"s390x", "s390.ram", 4_KiB},
        {"s390x-mapped", "s390.ram", 4_KiB, {}, true},
        {"q35-plugged", "pc.ram", 4_KiB, 1_MiB, false, {"0000:00:09.0/v0"}},
    }));
    const std::string release = GENERATE("10.0", "11.1");
    INFO(guest.name << " of " << release);
    const auto bytes = unpacked(release + "-" + guest.name);
    const auto ram = unpacked(release + "-" + guest.name + ".ram");
    qemu::MemorySource source(bytes);
    qemu::StreamInput input(source);
    const auto head = qemu::read_head(input);
    REQUIRE(head);
    CHECK(head->mapped_ram == guest.mapped);
    Kept kept;
    const auto walked = qemu::walk_to_ram_end(input, *head, head->page.value_or(guest.page), kept);
    INFO((walked ? "" : walked.error().message));
    REQUIRE(walked);
    // A device, or the storage attributes of IBM Z.
    CHECK((bytes[*walked] == std::byte{qemu::format::section::full} ||
           bytes[*walked] == std::byte{qemu::format::section::end}));
    const auto block = kept.block(guest.block);
    REQUIRE(block.size() >= guest.from.count + ram.size());
    CHECK(same(block.subspan(guest.from.count, ram.size()), ram));
    CHECK_FALSE(all_zero(ram));
    const auto missing = kept.contents.missing([&](std::size_t i) {
        return std::ranges::find(guest.in_part, kept.contents.blocks()[i].id) != guest.in_part.end();
    });
    CHECK(missing.empty());
}

TEST_CASE("a machine takes RAM with places of its own, by copy and in place") {
    const std::string name = GENERATE("spike-mapped", "spike-multifd", "spike-running");
    const std::string release = GENERATE("10.0", "11.1");
    INFO(name << " of " << release);
    const auto bytes = unpacked(release + "-" + name);
    const auto ram = unpacked(release + "-" + name + ".ram");
    auto machine = Machine<Spike, hostmem::Anonymous>::create({.ram_size = 4_MiB});
    REQUIRE(machine);
    std::memset(machine->memory_block("riscv.spike.ram")->data(), '.', ram.size());
    qemu::MemorySource source(bytes);
    const auto loaded = qemu::load_ram(*machine, source);
    INFO((loaded ? "" : loaded.error().message));
    REQUIRE(loaded);
    CHECK(same(*machine->memory_block("riscv.spike.ram"), ram));
    CHECK(loaded->never_sent == 0_B);

    const std::string path = scratch("guest.mapped");
    {
        std::ofstream file(path, std::ios::binary);
        file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
    auto saved = qemu::map_ram<Machine<Spike, hostmem::File>>(path);
    INFO((saved ? "" : saved.error().message));
    REQUIRE(saved);
    CHECK(same(*saved->machine.memory_block("riscv.spike.ram"), ram));
    CHECK(saved->ram.pages.data == loaded->pages.data);
    CHECK(saved->ram.pages.zero == loaded->pages.zero);
    // The file stays as it was.
    std::memset(saved->machine.memory_block("riscv.spike.ram")->data(), 'x', ram.size());
    CHECK(same(content_of(path), bytes));
}

TEST_CASE("a page that became zeroes after it was written is of zeroes, in place too") {
    const auto bytes = unpacked("11.1-spike-running");
    const auto ram = unpacked("11.1-spike-running.ram");
    struct Places {
        std::uint64_t at = 0;
        std::vector<Bytes> zero{};
        Expected<void> blocks(std::span<const qemu::StreamBlock> list) {
            REQUIRE(list[0].id == "riscv.spike.ram");
            return {};
        }
        void place(std::size_t block, std::uint64_t pages) {
            if (block == 0) at = pages;
        }
        std::span<std::byte> page(std::size_t, Bytes, Bytes) { return {}; }
        void fill(std::size_t block, Bytes offset, Bytes, std::byte) {
            if (block == 0) zero.push_back(offset);
        }
    } places;
    qemu::MemorySource source(bytes);
    qemu::StreamInput input(source);
    const auto head = qemu::read_head(input);
    REQUIRE(head);
    REQUIRE(qemu::walk_to_ram_end(input, *head, 4_KiB, places));
    const auto stale = std::ranges::count_if(places.zero, [&](Bytes offset) {
        return !all_zero(std::span(bytes).subspan(places.at + offset.count, 4096));
    });
    CHECK(stale > 10);
}
