#include <array>
#include <string>

#include <catch2/catch.hpp>

#include <wirewrap/qemu/stream_input.hpp>

#include <tests/qemu/stream_builder.hpp>

using namespace wirewrap;
using namespace wirewrap::test;

TEST_CASE("numbers are big-endian, names have their length before them, positions are told") {
    const Stream stream = Stream().u16(0x1234).u64(7).name("ram").text("rest");
    qemu::MemorySource source(stream.span());
    qemu::StreamInput input(source);
    CHECK(input.number<std::uint16_t>() == 0x1234);
    CHECK(input.number<std::uint64_t>() == 7);
    CHECK(input.name() == "ram");
    CHECK(input.position() == 14);
    input.skip(2);
    std::array<std::byte, 2> rest;
    REQUIRE(input.bytes_into(rest));
    CHECK(rest[0] == std::byte{'s'});
    CHECK(input.ok());
}

TEST_CASE("the first thing that goes wrong stays, with its place") {
    const Stream stream = Stream().u16(1).byte(9).text("short");
    qemu::MemorySource source(stream.span());
    qemu::StreamInput input(source);
    input.reading("a name");
    CHECK(input.number<std::uint16_t>() == 1);
    CHECK(input.name() == "");
    REQUIRE_FALSE(input.ok());
    CHECK(input.error().message ==
          "the stream ends at byte 8, in the middle of a name: it was cut short, so write it again");
    input.reading("something else");
    CHECK(input.number<std::uint32_t>() == 0);
    CHECK(input.error().message.find("a name") != std::string::npos);
}

TEST_CASE("bytes that cross the buffer arrive whole, and the end of the stream can be asked for") {
    std::string long_text(1'000'000, 'a');
    for (std::size_t i = 0; i != long_text.size(); ++i) long_text[i] = static_cast<char>(i * 31 / 7);
    qemu::MemorySource source(std::as_bytes(std::span(long_text)));
    qemu::StreamInput input(source);
    input.skip(3);
    std::string copy(700'000, '\0');
    REQUIRE(input.bytes_into(std::as_writable_bytes(std::span(copy))));
    CHECK(copy == long_text.substr(3, 700'000));
    input.skip_to_end();
    CHECK(input.ok());
    CHECK(input.position() == 1'000'000);
}

TEST_CASE("names are shown without what a terminal would obey") {
    CHECK(qemu::printable("pc.ram\x1b[2J\n") == "pc.ram?[2J?");
}
