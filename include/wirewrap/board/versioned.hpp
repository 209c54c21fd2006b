// Names of machine types that come in versions: one template is the whole family, and the compiler puts the names of
// its members together.
//
//     template <unsigned... Version>
//     struct PcQ35 {
//         static constexpr auto name = versioned<"x86_64/pc-q35", Version...>;
//         …
//     };
//     static_assert(PcQ35<7, 2>::name == "x86_64/pc-q35-7.2" && PcQ35<4, 0, 1>::name == "x86_64/pc-q35-4.0.1");
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include <wirewrap/base/text.hpp>

namespace wirewrap {

namespace detail {

template <FixedText Family, unsigned... Version>
inline constexpr auto versioned_text = fixed_text<[] {
    Text text(Family.view());
    char separator = '-';
    for (const unsigned number : {Version...}) {
        text.append(sentence(separator, number).view());
        separator = '.';
    }
    return text;
}>();

}  // namespace detail

/// "family-7.2" of "family", 7 and 2.
template <FixedText Family, unsigned... Version>
    requires(sizeof...(Version) > 0)
inline constexpr std::string_view versioned = detail::versioned_text<Family, Version...>.view();

/// The version of a machine type, for what came or went with one: `machine_version(4, 0, 1) >= machine_version(2, 6)`.
constexpr std::array<unsigned, 3> machine_version(unsigned major, unsigned minor, unsigned micro = 0) {
    return {major, minor, micro};
}

}  // namespace wirewrap
