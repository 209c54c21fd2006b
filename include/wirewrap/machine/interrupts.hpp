// Interrupt levels on their way along the wires. The wires are constants, so each is a direct call from the device that
// drives it to the device or hart that takes it; nothing is looked up at run time.
//
//     uart0.irq ──> plic ──context0──> hart0        propagate<uart0>: ask the pin, tell the PLIC, and if a level changed,
//                                                   propagate<plic>: ask its pins, tell the hart
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>

#include <wirewrap/base/device.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/machine/device_at.hpp>

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
    [[gnu::always_inline]] void propagate(Devices& devices) {
        carry_all<Source>(devices, std::make_index_sequence<wires.size()>{});
    }

    /// To be called when every device that can be reset was: it has forgotten what it was told and is told again. A sink
    /// that was not reset remembers, and hears of changes only.
    template <class Devices>
    void tell_again(Devices& devices) {
        [&]<std::size_t... W>(std::index_sequence<W...>) {
            (void)std::initializer_list<int>{(tell_again<W>(devices), 0)...};
        }(std::make_index_sequence<wires.size()>{});
    }

    /// Tells map entry `Sink` the levels of its wires.
    template <std::size_t Sink, class Devices>
    void tell_sink(Devices& devices) {
        [&]<std::size_t... W>(std::index_sequence<W...>) {
            (void)std::initializer_list<int>{(tell_if_sink<Sink, W>(devices), 0)...};
        }(std::make_index_sequence<wires.size()>{});
    }

    template <class Archive>
    void state(Archive& archive) {
        archive.field("wires", levels_);
        archive.field("harts", lines_);
    }

    /// The same pins of two map entries drive wires, in the same order.
    static constexpr bool same_pins(std::size_t one, std::size_t other) {
        const std::size_t count = outgoing.count(one);
        if (count != outgoing.count(other)) return false;
        for (std::size_t n = 0; n != count; ++n)
            if (pin_of(outgoing.wire(one, n)) != pin_of(outgoing.wire(other, n))) return false;
        return true;
    }
    /// No pin of `device` has another level than its wires have. It is number `k` of these map entries, which have the same
    /// pins wired.
    template <auto& Entries, class D>
    [[gnu::always_inline]] bool settled(D& device, std::size_t k) const {
        if constexpr (constexpr std::size_t count = outgoing.count(Entries[0]); count != 0)
            return settled<Entries>(device, k, std::make_index_sequence<count>{});
        return true;
    }

    /// Which map entries hear of a change of the pins of `source`, by wires and through devices at their ends.
    static constexpr std::array<bool, board_regions<B>.size()> reached_from(std::size_t source) {
        std::array<bool, board_regions<B>.size()> reached{};
        for (bool more = true; more;) {
            more = false;
            for (const Ends& wire : ends)
                if (wire.sink != hart && !reached[wire.sink] &&
                    (wire.source == source || reached[wire.source]))
                    reached[wire.sink] = more = true;
        }
        return reached;
    }

