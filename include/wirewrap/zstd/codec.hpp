// Zstandard for the pages of snapshots. A room of its own, because it needs libzstd to link with (Debian: libzstd-dev).
//
//     state::save(machine, "guest.snapshot", {.codec = &zstd::codec, .level = 3});
//     auto snapshot = state::Snapshot::open("guest.snapshot", &zstd::codec);
//
// Each run of pages, 1 MiB at most, is a frame of its own (RFC 8878), so that one can be read without the others.
#pragma once

#if !__has_include(<zstd.h>)
#error "<wirewrap/zstd/codec.hpp> needs libzstd: Debian's package is libzstd-dev."
#endif

#include <zstd.h>

#include <cstddef>
#include <span>
#include <vector>

#include <wirewrap/state/codec.hpp>
#include <wirewrap/state/format.hpp>

namespace wirewrap::zstd {

namespace detail {

inline bool pack(std::span<const std::byte> from, int level, std::vector<std::byte>& to) {
    to.resize(ZSTD_compressBound(from.size()));
    const std::size_t size = ZSTD_compress(to.data(), to.size(), from.data(), from.size(), level);
    if (ZSTD_isError(size) != 0) return false;
    to.resize(size);
    return true;
}

// The library checks whatever the bytes are, and writes nothing beyond `to`.
inline bool unpack(std::span<const std::byte> from, std::span<std::byte> to) {
    const std::size_t size = ZSTD_decompress(to.data(), to.size(), from.data(), from.size());
    return ZSTD_isError(size) == 0 && size == to.size();
}

}  // namespace detail

/// `level`: 1 (fast) to 19 (small); negative ones are faster still.
inline constexpr state::Codec codec{"zstd", state::format::zstd, detail::pack, detail::unpack};

}  // namespace wirewrap::zstd
