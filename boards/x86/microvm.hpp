// QEMU's microvm: a PC without PCI, for guests that start fast. RAM leaves the last GiB below 4 GiB to devices.
#pragma once

#include <wirewrap/board.hpp>

namespace wirewrap::boards::x86 {

using namespace wirewrap::literals;

struct MicroVm {
    static constexpr auto name = "x86_64/microvm";
    static constexpr auto ram = main_ram("microvm.ram", 128_MiB)                        // any size: measured up to 1 TiB
                                    .placed(split(at(0x0), 3_GiB, at(0x1'0000'0000)));  // microvm_memory_init
    static constexpr auto map = memory_map(                                             // hw/i386/x86.c, x86_bios_rom_init:
        rom<"pc.bios">(at(0xffff'0000), 64_KiB),                                        // qboot.rom, QEMU's own
        overlay(mirror<"isa-bios">(block_at("pc.bios", 0_B, 64_KiB), at(0xf'0000))));
};

}  // namespace wirewrap::boards::x86
