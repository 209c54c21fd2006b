// A kernel that is packed, as `Image.gz` and `vmlinuz.efi` are, unpacked. What unpacks is handed in, for each needs a library
// of its own: <wirewrap/loader/gzip.hpp> zlib, <wirewrap/loader/zstd.hpp> libzstd.
//
//     const std::array unpackers{unpack::gzip, unpack::zstd};
//     auto kernel = unpack_kernel(file.name(), file.bytes(), unpackers, 256_MiB);
//     // an error: damaged, truncated, or more than 256 MiB; nothing: it is not packed by one of these; else the kernel
//
//     Image.gz       [ gzip ……………………………………… ]
//     vmlinuz.efi    [ MZ | "zimg" | offset | size | … | "gzip" | … ][ a program for UEFI ][ gzip …………………… ][ … ]
//                                                                                           offset, size
//
// Nobody is believed about how much comes out: it is unpacked once to be counted, and once more into that much memory.
//
// Source: Linux, drivers/firmware/efi/libstub/zboot-header.S.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/loader/image.hpp>
#include <wirewrap/loader/riscv_kernel.hpp>

namespace wirewrap {

enum class UnpackFault : std::uint8_t { damaged, truncated, trailing, too_large, no_memory };

/// Takes what comes out, piece by piece: counts it, and keeps it where there is room.
class Unpacked {
public:
    explicit Unpacked(Bytes most, std::span<std::byte> room = {}) : most_(most.count), room_(room) {}

    /// False: that is more than may come.
    [[nodiscard]] bool put(std::span<const std::byte> piece) {
        if (piece.size() > most_ - size_) return false;
        if (!room_.empty()) {
            if (piece.size() > room_.size() - size_) return false;
            std::ranges::copy(piece, room_.begin() + static_cast<std::ptrdiff_t>(size_));
        }
        size_ += piece.size();
        return true;
    }
    std::uint64_t size() const { return size_; }

private:
    std::uint64_t most_, size_ = 0;
    std::span<std::byte> room_;
};

/// One way of packing.
struct Unpacker {
    std::string_view name;   // of the program that packs
    std::string_view magic;  // what packed bytes begin with
    /// Gives pieces to `to` until there are no more, or it takes no more. Nothing when all went well.
    std::optional<UnpackFault> (*unpack)(std::span<const std::byte> packed, Unpacked& to);
};

namespace detail {

/// What of a kernel's file may be packed: what a kernel that unpacks itself under UEFI says, or all of it.
inline Expected<std::span<const std::byte>> packed_part(std::string_view name,
                                                        std::span<const std::byte> bytes) {
    const FileBytes file(bytes);
    if (!file.has(0, dos_magic) || !file.has(4, "zimg")) return bytes;
    const auto offset = file.word<std::uint32_t>(8), size = file.word<std::uint32_t>(12);
    if (!offset || !size || std::uint64_t{*offset} + *size > bytes.size())
        return fail(name, " is ", Bytes{bytes.size()}, ", and the kernel that is packed in it ends at byte ",
                    std::uint64_t{offset.value_or(0)} + size.value_or(0), ": it is truncated; copy it again");
    return bytes.subspan(*offset, *size);
}

inline Text describe_fault(std::string_view name, const Unpacker& unpacker, UnpackFault fault, Bytes most) {
    switch (fault) {
    case UnpackFault::truncated:
        return sentence(name, " ends before what ", unpacker.name,
                        " packed does: it is truncated; copy it again");
    case UnpackFault::trailing:
        return sentence(name, " goes on after what ", unpacker.name,
                        " packed, with bytes that it does not know: it is damaged; copy it again");
    case UnpackFault::too_large:
        return sentence(name, " is packed by ", unpacker.name, ", and more than ", most,
                        " come out of it, which is all that there is room for: give the machine more RAM, or "
                        "a smaller kernel");
    case UnpackFault::no_memory:
        return sentence(name, " is packed by ", unpacker.name,
                        ", and this host has no memory left to unpack it: free some");
    case UnpackFault::damaged: break;
    }
    return sentence(name, " begins as what ", unpacker.name,
                    " packed, and is damaged further on; copy it again");
}

}  // namespace detail

/// Unpacks a kernel; nothing when it is not packed, or not by one of `unpackers`: `parse_riscv_kernel` says then what it is.
/// `name` is what sentences call the file. Errors: it is damaged or truncated, or more than `most` come out.
inline Expected<std::optional<Image>> unpack_kernel(std::string_view name, std::span<const std::byte> bytes,
                                                    std::span<const Unpacker> unpackers, Bytes most) {
    const auto packed = detail::packed_part(name, bytes);
    if (!packed) return std::unexpected(packed.error());
    const auto unpacker = std::ranges::find_if(
        unpackers, [&](const Unpacker& one) { return detail::FileBytes(*packed).has(0, one.magic); });
    if (unpacker == unpackers.end()) return std::nullopt;
    const auto failed = [&](UnpackFault fault) {
        return std::unexpected(Error{detail::describe_fault(name, *unpacker, fault, most).string()});
    };

    Unpacked counted(most);
    if (const auto fault = unpacker->unpack(*packed, counted)) return failed(*fault);
    if (counted.size() == 0)
        return fail(name, " is packed by ", unpacker->name, ", and nothing comes out of it; pack it again");
    std::unique_ptr<std::byte[]> room(new (std::nothrow) std::byte[counted.size()]);
    if (!room) return failed(UnpackFault::no_memory);
    Unpacked kept(most, {room.get(), static_cast<std::size_t>(counted.size())});
    if (const auto fault = unpacker->unpack(*packed, kept)) return failed(*fault);
    if (kept.size() != counted.size()) return failed(UnpackFault::damaged);  // it changes while it is read
    return Image(std::string(name) + ", unpacked,", std::move(room), counted.size());
}

}  // namespace wirewrap
