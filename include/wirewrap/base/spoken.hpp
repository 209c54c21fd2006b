// A text as a template argument that the compiler at hand prints whole: Says<…> of verdict.hpp has them.
#pragma once

#include <cstddef>
#include <string_view>

#include <wirewrap/base/text.hpp>

namespace wirewrap {

#if defined(__clang__) && __clang_major__ >= 20

/// clang 20 and newer cut an array of characters in a template argument after 36 of them. Rows of 36, each the member of
/// the one before, are printed to their end, as `{"handheld: rom boot [0x0, 0x10000) ov", {"erlaps …"}}`.
template <std::size_t N>
struct Spoken {
    static constexpr std::size_t width = 36;

    char row[width + 1]{};
    Spoken<N - width> rest;

    constexpr explicit Spoken(std::string_view s) : rest(s.substr(width)) {
        s.copy(row, width);
        row[width] = 0;
    }
    constexpr Spoken(const FixedText<N>& text) : Spoken(text.view()) {}
    constexpr Spoken(const char (&literal)[N + 1]) : Spoken(std::string_view(literal, N)) {}

    static constexpr bool empty() { return false; }
};

template <std::size_t N>
    requires(N <= 36)
struct Spoken<N> {
    char row[N + 1]{};

    constexpr explicit Spoken(std::string_view s) {
        s.copy(row, N);
        row[N] = 0;  // written, as in FixedText
    }
    constexpr Spoken(const FixedText<N>& text) : Spoken(text.view()) {}
    constexpr Spoken(const char (&literal)[N + 1]) : Spoken(std::string_view(literal, N)) {}

    static constexpr bool empty() { return N == 0; }
};

template <std::size_t N>
Spoken(FixedText<N>) -> Spoken<N>;
template <std::size_t M>
Spoken(const char (&)[M]) -> Spoken<M - 1>;

#else

template <std::size_t N>
using Spoken = FixedText<N>;

#endif

}  // namespace wirewrap
