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

#include <cstddef>
#include <string_view>

#include <wirewrap/base/text.hpp>
#include <wirewrap/board/releases.hpp>

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
constexpr QemuRelease machine_version(unsigned major, unsigned minor, unsigned micro = 0) {
    return qemu_release(major, minor, micro);
}

/// The name of a family: each version has it in its own release, in which it is the newest.
constexpr Alias family_alias(std::string_view name, QemuRelease version) {
    return {name, {.first = version, .last = version}};
}

/// Which releases have a version: its own and those after it. Since 10.1 a version M.m is gone in M+6.m: QEMU,
/// docs/about/removed-features.rst. `early` is the last release that has it where it went before that.
constexpr QemuReleases version_releases(QemuRelease version, QemuRelease early = {10, 0}) {
    const QemuRelease first_to_stay{4, 2};
    if (version < first_to_stay) return {version, early};
    const unsigned gone = version.number + 6;
    const QemuRelease last = version.minor_number == 0 ? QemuRelease{gone - 1, 2}
                                                       // a year has M.0, M.1 and M.2
                                                       : QemuRelease{gone, version.minor_number - 1};
    return {version, last < newest_qemu ? last : QemuReleases{}.last};
}

}  // namespace wirewrap
