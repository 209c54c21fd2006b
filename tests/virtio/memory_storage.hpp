// A disk in memory for tests: counts, fails when it is told to, and remembers whether an access was out of bounds.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <wirewrap/virtio/block_storage.hpp>

namespace wirewrap::test {

struct MemoryStorage : virtio::BlockStorage {
    explicit MemoryStorage(std::size_t sectors, bool only_read = false)
        : bytes(512 * sectors), only_read(only_read) {}

    Bytes size() const override { return Bytes{bytes.size()}; }
    bool read_only() const override { return only_read; }
    std::string_view serial() const override { return "wirewrap-disk-000001-too-long"; }
    bool read(std::uint64_t offset, std::span<std::byte> to) override {
        if (!good(offset, to.size())) return false;
        std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), to.size(), to.begin());
        return true;
    }
    bool write(std::uint64_t offset, std::span<const std::byte> from) override {
        if (!good(offset, from.size())) return false;
        std::ranges::copy(from, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
        ++unflushed;
        return true;
    }
    bool flush() override {
        ++flushes;
        unflushed = 0;
        return !fails;
    }
    bool discard(std::uint64_t offset, std::uint64_t size) override {
        ++discards;
        return good(offset, size);
    }
    bool write_zeroes(std::uint64_t offset, std::uint64_t size, bool) override {
        if (!good(offset, size)) return false;
        std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), size, std::byte{0});
        return true;
    }

    std::vector<std::byte> bytes;
    bool only_read = false, fails = false, out_of_bounds = false;
    unsigned flushes = 0, discards = 0, unflushed = 0;

private:
    bool good(std::uint64_t offset, std::uint64_t size) {
        if (offset > bytes.size() || size > bytes.size() - offset) out_of_bounds = true;
        return !fails && !out_of_bounds;
    }
};

}  // namespace wirewrap::test
