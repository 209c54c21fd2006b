// How runs on threads end where several things happen at once: consoles that are full or throw, stops asked for from inside,
// harts that come back together.
#include <wirewrap/emulator/threaded_emulator.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <catch2/catch.hpp>

#include <wirewrap/cpu/riscv/breakpoints.hpp>
#include <wirewrap/cpu/riscv/rv64gc.hpp>
#include <wirewrap/state/watchpoints.hpp>

#include "tests/emulator/threads_bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;

namespace {

template <class Bus>
using WithBreakpoints = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, riscv::Breakpoints<>>;
using Bed = TeamBed<OnThreads, WithBreakpoints, state::Watchpoints>;

/// A person who never ends typing, and does something at each call.
struct Person {
    std::string printed{};
    bool takes_nothing = false;
    std::function<void()> at_next = [] {}, at_wait = [] {};

    std::optional<std::uint8_t> next(bool) {
        at_next();
        return std::nullopt;
    }
    void print(std::span<const std::uint8_t> bytes) { printed.append(bytes.begin(), bytes.end()); }
    void wait(std::chrono::nanoseconds time) {
        at_wait();
        std::this_thread::sleep_for(time);
    }
    bool closed() { return false; }
    bool ended() { return false; }
    bool full() { return takes_nothing; }
};

constexpr std::uint64_t watched = ram_base + 0x5'0000;

/// Harts that all go to a breakpoint, and behind it to a store, 30 ms from now; then they wait.
void prepare(Bed& bed, bool breakpoints) {
    const std::uint64_t moment = bed.emulator.clock().now() + 30 * Quartet::timebase / 1000;
    for (std::size_t n = 0; n != Quartet::harts; ++n) {
        rv64::Assembler a(ram_base + 0x1000 * n);
        a.li(s1, watched + 64 * n);
        a.li(s0, moment);
        const std::uint64_t loop = a.here();
        a.emit(rv64::csrr(t0, 0xc01));
        a.emit(rv64::branch(6, t0, s0, back(a, loop)));
        const std::uint64_t there[] = {a.here()};
        a.emit(rv64::sd(t0, s1, 0), rv64::wfi, rv64::jal(0, -4));
        bed.start(n, a);
        if (breakpoints) bed.emulator.hart(n).set_breakpoints(there);
    }
}
/// They come back, or make their access, before any of them is heard.
void hold(Bed& bed) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    bed.emulator.with([](auto&) { std::this_thread::sleep_for(std::chrono::milliseconds(30)); });
}

}  // namespace

TEST_CASE("harts that come back for a device that wants to be looked at end nothing") {
    // Hart 0 prints faster than the console takes it, so that its port wants a stop again and again.
    Bed bed;
    for (std::size_t n = 0; n != Quartet::harts; ++n) {
        rv64::Assembler a(ram_base + 0x1000 * n);
        a.li(s0, uart0);
        const std::uint64_t loop = a.here();
        if (n == 0) a.emit(rv64::store(0, t0, s0, 0));
        a.emit(rv64::jal(0, static_cast<std::int64_t>(loop - a.here())));
        bed.start(n, a);
    }
    for (int round = 0; round != 10; ++round) {
        const Stopped stopped = bed.run(5'000'000);
        CHECK(stopped.reason == StopReason::limit);
        CHECK(stopped.executed == 5'000'000);
        CHECK(stopped.dropped == 0);
    }
}

TEST_CASE("a guest that prints waits for a console that takes nothing for a while") {
    Bed bed;
    bed.park_from(1);
    Person slow{.takes_nothing = true};
    slow.at_next = [&, looks = 0]() mutable { slow.takes_nothing = ++looks % 8 != 0; };
    slow.at_wait = slow.at_next;
    constexpr std::uint64_t bytes = 40'000;
    rv64::Assembler a(ram_base);
    a.li(s0, uart0);
    a.li(s1, bytes);
    a.emit(rv64::store(0, s1, s0, 0), rv64::addi(s1, s1, -1), rv64::bne(s1, 0, -8), rv64::jal(0, 0));
    bed.start(0, a);
    std::uint64_t executed = 0;
    while (executed < 4 * bytes) {
        const Stopped stopped = bed.emulator.run(slow, 4 * bytes - executed).value();
        CHECK(stopped.reason == StopReason::limit);
        CHECK(stopped.dropped == 0);
        if (stopped.executed == 0) break;
        executed += stopped.executed;
    }
    CHECK(executed == 4 * bytes);
    slow.takes_nothing = false;
    (void)bed.emulator.run(slow, 10);
    CHECK(slow.printed.size() == bytes);
}

