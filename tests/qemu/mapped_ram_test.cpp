// Streams with places of their own for pages, put together by hand: right ones and wrong ones.
#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <span>
#include <string>
#include <utility>

#include <unistd.h>

#include <catch2/catch.hpp>

#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/qemu.hpp>

#include <tests/qemu/stream_builder.hpp>
#include <tests/support/running_qemu.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

struct Small {
    static constexpr auto name = "riscv64/small";
    static constexpr auto ram = main_ram("small.ram", 512_KiB).placed(at(0x1000'0000));
    static constexpr auto map = memory_map(rom<"small.rom">(at(0x8000), 8_KiB));
};
using Copied = Machine<Small, hostmem::Anonymous>;
using InPlace = Machine<Small, hostmem::File>;

/// 128 pages: a, zero, b, and so on in the first word, none in the second but the last.
Stream::Mapped ram() {
    Stream::Mapped block{
        "small.ram", 512_KiB, {0x5555'5555'5555'5555, 1ull << 63}, std::string(512 << 10, '\0')};
    for (std::size_t page = 0; page != 64; ++page)  // odd ones are what was there before
        std::memset(block.pages.data() + page * 4096, page % 2 == 0 ? 'a' + static_cast<int>(page) % 26 : '!',
                    4096);
    std::memset(block.pages.data() + 127 * 4096, 'z', 4096);
    return block;
}
Stream::Mapped rom() { return {"small.rom", 8_KiB, {2}, std::string(4096, '!') + std::string(4096, 'r')}; }

Stream start() {
    return Stream().head("small").capability("mapped-ram").start(2, "ram", qemu::format::ram_version);
}
Stream whole(std::uint64_t before = 0, std::size_t align = 1 << 20) {
    return start().mapped_blocks({ram(), rom()}, 4_KiB, before, align).end().footer(2).end_ram().byte(4);
}
Stream of(const Stream::Mapped& block) {
    return start().mapped_blocks({block}, 4_KiB, 0, 4096).end().footer(2).end_ram();
}

template <class M>
void check_ram(M& machine) {
    const auto memory = *machine.memory_block("small.ram");
    for (std::size_t page = 0; page != 128; ++page) {
        const char expected = page == 127                  ? 'z'
                              : page % 2 == 0 && page < 64 ? static_cast<char>('a' + page % 26)
                                                           : '\0';
        INFO(page);
        REQUIRE(std::ranges::all_of(memory.subspan(page * 4096, 4096),
                                    [&](std::byte b) { return b == static_cast<std::byte>(expected); }));
    }
    const auto other = *machine.memory_block("small.rom");
    CHECK(all_zero(other.first(4096)));
    CHECK(other[4096] == std::byte{'r'});
}

Copied dotted() {
    auto machine = Copied::create();
    for (const MemoryBlock& block : machine->memory_blocks())
        std::memset(block.bytes.data(), '.', block.bytes.size());
    return std::move(*machine);
}

std::string refusal(const Stream& stream) {
    Copied machine = dotted();
    qemu::MemorySource source(stream.span());
    const auto loaded = qemu::load_ram(machine, source);
    REQUIRE_FALSE(loaded);
    CHECK((*machine.memory_block("small.ram"))[0] == std::byte{'.'});
    return loaded.error().message;
}

std::string file_of(const Stream& stream) {
    const std::string path = scratch("mapped.stream");
    std::ofstream(path, std::ios::binary) << stream.bytes;
    return path;
}

}  // namespace

TEST_CASE("pages are taken from their places, and those without a bit are of zeroes") {
    // Also behind other bytes of the file, which were cut off.
    const std::uint64_t before = GENERATE(0, 4096, 333);
    const Stream stream = whole(before);
    Copied machine = dotted();
    qemu::MemorySource source(stream.span());
    const auto loaded = qemu::load_ram(machine, source);
    INFO((loaded ? "" : loaded.error().message));
    REQUIRE(loaded);
    check_ram(machine);
    CHECK(loaded->pages.data == 32 + 1 + 1);
    CHECK(loaded->pages.zero == 128 - 33 + 1);
    CHECK(loaded->never_sent == 0_B);
    CHECK(loaded->ram_end == stream.bytes.size() - 1);
}

TEST_CASE("RAM in place is the file's, and what became zeroes is zeroes") {
    const Stream stream = whole();
    const std::string path = file_of(stream);
    auto saved = qemu::map_ram<InPlace>(path);
    INFO((saved ? "" : saved.error().message));
    REQUIRE(saved);
    check_ram(saved->machine);
    CHECK(saved->ram.pages.data == 34);
    REQUIRE(saved->machine.store<std::uint32_t>(at(0x1000'0000), 1));
    const auto after = content_of(path);
    CHECK(std::ranges::equal(after, stream.span()));
}

TEST_CASE("what cannot be in place has a sentence") {
    const auto refused = [](const Stream& stream, const qemu::LoadOptions& options = {}) {
        const auto saved = qemu::map_ram<InPlace>(file_of(stream), options);
        REQUIRE_FALSE(saved);
        return saved.error().message;
    };
    CHECK(refused(Stream().head("small").start_ram({{"small.ram", 512_KiB}}))
              .starts_with("riscv64/small: the pages of the stream have no places of their own: load it with "
                           "load_ram, or write it with capability mapped-ram"));
    CHECK(refused(whole(333)).find("offset") != std::string::npos);
    CHECK(refused(whole(), {.main_ram = {"other"}}) ==
          "riscv64/small: block other of the machine is missing in the stream, which has small.ram (512 KiB) "
          "and "
          "small.rom (8 KiB): name the block of main RAM in main_ram");
    CHECK(refused(whole(), {.main_ram = {"a", "b"}}).find("of 2 blocks is in as many places") !=
          std::string::npos);
    CHECK(refused(whole(), {.machine_type = "virt"}).find("the stream is of machine small") !=
          std::string::npos);
    CHECK(qemu::map_ram<InPlace>("/nowhere").error().message.find("cannot open /nowhere") !=
          std::string::npos);
}

TEST_CASE("a pipe has no places") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    const Stream stream = whole();
    REQUIRE(::write(ends[1], stream.bytes.data(), 1024) == 1024);
    ::close(ends[1]);
    qemu::FileSource source{hostmem::os::Descriptor(ends[0])};
    Copied machine = dotted();
    const auto loaded = qemu::load_ram(machine, source);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().message.find("comes through a pipe: copy it to a file, and read that") !=
          std::string::npos);
}

TEST_CASE("places that cannot be are refused, and nothing is loaded") {
    const Stream right = of(ram());
    const std::size_t head = right.bytes.find("small.ram") + 9 + 8;
    const auto with = [&](std::size_t at, char value) {
        Stream wrong = right;
        wrong.bytes[head + at] = value;
        return refusal(wrong);
    };
    CHECK(with(3, 2).find("has places of version 2 of its own, and only 1 is known here") !=
          std::string::npos);
    CHECK(with(10, 0x20).find("has places for pages of 8 KiB, and the stream counts in pages of 4 KiB") !=
          std::string::npos);
    CHECK(with(26, 0).find("says that its bitmap is at byte") != std::string::npos);  // pages before it
    CHECK(with(20, 0x7f).find("says that its bitmap is at byte") != std::string::npos);
    CHECK(with(27, 1).find("record at byte") != std::string::npos);  // one byte further
    CHECK(with(26, 0x70).find("it was cut short") != std::string::npos);
    // The second block's file begins elsewhere than the first one's.
    Stream two = whole(0, 4096);
    two.bytes[two.bytes.find("small.rom") + 9 + 8 + 4 + 8 + 7] += 1;
    CHECK(refusal(two).find("block small.rom of the stream says that its bitmap is at byte") !=
          std::string::npos);
    Stream::Mapped odd = ram();
    odd.length = 512_KiB + 2_KiB;
    CHECK(refusal(start().mapped_blocks({odd, {"rest", 2_KiB}}, 4_KiB))
              .find("is no whole number of pages of 4 KiB") != std::string::npos);
    for (const std::size_t size : {right.bytes.size() - 15, right.bytes.size() - 30, head + 28, head + 12}) {
        const Stream cut{right.bytes.substr(0, size)};
        INFO(size);
        CHECK(refusal(cut).find("it was cut short, so write it again") != std::string::npos);
    }
    // A migration that was cancelled has no end of the RAM.
    CHECK(
        refusal(start().mapped_blocks({ram()}, 4_KiB).end().footer(2).byte(0)).find("cancelled or failed") !=
        std::string::npos);
    CHECK(refusal(Stream().head("small").capability("x-ignore-shared").byte(1))
              .find("capability x-ignore-shared") != std::string::npos);
}

TEST_CASE("a bitmap of a big-endian host is noticed") {
    Stream::Mapped swapped = ram();
    swapped.bitmap = {0x0000'0000'0000'00ff, 0};  // pages 0 to 7, as such a host writes pages 56 to 63
    std::ranges::fill(swapped.pages, '\0');
    std::memset(swapped.pages.data() + 56 * 4096, 'a', 8 * 4096);
    CHECK(refusal(of(swapped))
              .find("which is of zeroes and so has none: it was written on a big-endian host") !=
          std::string::npos);
    const auto in_place = qemu::map_ram<InPlace>(file_of(of(swapped)));
    REQUIRE_FALSE(in_place);
    CHECK(in_place.error().message.find("big-endian host") != std::string::npos);
    // Bits beyond the last page.
    Stream::Mapped small = rom();
    small.bitmap = {2ull << 56};
    CHECK(refusal(start().mapped_blocks({ram(), small}, 4_KiB, 0, 4096).end().footer(2).end_ram())
              .find("has bits for pages that its block does not have") != std::string::npos);
}

TEST_CASE("a block of which the file has nothing is missing") {
    Stream stream = start();
    stream.u64((512_KiB).count | qemu::format::record::blocks).name("small.ram").u64((512_KiB).count);
    stream.u32(1).u64(4096).u64(0).u64(0).end().footer(2).end_ram();
    CHECK(refusal(stream).find("no page came of 512 KiB of block small.ram") != std::string::npos);
}

TEST_CASE("memory that virtio-mem has plugged is said before the pages") {
    // QEMU 11.1 says it before the list of blocks, 10.0 behind it.
    const bool behind = GENERATE(false, true);
    const auto with = [&](std::uint64_t region, std::uint64_t block, std::size_t words,
                          unsigned version = 1) {
        Stream early;
        early.byte(4).u32(1).name("0000:00:09.0/virtio-mem-device-early");
        early.u32(0).u32(version).u64(0x1'4000'0000).u64(region).u64(block).u32(0).u64(4 << 20);
        for (std::size_t i = 0; i != words; ++i) early.u64(3);
        early.footer(1);
        Stream s = Stream().head("small");
        if (!behind) s.text(early.bytes);
        s.start_ram({{"small.ram", 512_KiB}});
        if (behind) s.text(early.bytes);
        s.part(2);
        for (std::uint64_t offset = 0; offset != 512 << 10; offset += 4096) s.fill("small.ram", offset, 7);
        return s.end().footer(2).end_ram();
    };
    Copied machine = dotted();
    const Stream right = with(200 << 20, 2 << 20, 2);
    qemu::MemorySource source(right.span());
    const auto loaded = qemu::load_ram(machine, source);
    INFO((loaded ? "" : loaded.error().message));
    REQUIRE(loaded);
    CHECK((*machine.memory_block("small.ram"))[5] == std::byte{7});
    CHECK(refusal(with(200 << 20, 2 << 20, 1)).find("section 1 of the stream does not end where it should") !=
          std::string::npos);
    CHECK(
        refusal(with(200 << 20, 0, 0)).find("a virtio-mem of 200 MiB in blocks of 0 bytes: it is damaged") !=
        std::string::npos);
    CHECK(refusal(with(200 << 20, 2 << 20, 2, 2))
              .find("has 0000:00:09.0/virtio-mem-device-early of version 2") != std::string::npos);
}
