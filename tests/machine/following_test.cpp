// What hangs on a device follows it however the device came to change: by a wire, by an assignment, by the bus.
#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include <catch2/catch.hpp>

#include <wirewrap/device.hpp>
#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>

namespace {

using namespace wirewrap;
using namespace wirewrap::literals;

template <class M>
M made() {
    auto machine = M::create();
    REQUIRE(machine);
    return std::move(*machine);
}

/// A register whose value drives a pin.
struct Button {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::array outputs{std::string_view{"out"}};

    template <AccessWord T>
    T read(std::uint64_t) {
        return pressed;
    }
    template <AccessWord T>
    void write(std::uint64_t, T value) {
        pressed = value != 0;
    }
    bool output(std::size_t) const { return pressed; }

    bool pressed = false;
};
/// Hands its line on.
struct Gate {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::size_t inputs = 1;
    static constexpr std::array outputs{std::string_view{"out"}};

    template <AccessWord T>
    T read(std::uint64_t) {
        return level;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
    void input(std::size_t, bool now) { level = now; }
    bool output(std::size_t) const { return level; }

    bool level = false;
};
/// Its line selects a page, opens a window and stops the machine.
struct Latch {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::size_t inputs = 1;
    static constexpr std::array controls{std::string_view{"page"}, std::string_view{"on"}};

    template <AccessWord T>
    T read(std::uint64_t) {
        return level;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
    void input(std::size_t, bool now) { level = now; }
    std::uint64_t control(std::size_t) const { return level; }
    bool wants_stop() const { return level; }

    bool level = false;
};
struct Wired {
    static constexpr auto name = "wired";
    static constexpr auto ram = main_ram("ram", 64_KiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        rom<"cart">(nowhere, 8_KiB), bank<"page">("cart", at(0x0), 4_KiB).selected_by("latch.page"),
        overlay(ram_block<"window">(at(0x8000'0000), 4_KiB)).opened_by("latch.on"),
        device<"button", Button>(at(0x1'0000), 4_B), device<"gate", Gate>(at(0x1'0040), 4_B),
        device<"latch", Latch>(at(0x1'0080), 4_B));
    static constexpr auto wires = wiring(wire<"button.out", "gate", 0>, wire<"gate.out", "latch", 0>);
};

TEST_CASE("windows and stops follow a device that a wire changes, behind other devices too") {
    auto machine = made<Machine<Wired, hostmem::Anonymous>>();
    (*machine.memory_block("cart"))[0] = std::byte{10};
    (*machine.memory_block("cart"))[4096] = std::byte{11};
    (*machine.memory_block("window"))[0] = std::byte{77};
    const auto page = [&] { return *machine.load<std::uint8_t>(at(0x0)); };
    const auto window = [&] { return *machine.load<std::uint8_t>(at(0x8000'0000)); };
    CHECK(page() == 10);
    CHECK(window() == 0);
    REQUIRE(machine.store<std::uint32_t>(at(0x1'0000), 1));
    CHECK(page() == 11);
    CHECK(window() == 77);
    CHECK(machine.stop_requested());
    machine.update<"button">([](Button& button) { button.pressed = false; });
    CHECK(page() == 10);
    CHECK(window() == 0);
}

struct Flash {
    static constexpr auto name = "flash";
    static constexpr auto ram = main_ram("ram", 64_KiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(device<"flash", CfiFlash<64_KiB, 4_KiB>>(at(0x2000'0000), 64_KiB));
};

TEST_CASE("a device that is assigned to as a whole keeps its block") {
    auto machine = made<Machine<Flash, hostmem::Anonymous>>();
    (*machine.memory_block("flash"))[0] = std::byte{0x13};
    machine.update<"flash">([](auto& flash) { flash = {}; });
    CHECK(machine.load<std::uint8_t>(at(0x2000'0000)) == 0x13);
    CHECK(machine.fetch<std::uint32_t>(at(0x2000'0000)) == 0x13u);
    CHECK(machine.peek<std::uint8_t>(at(0x2000'0000)) == 0x13);
}

/// Stores more than it takes in one to itself, as soon as it is stored to.
struct Echo {
    static constexpr Bytes registers = 8_B;
    static constexpr AccessRule access{.widths = {4}};

    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T, class Bus>
        requires(sizeof(T) == 4)
    void write(std::uint64_t, T value, Bus& bus) {
        deepest = std::max(deepest, ++depth);
        if (depth < 8) refused = !bus.template store<std::uint64_t>(at(0x1000), value);
        --depth;
    }

    int depth = 0, deepest = 0;
    bool refused = false;
};
struct Echoing {
    static constexpr auto name = "echoing";
    static constexpr auto ram = main_ram("ram", 64_KiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(device<"echo", Echo>(at(0x1000), 8_B).split());
};

TEST_CASE("an access that comes back to the device that makes it is refused at any width") {
    auto machine = made<Machine<Echoing, hostmem::Anonymous>>();
    for (int wide = 0; wide != 2; ++wide) {
        if (wide == 0)
            REQUIRE(machine.store<std::uint32_t>(at(0x1000), 1));
        else
            (void)machine.store<std::uint64_t>(at(0x1000), 1);
        CHECK(machine.device<"echo">().refused);
        CHECK(machine.device<"echo">().deepest == 1);
    }
}

}  // namespace
