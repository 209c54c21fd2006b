// How what is typed reaches a serial port: at once, as on a wire, but so that nothing is lost to a guest that is not
// looking yet.
//
//     Typing typing;                              // one for each port
//     typing.type<4>(machine, console, moment);   // now and again: moves bytes from the console into the port
//
// * A byte goes into the port as soon as there is room, whether the guest takes it by interrupt or looks now and then.
// * While a driver sets the port up, bytes wait: a driver reads what may be left of earlier and throws it away.
// * Bytes that were in a FIFO when the guest cleared it are typed once more.
// * Behind the end of a line a pipe waits until the guest listens, because programs that work on a line look for Ctrl-C and
//   throw other keys away: until it takes interrupts, has looked in vain 200 times in a row, or a second has passed. For a
//   terminal, whose person sees what the guest does, this is not so: it decides by itself what `next(listening)` means.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include <wirewrap/emulator/any_console.hpp>
#include <wirewrap/emulator/console.hpp>

namespace wirewrap {

/// A serial port that tells what the guest does with it: whether it takes bytes by interrupt, how often in a row it has
/// looked for one in vain, how often it has set the port up, and what it threw away unread.
template <class D>
concept ObservablePort = SerialPort<D> && requires(D& port, const D& view, std::span<std::uint8_t> bytes) {
    { view.interrupts_on_receive() } -> std::same_as<bool>;
    { view.vain_looks() } -> std::same_as<std::uint64_t>;
    { view.set_ups() } -> std::same_as<std::uint64_t>;
    { view.unread() } -> std::same_as<std::size_t>;
    { port.take_unread(bytes) } -> std::same_as<std::size_t>;
};

class Typing {
public:
    /// When it is: instructions that the harts have executed, ticks of the platform's timer and how many make a second.
    struct Moment {
        std::uint64_t executed = 0;
        std::uint64_t ticks = 0;
        std::uint64_t ticks_per_second = 0;
        bool idle = false;  // all harts wait
    };

    /// Types into the device of map entry `Port`. True when a byte was.
    template <std::size_t Port, class Machine>
    bool type(Machine& machine, AnyConsole& console, const Moment& now) {
        const auto& port = machine.devices().template at<Port>();
        // Time that goes back is another state of the machine, a restored one.
        if (now.ticks < seen_) *this = {};
        seen_ = now.ticks;
        if (!settled(port, now)) return false;
        bool typed = false;
        while (port.room() != 0) {
            const std::optional<std::uint8_t> byte = next<Port>(machine, console, now);
            if (!byte) break;
            machine.template update_entry<Port>([&](auto& uart) { uart.receive(*byte); });
            typed = true;
            holding_ = *byte == '\n' || *byte == '\r';
            held_since_ = now.ticks;
            if (holding_) break;
        }
        return typed;
    }

    template <class Archive>
    void state(Archive& archive) {
        archive.field("known", known_);
        archive.field("set_ups", set_ups_);
        archive.field("set_up_at", set_up_at_);
        archive.field("seen", seen_);
        archive.field("holding", holding_);
        archive.field("held_since", held_since_);
    }

private:
    /// A program that looks for Ctrl-C does other work between looks.
    static constexpr std::uint64_t patient_looks = 200;
    /// From the last write of a setup until the driver is done.
    static constexpr std::uint64_t set_up_instructions = 5000;

    template <class Port>
    bool settled(const Port& port, const Moment& now) {
        if constexpr (ObservablePort<Port>) {
            if (std::exchange(set_ups_, port.set_ups()) != port.set_ups() && std::exchange(known_, true)) {
                set_up_at_ = now.executed;
                return false;
            }
            known_ = true;
            return set_up_at_ == never || now.idle || now.executed - set_up_at_ >= set_up_instructions;
        }
        return true;
    }

    template <std::size_t Port, class Machine>
    std::optional<std::uint8_t> next(Machine& machine, AnyConsole& console, const Moment& now) {
        const auto& port = machine.devices().template at<Port>();
        if constexpr (ObservablePort<std::remove_cvref_t<decltype(port)>>)
            if (port.unread() != 0) {
                std::array<std::uint8_t, 1> again{};
                machine.template update_entry<Port>([&](auto& uart) { uart.take_unread(again); });
                return again[0];
            }
        return console.next(listening(port, now));
    }

    template <class Port>
    bool listening(const Port& port, const Moment& now) const {
        if constexpr (ObservablePort<Port>)
            return !holding_ || port.interrupts_on_receive() || port.vain_looks() >= patient_looks ||
                   now.ticks - held_since_ >= now.ticks_per_second;
        else if constexpr (requires { port.listening(); })
            return port.listening();
        else
            return true;
    }

    static constexpr std::uint64_t never = ~std::uint64_t{0};

    bool known_ = false;  // the port has been looked at before
    std::uint64_t set_ups_ = 0;
    std::uint64_t set_up_at_ = never;  // instructions executed when a setup was last noticed
    std::uint64_t seen_ = 0;           // ticks
    bool holding_ = false;             // a line has ended
    std::uint64_t held_since_ = 0;     // ticks
};

}  // namespace wirewrap
