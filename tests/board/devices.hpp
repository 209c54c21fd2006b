// Devices for boards under test: they have registers, pins and lines, and do nothing.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/base/device.hpp>

namespace wirewrap::test {

struct Registers {
    static constexpr Bytes registers{256};
    static constexpr AccessRule access{.widths = {4}};

    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

struct Source : Registers {
    static constexpr std::array outputs{std::string_view{"irq"}, std::string_view{"dma"}};
    bool output(std::size_t) const { return false; }
};

struct Sink : Registers {
    static constexpr std::size_t inputs = 16;
    void input(std::size_t, bool) {}
};

/// Takes lines and drives pins, as interrupt controllers do.
struct Controller : Source {
    static constexpr std::size_t inputs = 16;
    void input(std::size_t, bool) {}
};

}  // namespace wirewrap::test
