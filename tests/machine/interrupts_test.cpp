// Levels that sinks forget: after a reset, and when a device is replaced, everybody is told again what holds now.
#include <catch2/catch.hpp>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include <wirewrap/machine/machine.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

/// Has no reset: its pin stays as it is.
struct Bell {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::array outputs{std::string_view{"irq"}};
    template <AccessWord T>
    T read(std::uint64_t) {
        return rung;
    }
    template <AccessWord T>
    void write(std::uint64_t, T value) {
        rung = value;
    }
    bool output(std::size_t) const { return rung != 0; }
    std::uint32_t rung = 0;
};
/// The same with a reset.
struct Button : Bell {
    void reset() { rung = 0; }
};

/// An interrupt controller that latches rising lines until its register is written; a pin for each, and one for their levels.
struct Latch {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::size_t inputs = 8;
    static constexpr std::array outputs{std::string_view{"pending"}, std::string_view{"level"}};
    template <AccessWord T>
    T read(std::uint64_t) {
        return static_cast<T>(pending);
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {
        pending = 0;
    }
    void input(std::size_t line, bool level) {
        const std::uint32_t bit = 1u << line;
        if (level && (lines & bit) == 0) pending |= bit;
        lines = level ? lines | bit : lines & ~bit;
        ++told;
    }
    bool output(std::size_t pin) const { return (pin == 0 ? pending : lines) != 0; }
    std::uint32_t lines = 0, pending = 0;
    unsigned told = 0;
};
struct ForgetfulLatch : Latch {
    void reset() { *this = {}; }
};

template <class Controller>
struct Board {
    static constexpr auto name = "levels";
    static constexpr auto ram = main_ram("levels.ram", 64_KiB).placed(at(0x8000'0000));
    // The controller of the second stage comes first, and its sources last.
    static constexpr auto map = memory_map(
        device<"second", Controller>(at(0x1000), 4_B), device<"first", Controller>(at(0x2000), 4_B),
        device<"bell", Bell>(at(0x3000), 4_B), device<"button", Button>(at(0x4000), 4_B));
    static constexpr auto wires = wiring(wire<"second.pending", "hart0", 11>,
                                         wire<"first.level", "second", 1>, wire<"bell.irq", "first", 2>,
                                         wire<"button.irq", "first", 3>, wire<"bell.irq", "hart0", 5>);
};
/// An architecture that has other words for CPUs and their lines.
struct Console {
    static constexpr auto name = "console";
    static constexpr auto ram = main_ram("console.ram", 64_KiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(device<"hart0", Bell>(at(0x3000), 4_B),
                                           device<"button", Button>(at(0x4000), 4_B));
    static constexpr CpuWords cpu_words{"cpu", {"irq", "fiq"}};
    static constexpr std::size_t harts = 2;
    static constexpr auto wires = wiring(wire<"hart0.irq", "cpu0.fiq">, wire<"button.irq", "cpu1.irq">,
                                         wire<"hart0.irq", "cpu1", 40>);
};

template <class Controller>
using M = Machine<Board<Controller>, hostmem::Anonymous>;

}  // namespace

TEST_CASE("A level that outlives a reset is told to sinks that forgot it") {
    auto machine = M<ForgetfulLatch>::create().value();
    REQUIRE(machine.store<std::uint32_t>(at(0x3000), 1));
    CHECK(machine.interrupt_lines(0) == (1u << 11 | 1u << 5));
    for (int i = 0; i != 3; ++i) {
        machine.reset();
        CHECK(machine.device<"first">().lines == 1u << 2);
        CHECK(machine.device<"first">().pending == 1u << 2);
        CHECK(machine.device<"second">().lines == 1u << 1);
        CHECK(machine.interrupt_lines(0) == (1u << 11 | 1u << 5));
    }
    REQUIRE(machine.store<std::uint32_t>(at(0x3000), 0));
    machine.reset();
    CHECK(machine.device<"first">().lines == 0);
    CHECK(machine.interrupt_lines(0) == 0);
}

TEST_CASE("CPUs and their lines have the names that the board gives them") {
    auto machine = Machine<Console, hostmem::Anonymous>::create().value();
    REQUIRE(machine.store<std::uint32_t>(at(0x3000), 1));
    CHECK(machine.interrupt_lines(0) == 1u << 1);
    CHECK(machine.interrupt_lines(1) == std::uint64_t{1} << 40);
    REQUIRE(machine.store<std::uint32_t>(at(0x4000), 1));
    CHECK(machine.interrupt_lines(0) == 1u << 1);
    CHECK(machine.interrupt_lines(1) == (std::uint64_t{1} << 40 | 1));
}

TEST_CASE("A level that a reset ends is told to sinks that remember it") {
    auto machine = M<Latch>::create().value();
    REQUIRE(machine.store<std::uint32_t>(at(0x4000), 1));
    CHECK(machine.device<"first">().lines == 1u << 3);
    const unsigned told = machine.device<"first">().told;
    machine.reset();
    CHECK(machine.device<"first">().lines == 0);
    CHECK(machine.device<"first">().pending == 1u << 3);  // it was not reset
    CHECK(machine.device<"first">().told == told + 1);    // of what changed, and of nothing else
    CHECK(machine.interrupt_lines(0) == 1u << 11);
    machine.reset();
    CHECK(machine.device<"first">().told == told + 1);
}

TEST_CASE("A device that is replaced is told the levels of its lines") {
    auto machine = M<Latch>::create().value();
    REQUIRE(machine.store<std::uint32_t>(at(0x3000), 1));
    machine.update<"first">([](Latch& latch) { latch = {}; });
    CHECK(machine.device<"first">().lines == 1u << 2);
    CHECK(machine.interrupt_lines(0) == (1u << 11 | 1u << 5));
    machine.update<"second">([](Latch& latch) { latch = {}; });
    CHECK(machine.device<"second">().lines == 1u << 1);
    CHECK(machine.interrupt_lines(0) == (1u << 11 | 1u << 5));
    machine.update<"bell">([](Bell& bell) { bell = {}; });
    CHECK(machine.device<"first">().lines == 0);
    CHECK(machine.device<"second">().lines == 0);
    CHECK((machine.interrupt_lines(0) & 1u << 5) == 0);
}

TEST_CASE("Devices that are put into a machine bring their levels") {
    auto machine = M<ForgetfulLatch>::create().value();
    REQUIRE(machine.store<std::uint32_t>(at(0x3000), 1));
    auto other = M<ForgetfulLatch>::create().value();
    other.put_devices(machine.devices());
    CHECK(other.interrupt_lines(0) == (1u << 11 | 1u << 5));
    other.reset();
    CHECK(other.interrupt_lines(0) == (1u << 11 | 1u << 5));
    REQUIRE(other.store<std::uint32_t>(at(0x3000), 0));
    CHECK(other.interrupt_lines(0) == 1u << 11);  // latched
}

TEST_CASE("A stop that was asked of a machine stays with it, whatever devices it is given") {
    auto asked = M<Latch>::create().value(), other = M<Latch>::create().value();
    asked.request_stop();
    other.put_devices(asked.devices());
    CHECK_FALSE(other.stop_requested());
    asked.put_devices(other.devices());
    CHECK(asked.stop_requested());
    CHECK(asked.devices().stop_asked());
    auto moved = std::move(asked);
    CHECK(moved.stop_requested());
    moved.clear_stop();
    CHECK_FALSE(moved.stop_requested());
    // What a device wants goes where the device goes.
    moved.devices().device_wants_stop();
    other.put_devices(moved.devices());
    CHECK(other.stop_requested());
    CHECK_FALSE(other.devices().stop_asked());
}
