// Devices of the model test's boards: registers that remember each call, so that the machine and the model can be asked
// whether the same calls arrived in the same order.
//
//     Registers<16, rule(4)> device;             // sixteen bytes of registers, 32-bit accesses, aligned
//     device.write<std::uint32_t>(4, 1);
//     device.digest();                           // what was called, and what it holds
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/base/device.hpp>
#include <wirewrap/device/cfi_flash.hpp>

namespace model {

using namespace wirewrap;
using namespace wirewrap::literals;

constexpr std::uint64_t mixed(std::uint64_t x) {
    x += 0x9e37'79b9'7f4a'7c15;
    x = (x ^ x >> 30) * 0xbf58'476d'1ce4'e5b9;
    x = (x ^ x >> 27) * 0x94d0'49bb'1331'11eb;
    return x ^ x >> 31;
}

struct Rule {
    std::array<std::uint8_t, 4> widths{};
    bool aligned = true;
};
inline constexpr std::uint64_t none_refused = ~std::uint64_t{0};

/// `Size` bytes of registers. An access to byte `RefusedAt` is refused. Pins 0 and 1 are the low bits of the last byte.
template <std::uint64_t Size, Rule R, std::uint64_t RefusedAt = none_refused>
struct Registers {
    static constexpr Bytes registers{Size};
    static constexpr AccessRule access{R.widths, R.aligned};
    static constexpr std::array outputs{std::string_view{"a"}, std::string_view{"b"}};

    template <AccessWord T>
    Answer<T> read(std::uint64_t offset) {
        note(offset << 8 | sizeof(T));
        if (refuses(offset, sizeof(T))) return refused_access;
        return static_cast<T>(value(offset, sizeof(T)));
    }
    template <AccessWord T>
    Answer<void> write(std::uint64_t offset, T value) {
        note(mixed(offset << 8 | 0x80 | sizeof(T)) ^ value);
        if (refuses(offset, sizeof(T))) return refused_access;
        for (std::size_t i = 0; i != sizeof(T); ++i)
            bytes[offset + i] = static_cast<std::uint8_t>(std::uint64_t{value} >> 8 * i);
        return {};
    }
    bool output(std::size_t pin) const { return (bytes[Size - 1] >> pin & 1) != 0; }
    void reset() { *this = {}; }

    void poke(std::uint64_t where, std::uint64_t value) {
        bytes[where % Size] = static_cast<std::uint8_t>(value);
    }
    std::uint64_t value(std::uint64_t offset, std::size_t width) const {
        std::uint64_t result = 0;
        for (std::size_t i = 0; i != width; ++i) result |= std::uint64_t{bytes[offset + i]} << 8 * i;
        return result;
    }
    std::uint64_t digest() const {
        std::uint64_t result = calls;
        for (const std::uint8_t byte : bytes) result = mixed(result ^ byte);
        return result;
    }
    void note(std::uint64_t call) { calls = mixed(calls ^ call); }
    static constexpr bool refuses(std::uint64_t offset, std::size_t width) {
        return RefusedAt >= offset && RefusedAt - offset < width;
    }

    std::array<std::uint8_t, Size> bytes{};
    std::uint64_t calls = 0;
};

/// Drives a bank's page and two windows, which it moves about within 4 KiB from `Arena` on.
template <std::uint64_t Arena>
struct Mapper : Registers<40, Rule{{1, 2, 4, 8}, false}> {
    static constexpr std::array controls{std::string_view{"page"}, std::string_view{"open1"},
                                         std::string_view{"base1"}, std::string_view{"open2"},
                                         std::string_view{"base2"}};

    std::uint64_t control(std::size_t n) const {
        switch (n) {
        case 0: return value(0, 2);
        case 1: return bytes[8] & 0x03u;
        case 2: return place(16);
        case 3: return bytes[9] & 0x03u;
        default: return place(24);
        }
    }
    /// A multiple of 8, or where it likes.
    std::uint64_t place(std::size_t from) const {
        const std::uint64_t offset = value(from, 2) & 0xfff;
        return Arena + ((bytes[from + 2] & 7) == 5 ? offset : offset & ~std::uint64_t{7});
    }
    void reset() { *this = {}; }
};

/// Copies for whoever stores to it: words 0 and 1 are from and to, word 2 how many bytes and how. A load of word 2 loads a
/// byte from where word 0 says.
struct Copier {
    static constexpr Bytes registers = 24_B;
    static constexpr AccessRule access{.widths = {8}};
    static constexpr std::array outputs{std::string_view{"failed"}};

    template <AccessWord T, class Bus>
    Answer<T> read(std::uint64_t offset, Bus& bus) {
        calls = mixed(calls ^ offset);
        if (offset != 16) return static_cast<T>(words[offset / 8]);
        const auto byte = bus.template load<std::uint8_t>(at(words[0]));
        if (!byte) return refused_access;
        return static_cast<T>(*byte);
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        calls = mixed(calls ^ offset ^ value ^ 0x8000);
        words[offset / 8] = value;
    }
    bool wants_bus() const { return words[2] != 0; }
    template <class Bus>
    void use_bus(Bus& bus) {
        const std::uint64_t how = words[2];
        words[2] = 0;
        if ((how & 0x100) != 0) {
            const auto value = bus.template load<std::uint32_t>(at(words[0]));
            failed = !value || !bus.template store<std::uint32_t>(at(words[1]), *value);
        } else {
            std::array<std::byte, 32> buffer;
            const auto piece = std::span(buffer).first(static_cast<std::size_t>(how % 33));
            failed = !bus.read(at(words[0]), piece) || !bus.write(at(words[1]), piece);
        }
    }
    bool output(std::size_t) const { return failed; }
    void reset() { *this = {}; }

    void poke(std::uint64_t where, std::uint64_t value) { words[where % 3] = value; }
    std::uint64_t digest() const {
        return mixed(calls ^ mixed(words[0] ^ mixed(words[1] ^ mixed(words[2] ^ (failed ? 1 : 0)))));
    }

    std::array<std::uint64_t, 3> words{};
    std::uint64_t calls = 0;
    bool failed = false;
};

using Flash = CfiFlash<8_KiB, 4_KiB>;

template <class D>
void poke(D& device, std::uint64_t where, std::uint64_t value) {
    if constexpr (requires { device.poke(where, value); })
        device.poke(where, value);
    else
        device.template write<std::uint32_t>(where % D::registers.count & ~std::uint64_t{3},
                                             static_cast<std::uint32_t>(value));
}
template <class D>
std::uint64_t digest(const D& device) {
    if constexpr (requires { device.digest(); })
        return device.digest();
    else
        return device.reads_memory() ? 1 : 0;
}

}  // namespace model
