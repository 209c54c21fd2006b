// Harts on threads whose accesses somebody hears of: what is heard has happened, and the thread sanitizer has nothing to say
// about those that others make at the same time.
#include <wirewrap/emulator/threaded_emulator.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

#include <catch2/catch.hpp>

#include <wirewrap/cpu/riscv/fused.hpp>
#include <wirewrap/cpu/riscv/observed.hpp>
#include <wirewrap/cpu/riscv/rv64gc.hpp>
#include <wirewrap/state/watchpoints.hpp>

#include "tests/emulator/threads_bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;

namespace {

constexpr std::uint64_t word = ram_base + 0x4'0000, mailbox = word + 0x1000;

template <class Bus>
using Interpreted = riscv::Hart<Bus>;
template <class Bus>
using Paged = riscv::Hart<Bus, riscv::Rv64gc>;

/// Hears of every access.
struct Hearing {
    void ram_stored(Bytes offset, std::size_t) { stores += offset == Bytes{word - ram_base}; }
    void accessed(Access access, GuestAddress address, std::size_t width) {
        if (access == Access::store && address == at(mailbox) && width == 8 && look != nullptr)
            seen.push_back(look(of));
    }
    std::uint64_t stores = 0;
    std::vector<std::uint64_t> seen{};
    std::uint64_t (*look)(void*) = nullptr;
    void* of = nullptr;
};
using Heard = TeamBed<OnThreads, Interpreted, Hearing>;
using HeardPaged = TeamBed<OnThreads, Paged, Hearing>;
using Watched = TeamBed<OnThreads, Interpreted, state::Watchpoints>;
using WatchedPaged = TeamBed<OnThreads, Paged, state::Watchpoints>;

/// Keeps what an observed hart stored to the word.
struct Kept {
    void touched(const riscv::MadeAccess& made) {
        if (made.address == word && made.value && made.access == Access::load) before.push_back(*made.value);
        if (made.address == word && made.value && made.access == Access::store) after.push_back(*made.value);
    }
    std::vector<std::uint64_t> before{}, after{};
};
template <class Bus>
using ObservedHart = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, riscv::Observed<Kept>>;
using ObservedTeam = TeamBed<OnThreads, ObservedHart>;

// A store of the same value, again and again.
constexpr std::array stores{rv64::sd(0, s0, 0), rv64::addi(s1, s1, -1), rv64::bne(s1, 0, -8)};
constexpr std::array hot_stores{riscv::hot_region(ram_base), riscv::hot_trace(),
                                riscv::hot_code(0x200, stores[0]), riscv::hot_code(0x204, stores[1]),
                                riscv::hot_code(0x208, stores[2])};
template <class Bus>
using Fused = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, riscv::Fused<hot_stores>>;
using Compiled = TeamBed<OnThreads, Fused>;

std::uint64_t in_memory(const auto& machine, std::uint64_t address) {
    auto* const place = const_cast<std::byte*>(machine.memory_view(at(address), 8_B).data());
    return std::atomic_ref(*reinterpret_cast<std::uint64_t*>(place)).load();
}

/// Waits until the word at s0 is so much, and ends the run.
void finish_at(rv64::Assembler& a, std::uint64_t sum) {
    a.li(t1, sum);
    const std::uint64_t wait = a.here();
    a.emit(rv64::ld(t0, s0, 0));
    a.emit(rv64::bne(t0, t1, back(a, wait)));
    finish(a, 0x5555);
}

/// `amoadd.d x0, one, (word)`, so many times, and by hart 0 the end of the run when all have.
void add_up(auto& bed, std::uint64_t times) {
    for (std::size_t n = 0; n != Quartet::harts; ++n) {
        rv64::Assembler a(ram_base + 0x1000 * n);
        a.li(s0, word);
        a.li(s1, times);
        a.li(t1, 1);
        const std::uint64_t loop = a.here();
        a.emit(rv64::amo(0, 3, 0, s0, t1), rv64::addi(s1, s1, -1));
        a.emit(rv64::bne(s1, 0, back(a, loop)));
        if (n == 0) finish_at(a, times * Quartet::harts);
        a.emit(rv64::wfi, rv64::jal(0, -4));
        bed.start(n, a);
    }
}

}  // namespace

