// The shape of a snapshot file, version 1. What it means in full: docs/snapshots.md.
//
//     file      [ magic: 8 ][ version: 4 ][ 0: 4 ]  BORD  BLKS  STAT…  PAGE…  DONE
//     section   [ type: 4 ][ number: 4 ][ length: 8 ][ XXH64 of payload: 8 ][ XXH64 of these 24 bytes: 8 ][ payload ]
//
// All numbers are little-endian. The payload of DONE is the file's identity: XXH64 over the 16 bytes of the file's head and
// the 32 bytes of each section's head before it; as those hold the checksums of the payloads, it stands for all bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/state/checksum.hpp>

namespace wirewrap::state::format {

/// Not text (0x89), damaged by whatever changes line ends, and ends a listing on a terminal.
inline constexpr std::array<std::uint8_t, 8> magic{0x89, 'W', 'W', 'S', '\r', '\n', 0x1a, '\n'};
inline constexpr std::uint32_t version = 1;
inline constexpr std::size_t head_size = 16, section_head_size = 32;

/// Pages are what may be left out; a run of them is at most so long, unpacked, so that a reader knows its needs.
inline constexpr Bytes page{4096}, longest_run{1 << 20};

constexpr std::uint32_t type(std::string_view name) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i != 4; ++i) value |= std::uint32_t{static_cast<std::uint8_t>(name[i])} << 8 * i;
    return value;
}
inline constexpr std::uint32_t board = type("BORD"), blocks = type("BLKS"), component = type("STAT"),
                               pages = type("PAGE"), done = type("DONE");

/// Flags of BORD.
inline constexpr std::uint32_t has_running_state = 1, has_changes_only = 2;
/// Flags of a block.
inline constexpr std::uint32_t guest_writable = 1;
/// How the bytes of a PAGE section are written. A run of zeroes has none.
enum Encoding : std::uint32_t { plain = 0, zstd = 1, zeroes = 2 };

/// Puts numbers and texts behind one another.
class Output {
public:
    Output() = default;
    /// With room for `most` bytes.
    explicit Output(std::size_t most) { bytes_.reserve(most); }

    Output& number(std::uint64_t value, std::size_t width) {
        for (std::size_t i = 0; i != width; ++i) bytes_.push_back(static_cast<std::byte>(value >> 8 * i));
        return *this;
    }
    /// 2 bytes of length, then the characters.
    Output& text(std::string_view text) {
        number(text.size(), 2);
        return append(std::as_bytes(std::span(text)));
    }
    Output& append(std::span<const std::byte> bytes) {
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        return *this;
    }
    std::span<const std::byte> bytes() const { return bytes_; }

private:
    std::vector<std::byte> bytes_;
};

/// Takes them apart. Reading past the end gives zeroes and empty texts, and `good()` is false from then on.
class Input {
public:
    explicit Input(std::span<const std::byte> bytes) : left_(bytes) {}

    std::uint64_t number(std::size_t width) {
        const std::span<const std::byte> bytes = take(width);
        std::uint64_t value = 0;
        for (std::size_t i = 0; i != bytes.size(); ++i) value |= std::uint64_t(bytes[i]) << 8 * i;
        return value;
    }
    std::uint32_t number32() { return static_cast<std::uint32_t>(number(4)); }
    std::string_view text() {
        const std::span<const std::byte> bytes = take(number(2));
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    std::span<const std::byte> take(std::uint64_t size) {
        if (size > left_.size()) {
            good_ = false;
            left_ = {};
            return {};
        }
        const auto taken = left_.first(size);
        left_ = left_.subspan(size);
        return taken;
    }
    std::span<const std::byte> rest() const { return left_; }
    bool good() const { return good_; }
    /// All was there, and nothing is left.
    bool finished() const { return good_ && left_.empty(); }

private:
    std::span<const std::byte> left_;
    bool good_ = true;
};

/// The 32 bytes before a payload.
inline std::vector<std::byte> section_head(std::uint32_t type, std::uint32_t number, Bytes length,
                                           std::uint64_t payload_sum) {
    Output head;
    head.number(type, 4).number(number, 4).number(length.count, 8).number(payload_sum, 8);
    head.number(xxh64(head.bytes()), 8);
    return {head.bytes().begin(), head.bytes().end()};
}

}  // namespace wirewrap::state::format
