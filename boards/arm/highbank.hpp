// Calxeda's server nodes Highbank (ECX-1000) and Midway (ECX-2000). Any amount of RAM is taken; the devices and
// the SRAM in the last 2 MiB below 4 GiB lie over it.
//
//     static_assert(ram_verdict<boards::arm::Highbank>(4_GiB));
//
//     0x0 [ RAM …            [ devices ) … [ devices ) … [ SRAM )        …
//                      0xffe0'8000    0xfff1'0000     0xfff8'8000   0x1'0000'0000
//
// Sources: QEMU 7.2, hw/arm/highbank.c, `calxeda_init`; hw/cpu/a9mpcore.c and a15mpcore.c for what stands
// around the cores, 0xfff1'0000 and up; measured with `info mtree`.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

struct Highbank {
    static constexpr auto name = "aarch64/highbank";
    static constexpr auto releases = until(10, 2);
    static constexpr auto ram = main_ram("highbank.dram", 128_MiB).accepts(any).placed(at(0x0));
    static constexpr auto map = memory_map(
        overlay(reserved<"ahci">(at(0xffe0'8000), 4_KiB)),
        overlay(reserved<"scu">(at(0xfff1'0000), 256_B)),
        overlay(reserved<"gic-cpu">(at(0xfff1'0100), 256_B)),
        overlay(reserved<"gtimer">(at(0xfff1'0200), 32_B)),
        overlay(reserved<"mptimer">(at(0xfff1'0600), 32_B)),
        overlay(reserved<"watchdog">(at(0xfff1'0620), 32_B)),
        overlay(reserved<"gic-dist">(at(0xfff1'1000), 4_KiB)),
        overlay(reserved<"l2x0">(at(0xfff1'2000), 4_KiB)),
        overlay(reserved<"gpio0">(at(0xfff3'0000), 4_KiB)),
        overlay(reserved<"gpio1">(at(0xfff3'1000), 4_KiB)),
        overlay(reserved<"gpio2">(at(0xfff3'2000), 4_KiB)),
        overlay(reserved<"gpio3">(at(0xfff3'3000), 4_KiB)),
        overlay(reserved<"sp804">(at(0xfff3'4000), 4_KiB)),
        overlay(reserved<"rtc">(at(0xfff3'5000), 4_KiB)),
        overlay(reserved<"uart">(at(0xfff3'6000), 4_KiB)),
        overlay(reserved<"spi">(at(0xfff3'9000), 4_KiB)),
        overlay(reserved<"regs">(at(0xfff3'c000), 4_KiB)),
        overlay(ram_block<"highbank.sysram">(at(0xfff8'8000), 32_KiB)));
};
static_assert(Board<Highbank>);

struct Midway {
    static constexpr auto name = "aarch64/midway";
    static constexpr auto releases = until(10, 2);
    static constexpr auto ram = main_ram("highbank.dram", 128_MiB).accepts(any).placed(at(0x0));
    static constexpr auto map = memory_map(
        overlay(reserved<"ahci">(at(0xffe0'8000), 4_KiB)),
        overlay(reserved<"gic-dist">(at(0xfff1'1000), 4_KiB)),
        overlay(reserved<"gic-cpu">(at(0xfff1'2000), 8_KiB)),
        overlay(reserved<"gic-hyp">(at(0xfff1'4000), 4_KiB)),
        overlay(reserved<"gic-hyp0">(at(0xfff1'5000), 512_B)),  // one core; each further one takes 512 bytes more
        overlay(reserved<"gic-vcpu">(at(0xfff1'6000), 8_KiB)),
        overlay(reserved<"gpio0">(at(0xfff3'0000), 4_KiB)),
        overlay(reserved<"gpio1">(at(0xfff3'1000), 4_KiB)),
        overlay(reserved<"gpio2">(at(0xfff3'2000), 4_KiB)),
        overlay(reserved<"gpio3">(at(0xfff3'3000), 4_KiB)),
        overlay(reserved<"sp804">(at(0xfff3'4000), 4_KiB)),
        overlay(reserved<"rtc">(at(0xfff3'5000), 4_KiB)),
        overlay(reserved<"uart">(at(0xfff3'6000), 4_KiB)),
        overlay(reserved<"spi">(at(0xfff3'9000), 4_KiB)),
        overlay(reserved<"regs">(at(0xfff3'c000), 4_KiB)),
        overlay(ram_block<"highbank.sysram">(at(0xfff8'8000), 32_KiB)));
};
static_assert(Board<Midway>);

}  // namespace wirewrap::boards::arm