TEST_CASE("A run on threads ends also while a console takes nothing") {
    Bed bed;
    bed.park_from(1);
    Person slow{.takes_nothing = true};
    rv64::Assembler a(ram_base);
    SECTION("by its limit") {
        a.emit(rv64::jal(0, 0));
        bed.start(0, a);
        CHECK(bed.emulator.run(slow, 1000).value().executed == 1000);
    }
    SECTION("by the guest") {
        finish(a, 0x5555);
        bed.start(0, a);
        CHECK(bed.emulator.run(slow).value().reason == StopReason::finished);
    }
    SECTION("by who asks for it") {
        a.emit(rv64::jal(0, 0));
        bed.start(0, a);
        std::thread other([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            bed.emulator.request_stop();
        });
        CHECK(bed.emulator.run(slow).value().reason == StopReason::asked);
        other.join();
    }
}

TEST_CASE("A hart on a thread is asked to stop while a console takes nothing") {
    Bed bed;
    rv64::Assembler a(ram_base);
    a.li(s0, uart0);
    a.emit(rv64::store(0, s1, s0, 0), rv64::jal(0, -4));
    bed.start(0, a);
    bed.park_from(1);
    Person person{.takes_nothing = true};
    std::atomic<bool> over = false;
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        bed.emulator.hart(0).request_stop();
        for (int i = 0; i != 300 && !over; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        if (!over) bed.emulator.request_stop();
    });
    const auto begin = std::chrono::steady_clock::now();
    const Stopped stopped = bed.emulator.run(person).value();
    over = true;
    other.join();
    CHECK(stopped.reason == StopReason::asked);
    CHECK(stopped.hart == 0);
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(2));
    CHECK_FALSE(bed.emulator.hart(0).stop_requested());
}

TEST_CASE("A console that throws ends a run on threads, and is forgotten") {
    Bed bed;
    bed.park_from(0);
    int calls = 0;
    {
        Person person;
        const auto third = [&] {
            if (++calls == 3) throw std::runtime_error("the line is broken");
        };
        SECTION("where it is asked for a byte") { person.at_next = third; }
        SECTION("where it waits") { person.at_wait = third; }
        CHECK_THROWS_AS(bed.emulator.run(person), std::runtime_error);
    }
    CHECK(bed.run().reason == StopReason::idle);
    CHECK(calls == 3);
}

TEST_CASE("A stop is asked for from inside a run on threads") {
    Bed bed;
    bed.park_from(1);
    rv64::Assembler a(ram_base);
    a.li(t0, watched);
    a.emit(rv64::sd(t1, t0, 0), rv64::wfi, rv64::jal(0, -4));
    bed.start(0, a);
    Person person;
    const auto ask = [&] { bed.emulator.request_stop(); };
    SECTION("by a console that is asked for a byte") { person.at_next = ask; }
    SECTION("by a console that waits") { person.at_wait = ask; }
    SECTION("by a policy") {
        auto& watch = bed.machine.policy<state::Watchpoints>();
        watch.add({at(watched), 8_B}, {.store = true});
        watch.on_hit([&](const state::WatchHit&) { ask(); });
    }
    CHECK(bed.emulator.run(person).value().reason == StopReason::asked);
}

namespace {
/// As if another thread asked it to stop just when it is about to sleep.
template <class Bus>
struct AskedLate : riscv::Hart<Bus, riscv::Rv64gc> {
    using riscv::Hart<Bus, riscv::Rv64gc>::Hart;
    riscv::RunResult run_on(std::uint64_t limit) {
        if (limit == 0 && !std::exchange(asked, true)) this->request_stop();
        return riscv::Hart<Bus, riscv::Rv64gc>::run_on(limit);
    }
    bool asked = false;
};
}  // namespace

TEST_CASE("A hart that is asked to stop as it goes to sleep on its thread stops") {
    TeamBed<OnThreads, AskedLate> bed;
    bed.park_from(0);
    for (std::size_t n = 1; n != Quartet::harts; ++n) bed.emulator.hart(n).asked = true;
    const Stopped stopped = bed.run();
    CHECK(stopped.reason == StopReason::asked);
    CHECK(stopped.hart == 0);
    CHECK(bed.run().reason == StopReason::idle);
}

