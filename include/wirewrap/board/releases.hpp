// Releases of QEMU, for boards that follow one: since and until which release it has a machine, or another name of it.
//
//     struct Raspi4b {
//         static constexpr auto releases = since(9, 0);            // or until(9, 1), or since(8, 0).until(9, 1)
//     };
//     template <QemuRelease As>
//     struct IsaPcAsOf {                                           // what one machine was in several releases
//         static constexpr Bytes most = As >= qemu_release(11, 1) ? 3584_MiB : rule::largest;
//     };
//     using IsaPc = IsaPcAsOf<newest_qemu>;                        // and IsaPcAsOf<qemu_release(7, 2)>
#pragma once

#include <wirewrap/base/language.hpp>

#include <compare>
#include <string_view>

namespace wirewrap {

/// 11.1 of QEMU 11.1.3, and the version of a machine type, which is that of the release it came with.
struct QemuRelease {
    unsigned number = 0, minor_number = 0,
             micro_number = 0;  // no `major` and `minor`: glibc has macros of that name

    friend constexpr auto operator<=>(const QemuRelease&, const QemuRelease&) = default;
};

constexpr QemuRelease qemu_release(unsigned number, unsigned minor_number, unsigned micro_number = 0) {
    return {number, minor_number, micro_number};
}

/// The newest release whose machines were measured: its meaning is that of a name which releases gave to different machines.
inline constexpr QemuRelease newest_qemu{11, 1};

/// Those whose machines were measured one by one.
inline constexpr QemuRelease measured_qemu[]{{7, 2}, newest_qemu};

/// From one release to another, both included. Where QEMU does not say when a machine came or went, the first or the last
/// that has it of 7.2, 10.0 and 11.1, which were looked at.
struct QemuReleases {
    QemuRelease first{};         // 0.0: those before the first that was measured, too
    QemuRelease last{~0u, ~0u};  // the greatest: to this day

    constexpr bool contain(QemuRelease release) const { return first <= release && release <= last; }
    constexpr QemuReleases until(unsigned number, unsigned minor_number) const {
        return {first, {number, minor_number}};
    }
    friend constexpr bool operator==(const QemuReleases&, const QemuReleases&) = default;
};
constexpr QemuReleases since(unsigned number, unsigned minor_number) {
    return {.first = {number, minor_number}};
}
constexpr QemuReleases until(unsigned number, unsigned minor_number) {
    return {.last = {number, minor_number}};
}

/// Another name of a machine, which it may have in some releases only: "pc" is in each the newest of its family.
struct Alias {
    std::string_view name;
    QemuReleases releases{};

    constexpr operator std::string_view() const { return name; }
    constexpr bool is(std::string_view called, QemuRelease release = newest_qemu) const {
        return !name.empty() && called == name && releases.contain(release);
    }
};

}  // namespace wirewrap
