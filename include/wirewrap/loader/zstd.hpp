// Unpacks what zstd packed. A header apart, because it needs libzstd to link with (Debian: libzstd-dev).
//
//     const std::array unpackers{unpack::zstd};
//     auto kernel = unpack_kernel("Image.zst", bytes, unpackers, 256_MiB);
//
// Frames behind each other unpack to one. The library wants as much memory as a frame says its window is, 128 MiB at most.
// Source: RFC 8878.
#pragma once

#if !__has_include(<zstd.h>)
#error "<wirewrap/loader/zstd.hpp> needs libzstd: Debian's package is libzstd-dev."
#endif

#include <zstd.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>

#include <wirewrap/loader/packed_kernel.hpp>

namespace wirewrap::unpack {

namespace detail {

struct FreeStream {
    void operator()(::ZSTD_DStream* stream) const { ::ZSTD_freeDStream(stream); }
};

inline std::optional<UnpackFault> unzstd(std::span<const std::byte> packed, Unpacked& to) {
    const std::unique_ptr<::ZSTD_DStream, FreeStream> stream(::ZSTD_createDStream());
    if (!stream) return UnpackFault::no_memory;
    std::array<std::byte, 0x1'0000> piece;
    ::ZSTD_inBuffer from{packed.data(), packed.size(), 0};
    for (;;) {
        const std::size_t before = from.pos;
        ::ZSTD_outBuffer into{piece.data(), piece.size(), 0};
        // How much more it would like of this frame; 0 at its end.
        const std::size_t wanted = ::ZSTD_decompressStream(stream.get(), &into, &from);
        if (::ZSTD_isError(wanted) != 0) return UnpackFault::damaged;
        if (!to.put(std::span(piece).first(into.pos))) return UnpackFault::too_large;
        if (wanted == 0 && from.pos == from.size) return {};
        if (into.pos == 0 && from.pos == before) return UnpackFault::truncated;
    }
}

}  // namespace detail

inline constexpr Unpacker zstd{"zstd", {"\x28\xb5\x2f\xfd", 4}, detail::unzstd};

}  // namespace wirewrap::unpack
