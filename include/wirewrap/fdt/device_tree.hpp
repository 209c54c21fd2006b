// The device tree of a RISC-V board, generated from its type: the map gives the nodes and their addresses, the wires give
// the interrupts, so the tree cannot say what the machine does not do.
//
//     const std::array ram{Interval{at(0x8000'0000), 256_MiB}};
//     auto blob = fdt::device_tree<Virt>({.ram = ram, .bootargs = "console=ttyS0", .console = "uart0"});
//     load_raw(machine, "device tree", *blob, at(0x8220'0000));
//
//     /                             compatible, model
//     ├── chosen                    bootargs, stdout-path, initrd
//     ├── memory@80000000           one for each window of RAM
//     ├── cpus                      timebase-frequency
//     │   ├── cpu@0                 riscv,isa, riscv,isa-base, riscv,isa-extensions, mmu-type
//     │   │   └── interrupt-controller
//     │   └── cpu-map
//     ├── soc                       the devices of the map that have a `Describe`
//     │   ├── plic@c000000          interrupts-extended: the wires plic.context0 … to the harts
//     │   └── serial@10000000       interrupts: the wire uart0.irq to the PLIC
//     └── poweroff, reboot          what devices add at the root
//
// Source: Devicetree Specification 0.4, chapter 3; Linux 6.1, Documentation/devicetree/bindings/riscv/cpus.yaml.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/board/board.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/fdt/describe.hpp>
#include <wirewrap/fdt/writer.hpp>

