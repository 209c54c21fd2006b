// What the fuzzer found worth keeping, and every byte of a whole stream wrong once.
#include <filesystem>
#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include <tests/qemu/any_stream.hpp>
#include <tests/qemu/stream_builder.hpp>
#include <tests/support/running_qemu.hpp>

using namespace wirewrap;
using namespace wirewrap::test;

namespace {
Stream whole() {
    Stream stream = Stream().head("tiny").byte(qemu::format::section::subsection);
    stream.name("configuration/target-page-bits").u32(1).u32(8);
    stream.start_ram(
        {{"tiny.ram", Bytes{4096}}, {"0000:00:02.0/vga.vram", Bytes{256}}, {"tiny.rom", Bytes{1024}}});
    stream.start(3, "s390-storage_attributes", 0).u64(2).u64(3).text("abc").u64(1).footer(3);
    stream.start(4, "spapr/htab", 1).u32(24).footer(4);
    stream.part(2).page("tiny.ram", 0x100, 'a', 256).page("0000:00:02.0/vga.vram", 0, 'o', 256);
    for (std::uint64_t offset = 0; offset != 4096; offset += 256)
        if (offset != 0x100) stream.fill("tiny.ram", offset);
    for (std::uint64_t offset = 0; offset != 1024; offset += 256) stream.fill("tiny.rom", offset, 9);
    stream.end().footer(2);
    stream.part(4).u32(0).u32(1).u16(1).u16(0).text("0123456789abcdef").u32(0).u16(0).u16(0).footer(4);
    stream.byte(8).u16(11).u16(0);
    return stream.end_ram().byte(4).text("the rest");
}

/// Pages with places of their own, at multiples of `align`; every second one has been cleared.
Stream mapped(std::size_t align = 64) {
    Stream stream = Stream().head("tiny").capability("mapped-ram").byte(qemu::format::section::subsection);
    stream.name("configuration/target-page-bits").u32(1).u32(8).start(2, "ram", qemu::format::ram_version);
    stream.mapped_blocks({{"tiny.rom", Bytes{1024}, {5}, std::string(1024, 'r')},
                          {"tiny.ram", Bytes{4096}, {0x55ff}, std::string(4096, 'p')}},
                         Bytes{256}, 0, align);
    return stream.end().footer(2).byte(8).u16(11).u16(0).end_ram().byte(4).text("the rest");
}

Stream saved_by_libvirt() {
    Stream stream;
    stream.text("LibvirtQemudSave");
    for (const std::uint32_t word : {2u, 40u, 1u, 0u, 30u}) stream.u32(swap_bytes(word));
    return stream.text(std::string(56, '\0')).text(std::string(40, 'x')).text(whole().bytes);
}
}  // namespace

TEST_CASE("the corpus holds") {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator("tests/qemu/corpus")) {
        INFO(entry.path());
        CHECK(holds_for_any_stream(content_of(entry.path())));
        ++files;
    }
    CHECK(files >= 20);
}

TEST_CASE("pages at multiples of the host's are RAM in their places") {
    const Stream stream = mapped(4096);
    const Nameless file(stream.span());
    const auto there = qemu::map_ram<Machine<Tiny, hostmem::File>>(file.path());
    REQUIRE(there);
    CHECK(*there->machine.peek<std::uint8_t>(at(0x1000)) == 'p');
    CHECK(holds_in_place(stream.span()));
    // What stands before the pages: heads, tables, the bitmap.
    for (std::size_t i = 0; i != 4096; ++i) {
        if (i > 16 && stream.bytes.compare(i - 16, 32, std::string(32, stream.bytes[i])) == 0) continue;
        for (const unsigned change : {1u, 0x80u, 0xffu}) {
            Stream wrong = stream;
            wrong.bytes[i] = static_cast<char>(static_cast<unsigned char>(wrong.bytes[i]) ^ change);
            if (!holds_in_place(wrong.span())) FAIL("byte " << i << " changed by " << change);
        }
    }
}

TEST_CASE("a stream with any one byte changed is loaded, or refused and changes nothing") {
    // Of libvirt's file its head; the stream behind it is the same.
    const auto [right, changed] = GENERATE(std::pair(whole(), std::size_t{0}),
                                           std::pair(saved_by_libvirt(), std::size_t{132}),
                                           std::pair(mapped(), std::size_t{0}));
    REQUIRE(holds_for_any_stream(right.span()));
    qemu::MemorySource source(right.span());
    auto machine = Machine<Tiny, hostmem::Anonymous>::create();
    REQUIRE(qemu::load_ram(*machine, source));
    for (std::size_t i = 0; i != (changed != 0 ? changed : right.bytes.size()); ++i) {
        // Within pages, one value is like another.
        if (i > 16 && right.bytes.compare(i - 16, 32, std::string(32, right.bytes[i])) == 0) continue;
        for (unsigned value = 0; value != 256; ++value) {
            Stream wrong = right;
            wrong.bytes[i] = static_cast<char>(value);
            if (holds_loaded(wrong.span())) continue;
            FAIL("byte " << i << " as " << value);
        }
    }
}
