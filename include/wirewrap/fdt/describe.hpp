// How a device type appears in a device tree. A type without a specialization of `Describe` does not appear.
//
//     template <>
//     struct fdt::Describe<Doorbell> {
//         static constexpr std::string_view node = "doorbell";             // generic name: doorbell@10002000
//         static void properties(Writer& tree, const Placed& where) {      // beside `reg`, which every device has
//             tree.string("compatible", "example,doorbell");
//             interrupts(tree, where);
//         }
//     };
//
// A specialization may add `static void beside(Writer&, const Placed&)`: nodes at the root that refer to the device.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <wirewrap/base/interval.hpp>
#include <wirewrap/fdt/writer.hpp>

namespace wirewrap::fdt {

/// A wire as a device tree says it: an output pin of the device, and the controller and line it goes to.
struct PinWire {
    std::size_t pin = 0;
    Phandle controller;
    std::uint32_t line = 0;
};

/// One device on a board.
struct Placed {
    std::string_view name;             // of the map entry
    Interval range;                    // its window
    Phandle phandle;                   // free for `properties` to give to the node
    std::span<const PinWire> wires{};  // sorted by pin
    Phandle first_hart{};              // interrupt controller of hart 0
};

template <class D>
struct Describe {};

/// Appears in device trees.
template <class D>
concept Described = requires(Writer& tree, const Placed& where) {
    { std::string_view(Describe<D>::node) };
    Describe<D>::properties(tree, where);
};

/// Adds nodes at the root.
template <class D>
concept DescribedBeside = Described<D> &&
                          requires(Writer& tree, const Placed& where) { Describe<D>::beside(tree, where); };

/// `interrupts` of a device whose wires go to one controller, `interrupts-extended` when they go to several; nothing for
/// a device without wires.
inline void interrupts(Writer& tree, const Placed& where) {
    if (where.wires.empty()) return;
    const Phandle controller = where.wires.front().controller;
    const bool one = std::ranges::all_of(where.wires,
                                         [&](const PinWire& w) { return w.controller == controller; });
    std::vector<std::uint32_t> cells;
    for (const PinWire& wire : where.wires) {
        if (!one) cells.push_back(wire.controller.value);
        cells.push_back(wire.line);
    }
    if (one) tree.reference("interrupt-parent", controller);
    tree.cells(one ? "interrupts" : "interrupts-extended", cells);
}

/// `interrupts-extended` with one place for each of the `pins`, as interrupt controllers want it: readers count the places
/// to know the pin. A pin without a wire has the line 0xffffffff, "none", of hart 0; behind the last that has one nothing is
/// said.
inline void interrupts_by_pin(Writer& tree, const Placed& where, std::size_t pins) {
    if (!where.wires.empty()) pins = std::ranges::max(where.wires, {}, &PinWire::pin).pin + 1;
    std::vector<std::uint32_t> cells;
    for (std::size_t pin = 0; pin != pins; ++pin) {
        const auto wire = std::ranges::find(where.wires, pin, &PinWire::pin);
        const bool found = wire != where.wires.end();
        cells.push_back(found ? wire->controller.value : where.first_hart.value);
        cells.push_back(found ? wire->line : 0xffff'ffff);
    }
    tree.cells("interrupts-extended", cells);
}

}  // namespace wirewrap::fdt
