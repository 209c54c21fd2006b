// The serial ports of a machine and the consoles at them: what is typed goes in, what is printed comes out, for all ports.
//
//     SerialLines<Machine> lines;
//     lines.connect<"uart1">(log);
//     lines.type(machine, moment);                  // true when a byte was
//     lines.print(machine);                         // true when one came out
//
// Several ports may share a console: what is typed there goes to the first of them. At a port without a console the last 2048
// to 4096 bytes stay for whoever drains it, and `dropped()` counts what had to give way.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

#include <wirewrap/base/text.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/emulator/any_console.hpp>
#include <wirewrap/emulator/console.hpp>
#include <wirewrap/emulator/typing.hpp>
#include <wirewrap/machine/device_at.hpp>

namespace wirewrap {

/// The map entries of a board whose device is a serial port, in their order.
template <class B>
inline constexpr auto serial_ports = []<std::size_t... I>(std::index_sequence<I...>) {
    constexpr std::size_t count = (std::size_t{SerialPort<detail::DeviceAt<B, I>>} + ... + 0);
    std::array<std::size_t, count> found{};
    std::size_t next = 0;
    ((SerialPort<detail::DeviceAt<B, I>> ? void(found[next++] = I) : void()), ...);
    return found;
}(std::make_index_sequence<board_regions<B>.size()>{});

template <class Machine>
class SerialLines {
    using B = typename Machine::BoardType;
    static constexpr auto& ports = serial_ports<B>;

public:
    /// How far typing has come at each port; it belongs to the state of a running machine.
    using State = std::array<Typing, ports.size()>;

    template <FixedText Name, Console C>
    void connect(C& console) {
        consoles_[number<Name>()] = AnyConsole(console);
    }
    template <FixedText Name>
    void disconnect() {
        consoles_[number<Name>()] = {};
    }
    /// By its number among the serial ports of the map, which has to be one, or 0.
    AnyConsole exchange(std::size_t port, AnyConsole console) {
        return std::exchange(consoles_[port], console);
    }

    bool type(Machine& machine, const Typing::Moment& now) {
        bool typed = false;
        each_port([&]<std::size_t N>() {
            if (is_first(N)) typed = typing_[N].template type<ports[N]>(machine, consoles_[N], now) || typed;
        });
        return typed;
    }

    bool print(Machine& machine) {
        bool printed = false;
        each_port([&]<std::size_t N>() {
            const auto& port = machine.devices().template at<ports[N]>();
            AnyConsole& console = consoles_[N];
            const std::size_t stays = console.connected() ? 0 : kept;
            while (port.transmitted() > stays) {
                std::array<std::uint8_t, 1024> bytes;
                const std::size_t most = std::min(bytes.size(), port.transmitted() - stays);
                const std::size_t count = machine.template update_entry<ports[N]>(
                    [&](auto& uart) { return uart.drain(std::span(bytes).first(most)); });
                if (count == 0) break;
                printed = true;
                if (console.connected())
                    console.print(std::span(bytes).first(count));
                else
                    dropped_ += count;
            }
        });
        return printed;
    }
    /// Bytes of ports without a console that had to give way.
    std::uint64_t dropped() const { return dropped_; }

    /// Calls `visit(console)` for every console that is connected, each once.
    template <class Visit>
    void each_console(Visit visit) {
        for (std::size_t i = 0; i != consoles_.size(); ++i)
            if (is_first(i)) visit(consoles_[i]);
    }
    /// Somebody has left.
    bool closed() {
        bool closed = false;
        each_console([&](AnyConsole& console) { closed = closed || console.closed(); });
        return closed;
    }
    /// Nobody will ever type again.
    bool ended() {
        bool ended = true;
        each_console([&](AnyConsole& console) { ended = ended && console.ended(); });
        return ended;
    }

    /// What was printed is not all taken.
    bool full() {
        bool full = false;
        each_console([&](AnyConsole& console) { full = console.full() || full; });
        return full;
    }

    const State& state() const { return typing_; }
    void set_state(const State& state) { typing_ = state; }

private:
    /// What stays in a port that nobody is connected to.
    static constexpr std::size_t kept = 2048;

    template <FixedText Name>
    static consteval std::size_t number() {
        constexpr std::size_t found = [] {
            std::size_t n = 0;
            while (n != ports.size() && board_regions<B>[ports[n]].name != Name.view()) ++n;
            return n;
        }();
        static_assert(found != ports.size(), "the board's map has no serial port of this name");
        return found;
    }

    template <class Visit>
    static void each_port(Visit visit) {
        [&]<std::size_t... N>(std::index_sequence<N...>) {
            (visit.template operator()<N>(), ...);
        }(std::make_index_sequence<ports.size()>{});
    }
    /// This port's console is not already that of a port before it.
    bool is_first(std::size_t i) const {
        return consoles_[i].connected() &&
               std::none_of(consoles_.begin(), consoles_.begin() + static_cast<std::ptrdiff_t>(i),
                            [&](const AnyConsole& other) { return other.same_as(consoles_[i]); });
    }

    // By serial port; one where a board has none, for a run with a console.
    std::array<AnyConsole, std::max<std::size_t>(ports.size(), 1)> consoles_{};
    State typing_{};
    std::uint64_t dropped_ = 0;
};

}  // namespace wirewrap
