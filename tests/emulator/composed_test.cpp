// Devices and consoles as authors of machines write them, who have read what a member is for and no more: a timer whose deadline
// stays when it is over, a test rig that answers what the guest prints, a clock slower than the board's timer.
#include <wirewrap/emulator/emulator.hpp>

#include <catch2/catch.hpp>

#include <functional>
#include <limits>
#include <optional>
#include <string>

#include <wirewrap/device/goldfish_rtc.hpp>
#include <wirewrap/emulator/threaded_emulator.hpp>

#include "tests/emulator/bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t shot = 0x20'0000, rtc = 0x21'0000, bell = 0x22'0000, watchdog = 0x23'0000,
                        caller = 0x24'0000, metronome = 0x25'0000;
constexpr std::uint64_t year_2020 = 1'577'836'800ULL * 1'000'000'000;

/// Reads as 0.
struct OneRegister {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
};
/// Rings so many ticks after a store, and its deadline stays where it was.
struct OneShot : OneRegister {
    static constexpr std::array outputs{std::string_view{"irq"}};
    template <AccessWord T>
    void write(std::uint64_t, T ticks) {
        due = now + ticks;
        rings = false;
    }
    void tick(std::uint64_t time) {
        now = time;
        rings = rings || now >= due;
    }
    std::uint64_t deadline() const { return due; }
    bool output(std::size_t) const { return rings; }
    std::uint64_t now = 0, due = never;
    bool rings = false;
};
/// The same on the wall: rings at a second of 2020, which stays.
struct Bell : OneRegister {
    static constexpr std::array outputs{std::string_view{"irq"}};
    template <AccessWord T>
    void write(std::uint64_t, T second) {
        due = year_2020 + std::uint64_t{second} * 1'000'000'000;
    }
    void wall_clock(std::uint64_t time) { now = time; }
    std::uint64_t alarm_due() const { return due; }
    bool output(std::size_t) const { return now >= due; }
    std::uint64_t now = 0, due = never;
};

/// Wants the machine to stop so many ticks after a store.
struct Watchdog : OneRegister {
    template <AccessWord T>
    void write(std::uint64_t, T ticks) {
        due = now + ticks;
    }
    void tick(std::uint64_t time) {
        now = time;
        bites = bites || now >= due;
    }
    std::uint64_t deadline() const { return bites ? never : due; }
    bool wants_stop() const { return bites; }
    std::uint64_t now = 0, due = never;
    bool bites = false;
};

/// Comes again and again, and is heard by nobody.
struct Metronome : OneRegister {
    template <AccessWord T>
    void write(std::uint64_t, T ticks) {
        every = ticks;
        due = now + ticks;
    }
    void tick(std::uint64_t time) {
        for (now = time; due <= now; due += every) ++beats;
    }
    std::uint64_t deadline() const { return due; }
    std::uint64_t now = 0, due = never, every = 0, beats = 0;
};

/// Has somebody called at each store.
struct Caller : OneRegister {
    template <AccessWord T>
    void write(std::uint64_t, T) {
        if (call) call();
    }
    static inline std::function<void()> call{};
};

struct Rig {
    static constexpr auto name = "rig";
    static constexpr std::size_t harts = 2;
    static constexpr auto ram = main_ram("rig.ram", 1_MiB).placed(at(ram_base));
    static constexpr auto map = memory_map(
        device<"test", TestFinisher>(at(finisher), 4_KiB), device<"shot", OneShot>(at(shot), 4_B),
        device<"rtc", GoldfishRtc>(at(rtc), 4_KiB), device<"bell", Bell>(at(bell), 4_B),
        device<"watchdog", Watchdog>(at(watchdog), 4_B), device<"caller", Caller>(at(caller), 4_B),
        device<"metronome", Metronome>(at(metronome), 4_B), device<"clint", Clint<2>>(at(clint), 64_KiB),
        device<"uart0", Ns16550a>(at(uart0), 256_B));
    static constexpr auto wires = wiring(wire<"shot.irq", "hart0", 11>, wire<"rtc.irq", "hart0", 9>,
                                         wire<"bell.irq", "hart1", 11>, wire<"clint.msip0", "hart0", 3>,
                                         wire<"clint.mtip0", "hart0", 7>, wire<"clint.msip1", "hart1", 3>,
                                         wire<"clint.mtip1", "hart1", 7>);
};
using RigMachine = Machine<Rig, hostmem::Anonymous>;