private:
    struct Ends {
        std::size_t source = 0, sink = 0;  // map entries
    };
    static constexpr std::size_t hart = board_regions<B>.size();  // as a sink

    // Not a lambda, which g++ 12 calls out of line where there are more than a few devices.
    template <std::size_t Source, std::size_t... W, class Devices>
    [[gnu::always_inline]] void carry_all(Devices& devices, std::index_sequence<W...>) {
        (void)std::initializer_list<int>{(carry<Source, W>(devices), 0)...};
    }
    template <std::size_t Source, std::size_t W, class Devices>
    [[gnu::always_inline]] void carry(Devices& devices) {
        constexpr Wire wire = wires[W];
        constexpr const Region& source = board_regions<B>[Source];
        if constexpr (wire.source == source.name) {
            constexpr std::size_t pin = pin_number(source, wire.pin);
            const bool level = devices.template device_at<Source>().output(pin);
            if (level != levels_[W]) tell<W>(devices, level);
        }
    }

    template <std::size_t W, class Devices>
    [[gnu::always_inline]] void tell(Devices& devices, bool level) {
        constexpr Wire wire = wires[W];
        levels_[W] = level;
        if constexpr (constexpr std::size_t hart = board_cpu_words<B>.cpu(wire.sink);
                      hart != CpuWords::none) {
            const std::uint64_t bit = std::uint64_t{1} << wire.line;
            lines_[hart] = level ? lines_[hart] | bit : lines_[hart] & ~bit;
        } else {
            constexpr std::size_t sink = region_number(wire.sink);
            devices.template device_at<sink>().input(wire.line, level);
            propagate<sink>(devices);
        }
    }
    template <std::size_t Sink, std::size_t W, class Devices>
    void tell_if_sink(Devices& devices) {
        if constexpr (wires[W].sink == board_regions<B>[Sink].name)
            devices.template device_at<Sink>().input(wires[W].line, levels_[W]);
    }
    template <std::size_t W, class Devices>
    void tell_again(Devices& devices) {
        constexpr std::size_t source = region_number(wires[W].source);
        constexpr std::size_t pin = pin_number(board_regions<B>[source], wires[W].pin);
        const bool level = devices.template device_at<source>().output(pin);
        if constexpr (board_cpu_words<B>.cpu(wires[W].sink) != CpuWords::none)
            tell<W>(devices, level);
        else if constexpr (Resettable<detail::DeviceAt<B, region_number(wires[W].sink)>>)
            tell<W>(devices, level);
        else if (level != levels_[W])
            tell<W>(devices, level);
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

    static constexpr std::array<Ends, wires.size()> ends = [] {
        std::array<Ends, wires.size()> all{};
        for (std::size_t i = 0; i != wires.size(); ++i) {
            const bool to_hart = board_cpu_words<B>.cpu(wires[i].sink) != CpuWords::none;
            all[i] = {region_number(wires[i].source), to_hart ? hart : region_number(wires[i].sink)};
        }
        return all;
    }();

    template <auto& Entries, class D, std::size_t... N>
    [[gnu::always_inline]] bool settled(D& device, std::size_t k, std::index_sequence<N...>) const {
        return ((device.output(pin_out<Entries, N>) == levels_[wires_out<Entries, N>[k]]) && ...);
    }
    static constexpr std::size_t pin_of(std::size_t wire) {
        return pin_number(board_regions<B>[ends[wire].source], wires[wire].pin);
    }
    /// The wires by the map entries that drive them.
    struct Outgoing {
        std::array<std::size_t, wires.size()> numbers{};  // those of entry 0 first
        std::array<std::size_t, board_regions<B>.size() + 1> begins{};

        constexpr std::size_t count(std::size_t entry) const { return begins[entry + 1] - begins[entry]; }
        constexpr std::size_t wire(std::size_t entry, std::size_t n) const {
            return numbers[begins[entry] + n];
        }
    };
    static constexpr Outgoing outgoing = [] {
        Outgoing all;
        for (const Ends& wire : ends) ++all.begins[wire.source + 1];
        for (std::size_t i = 0; i != board_regions<B>.size(); ++i) all.begins[i + 1] += all.begins[i];
        auto next = all.begins;
        for (std::size_t w = 0; w != wires.size(); ++w) all.numbers[next[ends[w].source]++] = w;
        return all;
    }();
    // A constant, or compilers look for the pin by its name at each access.
    template <auto& Entries, std::size_t N>
    static constexpr std::size_t pin_out = pin_of(outgoing.wire(Entries[0], N));
    template <auto& Entries, std::size_t N>
    static constexpr auto wires_out = [] {
        std::array<std::size_t, Entries.size()> numbers{};
        for (std::size_t k = 0; k != Entries.size(); ++k) numbers[k] = outgoing.wire(Entries[k], N);
        return numbers;
    }();

    std::array<bool, wires.size()> levels_{};
    std::array<std::uint64_t, board_harts<B>> lines_{};
};

}  // namespace wirewrap
