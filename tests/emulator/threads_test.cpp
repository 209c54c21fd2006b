// Harts on threads of their own: that a guest whose harts work together computes what it computes in turns, and every way that
// a run ends.
#include <wirewrap/emulator/threaded_emulator.hpp>

#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include <wirewrap/cpu/riscv/breakpoints.hpp>
#include <wirewrap/cpu/riscv/rv64gc.hpp>
#include <wirewrap/jit.hpp>
#include <wirewrap/state.hpp>
#include <wirewrap/state/watchpoints.hpp>

#include "tests/emulator/threads_bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;

namespace {

template <class Bus>
using Interpreted = riscv::Hart<Bus>;
template <class Bus>
using Translated = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, jit::Translated>;
template <class Bus>
using Paged = riscv::Hart<Bus, riscv::Rv64gc, riscv::DefaultDispatch, riscv::Breakpoints<>>;

using Plain = TeamBed<OnThreads, Interpreted>;
using Fast = TeamBed<OnThreads, Translated>;
using Large = TeamBed<OnThreads, Paged>;
using Watched = TeamBed<OnThreads, Interpreted, state::Watchpoints>;
using Tracked = TeamBed<OnThreads, Interpreted, state::DirtyPages<>>;
using Sequence = TeamBed<InTurns, Interpreted>;
using PairInTurns = BoardBed<Duo, InTurns, Interpreted>;
using Pair = BoardBed<Duo, OnThreads, Interpreted>;
using FastPair = BoardBed<Duo, OnThreads, Translated>;

constexpr std::uint64_t rounds = 2000;

std::string sums(std::uint64_t each, std::uint64_t harts = 4) {
    const std::string all = std::to_string(harts * each);
    return "amo " + all + ", lr/sc " + all + ", lock " + all + "\n";
}
const std::string four_done = "done done done done ";

}  // namespace

TEMPLATE_TEST_CASE("Four harts together compute on threads what they compute in turns", "", Sequence, Plain,
                   Fast, Large, Watched, Tracked) {
    TestType bed;
    bed.load(rounds);
    const Stopped stopped = bed.run();
    CHECK(stopped.reason == StopReason::finished);
    REQUIRE(stopped.finish);
    CHECK(stopped.finish->kind == Finish::pass);
    CHECK(bed.uart0.printed == sums(rounds));
    CHECK(bed.uart1.printed == four_done);
    CHECK(stopped.executed > 4 * 10 * rounds);
}

TEMPLATE_TEST_CASE("Two harts on two threads say on both serial ports what they say in turns", "",
                   PairInTurns, Pair, FastPair) {
    TestType bed;
    bed.load(rounds);
    const Stopped stopped = bed.run();
    CHECK(stopped.finish == Finish{Finish::pass, 0});
    CHECK(bed.uart0.printed == sums(rounds, 2));
    CHECK(bed.uart1.printed == "done done ");
    CHECK(stopped.executed > 2 * 10 * rounds);
}

TEMPLATE_TEST_CASE("A limit is exact on threads, and a run goes on behind it", "", Plain, Fast) {
    TestType bed({.slice = 700});
    bed.load(rounds);
    for (const std::uint64_t limit : {0u, 1u, 3u, 699u, 2801u, 10'000u, 123'456u}) {
        const Stopped part = bed.run(limit);
        CHECK(part.executed == limit);
        CHECK(part.reason == StopReason::limit);
    }
    CHECK(bed.run().finish->kind == Finish::pass);
    CHECK(bed.uart0.printed == sums(rounds));
}

TEST_CASE("Of the board's harts those are there that were asked for") {
    Plain bed({.harts = 2});
    rv64::Assembler a(ram_base);
    a.emit(rv64::csrr(t0, 0xf14), rv64::beq(t0, 0, 12), rv64::wfi, rv64::jal(0, -4));
    finish(a, 0x5555);
    for (std::size_t n = 0; n != 4; ++n) bed.start(n, a);
    CHECK(bed.run().reason == StopReason::finished);
    CHECK(bed.emulator.hart(2).retired() == 0);
    CHECK(bed.emulator.hart(3).retired() == 0);
}

TEST_CASE("Nothing that can wake a hart ends a run on threads") {
    Plain bed;
    bed.park_from(0);
    const double before = cpu_seconds();
    CHECK(bed.run().reason == StopReason::idle);
    CHECK(cpu_seconds() - before < 1);
    CHECK(bed.run().reason == StopReason::idle);
}

TEST_CASE("A person who leaves ends a run on threads") {
    Plain bed;
    bed.park_from(1);
    rv64::Assembler a(ram_base);
    a.emit(rv64::jal(0, 0));
    bed.start(0, a);
    bed.uart0.left = true;
    const Stopped stopped = bed.run();
    CHECK(stopped.reason == StopReason::closed);
    CHECK(stopped.closed);
}

