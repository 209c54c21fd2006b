// Requests to a disk as virtio-blk has them: a header, data, and a byte of status.
//
//     | type, 4 bytes | 0, 4 | sector, 8 |   | data … |   | status, 1 |
//       device reads                          reads or      device writes
//                                             writes
//
// Source: virtio 1.1, 5.2 Block Device.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/endian.hpp>

namespace wirewrap::vhost {

/// The unit of addresses on the disk, whatever its blocks are.
inline constexpr Bytes sector_size{512};

/// VIRTIO_BLK_T_…
enum class BlockOperation : std::uint32_t { read = 0, write = 1, flush = 4, discard = 11, write_zeroes = 13 };

constexpr std::string_view name_of(BlockOperation operation) {
    switch (operation) {
    case BlockOperation::read: return "read";
    case BlockOperation::write: return "write";
    case BlockOperation::flush: return "flush";
    case BlockOperation::discard: return "discard";
    case BlockOperation::write_zeroes: return "write of zeroes";
    }
    return "request";
}

/// `data` is where in guest RAM a read or write has its bytes.
struct BlockRequest {
    BlockOperation operation{};
    std::uint64_t sector = 0;
    Bytes size{};  // a whole number of sectors; 0 for a flush
    GuestAddress data{};

    constexpr bool has_data() const {
        return operation == BlockOperation::read || operation == BlockOperation::write;
    }
    constexpr bool has_range() const {
        return operation == BlockOperation::discard || operation == BlockOperation::write_zeroes;
    }
};

/// The status byte: VIRTIO_BLK_S_…; 0xff before the device has written it.
enum class BlockStatus : std::uint8_t { ok = 0, error = 1, unsupported = 2, pending = 0xff };

/// VIRTIO_BLK_F_…
namespace block_feature {
inline constexpr std::uint64_t read_only = 1ull << 5;
inline constexpr std::uint64_t block_size = 1ull << 6;
inline constexpr std::uint64_t flush = 1ull << 9;
inline constexpr std::uint64_t discard = 1ull << 13;
inline constexpr std::uint64_t write_zeroes = 1ull << 14;
}  // namespace block_feature

/// What the device says of its disk.
struct DiskProperties {
    Bytes size{};
    Bytes block_size{512};                  // a request begins and ends with a block
    Bytes most_discarded{}, most_zeroed{};  // by one request
    bool read_only = false, flushes = false, discards = false, writes_zeroes = false;

    friend bool operator==(const DiskProperties&, const DiskProperties&) = default;
};

/// The configuration up to and with the limits of WRITE_ZEROES, virtio 1.1, 5.2.4; a longer one is refused by
/// qemu-storage-daemon 7.2.
inline constexpr std::size_t disk_configuration_size = 60;

inline DiskProperties disk_properties(std::span<const std::byte> configuration, std::uint64_t features) {
    const auto word = [&](std::size_t offset) {
        return read_memory<std::uint32_t>(configuration.data() + offset);
    };
    DiskProperties disk;
    // A disk of 2^55 sectors or more, which nobody has, would not fit into a count of bytes.
    constexpr std::uint64_t most_sectors = (std::uint64_t{1} << 55) - 1;
    disk.size = sector_size * std::min(read_memory<std::uint64_t>(configuration.data()), most_sectors);
    if ((features & block_feature::block_size) != 0) disk.block_size = Bytes{word(20)};
    disk.most_discarded = sector_size * word(36);
    disk.most_zeroed = sector_size * word(48);
    disk.read_only = (features & block_feature::read_only) != 0;
    disk.flushes = (features & block_feature::flush) != 0;
    disk.discards = (features & block_feature::discard) != 0;
    disk.writes_zeroes = (features & block_feature::write_zeroes) != 0;
    return disk;
}

}  // namespace wirewrap::vhost
