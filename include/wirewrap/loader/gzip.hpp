// Unpacks what gzip packed. A header apart, because it needs zlib to link with (Debian: zlib1g-dev).
//
//     const std::array unpackers{unpack::gzip};
//     auto kernel = unpack_kernel("Image.gz", bytes, unpackers, 256_MiB);
//
// Several files behind each other unpack to one, and zeros after them are padding, as for the program.
// Source: RFC 1952.
#pragma once

#if !__has_include(<zlib.h>)
#error "<wirewrap/loader/gzip.hpp> needs zlib: Debian's package is zlib1g-dev."
#endif

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <optional>
#include <span>

#include <wirewrap/loader/packed_kernel.hpp>

namespace wirewrap::unpack {

namespace detail {

/// zlib's state, which it gives back at the end.
struct Inflating {
    Inflating() : ready(::inflateInit2(&stream, window_bits + gzip_only) == Z_OK) {}
    Inflating(const Inflating&) = delete;
    Inflating& operator=(const Inflating&) = delete;
    ~Inflating() {
        if (ready) ::inflateEnd(&stream);
    }

    static constexpr int window_bits = 15, gzip_only = 16;
    ::z_stream stream{};
    bool ready;
};

/// Whether another file, or only padding, comes behind one that is over.
inline std::optional<UnpackFault> after_member(std::span<const std::byte> rest, bool& another) {
    constexpr std::array magic{std::byte{0x1f}, std::byte{0x8b}};
    another = rest.size() >= magic.size() && std::ranges::equal(rest.first(magic.size()), magic);
    if (another || std::ranges::all_of(rest, [](std::byte b) { return b == std::byte{0}; })) return {};
    return UnpackFault::trailing;
}

inline std::optional<UnpackFault> gunzip(std::span<const std::byte> packed, Unpacked& to) {
    Inflating inflating;
    if (!inflating.ready) return UnpackFault::no_memory;
    ::z_stream& stream = inflating.stream;
    std::array<std::byte, 0x1'0000> piece;
    for (;;) {
        const auto some = packed.first(
            std::min<std::size_t>(packed.size(), std::numeric_limits<::uInt>::max()));
        // The library does not write there; it is older than const.
        stream.next_in = const_cast<::Bytef*>(reinterpret_cast<const ::Bytef*>(some.data()));
        stream.avail_in = static_cast<::uInt>(some.size());
        stream.next_out = reinterpret_cast<::Bytef*>(piece.data());
        stream.avail_out = static_cast<::uInt>(piece.size());
        const int result = ::inflate(&stream, Z_NO_FLUSH);
        packed = packed.subspan(some.size() - stream.avail_in);
        if (!to.put(std::span(piece).first(piece.size() - stream.avail_out))) return UnpackFault::too_large;
        switch (result) {
        case Z_OK: continue;
        case Z_STREAM_END: break;
        case Z_BUF_ERROR: return UnpackFault::truncated;
        case Z_MEM_ERROR: return UnpackFault::no_memory;
        default: return UnpackFault::damaged;
        }
        bool another = false;
        const auto fault = after_member(packed, another);
        if (fault || !another) return fault;
        if (::inflateReset(&stream) != Z_OK) return UnpackFault::damaged;
    }
}

}  // namespace detail

inline constexpr Unpacker gzip{"gzip", {"\x1f\x8b", 2}, detail::gunzip};

}  // namespace wirewrap::unpack
