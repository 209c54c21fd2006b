// Interrupt levels on their way along the wires. The wires are constants, so each is a direct call from the device that
// drives it to the device or hart that takes it; nothing is looked up at run time.
//
//     uart0.irq ──> plic ──context0──> hart0        settle<uart0>: ask the pin, tell the PLIC, and when a level changed,
//                                                   settle<plic>: ask its pins, tell the hart
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/board/check.hpp>
#include <wirewrap/board/traits.hpp>

namespace wirewrap {

/// The levels of one machine's wires and of its harts' interrupt inputs.
template <class B>
class InterruptLevels {
    static constexpr auto& wires = board_wires<B>;

public:
    /// Bit n: input n of the hart.
    std::uint64_t lines(std::size_t hart) const { return lines_[hart]; }

    /// Takes the levels of the pins of map entry `Source`, and hands them on as far as they changed. `devices` gives the
    /// device of a map entry: `devices.template device_at<I>()`.
    template <std::size_t Source, class Devices>
    [[gnu::always_inline]] void settle(Devices& devices) {
        [&]<std::size_t... W>(std::index_sequence<W...>) {
            (carry<Source, W>(devices), ...);
        }(std::make_index_sequence<wires.size()>{});
    }

    template <class Archive>
    void state(Archive& archive) {
        archive.field("wires", levels_);
        archive.field("harts", lines_);
    }

private:
    template <std::size_t Source, std::size_t W, class Devices>
    [[gnu::always_inline]] void carry(Devices& devices) {
        constexpr Wire wire = wires[W];
        constexpr const Region& source = board_regions<B>[Source];
        if constexpr (wire.source == source.name) {
            const bool level = devices.template device_at<Source>().output(pin_number(source, wire.pin));
            if (level == levels_[W]) return;
            levels_[W] = level;
            if constexpr (constexpr std::size_t hart = check::hart_number(wire.sink);
                          hart != std::string_view::npos) {
                const std::uint64_t bit = std::uint64_t{1} << wire.line;
                lines_[hart] = level ? lines_[hart] | bit : lines_[hart] & ~bit;
            } else {
                constexpr std::size_t sink = region_number(wire.sink);
                devices.template device_at<sink>().input(wire.line, level);
                settle<sink>(devices);
            }
        }
    }

    static constexpr std::size_t pin_number(const Region& source, std::string_view pin) {
        std::size_t number = 0;
        while (source.outputs[number] != pin) ++number;
        return number;
    }
    static constexpr std::size_t region_number(std::string_view name) {
        std::size_t number = 0;
        while (board_regions<B>[number].name != name) ++number;
        return number;
    }

    std::array<bool, wires.size()> levels_{};
    std::array<std::uint64_t, board_harts<B>> lines_{};
};

}  // namespace wirewrap
