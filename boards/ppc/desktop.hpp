// QEMU's `pegasos1`, `pegasos2` and `amigaone`, PowerPC desktop boards: one RAM module, a power of two up to 2 GiB, which is
// of DDR memory and begins with 32 MiB, on the AmigaOne of SDRAM and with 4 MiB.
//
//     auto machine = Machine<boards::ppc::Pegasos2, hostmem::Anonymous>::create({.ram_size = 1_GiB});
//
//     0x0        0x8000'0000
//      [ RAM … )  [ PCI memory …
//
// Source: QEMU 7.2, hw/ppc/pegasos2.c, and 11.1, hw/ppc/pegasos.c and amigaone.c, which refuse more than 2 GiB; for every other
// size that is refused here QEMU dies of an assertion in hw/i2c/smbus_eeprom.c.
#pragma once

#include <bit>

#include <wirewrap/board.hpp>

namespace wirewrap::boards::ppc {

using namespace wirewrap::literals;

namespace desktop {

constexpr auto ram(std::string_view id, Bytes least) {
    return main_ram(id, 512_MiB).accepts(power_of_two() && between(least, 2_GiB)).placed(at(0x0));
}

}  // namespace desktop

template <QemuRelease As>
struct Pegasos2AsOf {
    static constexpr auto name = "ppc64/pegasos2";
    static constexpr bool named_ram = As >= qemu_release(11, 1);
    static constexpr auto releases = named_ram ? since(11, 1) : until(10, 0);
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = desktop::ram(named_ram ? "ram" : "pegasos2.ram", 32_MiB);
};
using Pegasos2 = Pegasos2AsOf<newest_qemu>;

struct Pegasos1 {
    static constexpr auto name = "ppc64/pegasos1";
    static constexpr auto releases = since(11, 1);
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = desktop::ram("ram", 32_MiB);
};

struct AmigaOne {
    static constexpr auto name = "ppc64/amigaone";
    static constexpr auto releases = since(10, 0);
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto ram = desktop::ram("ram", 4_MiB);
    static constexpr auto map = memory_map(
        overlay(ram_block<"init-cache">(at(0x4000'0000), 32_KiB)),  // INITIAL_RAM_ADDR
        ram_block<"nvram">(at(0xfd0e'0000), 4_KiB),                 // NVRAM_ADDR
        rom<"rom">(at(0xfff0'0000), 512_KiB));                      // PROM_ADDR, PROM_SIZE
};
static_assert(Board<Pegasos2> && Board<Pegasos2AsOf<qemu_release(7, 2)>> && Board<AmigaOne>);

}  // namespace wirewrap::boards::ppc
