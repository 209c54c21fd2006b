// Makes a machine of the Handheld, uses its RAM and its serial port, and asks for a size that the board refuses.
//
//     tools/bazel run //examples:handheld
#include <array>
#include <cstdint>
#include <string_view>

#include <fmt/core.h>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>

#include "examples/handheld.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;

int main() {
    using Handheld = Machine<handheld::Handheld, hostmem::Anonymous>;
    auto machine = Handheld::create({.ram_size = 128_MiB, .memory = {.prealloc = true}});
    if (!machine) {
        fmt::print(stderr, "{}\n", machine.error().message);
        return 1;
    }

    // The guest's stores go where its map says: RAM, its mirror, the transmitter of the serial port.
    bool stored = machine->store<std::uint32_t>(at(0x8000'0000), 42).has_value();
    for (const char c : std::string_view("hello\n"))
        stored = stored &&
                 machine->store<std::uint8_t>(at(0x1000'0000), static_cast<std::uint8_t>(c)).has_value();
    const auto mirrored = machine->load<std::uint32_t>(at(0xc000'0000));
    const auto nowhere = machine->load<std::uint64_t>(at(0x87ff'fffc));
    if (!stored || !mirrored || nowhere) return 1;
    fmt::print("0xc0000000 holds {}\n{}\n", *mirrored, describe(nowhere.error()).view());

    std::array<std::uint8_t, 64> printed;
    const std::size_t count = machine->update<"uart0">([&](Ns16550a& uart) { return uart.drain(printed); });
    fmt::print("uart0 says {}", std::string_view(reinterpret_cast<const char*>(printed.data()), count));

    fmt::print("{}\n", Handheld::create({.ram_size = 48_MiB}).error().message);
}
