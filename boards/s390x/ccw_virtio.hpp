// QEMU's s390-ccw-virtio, a virtual IBM Z, in every version. The size of its RAM is told to the guest in storage
// increments, of which there are 1020 at most.
//
// Source: QEMU 7.2 and 11.1, hw/s390x/s390-virtio-ccw.c, s390_fixup_ram_size and s390_memory_init. Up to version 4.2 QEMU
// rounds a size down to whole increments and goes on with a warning; here such a size is refused.
#pragma once

#include <algorithm>
#include <limits>
#include <optional>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::s390x {

using namespace wirewrap::literals;

/// Whole storage increments: 1 MiB each, or the least power of two of MiB of which 1020 reach.
struct StorageIncrements {
    static constexpr std::uint64_t most = 1020;  // include/hw/s390x/sclp.h, MAX_STORAGE_INCREMENTS

    static constexpr Bytes increment(Bytes size) {
        Bytes unit = 1_MiB;
        while (size / unit > most) unit += unit;
        return unit;
    }
    constexpr bool accepts(Bytes size) const { return size != Bytes{} && size % increment(size) == Bytes{}; }
    constexpr std::optional<Bytes> below(Bytes size) const {
        const Bytes whole = size - size % increment(size);
        if (whole == Bytes{}) return std::nullopt;
        return whole;
    }
    /// The next whole increment may be one too many, and then larger ones are due.
    constexpr std::optional<Bytes> above(Bytes size) const {
        size = std::max(size, 1_MiB);
        while (!accepts(size)) {
            const Bytes missing = increment(size) - size % increment(size);
            if (size.count > std::numeric_limits<std::uint64_t>::max() - missing.count) return std::nullopt;
            size += missing;
        }
        return size;
    }
    constexpr Text words() const {
        return sentence("1 to ", most, " storage increments of 1 MiB, 2 MiB or another power of two");
    }
};

/// `As`: since 10.0 the firmware alone takes 3 MiB, and QEMU does not start with less.
template <QemuRelease As, unsigned... Version>
struct CcwVirtioAsOf {
    static constexpr auto version = machine_version(Version...);
    static constexpr auto name = versioned<"s390x/s390-ccw-virtio", Version...>;
    static constexpr auto alias = family_alias("s390-ccw-virtio", version);
    static constexpr bool room_for_firmware = As >= qemu_release(10, 0);
    static constexpr auto releases = [] {
        QemuReleases all = version_releases(version, version < machine_version(2, 9) ? qemu_release(9, 2)
                                                                                     : qemu_release(10, 0));
        if (room_for_firmware && version <= machine_version(7, 2)) all.first = qemu_release(10, 0);
        if (!room_for_firmware && version >= machine_version(5, 2)) all.last = qemu_release(7, 2);
        return all;
    }();
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto rule = [] {
        if constexpr (version < machine_version(5, 0))
            return StorageIncrements{};
        else if constexpr (room_for_firmware)
            return multiple_of(1_MiB) && at_least(3_MiB);  // hw/s390x/ipl.c, BIOS_MAX_SIZE
        else
            return multiple_of(1_MiB);
    }();
    static constexpr auto ram = main_ram("s390.ram", 128_MiB).accepts(rule).placed(at(0x0));
};
/// As of the newest release; a version that 11.1 no longer has, as of 7.2.
template <unsigned... Version>
using CcwVirtio =
    CcwVirtioAsOf<machine_version(Version...) >= machine_version(5, 2) ? newest_qemu : qemu_release(7, 2),
                  Version...>;

}  // namespace wirewrap::boards::s390x
