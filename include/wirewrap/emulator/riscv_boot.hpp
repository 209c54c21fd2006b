// How a RISC-V machine begins, by the convention of QEMU's `virt` that OpenSBI, U-Boot and Linux expect: firmware at the
// start of RAM, what the firmware starts 2 MiB further, the device tree near the end.
//
//     reset ROM   ─> a0 = hart id, a1 = device tree, a2 = info for fw_dynamic, jump
//     RAM         [ firmware … )  [ kernel or U-Boot … )  [ initrd … )     [ device tree )
//                 base            next multiple of 2 MiB                   2 MiB aligned, below 3 GiB
//
//     const auto plan = boot_riscv(machine, at(0x1000), {.firmware = fw, .kernel = linux},
//                                  [&](std::optional<Interval> initrd) { return make_tree(initrd); });
//     if (plan) hart.set_pc(plan->reset.value);
//
// Everything is placed and compared before the first byte is written: after an error memory is as it was.
// Source: QEMU 7.2, hw/riscv/boot.c and `virt_machine_done` of hw/riscv/virt.c.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/emulator/boot_advice.hpp>
#include <wirewrap/emulator/riscv_reset_rom.hpp>
#include <wirewrap/loader/elf.hpp>
#include <wirewrap/loader/placed_image.hpp>
#include <wirewrap/loader/riscv_kernel.hpp>

namespace wirewrap {

/// Bytes of a file or of something made, with the name to use in errors.
struct NamedBytes {
    std::string_view name;
    std::span<const std::byte> bytes;
};

/// Something more to load: an ELF executable to where it is linked, anything else as it is to `address`.
struct RiscvExtraImage {
    NamedBytes image;
    GuestAddress address{};
    bool raw = false;     // as it is, also when it is an ELF executable
    bool starts = false;  // the hart begins there instead of in the reset ROM
};

/// What a machine begins with. Without firmware the kernel takes its place.
struct RiscvImages {
    std::optional<NamedBytes> firmware{};
    std::optional<NamedBytes> kernel{};
    std::optional<NamedBytes> initrd{};
    std::span<const RiscvExtraImage> others{};
    std::optional<GuestAddress> target{};  // the reset ROM jumps there, not to the firmware: code in flash
    std::optional<GuestAddress> next{};    // firmware starts that, and not the kernel: code in flash
    /// How a user says that a kernel is to run without firmware, for the sentence about a kernel over it.
    std::string_view without_firmware = "start it without firmware";
};

/// Where everything came to lie.
struct RiscvBootPlan {
    GuestAddress reset;     // where the harts begin
    GuestAddress firmware;  // where the reset ROM jumps
    std::optional<GuestAddress> kernel{};
    std::optional<Interval> initrd{};
    GuestAddress device_tree;
};

namespace detail {

inline constexpr ElfTarget riscv64_target{.machine = ElfMachine::riscv, .bits = 64};
inline constexpr Bytes boot_unit{2 << 20}, boot_page{4 << 10};

constexpr std::uint64_t round_up(std::uint64_t value, Bytes unit) {
    return (value + unit.count - 1) / unit.count * unit.count;
}
constexpr std::uint64_t round_down(std::uint64_t value, Bytes unit) {
    return value / unit.count * unit.count;
}

inline bool is_elf(std::span<const std::byte> bytes) {
    constexpr std::array magic{std::byte{0x7f}, std::byte{'E'}, std::byte{'L'}, std::byte{'F'}};
    return bytes.size() >= magic.size() && std::ranges::equal(bytes.first(magic.size()), magic);
}

/// Finds a place for one image after the other, and keeps them apart.
template <class Machine>
class RiscvBooting {
public:
    RiscvBooting(const Machine& machine, Interval ram) : machine_(machine), ram_(ram), advice_(ram) {}

    /// An ELF executable to where it was linked, a position-independent one and anything else to `address`.
    Expected<PlacedImage> program(const NamedBytes& image, GuestAddress address) const {
        if (is_elf(image.bytes))
            return place_elf(machine_, image.name, image.bytes, riscv64_target, address, advice_);
        return raw(image, address);
    }
    /// The same, and Linux takes as much memory as its header says, with zeros behind the file.
    Expected<PlacedImage> kernel(const NamedBytes& image, GuestAddress address) const {
        if (is_elf(image.bytes)) return program(image, address);
        const auto header = parse_riscv_kernel(image.name, image.bytes);
        if (!header) return std::unexpected(header.error());
        return place_raw(machine_, image.name, image.bytes, address, advice_,
                         *header ? (*header)->memory : Bytes{});
    }
    Expected<PlacedImage> raw(const NamedBytes& image, GuestAddress address) const {
        return place_raw(machine_, image.name, image.bytes, address, advice_);
    }

