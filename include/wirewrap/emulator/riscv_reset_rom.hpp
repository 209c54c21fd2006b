// The first instructions of a RISC-V machine: they put into registers what firmware expects there, and jump.
//
//     a0 = hart id    a1 = device tree    a2 = what fw_dynamic shall start    then jump to `target`
//
//     const auto code = riscv_reset_rom({.target = at(0x8000'0000), .kernel = at(0x8020'0000), .tree = at(0x87e0'0000)});
//
// Sources: RISC-V SBI and Linux Documentation/riscv/boot.rst (a0, a1); OpenSBI docs/firmware/fw_dynamic.md (a2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/endian.hpp>

namespace wirewrap {

struct RiscvReset {
    GuestAddress target;  // firmware, or what runs in its place
    GuestAddress kernel;  // what firmware starts in S-mode; 0: nothing
    GuestAddress tree;
};

/// Six instructions, then what they load. It may lie anywhere.
inline std::array<std::byte, 88> riscv_reset_rom(const RiscvReset& reset) {
    constexpr std::array<std::uint32_t, 6> code{
        0x00000297,  // auipc t0, 0
        0x02828613,  // addi  a2, t0, 40      info for fw_dynamic
        0xf1402573,  // csrr  a0, mhartid
        0x0202b583,  // ld    a1, 32(t0)      device tree
        0x0182b283,  // ld    t0, 24(t0)      firmware
        0x00028067,  // jr    t0
    };
    constexpr std::uint64_t dynamic_magic = 0x4942534f, dynamic_version = 2, supervisor_mode = 1;
    const std::array<std::uint64_t, 8> data{
        reset.target.value, reset.tree.value, dynamic_magic,   dynamic_version,
        reset.kernel.value, supervisor_mode,  0 /* options */, 0 /* boot hart */};
    std::array<std::byte, 88> rom{};
    for (std::size_t i = 0; i != code.size(); ++i) write_memory<std::uint32_t>(rom.data() + 4 * i, code[i]);
    for (std::size_t i = 0; i != data.size(); ++i)
        write_memory<std::uint64_t>(rom.data() + 24 + 8 * i, data[i]);
    return rom;
}

}  // namespace wirewrap
