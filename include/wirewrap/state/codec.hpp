// How the pages of a snapshot are packed. Without a codec they are written as they are; `<wirewrap/zstd.hpp>` has one.
//
//     state::save(machine, "guest.snapshot", {.codec = &zstd::codec});
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <wirewrap/base/language.hpp>

namespace wirewrap::state {

/// `pack` gives the packed bytes of `from`, or false. `unpack` fills `to` from packed bytes that may be anything: false
/// when they are not the packed form of exactly `to.size()` bytes.
struct Codec {
    std::string_view name;
    std::uint32_t encoding = 0;  // format::Encoding
    bool (*pack)(std::span<const std::byte> from, int level, std::vector<std::byte>& to) = nullptr;
    bool (*unpack)(std::span<const std::byte> from, std::span<std::byte> to) = nullptr;
};

}  // namespace wirewrap::state