TEST_CASE("A hart that sleeps on its thread is asked to stop by another one") {
    Bed bed;
    bed.park_from(1);
    rv64::Assembler a(ram_base);
    SECTION("while others run") { a.emit(rv64::jal(0, 0)); }
    SECTION("while all sleep") { a.emit(rv64::wfi, rv64::jal(0, -4)); }
    bed.start(0, a);
    Person person;
    std::atomic<bool> over = false;
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        bed.emulator.hart(2).request_stop();
        for (int i = 0; i != 500 && !over; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        if (!over) bed.emulator.request_stop();
    });
    const Stopped stopped = bed.emulator.run(person).value();
    over = true;
    other.join();
    CHECK(stopped.reason == StopReason::asked);
    CHECK(stopped.hart == 2);
    CHECK(bed.emulator.hart(2).waiting());
    CHECK(bed.emulator.run(1000).value().executed == (bed.emulator.hart(0).waiting() ? 0 : 1000));
}

TEST_CASE("A hart on a thread that is asked to stop when a port is full ends the run") {
    // It has come back, and before it is heard, as a rule, a port wants to be looked at.
    Bed bed;
    rv64::Assembler a(ram_base);
    a.emit(rv64::jal(0, 0));
    bed.start(0, a);
    bed.park_from(1);
    for (int round = 0; round != 50; ++round) {
        std::atomic<bool> over = false;
        std::thread other([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            bed.emulator.with([&](auto& machine) {
                bed.emulator.hart(0).request_stop();
                std::this_thread::sleep_for(std::chrono::microseconds(500));
                while (!machine.stop_requested()) (void)machine.template store<std::uint8_t>(at(uart0), 'x');
            });
            for (int i = 0; i != 1000 && !over; ++i)
                std::this_thread::sleep_for(std::chrono::milliseconds(5));
            if (!over) bed.emulator.hart(1).request_stop();
        });
        const Stopped stopped = bed.run();
        over = true;
        other.join();
        REQUIRE(stopped.reason == StopReason::asked);
        REQUIRE(stopped.hart == 0);
    }
}

TEST_CASE("Of harts that come to breakpoints together each is told") {
    for (int round = 0; round != 5; ++round) {
        Bed bed;
        prepare(bed, true);
        std::thread other([&] { hold(bed); });
        std::multiset<std::size_t> told;
        for (;;) {
            const Stopped stopped = bed.run();
            if (stopped.reason != StopReason::breakpoint) break;
            CHECK(stopped.pc == bed.emulator.hart(stopped.hart).pc());
            told.insert(stopped.hart);
        }
        other.join();
        CHECK(told == std::multiset<std::size_t>{0, 1, 2, 3});
    }
}

TEST_CASE("Of harts that make watched accesses together one is told, and it is that which made it") {
    for (int round = 0; round != 5; ++round) {
        Bed bed;
        prepare(bed, false);
        auto& watch = bed.machine.policy<state::Watchpoints>();
        watch.add({at(watched), 256_B}, {.store = true});
        watch.on_hit([&](const state::WatchHit& hit) {
            bed.emulator.stop_behind({hit.access, hit.address, hit.width});
        });
        std::thread other([&] { hold(bed); });
        const Stopped stopped = bed.run();
        other.join();
        REQUIRE(stopped.reason == StopReason::watchpoint);
        CHECK(stopped.seen->address == at(watched + 64 * stopped.hart));
    }
}

TEST_CASE("A timer that another thread's doing has set is not late because all harts slept") {
    Bed bed;
    bed.park_from(1);
    constexpr std::uint64_t millisecond = Quartet::timebase / 1000;
    rv64::Assembler a(ram_base);
    a.li(t0, 8);
    a.emit(rv64::csrw(0x304, t0), rv64::wfi);
    a.li(s0, clint);
    a.li(t0, 0x80);
    a.emit(rv64::sw(0, s0, 0), rv64::csrw(0x304, t0));
    a.li(t0, clint + 0xbff8);
    a.li(t2, millisecond);
    a.li(s0, clint + 0x4000);
    a.emit(rv64::ld(t1, t0, 0), rv64::add(t1, t1, t2), rv64::sd(t1, s0, 0), rv64::wfi);
    finish(a, 0x5555);
    bed.start(0, a);
    Person person;
    std::chrono::steady_clock::time_point woken;
    std::thread other([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(110));
        bed.emulator.with([&](auto& machine) {
            woken = std::chrono::steady_clock::now();
            (void)machine.template store<std::uint32_t>(at(clint), 1);
        });
    });
    CHECK(bed.emulator.run(person).value().reason == StopReason::finished);
    const auto took = std::chrono::steady_clock::now() - woken;
    other.join();
    CHECK(took >= std::chrono::milliseconds(1));
    CHECK(took < std::chrono::milliseconds(60));
}