void load(RigMachine& machine, const Assembler& program) {
    REQUIRE(machine.debug_write(at(program.base()), program.bytes()));
}
Assembler sleeper(std::uint64_t base) {
    Assembler a(base);
    a.emit(wfi, jal(0, -4));
    return a;
}
void set(Assembler& a, std::uint64_t address, std::uint64_t value) {
    a.li(t0, address);
    a.li(t1, value);
    a.emit(sw(t1, t0, 0));
}
void wait_for(Assembler& a, unsigned interrupt) {
    a.li(t1, std::uint64_t{1} << interrupt);
    a.emit(csrw(0x304, t1), wfi);
}

constexpr std::uint64_t second_base = ram_base + 0x1'0000;

template <class ClockType = VirtualClock>
struct RigBed {
    RigMachine machine = RigMachine::create().value();
    Emulator<RigMachine, Rv64, ClockType> emulator;
    NoConsole nobody;

    explicit RigBed(ClockType clock, const EmulatorOptions& options = {})
        : emulator(machine, clock, options) {}
    explicit RigBed(const EmulatorOptions& options = {}) : emulator(machine, options) {}
    void start(std::size_t hart, const Assembler& program) {
        load(machine, program);
        emulator.hart(hart).set_pc(program.base());
    }
};

/// Raises the software interrupt when the guest has printed something.
struct Answers {
    RigMachine* machine = nullptr;
    std::optional<std::uint8_t> next(bool) { return std::nullopt; }
    void print(std::span<const std::uint8_t>) { CHECK(machine->store<std::uint32_t>(at(clint), 1u)); }
    void wait(std::chrono::nanoseconds) {}
    bool closed() { return false; }
    bool ended() { return true; }
};

}  // namespace

