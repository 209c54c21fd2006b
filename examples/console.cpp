// A cartridge console: a mapper whose registers lie under the cartridge's ROM, a window that it switches, cartridge RAM that
// it opens, work RAM with its echo, and a bus that floats where nothing answers.
//
//     tools/bazel run //examples:console
//
//     0x0000  rom0    page 0 of the cartridge           stores go to the mapper:  0x0000  open the save RAM with 0x0a
//     0x4000  romx    a page that the mapper selects                              0x2000  page of romx, 0 selects 1
//     0xa000  save    cartridge RAM, while it is open
//     0xc000  wram    work RAM, and its echo from 0xe000
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <fmt/core.h>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Mapper {
    static constexpr Bytes registers = 16_KiB;
    static constexpr AccessRule access{.widths = {1}};
    static constexpr std::array controls{std::string_view{"page"}, std::string_view{"save_open"}};

    template <AccessWord T>
    T read(std::uint64_t) {
        return 0xff;  // loads see the cartridge
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        if (offset < 0x2000)
            save_open = (value & 0xf) == 0xa;
        else
            page = value == 0 ? 1 : value;
    }
    std::uint64_t control(std::size_t n) const { return n == 0 ? page : save_open; }
    void reset() { *this = {}; }

    std::uint8_t page = 1;
    bool save_open = false;
};

struct Console {
    static constexpr auto name = "console";
    static constexpr auto ram = main_ram("console.wram", 8_KiB).accepts(exactly(8_KiB)).placed(at(0xc000));
    static constexpr auto map = memory_map(
        rom<"cart">(nowhere, 128_KiB), ram_block<"battery">(nowhere, 8_KiB),
        mirror<"rom0">(block_at("cart", 0_B, 16_KiB), at(0x0)),
        bank<"romx">("cart", at(0x4000), 16_KiB).selected_by("mapper.page"),
        store_overlay(device<"mapper", Mapper>(at(0x0), 16_KiB)),
        overlay(mirror<"save">(block_at("battery", 0_B, 8_KiB), at(0xa000))).opened_by("mapper.save_open"),
        mirror<"echo">(main_ram_at(0_B, 7680_B), at(0xe000)));
    static constexpr auto unmapped = reads_as(0xff);
    static constexpr unsigned address_bits = 16;
};
static_assert(Board<Console>);

int main() {
    auto machine = Machine<Console, hostmem::Anonymous>::create();
    if (!machine) return fmt::print(stderr, "{}\n", machine.error().message), 1;
    const auto cart = machine->memory_block("cart");
    if (!cart) return 1;
    for (std::size_t page = 0; page != 8; ++page) (*cart)[page * 0x4000] = static_cast<std::byte>('A' + page);

    // Every access below goes through, an unmapped one too: the board says what floats there.
    const auto peek = [&](std::uint64_t address) {
        return machine->load<std::uint8_t>(at(address)).value_or(0);
    };
    const auto poke = [&](std::uint64_t address, std::uint8_t value) {
        if (!machine->store<std::uint8_t>(at(address), value))
            fmt::print(stderr, "a store to {:#x} faults\n", address);
    };
    const auto pages = [&] { fmt::print("rom0 {:c}, romx {:c}\n", peek(0x0), peek(0x4000)); };

    pages();
    poke(0x2000, 6);
    pages();
    poke(0x2000, 0x0b);  // of eight pages: the address lines above are not there
    pages();

    poke(0xa000, 1);
    fmt::print("save RAM closed {:#04x}, ", peek(0xa000));
    poke(0x0000, 0x0a);
    poke(0xa000, 0x5a);
    fmt::print("open {:#04x}, ", peek(0xa000));
    poke(0x0000, 0x00);
    fmt::print("closed {:#04x}\n", peek(0xa000));

    poke(0xe123, 42);
    fmt::print("wram {}, its echo {}, above them {:#04x}\n", peek(0xc123), peek(0xe123), peek(0xfe00));
    machine->reset();
    pages();
}
