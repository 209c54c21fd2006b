// Raspberry Pi. The amount of RAM is printed on the board as part of its revision code, so each has one size;
// on the models with 1 GiB the peripherals lie over the last 16 MiB of it, each as large as it is, with RAM
// between them.
//
//     static_assert(ram_verdict<boards::arm::Raspi3b>(1_GiB));
//     static_assert(!ram_verdict<boards::arm::Raspi3b>(2_GiB));
//
//     0, 1A+   0x0 [ RAM 512 MiB )              0x2000'0000 [ peripherals )
//     3A+      0x0 [ RAM 512 MiB )                             0x3f00'0000 [ peripherals )
//     4B       0x0 [ RAM 2 GiB )                              0xfe00'0000 [ peripherals )
//     2B, 3B   0x0 [ RAM 1 GiB                                 [ peripherals ) ) 0x4000'0000
//
// Sources: QEMU 7.2 and 11.1, hw/arm/raspi.c and raspi4b.c (revision codes; RAM is 256 MiB shifted left by bits 20 to 22),
// include/hw/arm/raspi_platform.h (offsets of the peripherals), measured with `info mtree` (their sizes).
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

namespace raspi {

constexpr auto ram(Bytes size) { return main_ram("ram", size).accepts(exactly(size)).placed(at(0x0)); }

/// What hides RAM of the models 2 and 3 with 1 GiB. Where QEMU 7.2 has a stub for a device, that hides RAM as
/// well.
constexpr auto bcm2836_peripherals() {
    return memory_map(
        overlay(reserved<"sys-timer">(at(0x3f00'3000), 32_B)),
        overlay(reserved<"txp">(at(0x3f00'4000), 4_KiB)),
        overlay(reserved<"mphi">(at(0x3f00'6000), 4_KiB)),
        overlay(reserved<"dma">(at(0x3f00'7000), 4_KiB)),
        overlay(reserved<"ic">(at(0x3f00'b200), 512_B)),
        overlay(reserved<"sp804">(at(0x3f00'b400), 64_B)),
        overlay(reserved<"mbox">(at(0x3f00'b800), 1_KiB)),
        overlay(reserved<"powermgt">(at(0x3f10'0000), 512_B)),
        overlay(reserved<"cprman">(at(0x3f10'1000), 8_KiB)),
        overlay(reserved<"rng">(at(0x3f10'4000), 16_B)),
        overlay(reserved<"gpio">(at(0x3f20'0000), 4_KiB)),
        overlay(reserved<"uart0">(at(0x3f20'1000), 4_KiB)),
        overlay(reserved<"sdhost">(at(0x3f20'2000), 4_KiB)),
        overlay(reserved<"i2s">(at(0x3f20'3000), 256_B)),
        overlay(reserved<"spi0">(at(0x3f20'4000), 32_B)),
        overlay(reserved<"i2c0">(at(0x3f20'5000), 32_B)),
        overlay(reserved<"otp">(at(0x3f20'f000), 128_B)),
        overlay(reserved<"thermal">(at(0x3f21'2000), 8_B)),
        overlay(reserved<"spi-slave">(at(0x3f21'4000), 256_B)),
        overlay(reserved<"aux">(at(0x3f21'5000), 256_B)),
        overlay(reserved<"sdhci">(at(0x3f30'0000), 256_B)),
        overlay(reserved<"smi">(at(0x3f60'0000), 256_B)),
        overlay(reserved<"i2c1">(at(0x3f80'4000), 32_B)),
        overlay(reserved<"i2c2">(at(0x3f80'5000), 32_B)),
        overlay(reserved<"dbus">(at(0x3f90'0000), 32_KiB)),
        overlay(reserved<"ave0">(at(0x3f91'0000), 32_KiB)),
        overlay(reserved<"usb">(at(0x3f98'0000), 4_KiB)),
        overlay(reserved<"usb-fifo">(at(0x3f98'1000), 64_KiB)),
        overlay(reserved<"v3d">(at(0x3fc0'0000), 4_KiB)),
        overlay(reserved<"sdramc">(at(0x3fe0'0000), 256_B)),
        overlay(reserved<"dma-channel15">(at(0x3fe0'5000), 256_B)));
}

}  // namespace raspi

struct Raspi0 {
    static constexpr auto name = "aarch64/raspi0";
    static constexpr auto ram = raspi::ram(512_MiB);  // revision code 0x920092
};

struct Raspi1ap {
    static constexpr auto name = "aarch64/raspi1ap";
    static constexpr auto ram = raspi::ram(512_MiB);  // revision code 0x900021
};

struct Raspi2b {
    static constexpr auto name = "aarch64/raspi2b";
    static constexpr auto ram = raspi::ram(1_GiB);  // revision code 0xa21041
    static constexpr auto map = raspi::bcm2836_peripherals();
};

struct Raspi3ap {
    static constexpr auto name = "aarch64/raspi3ap";
    static constexpr auto ram = raspi::ram(512_MiB);  // revision code 0x9020e0
};

struct Raspi3b {
    static constexpr auto name = "aarch64/raspi3b";
    static constexpr auto ram = raspi::ram(1_GiB);  // revision code 0xa02082
    static constexpr auto map = raspi::bcm2836_peripherals();
};

struct Raspi4b {
    static constexpr auto name = "aarch64/raspi4b";
    static constexpr auto releases = since(10, 0);
    static constexpr auto ram = raspi::ram(2_GiB);  // revision code 0xb03115
};

// One of each kind; the rest differ in name or size.
static_assert(Board<Raspi0> && Board<Raspi2b> && Board<Raspi4b>);

}  // namespace wirewrap::boards::arm
