// What the fuzzer found worth keeping, and every byte of a whole stream wrong once.
#include <filesystem>
#include <string>

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
    stream.start_ram({{"tiny.ram", Bytes{4096}}, {"other", Bytes{512}}, {"tiny.rom", Bytes{1024}}});
    stream.start(3, "s390-storage_attributes", 0).u64(2).u64(3).text("abc").u64(1).footer(3);
    stream.start(4, "spapr/htab", 1).u32(24).footer(4);
    stream.part(2).page("tiny.ram", 0x100, 'a', 256).fill("", 0x200).page("other", 0, 'o', 256);
    stream.fill("tiny.rom", 0x300, 9).end().footer(2);
    stream.part(4).u32(0).u32(1).u16(1).u16(0).text("0123456789abcdef").u32(0).u16(0).u16(0).footer(4);
    return stream.end_ram().byte(4).text("the rest");
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

TEST_CASE("a stream with any one byte changed is loaded, or refused and changes nothing") {
    const Stream right = whole();
    REQUIRE(holds_for_any_stream(right.span()));
    qemu::MemorySource source(right.span());
    auto machine = Machine<Tiny, hostmem::Anonymous>::create();
    REQUIRE(qemu::load_ram(*machine, source));
    for (std::size_t i = 0; i != right.bytes.size(); ++i)
        for (unsigned value = 0; value != 256; ++value) {
            Stream wrong = right;
            wrong.bytes[i] = static_cast<char>(value);
            if (holds_for_any_stream(wrong.span())) continue;
            FAIL("byte " << i << " as " << value);
        }
}