TEMPLATE_TEST_CASE("Another thread asks for a stop, and looks at the machine meanwhile", "", Plain, Fast) {
    TestType bed;
    rv64::Assembler a(ram_base);
    a.li(t0, ram_base + 0x4'0000);
    const std::uint64_t loop = a.here();
    a.emit(rv64::addi(t1, t1, 1), rv64::sd(t1, t0, 0), rv64::jal(0, back(a, loop) - 8));
    for (std::size_t n = 0; n != 4; ++n) bed.start(n, a);
    std::atomic<std::uint64_t> seen = 0;
    std::thread other([&] {
        while (seen == 0)
            seen = bed.emulator.with([](auto& machine) {
                return std::atomic_ref(*reinterpret_cast<std::uint64_t*>(
                                           machine.memory_view(at(ram_base + 0x4'0000), 8_B).data()
                                               ? const_cast<std::byte*>(
                                                     machine.memory_view(at(ram_base + 0x4'0000), 8_B).data())
                                               : nullptr))
                    .load();
            });
        bed.emulator.request_stop();
    });
    const Stopped stopped = bed.run();
    other.join();
    CHECK(stopped.reason == StopReason::asked);
    CHECK(seen != 0);
    // A stop is answered once, and one that was asked for before is not lost.
    CHECK(bed.run(1000).executed == 1000);
    bed.emulator.request_stop();
    CHECK(bed.run().reason == StopReason::asked);
}

TEST_CASE("A breakpoint of one hart ends the run of all") {
    Large bed;
    bed.load(rounds);
    const std::uint64_t second[] = {ram_base + 4};
    bed.emulator.hart(2).set_breakpoints(second);
    const Stopped stopped = bed.run();
    CHECK(stopped.reason == StopReason::breakpoint);
    CHECK(stopped.hart == 2);
    CHECK(stopped.pc == ram_base + 4);
    CHECK(bed.emulator.hart(2).pc() == ram_base + 4);
    bed.emulator.hart(2).set_breakpoints({});
    CHECK(bed.run().finish->kind == Finish::pass);
    CHECK(bed.uart0.printed == sums(rounds));
}

TEST_CASE("Hart's own request to stop is told") {
    Plain bed;
    bed.load(rounds);
    bed.emulator.hart(1).request_stop();
    const Stopped stopped = bed.run();
    CHECK(stopped.reason == StopReason::asked);
    CHECK(stopped.hart == 1);
    CHECK(bed.run().finish->kind == Finish::pass);
}

TEST_CASE("A hart that traps for ever is told on threads") {
    Plain bed({.stop_at_trap_loop = true});
    bed.park_from(1);
    bed.emulator.hart(0).set_pc(0x10);
    bed.emulator.hart(0).set_csr(0x305, 0x10);
    const Stopped stopped = bed.run();
    CHECK(stopped.reason == StopReason::trapping);
    REQUIRE(stopped.trapping);
    CHECK(stopped.trapping->hart == 0);
    CHECK(stopped.trapping->cause == 1);

    // Another state has nothing to do with it.
    REQUIRE(bed.emulator.set_progress(bed.emulator.progress()));
    bed.park_from(0);
    CHECK_FALSE(bed.run().trapping);
    auto impossible = bed.emulator.progress();
    impossible.turn.hart = impossible.harts;
    CHECK_FALSE(bed.emulator.set_progress(impossible));
}

TEST_CASE("Nothing that four harts print is lost, however slow the console is") {
    Plain bed;
    bed.park_from(1);
    rv64::Assembler a(ram_base);
    flood(a, uart0, 20'000);
    finish(a, 0x5555);
    bed.start(0, a);
    CHECK(bed.run().reason == StopReason::finished);
    CHECK(bed.uart0.printed == std::string(20'000, 'x') + "\n");
}

TEST_CASE("Somebody who types wakes a hart on threads") {
    Plain bed;
    bed.park_from(1);
    bed.uart0.typed = "q";
    rv64::Assembler a(ram_base);
    a.li(s0, uart0);
    const std::uint64_t loop = a.here();
    a.emit(rv64::lbu(t1, s0, 5), rv64::i_type(0x13, 7, t1, t1, 1));
    a.emit(rv64::beq(t1, 0, back(a, loop)), rv64::lbu(t1, s0, 0), rv64::sb(t1, s0, 0));
    finish(a, 0x5555);
    bed.start(0, a);
    CHECK(bed.run().reason == StopReason::finished);
    CHECK(bed.uart0.printed == "q");
}

TEST_CASE("No timer of a hart's own is lost, however soon it is up") {
    Large bed;
    constexpr std::uint32_t menvcfg = 0x30a, stimecmp = 0x14d, mie = 0x304, time = 0xc01;
    for (std::size_t hart = 0; hart != Quartet::harts; ++hart) {
        rv64::Assembler a(ram_base + 0x1000 * hart);
        a.li(t0, std::uint64_t{1} << 63);
        a.emit(rv64::csrw(menvcfg, t0));
        a.li(t0, 1 << 5);
        a.emit(rv64::csrw(mie, t0));
        a.li(s0, 3000);
        const std::uint64_t loop = a.here();
        a.emit(rv64::csrr(t0, time), rv64::i_type(0x13, 7, t1, s0, 127),
               rv64::add(t0, t0, t1));  // 0 to 12.7 us
        a.emit(rv64::csrw(stimecmp, t0), rv64::wfi, rv64::addi(s0, s0, -1));
        a.emit(rv64::bne(s0, 0, back(a, loop)));
        if (hart == 0) finish(a, 0x5555);
        a.emit(rv64::wfi, rv64::jal(0, -4));
        bed.start(hart, a);
    }
    const Stopped stopped = bed.run();
    CHECK(stopped.reason == StopReason::finished);
}

TEMPLATE_TEST_CASE("An interrupt that a hart raises itself comes behind that store on threads", "", Plain,
                   Fast, Large, Watched, Tracked) {
    TestType bed;
    constexpr std::uint64_t times = 5000, handler = ram_base + 0x800;
    bed.park_from(1);
    rv64::Assembler a(ram_base);
    a.li(t0, handler);
    a.emit(rv64::csrw(0x305, t0));
    a.li(t0, 8);
    a.emit(rv64::csrw(0x304, t0), rv64::csrw(0x300, t0));
    a.li(s0, clint);
    a.li(t0, times);
    a.li(t1, 1);
    const std::uint64_t loop = a.here();
    a.emit(rv64::addi(t0, t0, -1), rv64::sw(t1, s0, 0));
    const std::uint64_t behind = a.here();
    a.emit(rv64::addi(s1, s1, 1));
    a.emit(rv64::bne(t0, 0, back(a, loop)));
    finish(a, 0x5555);
    REQUIRE(a.here() <= handler);
    while (a.here() != handler) a.emit(rv64::nop);
    // How often it came, and how often elsewhere or too late.
    a.emit(rv64::sw(0, s0, 0), rv64::addi(a0, a0, 1), rv64::csrr(t2, 0x341),
           rv64::r_type(0x33, 0, 0x20, t2, t2, a1));
    a.emit(rv64::beq(t2, 0, 8), rv64::addi(a2, a2, 1), rv64::mret);
    bed.start(0, a);
    bed.emulator.hart(0).set_x(a1, behind);
    CHECK(bed.run().finish == Finish{Finish::pass, 0});
    CHECK(bed.emulator.hart(0).x(a0) == times);
    CHECK(bed.emulator.hart(0).x(a2) == 0);
    CHECK(bed.emulator.hart(0).x(s1) == times);
}

TEST_CASE("What runs on threads is saved, and goes on in turns") {
    Plain bed;
    bed.load(rounds);
    REQUIRE(bed.run(150'000).reason == StopReason::limit);
    const auto folder = std::filesystem::temp_directory_path() / ("threads_test." + std::to_string(getpid()));
    const std::string path = folder.string();
    REQUIRE(state::save(bed.emulator, path));
    const auto snapshot = state::Snapshot::open(path);
    REQUIRE(snapshot);
    TeamBed<InTurnsOfHostTime, Interpreted> turns;
    REQUIRE(state::restore(turns.emulator, *snapshot));
    CHECK(turns.run().finish->kind == Finish::pass);
    CHECK(turns.uart0.printed == sums(rounds));
    Plain threads;
    REQUIRE(state::restore(threads.emulator, *snapshot));
    CHECK(threads.run().finish->kind == Finish::pass);
    CHECK(threads.uart0.printed == sums(rounds));
    std::filesystem::remove(folder);
}

TEST_CASE("A thread that cannot be had is an error, and nothing has run") {
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NPROC, &before) == 0);
    if (::geteuid() == 0) {
        WARN("SKIPPED: the limit of processes does not hold for root");
        return;
    }
    const rlimit none{0, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NPROC, &none) == 0);
    Plain bed;
    bed.load(rounds);
    const auto stopped = bed.emulator.run();
    ::setrlimit(RLIMIT_NPROC, &before);
    REQUIRE_FALSE(stopped);
    CHECK(stopped.error().message.find("gives no thread to each of 4 harts") != std::string::npos);
    CHECK(bed.emulator.hart(0).retired() == 0);
}
