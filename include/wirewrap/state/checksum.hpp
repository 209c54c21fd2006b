// XXH64, the checksum of snapshot files: fast, 64 bits, and known to many tools (`xxhsum -H64`). It finds damage; it does
// not keep out somebody who wants to deceive.
//
//     std::uint64_t sum = xxh64(bytes);
//
// Source: xxHash specification 0.1.1 (doc/xxhash_spec.md of the xxHash project), "XXH64 algorithm description". Seed 0.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include <wirewrap/base/endian.hpp>

namespace wirewrap::state {

namespace detail::xxh {

inline constexpr std::uint64_t prime1 = 0x9e37'79b1'85eb'ca87, prime2 = 0xc2b2'ae3d'27d4'eb4f,
                               prime3 = 0x1656'67b1'9e37'79f9, prime4 = 0x85eb'ca77'c2b2'ae63,
                               prime5 = 0x27d4'eb2f'1656'67c5;

constexpr std::uint64_t round(std::uint64_t lane, std::uint64_t input) {
    return std::rotl(lane + input * prime2, 31) * prime1;
}
constexpr std::uint64_t merge(std::uint64_t sum, std::uint64_t lane) {
    return (sum ^ round(0, lane)) * prime1 + prime4;
}

}  // namespace detail::xxh

inline std::uint64_t xxh64(std::span<const std::byte> bytes) {
    using namespace detail::xxh;
    const std::byte* at = bytes.data();
    std::size_t left = bytes.size();
    std::uint64_t sum = prime5;
    if (left >= 32) {
        std::uint64_t a = prime1 + prime2, b = prime2, c = 0, d = 0 - prime1;
        for (; left >= 32; left -= 32, at += 32) {
            a = round(a, read_memory<std::uint64_t>(at));
            b = round(b, read_memory<std::uint64_t>(at + 8));
            c = round(c, read_memory<std::uint64_t>(at + 16));
            d = round(d, read_memory<std::uint64_t>(at + 24));
        }
        sum = std::rotl(a, 1) + std::rotl(b, 7) + std::rotl(c, 12) + std::rotl(d, 18);
        for (const std::uint64_t lane : {a, b, c, d}) sum = merge(sum, lane);
    }
    sum += bytes.size();
    for (; left >= 8; left -= 8, at += 8)
        sum = std::rotl(sum ^ round(0, read_memory<std::uint64_t>(at)), 27) * prime1 + prime4;
    if (left >= 4) {
        sum = std::rotl(sum ^ read_memory<std::uint32_t>(at) * prime1, 23) * prime2 + prime3;
        left -= 4, at += 4;
    }
    for (; left != 0; --left, ++at)
        sum = std::rotl(sum ^ static_cast<std::uint64_t>(*at) * prime5, 11) * prime1;
    sum = (sum ^ sum >> 33) * prime2;
    sum = (sum ^ sum >> 29) * prime3;
    return sum ^ sum >> 32;
}

}  // namespace wirewrap::state
