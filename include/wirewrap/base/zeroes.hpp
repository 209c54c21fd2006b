// Whether bytes are all zero, which memory mostly is.
#pragma once

#include <wirewrap/base/language.hpp>

#include <cstddef>
#include <cstring>
#include <span>

namespace wirewrap {

inline bool all_zero(std::span<const std::byte> bytes) {
    return bytes.empty() ||
           (bytes[0] == std::byte{0} && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

}  // namespace wirewrap
