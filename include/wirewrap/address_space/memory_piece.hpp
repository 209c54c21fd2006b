// Host memory behind a guest address, as far as it goes on without a seam.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include <wirewrap/base/bytes.hpp>

namespace wirewrap {

/// `size` bytes at `data`, which are `offset` bytes into block `block` (block_list.hpp). Without `data`: no memory.
struct MemoryPiece {
    std::byte* data = nullptr;
    std::uint64_t size = 0;
    std::size_t block = 0;
    Bytes offset{};
    bool writable = false;      // by the guest
    bool drops_stores = false;  // where it is not: a store vanishes

    explicit operator bool() const { return data != nullptr; }
    bool holds(std::uint64_t bytes) const { return data != nullptr && size >= bytes; }
    std::span<std::byte> first(std::uint64_t bytes) const { return {data, std::min(bytes, size)}; }
};

}  // namespace wirewrap
