// Names of interrupt pins that come in numbers: one group of pins a hart or a context.
//
//     static constexpr auto outputs = pin_names<2, "msip", "mtip">;   // msip0, mtip0, msip1, mtip1
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include <wirewrap/base/text.hpp>

namespace wirewrap {

namespace detail {

struct PinName {
    std::array<char, 16> chars{};  // a stem of up to 11 and a number of up to 5 digits
    std::size_t size = 0;
};

// Written out instead of `sentence()`: thousands of names have to stay within the compiler's steps.
constexpr PinName pin_name(std::string_view stem, std::size_t number) {
    std::size_t digits = 1;
    for (std::size_t left = number; left >= 10; left /= 10) ++digits;
    PinName name;
    name.size = stem.size() + digits;
    std::copy_n(stem.data(), stem.size(), name.chars.data());
    for (std::size_t place = name.size; place != stem.size(); number /= 10)
        name.chars[--place] = static_cast<char>('0' + number % 10);
    return name;
}

// The views of `pin_names` need characters that stay: these.
template <std::size_t Count, FixedText... Stems>
inline constexpr auto pin_name_characters = [] {
    std::array<PinName, Count * sizeof...(Stems)> names{};
    std::size_t next = 0;
    for (std::size_t number = 0; number != Count; ++number)
        ((names[next++] = pin_name(Stems.view(), number)), ...);
    return names;
}();

}  // namespace detail

/// The stems with the numbers 0 … Count-1: pin `number * sizeof...(Stems) + place of the stem`.
template <std::size_t Count, FixedText... Stems>
inline constexpr auto pin_names = [] {
    constexpr auto& names = detail::pin_name_characters<Count, Stems...>;
    std::array<std::string_view, Count * sizeof...(Stems)> views{};
    for (std::size_t i = 0; i != names.size(); ++i) views[i] = {names[i].chars.data(), names[i].size};
    return views;
}();

}  // namespace wirewrap