    /// Takes an image, unless it lies over another. `remedy` ends the sentence.
    Expected<void> add(PlacedImage placement, const Text& remedy) {
        for (const PlacedImage& other : placed_)
            if (const auto clash = overlap(placement, other))
                return fail(placement.name, " goes to ", clash->first, ", over ", other.name, " at ",
                            clash->second, "; ", remedy);
        placed_.push_back(std::move(placement));
        return {};
    }

    /// The end of what was taken in RAM, or where RAM begins.
    std::uint64_t end_of_images() const {
        std::uint64_t end = ram_.base.value;
        for (const PlacedImage& placement : placed_)
            for (const PlacedPiece& piece : placement.pieces)
                if (ram_.contains(piece.memory.base))
                    end = std::max(end, piece.memory.base.value + piece.memory.size.count);
        return end;
    }

    /// Where the tree goes: the last 2 MiB of RAM that 32-bit firmware reaches, as in QEMU; where something lies there, the
    /// last free pages.
    Expected<GuestAddress> tree_place(Bytes size) const {
        constexpr std::uint64_t low_end = std::uint64_t{3} << 30;
        const std::uint64_t ram_end = ram_.base.value + ram_.size.count;
        const std::uint64_t limit = ram_.base.value < low_end ? std::min(ram_end, low_end) : ram_end;
        const std::uint64_t last = limit - std::min(limit, size.count);
        const Interval first_choice{{round_down(last, boot_unit)}, size};
        Interval where = first_choice;
        const PlacedImage* blocker = in_the_way(where);
        if (where.base >= ram_.base && blocker == nullptr) return where.base;
        where.base = GuestAddress{round_down(last, boot_page)};
        while (where.base >= ram_.base) {
            const PlacedPiece* piece = piece_in_the_way(where);
            if (piece == nullptr) return where.base;
            if (piece->memory.base.value < size.count) break;
            where.base = GuestAddress{round_down(piece->memory.base.value - size.count, boot_page)};
        }
        if (blocker == nullptr && !placed_.empty()) blocker = &placed_.back();
        if (blocker == nullptr)
            return fail("the device tree, ", size, ", is larger than RAM, ", ram_.size,
                        "; give the machine more RAM");
        return fail("the device tree, ", size, ", would go to ", first_choice, ", over ", blocker->name,
                    " at ", blocker->memory(), "; give the machine more RAM than ", ram_.size);
    }

    const std::vector<PlacedImage>& placed() const { return placed_; }

private:
    const PlacedImage* in_the_way(Interval where) const {
        for (const PlacedImage& placement : placed_)
            for (const PlacedPiece& piece : placement.pieces)
                if (piece.memory.overlaps(where)) return &placement;
        return nullptr;
    }
    const PlacedPiece* piece_in_the_way(Interval where) const {
        for (const PlacedImage& placement : placed_)
            for (const PlacedPiece& piece : placement.pieces)
                if (piece.memory.overlaps(where)) return &piece;
        return nullptr;
    }

