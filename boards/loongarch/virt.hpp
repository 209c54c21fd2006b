// QEMU's virt board for LoongArch: 256 MiB of RAM from 0, the rest above the devices. It has versions since 11.1, and behaves
// as they do since 10.0; `Virt<>` is what it was in 7.2, with other addresses and at least 1 GiB.
//
//     0x0              0x1000'0000          0x8000'0000, 7.2: 0x9000'0000
//      [ RAM to 256 MiB ) … PCI, devices … [ the rest of RAM …
//
// Source: QEMU 7.2 and 11.1, hw/loongarch/virt.c; include/hw/loongarch/virt.h.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::loongarch {

using namespace wirewrap::literals;

template <unsigned... Version>
struct Virt {
    static constexpr auto version = machine_version(Version...);
    static constexpr auto name = versioned<"loongarch64/virt", Version...>;
    static constexpr auto alias = family_alias("virt", version);
    static constexpr auto releases = version_releases(version);
    static constexpr auto ram = main_ram("loongarch.ram", 128_MiB)  // any size: measured up to 64 TiB
                                    .placed(split(at(0x0), 256_MiB, at(0x8000'0000)));
};

template <>
struct Virt<> {
    static constexpr auto name = "loongarch64/virt";
    static constexpr auto releases = until(7, 2);
    static constexpr auto ram = main_ram("loongarch.ram", 1_GiB)
                                    .accepts(at_least(1_GiB))
                                    .placed(split(at(0x0), 256_MiB, at(0x9000'0000)));
};

}  // namespace wirewrap::boards::loongarch
