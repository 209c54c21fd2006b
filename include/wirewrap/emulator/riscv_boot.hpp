// How a RISC-V machine without a boot ROM of its own begins, by the convention of QEMU's `virt` that OpenSBI, U-Boot and
// Linux expect: firmware at the start of RAM, what the firmware starts 2 MiB further, the device tree near the end.
//
//     reset ROM   ─> a0 = hart id, a1 = device tree, a2 = info for fw_dynamic, jump
//     RAM         [ firmware … )  [ kernel or U-Boot … )             [ device tree )
//                 base            next multiple of 2 MiB             2 MiB aligned, below 3 GiB
//
// Sources: RISC-V SBI and Linux Documentation/riscv/boot.rst (a0, a1); OpenSBI docs/firmware/fw_dynamic.md (a2);
// QEMU 7.2 hw/riscv/boot.c (addresses).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/loader/elf.hpp>
#include <wirewrap/loader/load.hpp>

namespace wirewrap {

/// Bytes of a file or of something made, with the name to use in errors.
struct NamedBytes {
    std::string_view name;
    std::span<const std::byte> bytes;
};

/// Where everything came to lie.
struct RiscvBootPlan {
    GuestAddress reset;  // where the harts begin
    GuestAddress firmware;
    std::optional<GuestAddress> kernel;
    GuestAddress device_tree;
};

namespace detail {

inline constexpr ElfTarget riscv64_target{.machine = ElfMachine::riscv, .bits = 64};
inline constexpr Bytes boot_unit{2 << 20};

/// An ELF executable to where it was linked, anything else as it is to `address`.
template <AccessPath Path>
Expected<LoadedProgram> load_program(Path& path, const NamedBytes& image, GuestAddress address) {
    constexpr std::array magic{std::byte{0x7f}, std::byte{'E'}, std::byte{'L'}, std::byte{'F'}};
    if (image.bytes.size() >= magic.size() && std::ranges::equal(image.bytes.first(magic.size()), magic))
        return load_elf(path, image.name, image.bytes, riscv64_target);
    const auto where = load_raw(path, image.name, image.bytes, address);
    if (!where) return std::unexpected(where.error());
    return LoadedProgram{address, *where};
}

constexpr GuestAddress round_up(GuestAddress a, Bytes unit) {
    return {(a.value + unit.count - 1) / unit.count * unit.count};
}

/// The code and data of the reset ROM: six instructions, then what they load.
inline std::array<std::byte, 88> reset_rom(GuestAddress firmware, GuestAddress kernel, GuestAddress tree) {
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
        firmware.value, tree.value,      dynamic_magic,   dynamic_version,
        kernel.value,   supervisor_mode, 0 /* options */, 0 /* boot hart */};
    std::array<std::byte, 88> rom{};
    for (std::size_t i = 0; i != code.size(); ++i) write_memory<std::uint32_t>(rom.data() + 4 * i, code[i]);
    for (std::size_t i = 0; i != data.size(); ++i)
        write_memory<std::uint64_t>(rom.data() + 24 + 8 * i, data[i]);
    return rom;
}

}  // namespace detail

/// Loads firmware, what it shall start, and the device tree, and writes the reset ROM at `reset`. Fails, with the name of
/// the image and the addresses, when something is no RISC-V program, does not fit, or would lie over something else.
template <class Machine>
Expected<RiscvBootPlan> boot_riscv(Machine& machine, GuestAddress reset, const NamedBytes& firmware,
                                   const std::optional<NamedBytes>& kernel, std::span<const std::byte> tree) {
    if (machine.ram_windows().empty())
        return fail("the machine has no RAM to boot from; give it some with ram_size");
    const Interval ram = machine.ram_windows()[0].range();
    const auto loaded = detail::load_program(machine, firmware, ram.base);
    if (!loaded) return std::unexpected(loaded.error());

    RiscvBootPlan plan{.reset = reset, .firmware = loaded->entry, .kernel = {}, .device_tree = {}};
    Interval last = loaded->memory;
    std::string_view last_name = firmware.name;
    if (kernel) {
        const GuestAddress place = detail::round_up(loaded->memory.base + loaded->memory.size,
                                                    detail::boot_unit);
        const auto program = detail::load_program(machine, *kernel, place);
        if (!program) return std::unexpected(program.error());
        if (program->memory.overlaps(loaded->memory))
            return fail(kernel->name, " goes to ", program->memory, ", over ", firmware.name, " at ",
                        loaded->memory, "; link it elsewhere, or give it as a raw image, which goes to ",
                        place);
        plan.kernel = program->entry;
        last = program->memory;
        last_name = kernel->name;
    }

    constexpr std::uint64_t low_end = std::uint64_t{3} << 30;  // 32-bit firmware reaches a tree below 3 GiB
    const std::uint64_t ram_end = ram.base.value + ram.size.count;
    const std::uint64_t limit = ram.base.value < low_end ? std::min(ram_end, low_end) : ram_end;
    const GuestAddress place{(limit - std::min<std::uint64_t>(limit, tree.size())) / detail::boot_unit.count *
                             detail::boot_unit.count};
    const Interval where{place, {tree.size()}};
    if (place < ram.base || where.overlaps(last) || where.overlaps(loaded->memory))
        return fail("the device tree, ", Bytes{tree.size()}, ", would go to ", where, ", over ", last_name,
                    " at ", last, "; give the machine more RAM than ", ram.size);
    const auto tree_loaded = load_raw(machine, "the device tree", tree, place);
    if (!tree_loaded) return std::unexpected(tree_loaded.error());
    plan.device_tree = place;

    const auto rom = detail::reset_rom(plan.firmware, plan.kernel.value_or(GuestAddress{0}),
                                       plan.device_tree);
    const std::span<std::byte> to = machine.memory_span(reset, Bytes{rom.size()});
    if (to.empty())
        return fail("the reset code, ", Bytes{rom.size()}, ", goes to ", reset,
                    ", but the board has no memory there; give it a rom entry");
    std::ranges::copy(rom, to.begin());
    return plan;
}

}  // namespace wirewrap