TEST_CASE("An atomic instruction that was heard of has stored") {
    Heard bed;
    constexpr std::uint64_t times = 20'000;
    add_up(bed, times);
    std::atomic<bool> over = false;
    std::uint64_t looks = 0, wrong = 0;
    std::thread other([&] {
        while (!over) {
            bed.emulator.with([&](auto& machine) {
                ++looks;
                wrong += machine.template policy<Hearing>().stores != in_memory(machine, word);
            });
            std::this_thread::yield();
        }
    });
    CHECK(bed.run().reason == StopReason::finished);
    over = true;
    other.join();
    CHECK(looks != 0);
    CHECK(wrong == 0);
    CHECK(bed.machine.policy<Hearing>().stores == times * Quartet::harts);
}

TEST_CASE("What an observer hears of an atomic instruction is that instruction's") {
    ObservedTeam bed;
    constexpr std::uint64_t times = 20'000;
    add_up(bed, times);
    std::array<Kept, Quartet::harts> kept;
    for (std::size_t n = 0; n != Quartet::harts; ++n) bed.emulator.hart(n).observe(&kept[n]);
    CHECK(bed.run().reason == StopReason::finished);
    // One more than was there, and every number once.
    std::vector<std::uint64_t> all;
    std::uint64_t wrong = 0;
    for (const Kept& one : kept) {
        REQUIRE(one.after.size() == times);
        REQUIRE(one.before.size() >= times);  // hart 0 also looks at the sum
        for (std::size_t i = 0; i != times; ++i) wrong += one.after[i] != one.before[i] + 1;
        all.insert(all.end(), one.after.begin(), one.after.end());
    }
    CHECK(wrong == 0);
    std::ranges::sort(all);
    CHECK(std::ranges::adjacent_find(all) == all.end());
    CHECK(all.back() == times * Quartet::harts);
}

TEST_CASE("Who hears of a store finds it in memory") {
    Heard bed;
    bed.park_from(1);
    rv64::Assembler a(ram_base);
    a.li(s0, mailbox);
    for (const std::uint64_t value : {17u, 4u}) {
        a.li(t0, value);
        a.emit(rv64::sd(t0, s0, 0));
    }
    finish(a, 0x5555);
    bed.start(0, a);
    Hearing& hearing = bed.machine.policy<Hearing>();
    hearing.of = &bed.machine;
    hearing.look = [](void* machine) {
        return in_memory(*static_cast<Heard::MachineType*>(machine), mailbox);
    };
    CHECK(bed.run().reason == StopReason::finished);
    CHECK(hearing.seen == std::vector<std::uint64_t>{17, 4});
}

TEST_CASE("Somebody begins and ends to watch while harts are at work") {
    Watched bed;
    bed.load(300);
    std::atomic<bool> over = false;
    std::atomic<std::uint64_t> hits = 0;
    std::thread other([&] {
        while (!over) {
            std::size_t number = 0;
            bed.emulator.with([&](auto& machine) {
                auto& watch = machine.template policy<state::Watchpoints>();
                number = watch.add({at(ram_base), 1_MiB}, {.load = true, .store = true});
                watch.on_hit([&](const state::WatchHit&) { ++hits; });
            });
            std::this_thread::yield();
            bed.emulator.with(
                [&](auto& machine) { machine.template policy<state::Watchpoints>().remove(number); });
        }
    });
    CHECK(bed.run().finish == Finish{Finish::pass, 0});
    over = true;
    other.join();
    CHECK(hits != 0);
}

