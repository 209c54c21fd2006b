// A disk: virtio-blk. Each request is done when the driver has told of it; an error of the storage is an error of that request.
//
//     Block disk;
//     disk.attach(image);                       // a BlockStorage, which outlives the device
//
//     [ type 4 | 0, 4 | sector 8 ]  [ data … ]  [ status 1 ]
//       the device reads              either      the device writes
//
// A disk without storage, such as the copy in a clone of a machine, fails every request with an I/O error.
//
// Source: VIRTIO 1.2, 5.2 "Block Device"; a driver may lay out a request over its buffers as it likes.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <wirewrap/base/endian.hpp>
#include <wirewrap/virtio/block_storage.hpp>
#include <wirewrap/virtio/device.hpp>
#include <wirewrap/virtio/link.hpp>

namespace wirewrap::virtio {

class Block {
public:
    static constexpr std::size_t queues = 1;
    static constexpr std::uint16_t queue_size = 256;
    static constexpr std::uint64_t sector = 512;

    void attach(BlockStorage& storage) {
        storage_.to(storage);
        size_ = storage.size().count / sector * sector;
        read_only_ = storage.read_only();
    }
    void detach() { storage_.cut(); }
    /// Bytes, whole sectors.
    std::uint64_t size() const { return size_; }

    DeviceId id() const { return DeviceId::block; }
    std::uint64_t features() const {
        const std::uint64_t writes = read_only_ ? read_only : discards | writes_zeroes;
        return segment_limit | block_size | flushes | writes;
    }
    void agree(std::uint64_t features) { agreed_ = features; }

    std::uint8_t configuration(std::size_t offset) const {
        std::array<std::byte, configuration_size> bytes{};
        const auto word = [&](std::size_t at, std::uint32_t value) {
            write_memory<std::uint32_t>(bytes.data() + at, value);
        };
        write_memory<std::uint64_t>(bytes.data(), size_ / sector);
        word(12, most_segments);
        word(20, sector);
        write_memory<std::uint16_t>(bytes.data() + 34, queues);
        if (!read_only_) {
            word(36, most_sectors);
            word(40, 1);  // one range in a request
            word(44, 1);  // aligned to a sector
            word(48, most_sectors);
            word(52, 1);
            bytes[56] = std::byte{1};  // may unmap
        }
        return offset < bytes.size() ? std::to_integer<std::uint8_t>(bytes[offset]) : 0;
    }
    void configure(std::size_t, std::uint8_t) {}

    template <DeviceBus Bus>
    Served serve(std::size_t, Queue& queue, Bus& bus) {
        return serve_all(queue, bus, [&](const Chain& chain) { return carry_out(chain, bus); });
    }
    /// Requests since power-on, and those of them that failed.
    std::uint64_t requests() const { return requests_; }
    std::uint64_t failures() const { return failures_; }

    void reset() { agreed_ = 0; }

    template <class Archive>
    void state(Archive& archive) {
        std::uint64_t size = size_;
        bool only_read = read_only_;
        archive.field("size", size);
        archive.field("read_only", only_read);
        archive.field("agreed", agreed_);
        archive.field("requests", requests_);
        archive.field("failures", failures_);
        archive.require(size == size_, "the disk that was saved had another size than this one");
        archive.require(only_read == read_only_, "of the disk that was saved and this one, one is read-only");
    }

private:
    using Written = std::expected<std::optional<std::uint64_t>, QueueFault>;

    // VIRTIO_BLK_F_…
    static constexpr std::uint64_t segment_limit = 1 << 2, read_only = 1 << 5, block_size = 1 << 6,
                                   flushes = 1 << 9, discards = 1 << 13, writes_zeroes = 1 << 14;
    static constexpr std::size_t configuration_size = 60, header_size = 16;
    static constexpr std::uint32_t most_segments = queue_size - 2;  // the rest is header and status
    static constexpr std::uint32_t most_sectors = 1 << 22;  // 2 GiB discarded or zeroed by one request
    enum Operation : std::uint32_t {
        reading = 0,
        writing = 1,
        flushing = 4,
        naming = 8,
        discarding = 11,
        zeroing = 13
    };
    enum class Status : std::uint8_t { ok = 0, error = 1, unsupported = 2 };
    static Status done(bool well) { return well ? Status::ok : Status::error; }

