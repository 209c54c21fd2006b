#include <array>
#include <fstream>
#include <string>

#include <unistd.h>

#include <catch2/catch.hpp>

#include <wirewrap/qemu/byte_source.hpp>

#include <tests/support/running_qemu.hpp>

using namespace wirewrap;
using namespace wirewrap::test;

static_assert(qemu::ByteSource<qemu::MemorySource> && qemu::ByteSource<qemu::FileSource>);

namespace {
std::string some_of(auto& source, std::size_t count) {
    std::string text(count, '\0');
    const auto read = source.read(std::as_writable_bytes(std::span(text)));
    REQUIRE(read);
    text.resize(*read);
    return text;
}
}  // namespace

TEST_CASE("bytes in memory come in order, end, and come again") {
    const std::string text = "stream";
    qemu::MemorySource source(std::as_bytes(std::span(text)));
    CHECK(some_of(source, 4) == "stre");
    CHECK(some_of(source, 4) == "am");
    CHECK(some_of(source, 4) == "");
    REQUIRE(source.seeks());
    REQUIRE(source.seek(0));
    CHECK(some_of(source, 4) == "stre");
}

TEST_CASE("a file begins again where it stood") {
    const std::string path = scratch("source.bin");
    std::ofstream(path) << "a stream";
    auto file = hostmem::os::open(path, O_RDONLY);
    REQUIRE(file);
    REQUIRE(::lseek(file->number(), 2, SEEK_SET) == 2);
    qemu::FileSource source(std::move(*file));
    CHECK(some_of(source, 100) == "stream");
    REQUIRE(source.seeks());
    REQUIRE(source.seek(0));
    CHECK(some_of(source, 100) == "stream");
}

TEST_CASE("a pipe is read once") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    REQUIRE(::write(ends[1], "once", 4) == 4);
    ::close(ends[1]);
    qemu::FileSource source{hostmem::os::Descriptor(ends[0])};
    CHECK_FALSE(source.seeks());
    CHECK(some_of(source, 100) == "once");
    CHECK(some_of(source, 100) == "");
    const auto again = source.seek(0);
    REQUIRE_FALSE(again);
    CHECK(again.error().message == "cannot go to byte 0 of the stream: Illegal seek (ESPIPE)");
}

TEST_CASE("a file that is not there, and one that cannot be read, have a sentence") {
    const auto missing = qemu::FileSource::open("/nowhere/guest.stream");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message.starts_with("cannot open /nowhere/guest.stream: No such file or directory "
                                              "(ENOENT); it must be a stream that QEMU wrote"));
    auto folder = qemu::FileSource::open("/");
    REQUIRE(folder);
    std::array<std::byte, 4> bytes;
    const auto read = folder->read(bytes);
    REQUIRE_FALSE(read);
    CHECK(read.error().message == "cannot read /: Is a directory (EISDIR)");
}
