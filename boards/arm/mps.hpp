// ARM's FPGA prototyping boards MPS2 and MPS3, one machine for each FPGA image. The RAM is soldered on, so
// there is one size, and its place is the image's choice.
//
//     static_assert(ram_verdict<boards::arm::Mps2An385>(16_MiB));
//     static_assert(!ram_verdict<boards::arm::Mps2An385>(32_MiB));   // "… exactly 16 MiB of RAM, not 32 MiB; …"
//
//     an385, an386, an511   0x2100'0000 [ PSRAM 16 MiB )
//     an500                 0x6000'0000 [ PSRAM 16 MiB )
//     an505, an521          0x8000'0000 [ PSRAM 16 MiB )
//     an524, an547          0x6000'0000 [ DDR 2 GiB )      behind a memory protection controller
//     an536                 0x2000'0000 [ DDR … 3 GiB )
//
// Sources: QEMU 7.2 and 11.1, hw/arm/mps2.c and hw/arm/mps2-tz.c, their tables of each image's memory.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::arm {

using namespace wirewrap::literals;

namespace mps {

constexpr auto psram(GuestAddress base) {
    return main_ram("mps.ram", 16_MiB).accepts(exactly(16_MiB)).placed(base);
}
/// QEMU gives it 1 GiB on hosts of 32 bits.
constexpr auto ddr() { return main_ram("DDR", 2_GiB).accepts(exactly(2_GiB)).placed(at(0x6000'0000)); }

}  // namespace mps

struct Mps2An385 {
    static constexpr auto name = "aarch64/mps2-an385";
    static constexpr auto ram = mps::psram(at(0x2100'0000));
};

struct Mps2An386 {
    static constexpr auto name = "aarch64/mps2-an386";
    static constexpr auto ram = mps::psram(at(0x2100'0000));
};

struct Mps2An500 {
    static constexpr auto name = "aarch64/mps2-an500";
    static constexpr auto ram = mps::psram(at(0x6000'0000));
};

struct Mps2An511 {
    static constexpr auto name = "aarch64/mps2-an511";
    static constexpr auto ram = mps::psram(at(0x2100'0000));
};

struct Mps2An505 {
    static constexpr auto name = "aarch64/mps2-an505";
    static constexpr auto ram = mps::psram(at(0x8000'0000));
};

struct Mps2An521 {
    static constexpr auto name = "aarch64/mps2-an521";
    static constexpr auto ram = mps::psram(at(0x8000'0000));
};

struct Mps3An524 {
    static constexpr auto name = "aarch64/mps3-an524";
    static constexpr auto ram = mps::ddr();
};

struct Mps3An547 {
    static constexpr auto name = "aarch64/mps3-an547";
    static constexpr auto ram = mps::ddr();
};

/// With two Cortex-R52. QEMU takes any size and lets more than 3 GiB run under the devices at 0xe000'0000.
struct Mps3An536 {
    static constexpr auto name = "aarch64/mps3-an536";
    static constexpr auto releases = since(10, 0);
    static constexpr auto ram = main_ram("DDR", 3_GiB)  // hw/arm/mps3r.c, an536_raminfo
                                    .accepts(at_most(3_GiB))
                                    .placed(at(0x2000'0000));
    static constexpr auto map = memory_map(
        rom<"QSPI">(at(0x800'0000), 8_MiB),
        ram_block<"BRAM">(at(0x1000'0000), 512_KiB),
        reserved<"devices">(at(0xe000'0000), 512_MiB));
};

// One of each kind; the rest differ in name or size.
static_assert(Board<Mps2An385> && Board<Mps3An524> && Board<Mps3An536>);

}  // namespace wirewrap::boards::arm
