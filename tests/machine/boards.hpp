// Boards that the machine tests share.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <wirewrap/base.hpp>
#include <wirewrap/board.hpp>

namespace boards_under_test {

using namespace wirewrap;
using namespace wirewrap::literals;

/// Remembers what was done to it; takes 16 and 32 bits, aligned; its pin follows bit 0 of register 0.
struct Recorder {
    static constexpr Bytes registers = 16_B;
    static constexpr AccessRule access{.widths = {2, 4}};
    static constexpr std::array outputs{std::string_view{"irq"}, std::string_view{"ready"}};

    template <AccessWord T>
    T read(std::uint64_t offset) {
        last_offset = offset;
        last_width = sizeof(T);
        return static_cast<T>(words[offset / 4] >> 8 * (offset % 4));
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        last_offset = offset;
        last_width = sizeof(T);
        words[offset / 4] = value;
    }
    bool output(std::size_t pin) const { return pin == 0 ? (words[0] & 1) != 0 : words[1] == 7; }
    void reset() { *this = {}; }

    std::array<std::uint32_t, 4> words{};
    std::uint64_t last_offset = 0;
    std::size_t last_width = 0;
};

/// Joins its input lines to one output, and counts changes.
struct Joiner {
    static constexpr Bytes registers = 8_B;
    static constexpr AccessRule access{.widths = {1, 2, 4, 8}, .aligned = false};
    static constexpr std::array outputs{std::string_view{"any"}};
    static constexpr std::size_t inputs = 8;

    template <AccessWord T>
    T read(std::uint64_t) {
        return static_cast<T>(levels);
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
    void input(std::size_t line, bool level) {
        levels = level ? levels | 1u << line : levels & ~(1u << line);
        ++changes;
    }
    bool output(std::size_t) const { return levels != 0; }

    std::uint32_t levels = 0;
    unsigned changes = 0;
};

/// Keeps its contents in a memory block.
struct Store {
    static constexpr Bytes registers = 4_KiB;
    static constexpr AccessRule access{.widths = {1}};
    template <AccessWord T>
    T read(std::uint64_t offset) {
        return static_cast<T>(bytes[offset]);
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        bytes[offset] = static_cast<std::byte>(value);
    }
    void attach(std::span<std::byte> block) { bytes = block; }
    std::span<std::byte> bytes{};
};

/// A timer: its pin is up from tick 100 on.
struct Alarm {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::array outputs{std::string_view{"ring"}};
    template <AccessWord T>
    T read(std::uint64_t) {
        return static_cast<T>(now);
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
    bool output(std::size_t) const { return now >= 100; }
    void tick(std::uint64_t t) { now = t; }
    std::uint64_t deadline() const { return now < 100 ? 100 : ~std::uint64_t{0}; }
    std::uint64_t time() const { return now + 1000; }
    std::uint64_t now = 0;
};

//     0x0000'0000  boot      rom 64 KiB
//     0x0002'0000  sram      ram 32 KiB
//     0x0003'0000  page      bank: 4 KiB of sram
//     0x0004'0000  top       mirror of the last 4 KiB of sram, ends where peek begins
//     0x0004'1000  peek      mirror of boot
//     0x1000'0000  recorder  window 256 bytes, registers 16
//     0x1000'1000  joiner
//     0x1000'2000  store     contents in a block
//     0x1000'3000  alarm
//     0x8000'0000  main RAM  32, 64 or 128 MiB
//     0xc000'0000  shadow    mirror of its second MiB
struct Bench {
    static constexpr auto name = "bench";
    static constexpr auto ram =
        main_ram("bench.ram", 64_MiB).accepts(one_of(32_MiB, 64_MiB, 128_MiB)).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        rom<"boot">(at(0x0), 64_KiB),               //
        ram_block<"sram">(at(0x2'0000), 32_KiB),    //
        bank<"page">("sram", at(0x3'0000), 4_KiB),  //
        mirror<"top">(block_at("sram", 28_KiB, 4_KiB), at(0x4'0000)),
        mirror<"peek">(block_at("boot", 0_KiB, 4_KiB), at(0x4'1000)),
        device<"recorder", Recorder>(at(0x1000'0000), 256_B), device<"joiner", Joiner>(at(0x1000'1000), 8_B),
        device<"store", Store>(at(0x1000'2000), 4_KiB), device<"alarm", Alarm>(at(0x1000'3000), 4_KiB),
        mirror<"shadow">(main_ram_at(1_MiB, 1_MiB), at(0xc000'0000)));
    static constexpr auto wires = wiring(wire<"recorder.irq", "joiner", 3>,    //
                                         wire<"recorder.ready", "joiner", 5>,  //
                                         wire<"joiner.any", "hart0", 11>,      //
                                         wire<"alarm.ring", "hart0", 7>);
};
static_assert(Board<Bench>);

/// RAM split at a hole, mirrored low, with two overlays in the middle; big-endian.
struct Split {
    static constexpr auto name = "split";
    static constexpr auto ram = main_ram("split.ram", 3_MiB)
                                    .accepts(multiple_of(4_KiB) && at_most(1_GiB))
                                    .placed(split(at(0x10'0000), 2_MiB, at(0x100'0000)))
                                    .mirrored(at(0x8000'0000), first(1_MiB));
    static constexpr auto map = memory_map(overlay(device<"frame", Recorder>(at(0x18'0000), 64_KiB)),
                                           overlay(reserved<"hole">(at(0x1a'0000), 64_KiB)));
    static constexpr auto byte_order = std::endian::big;
};
static_assert(Board<Split>);

/// A microcontroller: memories smaller than a page of the host.
struct Micro {
    static constexpr auto name = "micro";
    static constexpr auto ram = main_ram("micro.ram", 2_KiB).accepts(exactly(2_KiB)).placed(at(0x100));
    static constexpr auto map = memory_map(ram_block<"scratch">(at(0x2000), 64_B));
};
static_assert(Board<Micro>);

/// RAM split at a hole, and nothing else.
struct Holed {
    static constexpr auto name = "holed";
    static constexpr auto ram = main_ram("holed.ram", 3_MiB)
                                    .accepts(multiple_of(4_KiB) && at_most(1_GiB))
                                    .placed(split(at(0x10'0000), 2_MiB, at(0x100'0000)));
};
static_assert(Board<Holed>);

/// Nothing but RAM, and none of it unless asked.
struct Bare {
    static constexpr auto name = "bare";
    static constexpr auto ram = main_ram("bare.ram", 0_B);
};
static_assert(Board<Bare>);

}  // namespace boards_under_test