    const Machine& machine_;
    Interval ram_;
    BoardAdvice<typename Machine::BoardType> advice_;
    std::vector<PlacedImage> placed_;
};

/// As QEMU: half of RAM or 128 MiB behind the kernel's first instruction, where an unpacked kernel does not reach.
inline GuestAddress initrd_place(GuestAddress kernel, Bytes ram, std::uint64_t images_end) {
    constexpr std::uint64_t most = 128 << 20;
    return {std::max(kernel.value + std::min(ram.count / 2, most), round_up(images_end, boot_page))};
}

}  // namespace detail

/// Loads the images and the device tree, and writes the reset ROM at `rom`. `tree_for` makes the tree when it is known where
/// the initrd lies: `Expected<std::vector<std::byte>>(std::optional<Interval>)`. Fails, with the names of both and the
/// addresses, when something is no RISC-V program, does not fit, or would lie over something else.
template <class Machine, class TreeFor>
    requires std::invocable<TreeFor&, std::optional<Interval>>
Expected<RiscvBootPlan> boot_riscv(Machine& machine, GuestAddress rom, const RiscvImages& images,
                                   TreeFor tree_for) {
    if (machine.ram_windows().empty())
        return fail("the machine has no RAM to boot from; give it some with ram_size");
    const Interval ram = machine.ram_windows()[0].range();
    detail::RiscvBooting<Machine> booting(machine, ram);
    RiscvBootPlan plan{.reset = rom, .firmware = ram.base, .device_tree = {}};

    if (images.firmware) {
        auto firmware = booting.program(*images.firmware, ram.base);
        if (!firmware) return std::unexpected(firmware.error());
        plan.firmware = firmware->entry;
        if (auto added = booting.add(std::move(*firmware), {}); !added) return std::unexpected(added.error());
    }
    if (images.kernel) {
        const GuestAddress place{detail::round_up(booting.end_of_images(), detail::boot_unit)};
        auto kernel = booting.kernel(*images.kernel, place);
        if (!kernel) return std::unexpected(kernel.error());
        plan.kernel = kernel->entry;
        if (!images.firmware) plan.firmware = kernel->entry;
        const Text remedy = sentence("link it elsewhere, give it as a raw image, which goes to ", place,
                                     ", or ", images.without_firmware);
        if (auto added = booting.add(std::move(*kernel), remedy); !added)
            return std::unexpected(added.error());
    }
    if (images.initrd) {
        const GuestAddress place = detail::initrd_place(plan.kernel.value_or(ram.base), ram.size,
                                                        booting.end_of_images());
        auto initrd = booting.raw(*images.initrd, place);
        if (!initrd) return std::unexpected(initrd.error());
        plan.initrd = initrd->memory();
        if (auto added = booting.add(std::move(*initrd),
                                     sentence("give the machine more RAM than ", ram.size));
            !added)
            return std::unexpected(added.error());
    }
    for (const RiscvExtraImage& extra : images.others) {
        auto placement = extra.raw ? booting.raw(extra.image, extra.address)
                                   : booting.program(extra.image, extra.address);
        if (!placement) return std::unexpected(placement.error());
        if (extra.starts) plan.reset = placement->entry;
        if (auto added = booting.add(std::move(*placement), sentence("load one of them elsewhere")); !added)
            return std::unexpected(added.error());
    }
    if (images.target) plan.firmware = *images.target;

    const Expected<std::vector<std::byte>> tree = tree_for(plan.initrd);
    if (!tree) return std::unexpected(tree.error());
    const auto tree_place = booting.tree_place(Bytes{tree->size()});
    if (!tree_place) return std::unexpected(tree_place.error());
    plan.device_tree = *tree_place;
    auto tree_placed = booting.raw({"the device tree", *tree}, *tree_place);
    if (!tree_placed) return std::unexpected(tree_placed.error());
    if (auto added = booting.add(std::move(*tree_placed), {}); !added) return std::unexpected(added.error());

    const GuestAddress next = images.next.value_or(plan.kernel.value_or(GuestAddress{0}));
    const auto code = riscv_reset_rom({.target = plan.firmware, .kernel = next, .tree = plan.device_tree});
    auto code_placed = booting.raw({"the reset code", code}, rom);
    if (!code_placed) return std::unexpected(code_placed.error());
    if (auto added = booting.add(std::move(*code_placed), sentence("load it elsewhere")); !added)
        return std::unexpected(added.error());

    for (const PlacedImage& placement : booting.placed())
        if (const auto written = put(machine, placement); !written) return std::unexpected(written.error());
    return plan;
}

/// The same for a tree that is finished.
template <class Machine>
Expected<RiscvBootPlan> boot_riscv(Machine& machine, GuestAddress rom, const RiscvImages& images,
                                   std::span<const std::byte> tree) {
    return boot_riscv(machine, rom, images, [&](std::optional<Interval>) {
        return Expected<std::vector<std::byte>>(std::vector(tree.begin(), tree.end()));
    });
}

/// The same for firmware and what it starts.
template <class Machine>
Expected<RiscvBootPlan> boot_riscv(Machine& machine, GuestAddress rom, const NamedBytes& firmware,
                                   const std::optional<NamedBytes>& kernel, std::span<const std::byte> tree) {
    return boot_riscv(machine, rom, RiscvImages{.firmware = firmware, .kernel = kernel}, tree);
}

}  // namespace wirewrap
