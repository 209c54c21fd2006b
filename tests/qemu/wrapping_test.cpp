#include <span>
#include <string>

#include <catch2/catch.hpp>

#include <wirewrap/qemu/stream_head.hpp>
#include <wirewrap/qemu/stream_walk.hpp>

#include <tests/qemu/stream_builder.hpp>

using namespace wirewrap;
using namespace wirewrap::test;

namespace {

struct Head {
    std::string magic = "LibvirtQemudSave";
    std::uint32_t version = 2, length = 4096, running = 1, format = 0, cookie = 0;
    bool swapped = std::endian::native == std::endian::big;

    Stream stream() const {
        Stream s;
        s.text(magic);
        for (const std::uint32_t word : {version, length, running, format, cookie})
            s.u32(swapped ? word : swap_bytes(word));
        return s.text(std::string(56, '\0'));
    }
};

Stream with(const Head& head, std::size_t description) {
    return head.stream().text(std::string(description, 'x')).head("virt").byte(1);
}

std::string refusal(const Stream& stream) {
    qemu::MemorySource source(stream.span());
    qemu::StreamInput input(source);
    const auto head = qemu::read_head(input);
    REQUIRE_FALSE(head);
    return head.error().message;
}

}  // namespace

TEST_CASE("libvirt's head is passed over, of hosts of either byte order") {
    for (const bool swapped : {false, true})
        for (const std::uint32_t length : {1u, 4096u, 300'000u}) {
            const Stream stream = with({.length = length, .swapped = swapped}, length);
            qemu::MemorySource source(stream.span());
            qemu::StreamInput input(source);
            const auto head = qemu::read_head(input);
            REQUIRE(head);
            CHECK(head->machine_type == "virt");
            CHECK(input.position() == stream.bytes.size());
        }
}

TEST_CASE("a stream in libvirt's sparse format has its places behind the head, counted from the start of the "
          "file") {
    Stream stream = Head{.length = 100, .format = 6}.stream().text(std::string(100, 'x'));
    stream.head("tiny").capability("mapped-ram").start(2, "ram", qemu::format::ram_version);
    stream.mapped_blocks({{"a.ram", Bytes{8192}, {2}, std::string(4096, '!') + std::string(4096, 'a')}},
                         Bytes{4096});
    stream.end().footer(2).end_ram();
    struct {
        std::string memory = std::string(8192, '.');
        Expected<void> blocks(std::span<const qemu::StreamBlock>) { return {}; }
        std::span<std::byte> page(std::size_t, Bytes offset, Bytes size) {
            return std::as_writable_bytes(std::span(memory)).subspan(offset.count, size.count);
        }
        void fill(std::size_t, Bytes offset, Bytes size, std::byte) {
            memory.replace(offset.count, size.count, size.count, '0');
        }
    } sink;
    qemu::MemorySource source(stream.span());
    qemu::StreamInput input(source);
    const auto head = qemu::read_head(input);
    REQUIRE(head);
    REQUIRE(qemu::walk_to_ram_end(input, *head, Bytes{4096}, sink));
    CHECK(sink.memory == std::string(4096, '0') + std::string(4096, 'a'));
}

TEST_CASE("what libvirt's head must not say is refused, and its lengths are bounded") {
    CHECK(refusal(with({.magic = "LibvirtQemudPart"}, 4096))
              .starts_with("this is a save file that libvirt has not finished"));
    CHECK(refusal(with({.magic = "LibvirtQemudLost"}, 4096)) ==
          "this is neither a migration stream of QEMU nor a save file of libvirt: it begins with 4c 69 62 76 "
          "69 72 "
          "74 51 65 6d 75 64 4c 6f 73 74");
    CHECK(refusal(with({.version = 3}, 4096)).find("of version 3, and 1 and 2 are read") !=
          std::string::npos);
    CHECK(refusal(with({.length = 0}, 0)).starts_with("libvirt's head says that 0 bytes describe"));
    CHECK(refusal(with({.length = 0xffff'ffff}, 0)).starts_with("libvirt's head says that 4294967295 bytes"));
    CHECK(refusal(with({.length = 64, .cookie = 65}, 64)).find("a cookie at byte 65") != std::string::npos);
    CHECK(refusal(with({.format = 1}, 4096)) ==
          "libvirt has packed the stream with gzip: unpack it, tail -c +4189 FILE | gzip -dc > guest.stream");
    CHECK(refusal(with({.format = 5}, 4096)).find("| zstd -dc >") != std::string::npos);
    CHECK(refusal(with({.format = 7}, 4096)).starts_with("libvirt has written the stream in format 7"));
    CHECK(refusal(with({.length = 5000}, 10)).find("in the middle of libvirt's description") !=
          std::string::npos);
    // The description is another head: one is passed over.
    CHECK(refusal(Head{.length = 92}.stream().text(std::string(92, 'x')).text(Head().stream().bytes))
              .starts_with("this is no migration stream of QEMU: it begins with 4c 69 62 76"));
    const Stream whole = with({}, 4096);
    for (std::size_t length = 0; length != 92; ++length)
        CHECK(refusal(Stream{whole.bytes.substr(0, length)}).starts_with("the stream ends at byte"));
}

TEST_CASE("packed files are named with what unpacks them") {
    const auto first = [](const char* text, std::size_t size) {
        return std::as_bytes(std::span(text, size));
    };
    CHECK(qemu::packing_of(first("\x1f\x8b\x08\x00", 4))->unpack == "gzip -dc");
    CHECK(qemu::packing_of(first("BZh9", 4))->unpack == "bzip2 -dc");
    CHECK(qemu::packing_of(first("\xfd\x37zXZ", 5))->unpack == "xz -dc");
    CHECK(qemu::packing_of(first("\x89LZO", 4))->unpack == "lzop -dc");
    CHECK(qemu::packing_of(first("\x28\xb5\x2f\xfd", 4))->unpack == "zstd -dc");
    CHECK_FALSE(qemu::packing_of(first("QEVM", 4)));
    CHECK_FALSE(qemu::packing_of(first("\x1f", 1)));
    CHECK(refusal(Stream().text("\x1f\x8b\x08\x08")) == "this is compressed by gzip, and no migration stream "
                                                        "as it is: unpack it, gzip -dc FILE > guest.stream");
}

TEST_CASE("a file is known by how it begins") {
    const auto is_stream = [](std::string_view text) {
        return qemu::is_stream(std::as_bytes(std::span(text)));
    };
    CHECK(is_stream("QEVM\0\0\0\3............"));
    CHECK(is_stream("LibvirtQemudSave"));
    CHECK(is_stream("LibvirtQemudPart"));
    CHECK_FALSE(is_stream("LibvirtQemudOther"));
    CHECK_FALSE(is_stream("QEV"));
    CHECK_FALSE(is_stream(""));
}
