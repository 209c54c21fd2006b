// Which accesses the registers of a device take: their widths in bytes, and whether they have to be aligned.
//
//     constexpr AccessRule words{.widths = {2, 4}};
//     static_assert(words.allows(4) && !words.allows(1) && words.aligned);
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/base/language.hpp>

namespace wirewrap {

/// Which accesses a device's registers take.
struct AccessRule {
    std::array<std::uint8_t, 4> widths{1, 2, 4, 8};  // bytes; unused places 0
    bool aligned = true;                             // natural alignment required

    constexpr bool allows(std::size_t width) const {
        for (const std::uint8_t allowed : widths)
            if (allowed == width) return true;
        return false;
    }
    /// At least one width, and only those that a bus has.
    constexpr bool has_bus_widths() const {
        bool some = false;
        for (const std::uint8_t width : widths) {
            if (width != 0 && width != 1 && width != 2 && width != 4 && width != 8) return false;
            some = some || width != 0;
        }
        return some;
    }
};

}  // namespace wirewrap
