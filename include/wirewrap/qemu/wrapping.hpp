// What stands before a stream, or around it: the head of libvirt's save files is passed over, and a packed file is named
// with the command that unpacks it.
//
//     | LibvirtQemudSave | version, length, running, format, cookie, 14 unused | description, `length` bytes | QEVM …
//       16 bytes           19 words in the byte order of the host that wrote    XML of the domain, a cookie
//
//     packing_of(first_bytes)->unpack;                    // "zstd -dc"
//
// Source: libvirt's format of save images, versions 1 and 2, as `virsh save` writes it.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/text.hpp>

namespace wirewrap::qemu {

/// A program's compressed file.
struct Packing {
    std::string_view name, magic, unpack;
};

namespace detail {
using namespace std::string_view_literals;

inline constexpr std::array packings{
    Packing{"gzip", "\x1f\x8b"sv, "gzip -dc"},         Packing{"bzip2", "BZh"sv, "bzip2 -dc"},
    Packing{"xz", "\xfd\x37zX"sv, "xz -dc"},           Packing{"lzop", "\x89LZO"sv, "lzop -dc"},
    Packing{"zstd", "\x28\xb5\x2f\xfd"sv, "zstd -dc"}, Packing{"lz4", "\x04\x22\x4d\x18"sv, "lz4 -dc"},
};
inline constexpr std::string_view stream_magic = "QEVM"sv, saved_magic = "LibvirtQemudSave"sv,
                                  partial_magic = "LibvirtQemudPart"sv;

inline bool begins_with(std::span<const std::byte> bytes, std::string_view magic) {
    return bytes.size() >= magic.size() &&
           std::ranges::equal(bytes.first(magic.size()), std::as_bytes(std::span(magic)));
}

}  // namespace detail

/// How a file is packed that begins with these bytes, four or more; nothing: not at all.
inline std::optional<Packing> packing_of(std::span<const std::byte> first) {
    for (const Packing& packing : detail::packings)
        if (detail::begins_with(first, packing.magic)) return packing;
    return std::nullopt;
}

/// Whether a file that begins with these bytes, 16 or more, is a stream, or has one behind libvirt's head.
inline bool is_stream(std::span<const std::byte> first) {
    using namespace detail;
    return begins_with(first, stream_magic) || begins_with(first, saved_magic) ||
           begins_with(first, partial_magic);
}

/// "50 4b 03 04", for a sentence about a file that is something else.
inline std::string in_hexadecimal(std::span<const std::byte> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : bytes) {
        if (!text.empty()) text += ' ';
        text += digits[std::to_integer<std::size_t>(byte >> 4)];
        text += digits[std::to_integer<std::size_t>(byte & std::byte{15})];
    }
    return text;
}

namespace detail {

/// As libvirt numbers what it pipes its streams through; nothing: not at all. The last one, sparse, is a stream in which
/// pages have places of their own.
inline constexpr std::array<std::string_view, 7> saved_formats{"", "gzip", "bzip2", "xz", "lzop", "zstd", ""};

/// Reads from behind the first four bytes, "Libv", up to the first byte of the stream.
template <class Input>
Expected<void> skip_libvirt_head(Input& input) {
    input.reading("libvirt's head");
    std::array<std::byte, 16> magic{std::byte{'L'}, std::byte{'i'}, std::byte{'b'}, std::byte{'v'}};
    input.bytes_into(std::span(magic).subspan(4));
    std::array<std::byte, 76> words{};
    if (input.ok() && begins_with(magic, partial_magic))
        return fail("this is a save file that libvirt has not finished (it begins with ", partial_magic,
                    "): the save goes on, or failed; save the domain again");
    if (input.ok() && !begins_with(magic, saved_magic))
        return fail("this is neither a migration stream of QEMU nor a save file of libvirt: it begins with ",
                    in_hexadecimal(magic));
    input.bytes_into(words);
    if (!input.ok()) return std::unexpected(input.error());

    const auto word = [&](std::size_t number, bool swapped) {
        const auto value = read_memory<std::uint32_t, std::endian::native>(words.data() + 4 * number);
        return swapped ? swap_bytes(value) : value;
    };
    // Versions are small, so a large one was written by a host of the other byte order.
    const bool swapped = word(0, false) > 0xffff;
    const std::uint32_t version = word(0, swapped), format = word(3, swapped);
    const Bytes length{word(1, swapped)}, cookie{word(4, swapped)};
    constexpr Bytes longest{64 << 20};  // descriptions have a few KiB
    if (version != 1 && version != 2)
        return fail("this is a save file of libvirt of version ", version, ", and 1 and 2 are read here");
    if (length == Bytes{} || length > longest || cookie > length)
        return fail("libvirt's head says that ", length, " describe the domain, with a cookie at byte ",
                    cookie.count, "; up to ", longest, " are read over: the file is damaged");
    if (format >= saved_formats.size())
        return fail("libvirt has written the stream in format ", format,
                    ", which is not known here; set save_image_format = \"raw\" in qemu.conf and save again");
    if (const std::string_view program = saved_formats[format]; !program.empty()) {
        return fail("libvirt has packed the stream with ", program, ": unpack it, tail -c +",
                    input.position() + length.count + 1, " FILE | ", program, " -dc > guest.stream");
    }
    input.reading("libvirt's description of the domain");
    input.skip(length.count);
    if (!input.ok()) return std::unexpected(input.error());
    return {};
}

}  // namespace detail

}  // namespace wirewrap::qemu
