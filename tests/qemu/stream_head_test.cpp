#include <string>

#include <catch2/catch.hpp>

#include <wirewrap/qemu/stream_head.hpp>

#include <tests/qemu/stream_builder.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {
Expected<qemu::StreamHead> head_of(const Stream& stream) {
    qemu::MemorySource source(stream.span());
    qemu::StreamInput input(source);
    return qemu::read_head(input);
}
std::string refusal(const Stream& stream) {
    const auto head = head_of(stream);
    REQUIRE_FALSE(head);
    return head.error().message;
}
Stream with_part(std::string_view name, std::uint32_t version = 1) {
    return Stream().head("virt").byte(qemu::format::section::subsection).name(name).u32(version);
}
}  // namespace

TEST_CASE("a head says the machine type and, where it differs from the least, the page") {
    const auto head = head_of(with_part("configuration/target-page-bits").u32(12).byte(1));
    REQUIRE(head);
    CHECK(head->machine_type == "virt");
    CHECK(head->page == 4_KiB);
    CHECK(head->next == qemu::format::section::start);
}

TEST_CASE("machine types of before 2.4 say nothing") {
    const auto head = head_of(Stream().magic().byte(qemu::format::section::start));
    REQUIRE(head);
    CHECK_FALSE(head->machine_type);
    CHECK_FALSE(head->page);
}

TEST_CASE("a UUID is read over") {
    CHECK(head_of(with_part("configuration/uuid").u64(1).u64(2).byte(1))->next == 1);
    CHECK(head_of(with_part("configuration/capabilities").u32(0).byte(1))->next == 1);
}

TEST_CASE("what is no stream, or none of this version, is told from one") {
    CHECK(refusal(Stream().text("PK\x03\x04")) ==
          "this is no migration stream of QEMU: it begins with 50 4b 03 04, not with 51 45 56 4d (QEVM)");
    CHECK(refusal(Stream().u32(qemu::format::magic).u32(2)) ==
          "the stream has format version 2, and QEMU 0.10 to 11.1 write 3");
    CHECK(refusal(Stream().text("QE")).starts_with("the stream ends at byte 2, in the middle of the header"));
    CHECK(refusal(Stream()).starts_with("the stream ends at byte 0"));
}

TEST_CASE("what a configuration must not have is refused") {
    CHECK(refusal(Stream().magic().byte(7).u32(0xffff'ffff)) ==
          "the stream's machine type has a name of 4294967295 bytes; 255 are allowed");
    CHECK(refusal(with_part("configuration/target-page-bits").u32(64).byte(1))
              .starts_with("the stream says that a page has 2^64 bytes"));
    CHECK(refusal(with_part("configuration/target-page-bits", 2).u32(12))
              .starts_with("the stream has version 2 of configuration/target-page-bits"));
    CHECK(refusal(with_part("configuration/capabilities").u32(1).name("x-ignore-shared"))
              .starts_with("the stream was written with capability x-ignore-shared"));
    CHECK(refusal(with_part("configuration/capabilities").u32(2).name("mapped-ram").name("x-ignore-shared"))
              .starts_with("the stream was written with capability x-ignore-shared, which leaves pages out"));
    CHECK(refusal(with_part("configuration/new").u32(1))
              .starts_with("the stream has an unknown part configuration/new"));
    CHECK(refusal(Stream().head("virt"))
              .starts_with("the stream ends at byte 17, in the middle of the configuration"));
}