namespace wirewrap::fdt {

/// What a tree says beside the board. Everything is read while the tree is written and not kept.
struct TreeOptions {
    /// Windows of RAM, without mirrors. At least one.
    std::span<const Interval> ram;
    /// The command line of an operating system; not present when empty.
    std::string_view bootargs{};
    /// The map entry whose device is `stdout-path`; none when empty.
    std::string_view console{};
    /// Seconds that U-Boot waits for a key before it boots by itself, -1: it does not; its own default when absent. Source:
    /// U-Boot, doc/device-tree-bindings/config.txt.
    std::optional<std::int32_t> boot_delay{};
    /// A ramdisk that has been loaded.
    std::optional<Interval> initrd{};
    /// `riscv,isa` of each hart. U-Boot 2023.01 looks for single letters in the whole text behind "rv64", so that the 'f'
    /// of "_zifencei" makes it use floating point: leave Zicsr and Zifencei to be implied.
    std::string_view isa = "rv64imac";
    /// `riscv,isa-extensions`, beside which `riscv,isa-base` says rv64i; neither is there when it is empty. A hart's type
    /// knows both this and `isa`: riscv::isa_extensions and riscv::isa_string of its `extensions`.
    std::span<const std::string_view> isa_extensions{};
    /// `mmu-type` of each hart: riscv::mmu_type of its `satp_modes`. OpenSBI 1.1 disables harts that have none.
    std::string_view mmu = "riscv,none";
    /// Of the board's harts, the first so many are there; 0: all.
    std::size_t harts = 0;
    /// `compatible` and `model` of the root; the name of the board when empty.
    std::string_view compatible{};
    std::string_view model{};
};

namespace detail {

// Numbers are given in order: two for each hart, itself and its interrupt controller, then one for each map entry.
constexpr Phandle hart_phandle(std::size_t hart) { return {static_cast<std::uint32_t>(1 + 2 * hart)}; }
constexpr Phandle hart_controller(std::size_t hart) { return {static_cast<std::uint32_t>(2 + 2 * hart)}; }
template <class B>
constexpr Phandle entry_phandle(std::size_t entry) {
    return {static_cast<std::uint32_t>(1 + 2 * board_harts<B> + entry)};
}

template <class B>
constexpr Phandle controller_of(const Wire& wire) {
    if (const std::size_t hart = board_cpu_words<B>.cpu(wire.sink); hart != CpuWords::none)
        return hart_controller(hart);
    const auto sink = std::ranges::find(board_regions<B>, wire.sink, &Region::name);
    return entry_phandle<B>(static_cast<std::size_t>(sink - board_regions<B>.begin()));
}

/// How many harts the tree tells of.
template <class B>
std::size_t told_harts(const TreeOptions& options) {
    return options.harts == 0 ? board_harts<B> : std::min(options.harts, board_harts<B>);
}

/// The wires that leave map entry `entry`, by pin, without those to harts from `harts` on.
template <class B>
std::vector<PinWire> wires_from(std::size_t entry, std::size_t harts) {
    const Region& region = board_regions<B>[entry];
    std::vector<PinWire> wires;
    for (std::size_t pin = 0; pin != region.outputs.size(); ++pin)
        for (const Wire& wire : board_wires<B>)
            if (wire.source == region.name && wire.pin == region.outputs[pin] &&
                !(board_cpu_words<B>.cpu(wire.sink) != CpuWords::none &&
                  board_cpu_words<B>.cpu(wire.sink) >= harts))
                wires.push_back({pin, controller_of<B>(wire), static_cast<std::uint32_t>(wire.line)});
    return wires;
}

template <class B>
Placed placed(std::size_t entry, std::span<const PinWire> wires) {
    const Region& region = board_regions<B>[entry];
    return {region.name, region.range, entry_phandle<B>(entry), wires, hart_controller(0)};
}

/// Calls `visit.operator()<D>(i)` for map entry i with a described device D, for each in order.
template <class B, class Visit>
void for_each_described(Visit visit) {
    [&]<class... Entries>(const MemoryMap<Entries...>&) {
        std::size_t entry = 0;
        const auto visit_one = [&]<class D>() {
            if constexpr (Described<D>) visit.template operator()<D>(entry);
            ++entry;
        };
        (visit_one.template operator()<typename Entries::device_type>(), ...);
    }(board_map<B>);
}

/// "/soc/serial@10000000" for the map entry `name`; empty when it has no node.
template <class B>
std::string path_of(std::string_view name) {
    std::string path;
    for_each_described<B>([&]<class D>(std::size_t entry) {
        const Region& region = board_regions<B>[entry];
        if (region.name == name) path = "/soc/" + unit_name(Describe<D>::node, region.range.base);
    });
    return path;
}

template <class B>
void write_chosen(Writer& tree, const TreeOptions& options) {
    const auto chosen = tree.node("chosen");
    if (!options.bootargs.empty()) tree.string("bootargs", options.bootargs);
    if (!options.console.empty()) {
        const std::string path = path_of<B>(options.console);
        if (path.empty())
            tree.mistake(sentence(board_name<B>, ": the console ", options.console,
                                  " has no node in the device tree; name a device of the map"));
        tree.string("stdout-path", path);
    }
    if (options.initrd) {
        tree.number("linux,initrd-start", options.initrd->base.value);
        tree.number("linux,initrd-end", (options.initrd->base + options.initrd->size).value);
    }
}

inline void write_config(Writer& tree, std::int32_t boot_delay) {
    const auto config = tree.node("config");
    tree.cells("bootdelay", {static_cast<std::uint32_t>(boot_delay)});
}

inline void write_memory(Writer& tree, Interval window) {
    const auto memory = tree.node(unit_name("memory", window.base));
    tree.string("device_type", "memory");
    tree.reg({window});
}

inline void write_hart(Writer& tree, const TreeOptions& options, std::size_t hart) {
    const auto cpu = tree.node(unit_name("cpu", GuestAddress{hart}));
    tree.string("device_type", "cpu");
    tree.cells("reg", {static_cast<std::uint32_t>(hart)});
    tree.string("status", "okay");
    tree.string("compatible", "riscv");
    tree.string("riscv,isa", options.isa);
    if (!options.isa_extensions.empty()) {
        tree.string("riscv,isa-base", "rv64i");
        tree.strings("riscv,isa-extensions", options.isa_extensions);
    }
    tree.string("mmu-type", options.mmu);
    tree.phandle(hart_phandle(hart));
    const auto controller = tree.node("interrupt-controller");
    tree.string("compatible", "riscv,cpu-intc");
    tree.cells("#interrupt-cells", {1});
    tree.flag("interrupt-controller");
    tree.phandle(hart_controller(hart));
}

template <class B>
void write_harts(Writer& tree, const TreeOptions& options) {
    const auto cpus = tree.node("cpus");
    tree.cells("#address-cells", {1});
    tree.cells("#size-cells", {0});
    if constexpr (board_timebase<B> >> 32 == 0)
        tree.cells("timebase-frequency", {static_cast<std::uint32_t>(board_timebase<B>)});
    else
        tree.number("timebase-frequency", board_timebase<B>);
    const std::size_t harts = told_harts<B>(options);
    for (std::size_t hart = 0; hart != harts; ++hart) write_hart(tree, options, hart);
    const auto map = tree.node("cpu-map");
    const auto cluster = tree.node("cluster0");
    for (std::size_t hart = 0; hart != harts; ++hart) {
        const auto core = tree.node(sentence("core", hart).view());
        tree.reference("cpu", hart_phandle(hart));
    }
}

template <class B>
void write_devices(Writer& tree, const TreeOptions& options) {
    const auto soc = tree.node("soc");
    tree.cells("#address-cells", {2});
    tree.cells("#size-cells", {2});
    tree.string("compatible", "simple-bus");
    tree.flag("ranges");
    for_each_described<B>([&]<class D>(std::size_t entry) {
        const std::vector<PinWire> wires = wires_from<B>(entry, told_harts<B>(options));
        const Placed where = placed<B>(entry, wires);
        const auto device = tree.node(unit_name(Describe<D>::node, where.range.base));
        tree.reg({where.range});
        Describe<D>::properties(tree, where);
    });
}

template <class B>
void write_root(Writer& tree, const TreeOptions& options) {
    const auto root = tree.node("");
    tree.cells("#address-cells", {2});
    tree.cells("#size-cells", {2});
    tree.string("compatible", options.compatible.empty() ? board_name<B> : options.compatible);
    tree.string("model", options.model.empty() ? board_name<B> : options.model);
    write_chosen<B>(tree, options);
    if (options.boot_delay) write_config(tree, *options.boot_delay);
    if (options.ram.empty())
        tree.mistake(
            sentence(board_name<B>, ": no window of RAM is given to describe; give those of the machine"));
    for (const Interval window : options.ram) write_memory(tree, window);
    write_harts<B>(tree, options);
    write_devices<B>(tree, options);
    for_each_described<B>([&]<class D>(std::size_t entry) {
        if constexpr (DescribedBeside<D>) Describe<D>::beside(tree, placed<B>(entry, {}));
    });
}

}  // namespace detail

/// The flattened device tree of board `B`. Errors: no RAM window, a console that is no described device, a text with a
/// NUL in it.
template <Board B>
Expected<std::vector<std::byte>> device_tree(const TreeOptions& options) {
    Writer tree;
    detail::write_root<B>(tree, options);
    return tree.finish();
}

}  // namespace wirewrap::fdt