TEST_CASE("A slice as long as numbers go is one") {
    DuoBed bed({.slice = never});
    Assembler a(ram_base), b(second_base);
    a.emit(addi(a0, a0, 1), jal(0, -4));
    b.emit(addi(a0, a0, 1), jal(0, -4));
    bed.start(0, a);
    bed.start(1, b);
    CHECK(bed.emulator.run(bed.console, 10'000).executed == 10'000);
    CHECK(bed.emulator.hart(0).retired() == 10'000);
}

TEST_CASE("A deadline that stays when it is over keeps nothing from sleeping, and hides no other one") {
    RigBed bed;
    bed.start(1, sleeper(second_base));
    Assembler a(ram_base);
    SECTION("nothing is left") {
        set(a, shot, 100);
        wait_for(a, 3);
        a.emit(jal(0, 0));
        bed.start(0, a);
        CHECK(bed.emulator.poll(bed.nobody, 1'000'000).reason == StopReason::idle);
        CHECK(bed.emulator.clock().now() == 100);
    }
    SECTION("another one is to come") {
        set(a, shot, 100);
        set(a, clint + 0x4000, 5000);
        set(a, clint + 0x4004, 0);
        wait_for(a, 7);
        finish(a, 0x5555);
        bed.start(0, a);
        CHECK(bed.emulator.poll(bed.nobody, 1'000'000).reason == StopReason::finished);
        CHECK(bed.emulator.clock().now() == 5000);
    }
    SECTION("the same one is set again in its own tick") {
        set(a, shot, 100);
        wait_for(a, 11);
        set(a, shot, 0);
        a.emit(wfi);
        finish(a, 0x5555);
        bed.start(0, a);
        CHECK(bed.emulator.poll(bed.nobody, 1'000'000).reason == StopReason::finished);
        CHECK(bed.emulator.clock().now() == 100);
    }
    SECTION("on the wall") {
        set(a, bell, 3);
        wait_for(a, 3);
        a.emit(jal(0, 0));
        bed.start(0, a);
        CHECK(bed.emulator.poll(bed.nobody, 1'000'000).reason == StopReason::idle);
        CHECK(bed.emulator.clock().wall() == year_2020 + 3'000'000'000);
    }
    SECTION("in the past from the beginning, on the wall") {
        set(a, bell, 0);
        wait_for(a, 3);
        a.emit(jal(0, 0));
        bed.start(0, a);
        CHECK(bed.emulator.poll(bed.nobody, 1'000'000).reason == StopReason::idle);
        CHECK(bed.emulator.clock().now() <= 1);
    }
}

TEST_CASE("A deadline that stays costs a guest that sleeps on host time no CPU") {
    RigBed<HostClock> bed;
    bed.start(1, sleeper(second_base));
    Assembler a(ram_base);
    set(a, shot, 100);                  // 10 us
    set(a, clint + 0x4000, 5'000'000);  // 0.5 s
    set(a, clint + 0x4004, 0);
    wait_for(a, 7);
    finish(a, 0x5555);
    bed.start(0, a);
    while (bed.emulator.clock().now() < 1000) CHECK(bed.emulator.poll(bed.nobody, 1000).executed < 1000);
    CHECK(bed.emulator.poll(bed.nobody).reason == StopReason::asleep);
    CHECK(bed.emulator.until_deadline().value() > std::chrono::milliseconds(1));
    CHECK(bed.emulator.run(bed.nobody).reason == StopReason::finished);
}

TEST_CASE(
    "A console that answers what is printed by an interrupt wakes the guest, and no time passes before") {
    RigBed bed({.harts = 1});
    Answers rig{&bed.machine};
    const bool timer = GENERATE(false, true);
    Assembler a(ram_base);
    if (timer) {
        set(a, clint + 0x4000, 1'000'000);
        set(a, clint + 0x4004, 0);
    }
    a.li(t0, uart0);
    a.li(t1, 1 << 3 | 1 << 7);
    a.emit(csrw(0x304, t1), sb(t1, t0, 0), wfi);
    finish(a, 0x5555);
    bed.start(0, a);
    CHECK(bed.emulator.run(rig, 1'000'000).reason == StopReason::finished);
    CHECK(bed.emulator.clock().now() == 0);
}

TEMPLATE_TEST_CASE("An alarm on the wall rings in time on a clock of any frequency", "", VirtualClock,
                   HostClock) {
    for (const std::uint64_t frequency : {1'000'000u, 10'000'000u, 100'000'000u}) {
        RigBed<TestType> bed(TestType{frequency});
        bed.start(1, sleeper(second_base));
        const std::uint64_t begin = bed.emulator.clock().wall(), due = begin + 1'000'000'000;
        Assembler a(ram_base);
        set(a, rtc + 0x10, 1);
        set(a, rtc + 0x0c, due >> 32);
        set(a, rtc + 0x08, due & 0xffff'ffff);
        wait_for(a, 9);
        finish(a, 0x5555);
        bed.start(0, a);
        const Stopped stopped = bed.emulator.poll(bed.nobody, 1'000'000);
        INFO(frequency << " ticks a second");
        if constexpr (CountsInstructions<TestType>) {
            CHECK(stopped.reason == StopReason::finished);
            CHECK(bed.emulator.clock().wall() - due < 2'000'000'000 / frequency + 100);
        } else {
            CHECK(stopped.reason == StopReason::asleep);
            CHECK(bed.emulator.until_deadline().value() <= std::chrono::nanoseconds(1'000'001'000));
        }
    }
}

TEST_CASE("An alarm on the wall rings in time however long a tick takes, also when none passes") {
    const std::uint64_t frequency = GENERATE(as<std::uint64_t>{}, 0, 1, 7);
    INFO(frequency << " ticks a second");
    RigBed<HostClock> bed(HostClock{frequency});
    bed.start(1, sleeper(second_base));
    const std::uint64_t due = bed.emulator.clock().wall() + 50'000'000;
    Assembler a(ram_base);
    set(a, rtc + 0x10, 1);
    set(a, rtc + 0x0c, due >> 32);
    set(a, rtc + 0x08, due & 0xffff'ffff);
    wait_for(a, 9);
    finish(a, 0x5555);
    bed.start(0, a);
    SECTION("it is known when it comes") {
        REQUIRE(bed.emulator.poll(bed.nobody, 1'000'000).reason == StopReason::asleep);
        const auto wait = bed.emulator.until_deadline();
        REQUIRE(wait);
        CHECK(*wait <= std::chrono::milliseconds(50));
    }
    SECTION("and a run sleeps until then") {
        CHECK(bed.emulator.run(bed.nobody, 1'000'000).reason == StopReason::finished);
        CHECK(bed.emulator.clock().wall() - due < 80'000'000);
    }
    SECTION("also on threads") {
        ThreadedEmulator<RigMachine, Rv64> threads(bed.machine, HostClock{frequency});
        for (std::size_t i = 0; i != 2; ++i) threads.hart(i).set_pc(bed.emulator.hart(i).pc());
        CHECK(threads.run(bed.nobody, 1'000'000).value().reason == StopReason::finished);
    }
}

TEST_CASE("A timer that comes again and again, and wakes nobody, keeps no run for ever") {
    RigBed<> bed({.vain_deadlines = 20'000});
    Assembler a(ram_base);
    set(a, metronome, 1000);
    a.emit(wfi, jal(0, -4));
    bed.start(0, a);
    bed.start(1, sleeper(second_base));
    SECTION("where nobody types it ends") {
        CHECK(bed.emulator.run(bed.nobody, 1'000'000).reason == StopReason::idle);
        CHECK(bed.machine.device<"metronome">().beats > 20'000);
    }
    SECTION("a person may leave, or wake a hart") {
        struct Person : Script {
            void wait(std::chrono::nanoseconds) { left = ++waits == 10; }
        } person;
        CHECK(bed.emulator.run(person, 1'000'000).reason == StopReason::closed);
    }
    SECTION("a main loop is let in, and has not to wait") {
        Script person;
        CHECK(bed.emulator.poll(person, 1'000'000).reason == StopReason::asleep);
        CHECK(bed.emulator.until_deadline().has_value());
    }
}

TEST_CASE("A device that runs the machine by which it is called executes nothing") {
    RigBed<> bed;
    Assembler a(ram_base);
    a.li(t0, caller);
    a.emit(sw(0, t0, 0), addi(s1, s1, 1), jal(0, -8));
    bed.start(0, a);
    bed.start(1, sleeper(second_base));
    std::uint64_t calls = 0, executed = 0;
    SECTION("on one thread") {
        Caller::call = [&] {
            ++calls;
            for (const Stopped& stopped : {bed.emulator.run(bed.nobody, 5), bed.emulator.step(0)}) {
                executed += stopped.executed;
                CHECK(stopped.reason == StopReason::asked);
            }
        };
        const Stopped stopped = bed.emulator.run(bed.nobody, 1003);
        CHECK(stopped.reason == StopReason::limit);
        CHECK(stopped.executed == 1003);
        CHECK(calls - bed.emulator.hart(0).x(s1) <= 1);
        CHECK(calls > 100);
    }
    SECTION("on several") {
        ThreadedEmulator<RigMachine, Rv64> threads(bed.machine);
        for (std::size_t i = 0; i != 2; ++i) threads.hart(i).set_pc(bed.emulator.hart(i).pc());
        std::string told;
        Caller::call = [&] {
            const auto stopped = threads.run(bed.nobody, 5);
            if (stopped)
                executed += stopped->executed;
            else
                told = stopped.error().message;
        };
        CHECK(threads.run(bed.nobody, 1003).value().executed == 1003);
        CHECK_THAT(told, Catch::StartsWith("the machine of rig runs already: "));
    }
    Caller::call = nullptr;
    CHECK(executed == 0);
}

TEST_CASE("A port that harts filled by hand ends no run, and its first bytes are not lost") {
    DuoBed bed;
    Assembler a(ram_base);
    flood(a, uart0, 5000);
    finish(a, 0x5555);
    bed.start(0, a);
    bed.park(1);
    (void)bed.emulator.hart(0).run(100'000);
    REQUIRE(bed.machine.devices().at<4>().wants_stop());
    SECTION("in a run") { CHECK(bed.emulator.run(bed.console).reason == StopReason::finished); }
    SECTION("in a step") {
        CHECK(bed.emulator.step(0).executed == 1);
        CHECK(bed.emulator.run(bed.console).reason == StopReason::finished);
        return;  // a step's bytes are for who is connected, which nobody is
    }
    CHECK(bed.console.printed == std::string(5000, 'x') + '\n');
}

TEST_CASE("A port that was full before a run on threads does not end it") {
    DuoMachine machine = DuoMachine::create().value();
    ThreadedEmulator<DuoMachine, Rv64> emulator(machine);
    Assembler a(ram_base), b(second_base);
    flood(a, uart0, 5000);
    finish(a, 0x5555);
    b.emit(wfi, jal(0, -4));
    REQUIRE(machine.debug_write(at(ram_base), a.bytes()));
    REQUIRE(machine.debug_write(at(second_base), b.bytes()));
    Rv64<DuoMachine> by_hand(machine, {.hart_id = 0});
    by_hand.set_pc(ram_base);
    (void)by_hand.run(100'000);
    REQUIRE(machine.devices().at<4>().wants_stop());
    emulator.hart(0).set_state(by_hand.state());
    emulator.hart(1).set_pc(second_base);
    Script console;
    CHECK(emulator.run(console).value().reason == StopReason::finished);
    CHECK(console.printed == std::string(5000, 'x') + '\n');
}

TEST_CASE("A watchdog stops the machine when its time has come, be the guest at work or asleep") {
    RigBed bed;
    const bool sleeps = GENERATE(false, true);
    CAPTURE(sleeps);
    Assembler a(ram_base);
    set(a, watchdog, 100);
    a.emit(sleeps ? wfi : addi(a0, a0, 1), jal(0, -4));
    bed.start(0, a);
    bed.start(1, sleeper(second_base));
    const Stopped stopped = bed.emulator.run(bed.nobody, 1'000'000);
    CHECK(stopped.reason == StopReason::asked);
    CHECK(bed.emulator.clock().now() == 100);
    // Who has been heard is not heard again.
    CHECK(bed.emulator.run(bed.nobody, 1000).reason == (sleeps ? StopReason::idle : StopReason::limit));
}
