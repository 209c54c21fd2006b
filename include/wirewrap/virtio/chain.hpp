// One request of a driver: the pieces of guest memory that a chain of descriptors names, those the device reads first, then
// those it writes. Nothing of what a driver says has been believed but its count: each access goes over the bus and may fail.
//
//     std::array<std::byte, 16> header;
//     if (!chain.read(bus, 0, header)) …              // outside of memory, or not that many bytes
//     chain.write(bus, 0, data);                      // to the first byte that the device may write
//
//     descriptors   [ readable ][ readable ]  [ writable ][ writable ]
//     offsets       0 …         readable()    0 …         writable()
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device_bus.hpp>

namespace wirewrap::virtio {

/// One piece of guest memory.
struct Buffer {
    GuestAddress address;
    std::uint32_t size = 0;  // bytes
};

class Chain {
public:
    explicit Chain(std::uint16_t head = 0) : head_(head) {}

    /// The descriptor it begins with, by which it is given back.
    std::uint16_t head() const { return head_; }
    /// Bytes that the device reads, and those that it writes.
    std::uint64_t readable() const { return readable_; }
    std::uint64_t writable() const { return writable_; }
    std::size_t buffers() const { return read_.size() + write_.size(); }

    /// False for a buffer to read behind one to write.
    bool add(Buffer buffer, bool to_write) {
        if (!to_write && !write_.empty()) return false;
        (to_write ? write_ : read_).push_back(buffer);
        (to_write ? writable_ : readable_) += buffer.size;
        return true;
    }

    /// Copies out of what the driver wrote. False, and `to` is unspecified, when that is not all there and memory.
    template <DeviceBus Bus>
    [[nodiscard]] bool read(Bus& bus, std::uint64_t offset, std::span<std::byte> to) const {
        return each(read_, offset, to.size(), [&](GuestAddress at, std::size_t done, std::size_t size) {
            return bus.read(at, to.subspan(done, size)).has_value();
        });
    }
    /// Copies to where the driver reads. False, and part of it may be there, when that is not all memory that may be written.
    template <DeviceBus Bus>
    [[nodiscard]] bool write(Bus& bus, std::uint64_t offset, std::span<const std::byte> from) const {
        return each(write_, offset, from.size(), [&](GuestAddress at, std::size_t done, std::size_t size) {
            return bus.write(at, from.subspan(done, size)).has_value();
        });
    }

private:
    template <class Visit>
    static bool each(const std::vector<Buffer>& buffers, std::uint64_t offset, std::size_t size,
                     Visit visit) {
        std::size_t done = 0;
        for (const Buffer& buffer : buffers) {
            if (done == size) break;
            if (offset >= buffer.size) {
                offset -= buffer.size;
                continue;
            }
            const std::size_t part = std::min<std::uint64_t>(buffer.size - offset, size - done);
            const GuestAddress at{buffer.address.value + offset};
            if (at < buffer.address || !visit(at, done, part)) return false;
            done += part;
            offset = 0;
        }
        return done == size;
    }

    std::uint16_t head_;
    std::vector<Buffer> read_, write_;
    std::uint64_t readable_ = 0, writable_ = 0;
};

}  // namespace wirewrap::virtio
