// Kernels of our own making, packed as those of distributions are.
#pragma once

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <wirewrap/base/endian.hpp>

namespace wirewrap::test {

using Packed = std::vector<std::byte>;

/// An Image with its header, as scripts/head.S of Linux makes it, and text that repeats.
inline Packed small_kernel(std::size_t size) {
    Packed kernel(size);
    for (std::size_t i = 0x40; i < size; ++i) kernel[i] = static_cast<std::byte>(i / 64);
    if (size < 0x40) return kernel;
    write_memory<std::uint64_t>(kernel.data() + 8, 0x20'0000);
    write_memory<std::uint64_t>(kernel.data() + 16, size);
    const std::string_view magic{"RISCV\0\0\0RSC\x05", 12};
    std::ranges::transform(magic, kernel.begin() + 0x30, [](char c) { return static_cast<std::byte>(c); });
    return kernel;
}

inline Packed gzipped(const Packed& bytes) {
    ::z_stream stream{};
    if (::deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) std::abort();
    Packed packed(::deflateBound(&stream, bytes.size()));
    stream.next_in = const_cast<::Bytef*>(reinterpret_cast<const ::Bytef*>(bytes.data()));
    stream.avail_in = static_cast<::uInt>(bytes.size());
    stream.next_out = reinterpret_cast<::Bytef*>(packed.data());
    stream.avail_out = static_cast<::uInt>(packed.size());
    if (::deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
    packed.resize(packed.size() - stream.avail_out);
    ::deflateEnd(&stream);
    return packed;
}

/// With a checksum, as the program `zstd` makes it.
inline Packed zstandard(const Packed& bytes) {
    ::ZSTD_CCtx* const context = ::ZSTD_createCCtx();
    ::ZSTD_CCtx_setParameter(context, ::ZSTD_c_checksumFlag, 1);
    Packed packed(::ZSTD_compressBound(bytes.size()));
    const std::size_t size = ::ZSTD_compress2(context, packed.data(), packed.size(), bytes.data(),
                                              bytes.size());
    ::ZSTD_freeCCtx(context);
    if (::ZSTD_isError(size) != 0) std::abort();
    packed.resize(size);
    return packed;
}

/// As Linux makes it for UEFI: a header, a program, what is packed, and its size once more.
inline constexpr std::size_t after_the_payload = 16;
inline Packed self_unpacking(const Packed& packed, std::string_view type) {
    constexpr std::size_t offset = 0x400;
    Packed file(offset, std::byte{0xcc});
    const auto text = [&](std::size_t at, std::string_view words) {
        std::ranges::transform(words, file.begin() + static_cast<std::ptrdiff_t>(at),
                               [](char c) { return static_cast<std::byte>(c); });
    };
    text(0, {"MZ\0\0zimg", 8});
    write_memory<std::uint32_t>(file.data() + 8, offset);
    write_memory<std::uint32_t>(file.data() + 12, static_cast<std::uint32_t>(packed.size()));
    text(24, type);
    file[24 + type.size()] = std::byte{0};
    file.insert(file.end(), packed.begin(), packed.end());
    file.resize(file.size() + after_the_payload, std::byte{0x5a});
    return file;
}

}  // namespace wirewrap::test
