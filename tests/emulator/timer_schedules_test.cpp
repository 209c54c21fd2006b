// Random guests whose harts set timers, put them off, write mtime and counters, and sleep with interrupts masked or not: however
// a run of them is cut, they compute the same, and time is the same.
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include <wirewrap/emulator.hpp>
#include <wirewrap/jit.hpp>

#include "tests/emulator/bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

template <class Bus>
using Translated = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, jit::Translated>;

constexpr std::size_t harts = 2;
constexpr Reg sum = 20, place = 21, count = 22, mtime = 23;
constexpr u32 mstatus = 0x300, mie = 0x304, mtvec = 0x305, mcountinhibit = 0x320, mcycle = 0xb00,
              minstret = 0xb02, cycle = 0xc00, time_csr = 0xc01, instret = 0xc02;
constexpr std::uint64_t base_of(std::size_t hart) { return ram_base + 0x4000 * hart; }
constexpr std::uint64_t handler_of(std::size_t hart) { return base_of(hart) + 0x3000; }

class Guest {
public:
    Guest(std::mt19937& random, std::size_t hart) : a(base_of(hart)), random_(random), hart_(hart) {
        a.li(t0, handler_of(hart));
        a.emit(csrw(mtvec, t0));
        a.li(mtime, clint + 0xbff8);
        a.li(t0, 1 << 3 | 1 << 7);
        a.emit(csrw(mie, t0), addi(t0, 0, 8), csrw(mstatus, t0));
        const std::uint64_t top = a.here();
        for (std::uint64_t left = 30 + any(30); left != 0; --left) piece();
        a.emit(jal(0, back(a, top)));
    }
    Assembler a;

private:
    std::uint64_t any(std::uint64_t below) { return random_() % below; }
    std::uint64_t odd_number() {
        constexpr std::array numbers{0ULL, 5ULL, 100ULL, 1000ULL, 1ULL << 63, ~0ULL - 20, ~0ULL};
        return numbers[any(numbers.size())];
    }
    void mix() { a.emit(add(sum, sum, t0)); }
    void set_timer_of(std::size_t hart, std::uint64_t ahead) {
        a.li(place, clint + 0x4000 + 8 * hart);
        a.emit(csrr(t0, time_csr), addi(t0, t0, static_cast<std::int64_t>(ahead)), sd(t0, place, 0));
    }
    void piece() {
        switch (any(9)) {
        case 0: a.emit(csrr(t0, std::array{cycle, time_csr, instret}[any(3)])), mix(); break;
        case 1: a.li(t0, odd_number()), a.emit(csrw(any(2) == 0 ? mcycle : minstret, t0)); break;
        case 2: a.li(t0, any(2) | any(2) << 2), a.emit(csrw(mcountinhibit, t0)); break;
        case 3:
            if (any(4) == 0) a.li(t0, odd_number()), a.emit(sd(t0, mtime, 0));
            break;
        case 4: set_timer_of(any(harts), any(60)); break;
        case 5:
            a.li(place, clint + 0x4000 + 8 * any(harts)), a.li(t0, odd_number()), a.emit(sd(t0, place, 0));
            break;
        case 6:
            a.emit(csrw(mstatus, 0));
            set_timer_of(hart_, 1 + any(50));
            a.emit(wfi, addi(t0, 0, 8), csrw(mstatus, t0));
            break;
        case 7: a.li(place, clint + 4 * any(harts)), a.emit(addi(t0, 0, 1), sw(t0, place, 0)); break;
        default: a.li(count, 5 + any(40)), a.emit(addi(count, count, -1), bne(count, 0, -4)); break;
        }
    }

    std::mt19937& random_;
    std::size_t hart_;
};
Assembler handler(std::mt19937& random, std::size_t hart) {
    Assembler a(handler_of(hart));
    for (const u32 number : {0x341u, 0x342u, time_csr}) a.emit(csrr(30, number), add(sum, sum, 30));
    a.li(29, clint + 0x4000 + 8 * hart);
    a.emit(addi(30, 30, static_cast<std::int64_t>(20 + random() % 100)), sd(30, 29, 0));
    a.li(29, clint + 4 * hart);
    a.emit(sw(0, 29, 0), mret);
    return a;
}

template <template <class> class HartType>
struct Run {
    DuoMachine machine = DuoMachine::create().value();
    Emulator<DuoMachine, HartType, VirtualClock> emulator;
    NoConsole nobody;

    Run(unsigned seed, std::mt19937 random, const EmulatorOptions& options)
        : emulator(machine, VirtualClock(10'000'000, seed % 2 == 0 ? 0 : seed % 12), options) {
        for (std::size_t hart = 0; hart != harts; ++hart) {
            for (const Assembler& code : {Guest(random, hart).a, handler(random, hart)})
                REQUIRE(machine.debug_write(at(code.base()), code.bytes()));
            emulator.hart(hart).set_pc(base_of(hart));
        }
    }
    /// All that was computed.
    std::vector<std::uint64_t> state() {
        std::vector<std::uint64_t> all{emulator.clock().now()};
        for (std::size_t hart = 0; hart != harts; ++hart) {
            auto& one = emulator.hart(hart);
            all.push_back(one.pc());
            for (std::size_t i = 0; i != 32; ++i) all.push_back(one.x(i));
            for (const std::uint16_t number : {0xb00, 0xb02, 0x300, 0x341, 0x342})
                all.push_back(*one.csr(number));
        }
        return all;
    }
};

template <template <class> class Whole, template <class> class Cut>
void check_seed(unsigned seed) {
    std::mt19937 random(seed);
    const EmulatorOptions options{.slice = random() % 2 == 0 ? 1 + random() % 300 : 20'000};
    constexpr std::uint64_t total = 30'000;
    Run<Whole> whole(seed, random, options);
    Run<Cut> cut(seed, random, options);
    const Stopped stopped = whole.emulator.run(whole.nobody, total);
    std::uint64_t executed = 0;
    while (executed < stopped.executed) {
        const std::uint64_t most = std::array{5u, 500u, 20'000u}[random() % 3];
        if (random() % 10 == 0) cut.emulator.hart(random() % harts).request_stop();
        executed +=
            cut.emulator.run(cut.nobody, std::min(1 + random() % most, stopped.executed - executed)).executed;
    }
    INFO("seed " << seed);
    REQUIRE(executed == stopped.executed);
    REQUIRE(cut.state() == whole.state());
}

}  // namespace

TEST_CASE("Guests that move their timers compute the same, however a run is cut") {
    for (unsigned seed = 0; seed != 100; ++seed) {
        check_seed<Rv64, Rv64>(seed);
        check_seed<Rv64, Translated>(seed);
    }
}
