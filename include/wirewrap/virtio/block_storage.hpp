// What a block device needs of whoever keeps its sectors: a file, memory, an overlay over either. The device has checked
// that every access lies inside `size()`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <wirewrap/base/bytes.hpp>

namespace wirewrap::virtio {

/// Offsets and sizes are multiples of 512 bytes. What returns false is an I/O error for the guest, who may try again.
class BlockStorage {
public:
    BlockStorage() = default;
    BlockStorage(const BlockStorage&) = delete;
    BlockStorage& operator=(const BlockStorage&) = delete;
    virtual ~BlockStorage() = default;

    /// Does not change.
    virtual Bytes size() const = 0;
    virtual bool read_only() const = 0;
    /// What the guest may ask for as its serial number; at most 20 bytes of it.
    virtual std::string_view serial() const { return {}; }

    virtual bool read(std::uint64_t offset, std::span<std::byte> to) = 0;
    virtual bool write(std::uint64_t offset, std::span<const std::byte> from) = 0;
    /// All that was written is on stable storage when this returns true.
    virtual bool flush() = 0;
    /// The guest does not need these bytes any more; they may read as anything.
    virtual bool discard(std::uint64_t offset, std::uint64_t size) = 0;
    /// They read as zeroes; `may_unmap`: and need not take up space.
    virtual bool write_zeroes(std::uint64_t offset, std::uint64_t size, bool may_unmap) = 0;
};

}  // namespace wirewrap::virtio