// Every hart has the same page table, of pages of 1 GiB, clears A and D bits by plain stores and sets them again by accesses.
TEMPLATE_TEST_CASE("Harts on threads share a page table and mark it", "", HeardPaged, WatchedPaged) {
    TestType bed;
    if constexpr (std::is_same_v<TestType, WatchedPaged>)
        bed.machine.template policy<state::Watchpoints>().add({at(ram_base), 1_MiB}, {.store = true});
    constexpr std::uint64_t table = ram_base + 0x1'0000, rounds = 500;
    constexpr std::uint64_t low = 0xf, high = ram_base >> 12 << 10 | 0xf;
    (void)bed.machine.template store<std::uint64_t>(at(table), low);
    (void)bed.machine.template store<std::uint64_t>(at(table + 16), high);
    for (std::size_t n = 0; n != Quartet::harts; ++n) {
        rv64::Assembler a(ram_base + 0x1000 * n);
        a.li(t0, (std::uint64_t{1} << 54) - 1);
        a.emit(rv64::csrw(0x3b0, t0));
        a.li(t0, 0x1f);
        a.emit(rv64::csrw(0x3a0, t0));
        a.li(t0, std::uint64_t{8} << 60 | table >> 12);
        a.emit(rv64::csrw(0x180, t0));
        a.li(t0, 1 << 11);  // to S mode
        a.emit(rv64::csrw(0x300, t0));
        a.emit(rv64::u_type(0x17, t0, 0), rv64::addi(t0, t0, 16), rv64::csrw(0x341, t0), rv64::mret);
        a.li(s0, word + 8 + 64 * n);
        a.li(s1, rounds);
        a.li(a0, table + 16);
        a.li(a1, high);
        const std::uint64_t loop = a.here();
        a.emit(rv64::sd(a1, a0, 0), rv64::sfence_vma, rv64::sd(s1, s0, 0), rv64::addi(s1, s1, -1));
        a.emit(rv64::bne(s1, 0, back(a, loop)));
        a.li(s0, word);
        a.li(t1, 1);
        a.emit(rv64::amo(0, 3, 0, s0, t1));
        if (n == 0) finish_at(a, Quartet::harts);
        a.emit(rv64::wfi, rv64::jal(0, -4));
        bed.start(n, a);
    }
    CHECK(bed.run().finish == Finish{Finish::pass, 0});
    CHECK((in_memory(bed.machine, table + 16) & ~std::uint64_t{0xc0}) == high);
}

TEST_CASE("Code that is compiled into the program marks its stores, beside others") {
    Compiled bed;
    // Hart 0 reserves the word, says so, and hart 1 stores to it what it holds; then SC has to fail.
    constexpr std::uint64_t said = word + 0x100, done = word + 0x200, result = word + 0x300;
    rv64::Assembler a(ram_base);
    a.li(s0, word);
    a.li(s1, said);
    a.li(a0, done);
    a.li(a1, result);
    a.li(a2, 1);
    a.emit(rv64::amo(2, 3, t0, s0, 0), rv64::sd(a2, s1, 0));
    const std::uint64_t wait = a.here();
    a.emit(rv64::ld(t1, a0, 0));
    a.emit(rv64::beq(t1, 0, back(a, wait)));
    a.emit(rv64::amo(3, 3, t0, s0, 0), rv64::sd(t0, a1, 0));
    finish(a, 0x5555);
    bed.start(0, a);
    rv64::Assembler b(ram_base + 0x1000);
    b.li(s0, said);
    const std::uint64_t other_wait = b.here();
    b.emit(rv64::ld(t1, s0, 0));
    b.emit(rv64::beq(t1, 0, back(b, other_wait)));
    b.li(s0, word);
    b.li(s1, 100'000);
    b.emit(rv64::jal(0, back(b, ram_base + 0x200)));
    bed.start(1, b);
    rv64::Assembler c(ram_base + 0x200);
    for (const std::uint32_t each : stores) c.emit(each);
    c.li(s0, done);
    c.emit(rv64::sd(a2, s0, 0), rv64::jal(0, 0));
    bed.emulator.hart(1).set_x(a2, 1);
    const auto ram = bed.machine.ram_span(at(c.base()), Bytes{c.bytes().size()});
    std::ranges::copy(c.bytes(), ram.begin());
    bed.park_from(2);
    CHECK(bed.run().reason == StopReason::finished);
    CHECK(bed.emulator.hart(1).regions().marked() != 0);
    CHECK(in_memory(bed.machine, result) == 1);
    CHECK(bed.emulator.hart(1).x(s1) == 0);
}
