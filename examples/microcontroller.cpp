// A microcontroller of one's own: flash, SRAM with bit-band, a port of pins, a DMA controller, and a CPU that is no RISC-V.
// The program in its flash copies a text by DMA, sleeps until the DMA interrupts, sets a bit through its bit-band word and
// shows what came of it at the pins.
//
//     tools/bazel run //examples:microcontroller
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include <fmt/core.h>

#include <wirewrap/hostmem/fixed.hpp>
#include <wirewrap/machine.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

/// A word for each bit of the first 4 KiB of SRAM: a store sets or clears that bit alone.
struct BitBand {
    static constexpr Bytes registers = 128_KiB;
    static constexpr AccessRule access{.widths = {4}};

    template <AccessWord T, class Bus>
    T read(std::uint64_t offset, Bus& bus) {
        return static_cast<T>(bus.template load<std::uint8_t>(byte_of(offset)).value_or(0) >> bit_of(offset) &
                              1);
    }
    template <AccessWord T, class Bus>
    Answer<void> write(std::uint64_t offset, T value, Bus& bus) {
        const auto byte = bus.template load<std::uint8_t>(byte_of(offset));
        if (!byte) return refused_access;
        const unsigned others = *byte & ~(1u << bit_of(offset)), bit = (value & 1) << bit_of(offset);
        if (!bus.template store<std::uint8_t>(byte_of(offset), static_cast<std::uint8_t>(others | bit)))
            return refused_access;
        return {};
    }

private:
    static GuestAddress byte_of(std::uint64_t offset) { return at(0x2000'0000 + offset / 32); }
    static unsigned bit_of(std::uint64_t offset) { return offset / 4 % 8; }
};

/// from, to, count: a store of the count starts it; its pin is up when it is done, until `from` is stored again.
struct Dma {
    static constexpr Bytes registers = 12_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::array outputs{std::string_view{"done"}};

    template <AccessWord T>
    T read(std::uint64_t offset) {
        return words[offset / 4];
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        words[offset / 4] = value;
        if (offset == 0) done = false;
    }
    bool output(std::size_t) const { return done; }
    bool wants_bus() const { return words[2] != 0; }
    template <class Bus>
    void use_bus(Bus& bus) {
        for (; words[2] != 0; --words[2], ++words[0], ++words[1])
            if (const auto byte = bus.template load<std::uint8_t>(at(words[0]));
                !byte || !bus.template store<std::uint8_t>(at(words[1]), *byte))
                break;
        words[2] = 0;
        done = true;
    }

    std::array<std::uint32_t, 3> words{};
    bool done = false;
};

struct Pins {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    template <AccessWord T>
    T read(std::uint64_t) {
        return level;
    }
    template <AccessWord T>
    void write(std::uint64_t, T value) {
        level = value;
    }
    std::uint32_t level = 0;
};

struct Micro {
    static constexpr auto name = "micro";
    static constexpr auto ram =
        main_ram("micro.sram", 16_KiB).accepts(exactly(16_KiB)).placed(at(0x2000'0000));
    static constexpr auto map = memory_map(
        rom<"flash">(at(0x0800'0000), 64_KiB), mirror<"boot">(block_at("flash", 0_B, 64_KiB), at(0x0)),
        device<"bitband", BitBand>(at(0x2200'0000), 128_KiB), device<"pins", Pins>(at(0x4000'0000), 1_KiB),
        device<"dma", Dma>(at(0x4000'1000), 1_KiB));
    static constexpr auto wires = wiring(wire<"dma.done", "hart0", 0>);
    static constexpr unsigned address_bits = 32;
};
static_assert(Board<Micro>);

/// A CPU of one's own: an accumulator, and instructions of two words, what to do and with what.
enum Op : std::uint32_t { load_constant, load_word, store_word, wait_for_dma, halt };

template <class Bus>
struct Cpu {
    Bus& bus;
    std::uint64_t pc = 0;
    std::uint32_t acc = 0;

    /// Executes until `halt`; false when the bus refuses an access, with `pc` at the instruction.
    bool run() {
        for (;; pc += 8) {
            const auto op = bus.template fetch<std::uint32_t>(at(pc)),
                       operand = bus.template fetch<std::uint32_t>(at(pc + 4));
            if (!op || !operand) return false;
            if (*op == halt) return true;
            if (*op == load_constant) acc = *operand;
            if (*op == wait_for_dma && bus.interrupt_lines(0) == 0) return false;  // nothing could wake it
            if (*op == load_word) {
                const auto word = bus.template load<std::uint32_t>(at(*operand));
                if (!word) return false;
                acc = *word;
            }
            if (*op == store_word && !bus.template store<std::uint32_t>(at(*operand), acc)) return false;
        }
    }
};

int main() {
    auto machine = Machine<Micro, hostmem::Fixed<16_KiB>>::create();
    if (!machine) return fmt::print(stderr, "{}\n", machine.error().message), 1;

    constexpr std::uint32_t text = 0x100, sram = 0x2000'0000, dma = 0x4000'1000, pins = 0x4000'0000;
    constexpr std::uint32_t bit5 = 0x2200'0000 + 4 * 5;  // of the first byte: upper case to lower case
    constexpr std::array program{
        load_constant, Op{text}, store_word, Op{dma},     load_constant, Op{sram}, store_word,    Op{dma + 4},
        load_constant, Op{4},    store_word, Op{dma + 8}, wait_for_dma,  Op{0},    load_constant, Op{1},
        store_word,    Op{bit5}, load_word,  Op{sram},    store_word,    Op{pins}, halt,          Op{0}};
    if (!machine->debug_write(at(0x0), std::as_bytes(std::span(program))) ||
        !machine->debug_write(at(text), std::as_bytes(std::span("WIRE", 4))))
        return 1;
    Cpu cpu{*machine};
    if (!cpu.run()) return fmt::print(stderr, "stopped at {:#x}\n", cpu.pc), 1;
    const auto level = std::bit_cast<std::array<char, 4>>(machine->device<"pins">().level);
    fmt::print("the pins say {}\n", std::string_view(level.data(), level.size()));
}
