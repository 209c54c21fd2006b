// What sits at the other end of a machine's serial line: a terminal, a pipe, a test.
//
//     struct Script {                                         // types a line, keeps what is printed
//         std::string typed = "version\n", printed;
//         std::optional<std::uint8_t> next(bool listening) { … }
//         void print(std::span<const std::uint8_t> bytes) { … }
//         void wait(std::chrono::nanoseconds) {}
//         bool closed() { return false; }
//         bool ended() { return typed.empty(); }              // not every console knows
//     };
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include <wirewrap/base/language.hpp>

namespace wirewrap {

/// `next(listening)` takes the next byte for the guest, if there is one now; a pipe, which cannot see what the guest
/// prints, holds its bytes back until the guest listens (typing.hpp says when that is). `print` gets what the guest has
/// sent; `wait(t)` sleeps until there is a byte or t is over, and one that comes back at once costs nothing but promptness;
/// `closed()` says that the person has left.
template <class C>
concept Console = requires(C& console, std::span<const std::uint8_t> bytes, std::chrono::nanoseconds time) {
    { console.next(true) } -> std::same_as<std::optional<std::uint8_t>>;
    console.print(bytes);
    console.wait(time);
    { console.closed() } -> std::same_as<bool>;
};

/// A console that can say `ended()`: nothing will ever be typed on it again, and nobody will leave. A guest that waits for
/// nothing else then waits for ever, and its run ends.
template <class C>
concept ConsoleWithEnd = Console<C> && requires(C& console) {
    { console.ended() } -> std::same_as<bool>;
};

/// A console that does not wait for its other side, and keeps what that has not taken: `full()` while there is such, which it
/// tries again to get rid of. The guest then waits, so it is never much. `wait` then sleeps until more is taken.
template <class C>
concept ConsoleWithRoom = Console<C> && requires(C& console) {
    { console.full() } -> std::same_as<bool>;
};

/// Nobody: types nothing, throws away what is printed.
struct NoConsole {
    std::optional<std::uint8_t> next(bool) { return std::nullopt; }
    void print(std::span<const std::uint8_t>) {}
    void wait(std::chrono::nanoseconds) {}
    bool closed() { return false; }
    bool ended() { return true; }
};

/// A serial port that a console can be connected to.
template <class D>
concept SerialPort = requires(D& port, const D& view, std::span<std::uint8_t> bytes, std::uint8_t byte) {
    { view.room() } -> std::same_as<std::size_t>;
    { port.receive(byte) } -> std::same_as<bool>;
    { view.transmitted() } -> std::same_as<std::size_t>;
    { port.drain(bytes) } -> std::same_as<std::size_t>;
};

}  // namespace wirewrap
