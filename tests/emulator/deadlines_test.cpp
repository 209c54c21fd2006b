// Whatever ends a piece of a run does so at its very instruction, however the run is cut: timers of devices and of the hart,
// alarms, what comes from the host, and what is typed. (Limits, slices and stops: stopping_test.cpp, time_test.cpp.)
#include <catch2/catch.hpp>

#include <cstdint>
#include <optional>
#include <random>
#include <span>

#include <wirewrap/cpu/riscv/rv64gc.hpp>
#include <wirewrap/jit.hpp>

#include "tests/emulator/bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

constexpr std::uint64_t rtc = 0x10'1000, pause_port = 0x20'0000, handler = ram_base + 0x400;
constexpr std::uint64_t instructions_per_tick = 100, nanoseconds_per_tick = 100;  // 10 MHz
constexpr std::uint64_t year_2020 = 1'577'836'800'000'000'000;

struct Office {
    static constexpr auto name = "office";
    static constexpr auto ram = main_ram("office.ram", 256_KiB).placed(at(ram_base));
    static constexpr auto map = memory_map(
        device<"pause", Pause>(at(pause_port), 4_B), device<"rtc", GoldfishRtc>(at(rtc), 4_KiB),
        device<"clint", Clint<1>>(at(clint), 64_KiB), device<"plic", Plic<16, 1>>(at(plic), 6_MiB),
        device<"uart0", Ns16550a>(at(uart0), 256_B));
    static constexpr auto wires = wiring(wire<"rtc.irq", "plic", 11>, wire<"uart0.irq", "plic", 10>,
                                         wire<"plic.context0", "hart0", 11>, wire<"clint.msip0", "hart0", 3>,
                                         wire<"clint.mtip0", "hart0", 7>);
};
using OfficeMachine = Machine<Office, hostmem::Anonymous>;

using OwnTimer = riscv::With<riscv::Bare, riscv::Extensions{.timer = true}>;
template <class Bus>
using Interpreted = riscv::Hart<Bus, OwnTimer>;
template <class Bus>
using Translated = riscv::Hart<Bus, OwnTimer, riscv::DefaultDispatch, jit::Translated>;

enum class Kind : std::uint8_t { device_timer, own_timer, alarm, input, key };

/// Types a key when it is asked for the `when`th time.
struct KeyAt {
    std::uint64_t when = 0, looks = 0;

    std::optional<std::uint8_t> next(bool) {
        if (++looks == when) return 'x';
        return std::nullopt;
    }
    void print(std::span<const std::uint8_t>) {}
    void wait(std::chrono::nanoseconds) {}
    bool closed() { return false; }
};
/// Raises the software interrupt at its `when`th look.
struct InputAt : HostInput {
    OfficeMachine* machine = nullptr;
    std::uint64_t when = 0, looks = 0;

    bool deliver() override {
        return ++looks == when && machine->store<std::uint32_t>(at(clint), 1u).has_value();
    }
    void wait(std::chrono::nanoseconds) override {}
};

/// Counts for ever, up to an interrupt, whose handler keeps the number of instructions before it and asks for a stop.
Assembler counting(Kind kind, std::uint64_t when) {
    Assembler a(ram_base);
    a.li(t0, handler);
    a.emit(csrw(0x305, t0));
    const auto set = [&](std::uint64_t address, std::uint64_t value) {
        a.li(t0, address);
        a.li(t1, value);
        a.emit(sw(t1, t0, 0));
    };
    for (const std::uint64_t source : {10u, 11u}) set(plic + 4 * source, 1);
    set(plic + 0x2000, 3 << 10);
    if (kind == Kind::device_timer) {
        a.li(t0, clint + 0x4000);
        a.li(t1, when);
        a.emit(sd(t1, t0, 0));
    } else if (kind == Kind::own_timer) {
        a.li(t1, std::uint64_t{1} << 63);
        a.emit(csrw(0x30a, t1));
        a.li(t1, when);
        a.emit(csrw(0x14d, t1));
    } else if (kind == Kind::alarm) {
        set(rtc + 0x10, 1);
        set(rtc + 0x0c, when >> 32);
        set(rtc + 0x08, when & 0xffff'ffff);
    } else if (kind == Kind::key) {
        a.li(t0, uart0);
        a.emit(addi(t1, 0, 1), sb(t1, t0, 1));
    }
    a.li(t0, 1 << 11 | 1 << 7 | 1 << 5 | 1 << 3);
    a.emit(csrw(0x304, t0), csr_instruction(6, 0, 0x300, 8));
    const std::uint64_t loop = a.here();
    a.emit(addi(s1, s1, 1), jal(0, back(a, loop)));
    while (a.here() != handler) a.emit(nop);
    a.emit(csrr(a0, 0xb02), csrr(a1, 0x342));
    a.li(t0, pause_port);
    a.emit(sw(t0, t0, 0), jal(0, 0));
    return a;
}

/// The instructions before the interrupt, in a run that is cut behind every `cut` ones.
template <template <class> class Rv64>
std::uint64_t interrupted_at(Kind kind, std::uint64_t when, std::uint64_t slice, std::uint64_t cut) {
    OfficeMachine machine = OfficeMachine::create().value();
    Emulator<OfficeMachine, Rv64, VirtualClock> emulator(machine, {.slice = slice});
    const Assembler program = counting(kind, when);
    REQUIRE(machine.debug_write(at(ram_base), program.bytes()));
    emulator.hart(0).set_pc(ram_base);
    KeyAt console;
    InputAt input;
    input.machine = &machine;
    if (kind == Kind::key) console.when = when;
    if (kind == Kind::input) input.when = when;
    emulator.connect(input);
    Stopped stopped;
    do stopped = emulator.run(console, cut);
    while (stopped.reason == StopReason::limit && emulator.hart(0).retired() < 10'000'000);
    REQUIRE(stopped.reason == StopReason::asked);
    REQUIRE(emulator.hart(0).x(a1) >> 63 == 1);
    return emulator.hart(0).x(a0);
}

}  // namespace

TEST_CASE(
    "Each kind of deadline comes at its instruction, interpreted, translated, and however the run is cut") {
    std::mt19937_64 random(11);
    const Kind kind = GENERATE(Kind::device_timer, Kind::own_timer, Kind::alarm, Kind::input, Kind::key);
    for (int round = 0; round != 12; ++round) {
        const bool looked_for = kind == Kind::input || kind == Kind::key;
        const std::uint64_t slice = std::array<std::uint64_t, 3>{
            150, 20'000, 1'000'000}[looked_for ? round % 2 : round % 3];
        const std::uint64_t tick = 2 + random() % 600, look = 2 + random() % 20;
        const std::uint64_t when = looked_for            ? look
                                   : kind == Kind::alarm ? year_2020 + tick * nanoseconds_per_tick -
                                                               (round % 2 == 0 ? 0 : random() % 100)
                                                         : tick;
        const std::uint64_t expected = looked_for ? (look - 1) * slice : tick * instructions_per_tick;
        const std::uint64_t cut = 1 + random() % 700;
        INFO("kind " << static_cast<int>(kind) << ", slices of " << slice << ", tick " << tick << ", look "
                     << look << ", cut behind " << cut);
        const std::uint64_t whole = 1'000'000'000;
        CHECK(interrupted_at<Interpreted>(kind, when, slice, whole) == expected);
        CHECK(interrupted_at<Interpreted>(kind, when, slice, cut) == expected);
        CHECK(interrupted_at<Translated>(kind, when, slice, whole) == expected);
        CHECK(interrupted_at<Translated>(kind, when, slice, cut) == expected);
    }
}
