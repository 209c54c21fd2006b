#include <array>

#include <catch2/catch.hpp>

#include <wirewrap/vhost/block_request.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

TEST_CASE("a disk's properties are little-endian fields of its configuration, as far as its features say") {
    std::array<std::byte, vhost::disk_configuration_size> bytes{};
    write_memory<std::uint64_t>(bytes.data(), 2048);
    write_memory<std::uint32_t>(bytes.data() + 20, 4096);
    write_memory<std::uint32_t>(bytes.data() + 36, 16);
    write_memory<std::uint32_t>(bytes.data() + 48, 8);
    const auto disk = vhost::disk_properties(bytes,
                                             vhost::block_feature::flush | vhost::block_feature::block_size);
    CHECK(disk.size == 1_MiB);
    CHECK(disk.block_size == 4_KiB);
    CHECK(disk.most_discarded == 8_KiB);
    CHECK(disk.most_zeroed == 4_KiB);
    CHECK(disk.flushes);
    CHECK_FALSE(disk.discards);
    CHECK_FALSE(disk.read_only);
    CHECK(vhost::disk_properties(bytes, 0).block_size == 512_B);
    write_memory<std::uint64_t>(bytes.data(), ~0ull);
    CHECK(vhost::disk_properties(bytes, 0).size == Bytes{~0ull - 511});
}