    template <class Bus>
    Written carry_out(const Chain& chain, Bus& bus) {
        std::array<std::byte, header_size> header{};
        if (chain.readable() < header_size || chain.writable() == 0 || !chain.read(bus, 0, header))
            return std::unexpected(QueueFault::no_room);
        ++requests_;
        const auto operation = read_memory<std::uint32_t>(header.data());
        const auto first = read_memory<std::uint64_t>(header.data() + 8);
        const Status status = storage_ ? perform(operation, first, chain, bus) : Status::error;
        if (status != Status::ok) ++failures_;
        const std::array<std::byte, 1> byte{static_cast<std::byte>(status)};
        if (!chain.write(bus, chain.writable() - 1, byte)) return std::unexpected(QueueFault::no_room);
        return chain.writable();
    }

    template <class Bus>
    Status perform(std::uint32_t operation, std::uint64_t first, const Chain& chain, Bus& bus) {
        switch (operation) {
        case reading: return read(first, chain, bus);
        case writing: return read_only_ ? Status::error : write(first, chain, bus);
        case flushing: return done(storage_->flush());
        case naming: return name(chain, bus);
        case discarding:
        case zeroing: return read_only_ ? Status::unsupported : clear(operation, chain, bus);
        default: return Status::unsupported;
        }
    }

    /// [first, first + size) lies on the disk: `first` in sectors, `size` in bytes.
    bool on_disk(std::uint64_t first, std::uint64_t size) const {
        return size % sector == 0 && first <= size_ / sector && size / sector <= size_ / sector - first;
    }
    /// Calls `move(offset, piece)` for pieces of `size` bytes that fit into a buffer on the stack.
    template <class Move>
    static bool in_pieces(std::uint64_t size, Move move) {
        std::array<std::byte, 0x4000> buffer;
        for (std::uint64_t at = 0; at != size;) {
            const std::span<std::byte> piece(buffer.data(),
                                             std::min<std::uint64_t>(buffer.size(), size - at));
            if (!move(at, piece)) return false;
            at += piece.size();
        }
        return true;
    }

    template <class Bus>
    Status read(std::uint64_t first, const Chain& chain, Bus& bus) {
        const std::uint64_t size = chain.writable() - 1;
        if (!on_disk(first, size)) return Status::error;
        return done(in_pieces(size, [&](std::uint64_t at, std::span<std::byte> piece) {
            return storage_->read(first * sector + at, piece) && chain.write(bus, at, piece);
        }));
    }
    template <class Bus>
    Status write(std::uint64_t first, const Chain& chain, Bus& bus) {
        const std::uint64_t size = chain.readable() - header_size;
        if (!on_disk(first, size)) return Status::error;
        const bool written = in_pieces(size, [&](std::uint64_t at, std::span<std::byte> piece) {
            return chain.read(bus, header_size + at, piece) && storage_->write(first * sector + at, piece);
        });
        // A driver that cannot flush takes what was written for stored.
        return done(written && ((agreed_ & flushes) != 0 || storage_->flush()));
    }
    template <class Bus>
    Status name(const Chain& chain, Bus& bus) {
        std::array<std::byte, 20> text{};
        const std::string_view serial = storage_->serial().substr(0, text.size());
        std::ranges::transform(serial, text.begin(), [](char c) { return static_cast<std::byte>(c); });
        const std::size_t size = std::min<std::uint64_t>(text.size(), chain.writable() - 1);
        return done(chain.write(bus, 0, std::span(text).first(size)));
    }
    template <class Bus>
    Status clear(std::uint32_t operation, const Chain& chain, Bus& bus) {
        std::array<std::byte, 16> range{};
        if (chain.readable() != header_size + range.size()) return Status::error;
        if (!chain.read(bus, header_size, range)) return Status::error;
        const auto first = read_memory<std::uint64_t>(range.data());
        const auto sectors = read_memory<std::uint32_t>(range.data() + 8),
                   flags = read_memory<std::uint32_t>(range.data() + 12);
        constexpr std::uint32_t unmap = 1;
        if ((flags & ~unmap) != 0 || (operation == discarding && flags != 0)) return Status::unsupported;
        const std::uint64_t size = sector * sectors;
        if (sectors > most_sectors || !on_disk(first, size)) return Status::error;
        if (operation == discarding) return done(storage_->discard(first * sector, size));
        return done(storage_->write_zeroes(first * sector, size, flags == unmap) &&
                    ((agreed_ & flushes) != 0 || storage_->flush()));
    }

    Link<BlockStorage> storage_;
    std::uint64_t size_ = 0;
    std::uint64_t agreed_ = 0;
    std::uint64_t requests_ = 0, failures_ = 0;
    bool read_only_ = false;
};
static_assert(VirtioDevice<Block>);

}  // namespace wirewrap::virtio
