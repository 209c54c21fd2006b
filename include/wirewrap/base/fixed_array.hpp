// What a constant function gives, however many, as a constant: a vector cannot outlive the constant expression that made it.
//
//     constexpr std::vector<Interval> gaps() { … }
//     constexpr auto kept = fixed_array<gaps>();      // std::array<Interval, 3>
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>

#include <wirewrap/base/language.hpp>

namespace wirewrap {

/// Runs `Make`, whose result has `size()` and `data()`, and gives its elements in an array of exactly that size.
template <auto Make>
consteval auto fixed_array() {
    constexpr std::size_t size = Make().size();
    const auto made = Make();
    std::array<std::remove_cvref_t<decltype(*made.data())>, size> kept{};
    std::copy_n(made.data(), size, kept.data());
    return kept;
}

}  // namespace wirewrap
