// Random schedules: a guest of one to four harts that minds in which order everything happens, run in one piece, and cut to
// pieces by limits, stops, saves and restores. Both have to end in the same state, to the last bit.
//
//     check_schedules<riscv::DefaultHart>(100);         // as many schedules, or as WIREWRAP_SCHEDULES says
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <wirewrap/state/fields.hpp>
#include <wirewrap/state/restore.hpp>
#include <wirewrap/state/running.hpp>
#include <wirewrap/state/save.hpp>

#include "tests/emulator/bed.hpp"
#include "tests/examples/guest.hpp"

namespace wirewrap::test {

struct Quartet {
    static constexpr auto name = "quartet";
    static constexpr std::size_t harts = 4;
    static constexpr auto ram = main_ram("quartet.ram", 256_KiB).placed(at(ram_base));
    static constexpr auto map = memory_map(
        device<"test", TestFinisher>(at(finisher), 4_KiB), device<"clint", Clint<4>>(at(clint), 64_KiB),
        device<"plic", Plic<16, 1>>(at(plic), 6_MiB), device<"uart0", Ns16550a>(at(uart0), 256_B),
        device<"uart1", Ns16550a>(at(uart1), 256_B));
    static constexpr auto wires = wiring(wire<"uart0.irq", "plic", 10>, wire<"plic.context0", "hart0", 11>,
                                         wire<"clint.msip0", "hart0", 3>, wire<"clint.mtip0", "hart0", 7>,
                                         wire<"clint.msip1", "hart1", 3>, wire<"clint.mtip1", "hart1", 7>,
                                         wire<"clint.msip2", "hart2", 3>, wire<"clint.mtip2", "hart2", 7>,
                                         wire<"clint.msip3", "hart3", 3>, wire<"clint.mtip3", "hart3", 7>);
};
using QuartetMachine = Machine<Quartet, hostmem::Anonymous>;

/// Whatever the order of events changes goes into the checksums a1 (loop) and a2 (handler) of each hart.
inline rv64::Assembler mindful_guest(std::uint64_t harts) {
    using namespace rv64;
    constexpr Reg number = 4, shared = 9, timer = 18, port = 19, next = 20, count = 21, s8 = 24, s9 = 25,
                  s10 = 26, s11 = 27;
    constexpr std::uint64_t handler = ram_base + 0x1000;
    constexpr u32 time = 0xc01, mstatus = 0x300, mie = 0x304, mtvec = 0x305, mepc = 0x341, mcause = 0x342,
                  mhartid = 0xf14;
    const auto slli = [](Reg rd, Reg rs, std::int64_t by) { return i_type(0x13, 1, rd, rs, by); };
    const auto andi = [](Reg rd, Reg rs, std::int64_t with) { return i_type(0x13, 7, rd, rs, with); };
    const auto mul = [](Reg rd, Reg a, Reg b) { return r_type(0x33, 0, 1, rd, a, b); };
    Assembler a(ram_base);
    const auto mix = [&](Reg sum, Reg value) {  // sum = (sum + value) * (2^8 + 1) + 1
        a.emit(add(sum, sum, value), slli(s11, sum, 8), add(sum, sum, s11), addi(sum, sum, 1));
    };
    a.emit(csrr(number, mhartid));
    a.li(t0, harts);
    const std::uint64_t is_parked = a.here();
    a.emit(nop);
    a.li(t0, handler);
    a.emit(csrw(mtvec, t0));
    a.li(shared, ram_base + 0x1'0000);
    a.li(timer, clint);
    a.li(port, uart0);
    a.emit(beq(number, 0, 12), u_type(0x37, t0, 0x1000), add(port, port, t0));
    a.emit(addi(next, number, 1));
    a.li(t0, harts);
    a.emit(bne(next, t0, 8), addi(next, 0, 0));
    a.emit(slli(next, next, 2), add(next, next, timer));  // msip of the hart behind this one
    a.emit(slli(s10, number, 3), add(s10, s10, timer));
    a.li(t0, 0x4000);
    a.emit(add(s10, s10, t0), csrr(t1, time), addi(t1, t1, 37), sd(t1, s10, 0));  // mtimecmp
    a.li(t1, 1 << 3 | 1 << 7);
    const std::uint64_t is_second = a.here();
    a.emit(nop);
    a.li(t0, plic);
    a.li(t1, 1);
    a.emit(sw(t1, t0, 4 * 10), sb(t1, port, 1));
    a.li(t0, plic + 0x2000);
    a.li(t1, 1 << 10);
    a.emit(sw(t1, t0, 0));
    a.li(t1, 1 << 3 | 1 << 7 | 1 << 11);
    a.patch(is_second, bne(number, 0, static_cast<std::int64_t>(a.here() - is_second)));
    a.emit(csrw(mie, t1));
    a.li(t1, 1 << 3);
    a.emit(csrw(mstatus, t1));

    const std::uint64_t loop = a.here();
    a.emit(addi(count, count, 1), csrr(t0, time));
    mix(a1, t0);
    // A counter by LR and SC, one by AMO, and one that loses what others do at the same time.
    const std::uint64_t again = a.here();
    a.emit(amo(2, 2, t0, shared, 0), addi(t0, t0, 1), amo(3, 2, t1, shared, t0));
    a.emit(bne(t1, 0, back(a, again)));
    mix(a1, t0);
    a.emit(addi(t0, shared, 8), amo(0, 3, t1, t0, a1), ld(t2, shared, 16), addi(t2, t2, 1),
           sd(t2, shared, 16));
    mix(a1, t1);
    mix(a1, t2);
    // Each 16th time an SC long after its LR: it succeeds unless the turn ended, or somebody stored.
    const auto each = [&](std::int64_t mask, auto body) {
        a.emit(andi(t0, count, mask));
        const std::uint64_t skip = a.here();
        a.emit(nop);
        body();
        a.patch(skip, bne(t0, 0, static_cast<std::int64_t>(a.here() - skip)));
    };
    each(15, [&] {
        a.emit(amo(2, 2, t1, shared, 0), addi(t2, 0, 90));
        const std::uint64_t wait = a.here();
        a.emit(addi(t2, t2, -1), bne(t2, 0, back(a, wait) - 4), amo(3, 2, t1, shared, t1));
        mix(a1, t1);
    });
    each(7, [&] { a.emit(sw(next, next, 0), addi(t1, 0, 1), sw(t1, next, 0)); });
    each(3, [&] {
        a.li(t1, 0xbff8);
        a.emit(add(t1, t1, timer), ld(t1, t1, 0));  // mtime
        mix(a1, t1);
        a.emit(andi(t1, a1, 63), addi(t1, t1, 48), sb(t1, port, 0));
    });
    each(63, [&] {  // more than the line holds
        a.li(t1, 5000);
        const std::uint64_t print = a.here();
        a.emit(sb(t1, port, 0), addi(t1, t1, -1));
        a.emit(bne(t1, 0, back(a, print)));
    });
    each(31, [&] { a.emit(wfi); });
    each(15, [&] { a.emit(0x0100'000f); });  // pause: of harts that have it, the turn ends
    a.emit(mul(a0, a1, count), sd(a0, shared, 24));
    a.emit(jal(0, back(a, loop)));

    a.patch(is_parked, branch(7, number, t0, static_cast<std::int64_t>(a.here() - is_parked)));  // bgeu
    a.emit(wfi, jal(0, -4));
    while (a.here() < handler) a.emit(nop);
    a.emit(csrr(s8, mcause), csrr(s9, mepc));
    mix(a2, s8);
    mix(a2, s9);
    a.emit(csrr(s9, time), slli(s8, s8, 1));
    mix(a2, s9);
    const auto for_cause = [&](std::int64_t cause, auto body) {
        a.emit(addi(s11, 0, cause * 2));
        const std::uint64_t skip = a.here();
        a.emit(nop);
        body();
        a.emit(mret);
        a.patch(skip, bne(s8, s11, static_cast<std::int64_t>(a.here() - skip)));
    };
    for_cause(7, [&] {
        a.emit(andi(s11, a2, 63), add(s9, s9, s11), addi(s9, s9, 20));
        a.emit(slli(s11, number, 3), add(s11, s11, timer), u_type(0x37, s8, 0x4000), add(s11, s11, s8),
               sd(s9, s11, 0));
    });
    for_cause(3, [&] { a.emit(slli(s11, number, 2), add(s11, s11, timer), sw(0, s11, 0)); });
    a.li(s8, plic + 0x20'0004);
    a.emit(lw(s9, s8, 0), lbu(s11, port, 0), sb(s11, port, 0), sw(s9, s8, 0));
    mix(a2, s9);
    a.emit(mret);
    return a;
}

/// Types each byte at its tick, so that when it comes depends on the guest's time alone.
struct TimedScript {
    const VirtualClock* clock = nullptr;
    std::vector<std::pair<std::uint64_t, std::uint8_t>> typed{};
    std::size_t next_byte = 0;
    std::string printed{};

    std::optional<std::uint8_t> next(bool listening) {
        if (!listening || next_byte == typed.size() || typed[next_byte].first > clock->now())
            return std::nullopt;
        return typed[next_byte++].second;
    }
    void print(std::span<const std::uint8_t> bytes) { printed.append(bytes.begin(), bytes.end()); }
    void wait(std::chrono::nanoseconds) {}
    bool closed() { return false; }
};

template <template <class> class HartType>
class ScheduleBed {
public:
    using Type = Emulator<QuartetMachine, HartType, VirtualClock>;

    ScheduleBed(std::uint64_t harts, std::uint64_t slice, const TimedScript& script)
        : console(script), slice_(slice),
          emulator_(std::make_unique<Type>(*machine_, EmulatorOptions{.slice = slice})) {
        const rv64::Assembler guest = mindful_guest(harts);
        const auto ram = machine_->ram_span(at(ram_base), Bytes{guest.bytes().size()});
        std::ranges::copy(guest.bytes(), ram.begin());
        machine_->give_back(ram);
        for (std::size_t i = 0; i != Quartet::harts; ++i) emulator_->hart(i).set_pc(ram_base);
        connect();
    }

    Stopped run(std::uint64_t limit) { return emulator_->run(console, limit); }
    Stopped poll(std::uint64_t limit) { return emulator_->poll(console, limit); }
    QuartetMachine& machine() { return *machine_; }
    Type& emulator() { return *emulator_; }

    /// What was, to go back to.
    struct Saved {
        state::Components<Type> components;
        std::vector<std::byte> ram;
        TimedScript console, log;
    };
    Saved save() {
        const auto ram = machine_->memory_blocks()[0].bytes;
        return {state::Components<Type>(*emulator_), {ram.begin(), ram.end()}, console, log};
    }
    void restore(const Saved& saved) {
        std::ranges::copy(saved.ram, machine_->memory_blocks()[0].bytes.begin());
        saved.components.put_into(*emulator_);
        for (std::size_t i = 0; i != Quartet::harts; ++i) emulator_->hart(i).code_may_have_changed();
        console = saved.console, log = saved.log;
        connect();
    }
    /// By way of a file, into a machine and an emulator that have never run.
    void move_house(const std::string& file) {
        REQUIRE(state::save(*emulator_, file));
        auto machine = std::make_unique<QuartetMachine>(QuartetMachine::create().value());
        auto emulator = std::make_unique<Type>(*machine, EmulatorOptions{.slice = slice_});
        const auto snapshot = state::Snapshot::open(file);
        REQUIRE(snapshot);
        REQUIRE(state::restore(*emulator, *snapshot));
        emulator_ = std::move(emulator);
        machine_ = std::move(machine);
        connect();
    }

    /// All that can be told apart, piece by piece.
    std::vector<std::pair<std::string, std::vector<std::byte>>> everything() {
        std::vector<std::pair<std::string, std::vector<std::byte>>> all;
        state::Components<Type> components(*emulator_);
        components.each([&](std::string_view name, auto& component) {
            state::FieldWriter writer;
            component.state(writer);
            all.emplace_back(name, std::vector(writer.bytes().begin(), writer.bytes().end()));
        });
        const auto ram = machine_->memory_blocks()[0].bytes;
        all.emplace_back("ram", std::vector(ram.begin(), ram.end()));
        return all;
    }

    TimedScript console, log;

private:
    void connect() {
        console.clock = log.clock = &emulator_->clock();
        emulator_->template connect<"uart1">(log);
    }

    std::uint64_t slice_;
    std::unique_ptr<QuartetMachine> machine_ = std::make_unique<QuartetMachine>(
        QuartetMachine::create().value());
    std::unique_ptr<Type> emulator_;
};

inline std::uint64_t schedules_wanted(std::uint64_t count) {
    const char* const said = std::getenv("WIREWRAP_SCHEDULES");
    return said != nullptr ? std::strtoull(said, nullptr, 10) : count;
}

/// Two ways to execute go the same way, to the last bit.
template <template <class> class One, template <class> class Other>
void check_same_way(std::uint64_t count) {
    count = schedules_wanted(count);
    for (std::uint64_t seed = 1; seed <= count; ++seed) {
        std::mt19937_64 random(seed);
        const std::uint64_t harts = 1 + random() % 4, whole = 10'000 + random() % 60'000;
        const std::uint64_t slice = std::array<std::uint64_t, 4>{100, 999, 5000, 20'000}[random() % 4];
        INFO("seed " << seed << ", " << harts << " harts, slices of " << slice << ", " << whole
                     << " instructions");
        ScheduleBed<One> one(harts, slice, {});
        ScheduleBed<Other> other(harts, slice, {});
        REQUIRE(one.run(whole).executed == whole);
        REQUIRE(other.run(whole).executed == whole);
        const auto expected = one.everything(), found = other.everything();
        REQUIRE(expected.size() == found.size());
        for (std::size_t i = 0; i != expected.size(); ++i) {
            INFO(expected[i].first);
            REQUIRE((expected[i].second == found[i].second));
        }
    }
}

/// Runs `count` schedules, or as many as the environment says, each beside the same run in one piece.
template <template <class> class HartType>
void check_schedules(std::uint64_t count) {
    count = schedules_wanted(count);
    for (std::uint64_t seed = 1; seed <= count; ++seed) {
        std::mt19937_64 random(seed);
        const auto below = [&](std::uint64_t n) { return random() % n; };
        const std::uint64_t harts = 1 + below(4), whole = 10'000 + below(60'000);
        const std::uint64_t slice = std::array<std::uint64_t, 6>{1, 7, 100, 999, 5000, 20'000}[below(6)];
        INFO("seed " << seed << ", " << harts << " harts, slices of " << slice << ", " << whole
                     << " instructions");
        TimedScript script;
        for (std::uint64_t i = 0, tick = 0; i != 60; ++i) {
            tick += below(30);
            script.typed.emplace_back(tick,
                                      below(8) == 0 ? '\n' : static_cast<std::uint8_t>('a' + below(26)));
        }
        ScheduleBed<HartType> once(harts, slice, script), often(harts, slice, script);
        REQUIRE(once.run(whole).executed == whole);

        const std::string file = temporary("schedule.snapshot");
        for (std::uint64_t done = 0; done != whole;) {
            std::optional<typename ScheduleBed<HartType>::Saved> saved;
            switch (below(8)) {
            case 0: often.machine().request_stop(); break;
            case 1: often.emulator().hart(below(4)).request_stop(); break;
            case 2: saved = often.save(); break;
            case 3:
                if (below(16) == 0) often.move_house(file);
                break;
            default: break;
            }
            const std::uint64_t limit = std::min(whole - done, 1 + below(std::uint64_t{1} << below(16)));
            const Stopped stopped = below(2) == 0 ? often.run(limit) : often.poll(limit);
            REQUIRE(stopped.executed <= limit);
            if (saved)
                often.restore(*saved);
            else
                done += stopped.executed;
        }
        const auto expected = once.everything(), found = often.everything();
        REQUIRE(expected.size() == found.size());
        for (std::size_t i = 0; i != expected.size(); ++i) {
            INFO(expected[i].first);
            REQUIRE((expected[i].second == found[i].second));
        }
        REQUIRE(once.console.printed == often.console.printed);
        REQUIRE(once.log.printed == often.log.printed);
        REQUIRE(once.console.next_byte == often.console.next_byte);
    }
}

}  // namespace wirewrap::test
