// Boards with several harts, and machines that have only some of them.
#include <wirewrap/emulator/emulator.hpp>

#include <catch2/catch.hpp>

#include <boards/riscv/virt.hpp>
#include <wirewrap/state/restore.hpp>
#include <wirewrap/state/save.hpp>

#include "tests/emulator/bed.hpp"
#include "tests/examples/guest.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;
using boards::riscv::VirtHarts;

namespace {

struct TwoOfVirt {
    using MachineType = Machine<VirtHarts<2>, hostmem::Anonymous>;
    MachineType machine = MachineType::create({.ram_size = 1_MiB}).value();
    Emulator<MachineType, Rv64, VirtualClock> emulator;
    Script console;

    explicit TwoOfVirt(const EmulatorOptions& options) : emulator(machine, options) {}
};

/// Counts in s1 and goes on for ever.
Assembler counting(std::size_t hart) {
    Assembler a(ram_base + 0x1000 * hart);
    const std::uint64_t loop = a.here();
    a.emit(addi(s1, s1, 1));
    a.emit(jal(0, back(a, loop)));
    return a;
}

}  // namespace

TEST_CASE("Of a board's harts, so many run as the options say") {
    for (const std::size_t asked : {0u, 1u, 2u, 3u}) {
        DuoBed<> bed({.slice = 100, .harts = asked});
        for (const std::size_t hart : {0u, 1u}) bed.start(hart, counting(hart));
        CHECK(bed.emulator.harts() == (asked == 1 ? 1 : 2));
        CHECK(bed.emulator.run(bed.console, 2000).executed == 2000);
        CHECK(bed.emulator.hart(0).retired() == (asked == 1 ? 2000 : 1000));
        CHECK(bed.emulator.hart(1).retired() == (asked == 1 ? 0 : 1000));
    }
}

TEST_CASE("A guest is idle when the harts that are there wait") {
    DuoBed<> bed({.harts = 1});
    bed.park(0);
    bed.start(1, counting(1));
    EndingScript console;
    CHECK(bed.emulator.run(console, 100'000).reason == StopReason::idle);
    CHECK(bed.emulator.hart(1).retired() == 0);
}

TEST_CASE("A hart that is not there makes no step") {
    DuoBed<> bed({.harts = 1});
    for (const std::size_t hart : {0u, 1u}) bed.start(hart, counting(hart));
    CHECK(bed.emulator.step(0).executed == 1);
    CHECK(bed.emulator.step(1).executed == 0);
    CHECK(bed.emulator.step(2).executed == 0);
    CHECK(bed.emulator.hart(1).retired() == 0);
}

TEST_CASE("How many harts there are is saved and restored") {
    const std::string file = temporary("harts.snapshot");
    TwoOfVirt one({.slice = 100, .harts = 1});
    const Assembler program = counting(0);
    REQUIRE(one.machine.debug_write(at(ram_base), program.bytes()));
    one.emulator.hart(0).set_pc(ram_base);
    one.emulator.run(one.console, 150);
    REQUIRE(state::save(one.emulator, file));
    TwoOfVirt other({.slice = 100});
    const auto snapshot = state::Snapshot::open(file);
    REQUIRE(snapshot);
    REQUIRE(state::restore(other.emulator, *snapshot));
    CHECK(other.emulator.harts() == 1);
    other.emulator.run(other.console, 1000);
    CHECK(other.emulator.hart(0).retired() == 1150);
    CHECK(other.emulator.hart(1).retired() == 0);

    auto progress = other.emulator.progress();
    for (const std::uint64_t impossible : {0u, 3u}) {
        progress.harts = impossible;
        CHECK_FALSE(other.emulator.set_progress(progress));
    }
    progress.harts = 1;
    progress.turn.hart = 1;
    CHECK_FALSE(other.emulator.set_progress(progress));
    CHECK(other.emulator.harts() == 1);
}

TEST_CASE("Each hart of virt has its own timer, software interrupt and two contexts of the PLIC") {
    STATIC_REQUIRE(Board<VirtHarts<3>> && Board<VirtHarts<32>>);
    STATIC_REQUIRE(board_harts<VirtHarts<3>> == 3 && board_wires<VirtHarts<3>>.size() == 10 + 4 * 3);
    auto machine = Machine<VirtHarts<3>, hostmem::Anonymous>::create({.ram_size = 1_MiB}).value();
    machine.set_time(10);
    for (std::uint64_t hart = 0; hart != 3; ++hart) {
        const auto lines = [&] {
            for (std::size_t other = 0; other != 3; ++other)
                if (other != hart) CHECK(machine.interrupt_lines(other) == 0);
            return machine.interrupt_lines(hart);
        };
        CHECK(lines() == 0);
        REQUIRE(machine.store<std::uint32_t>(at(clint + 4 * hart), 1));
        CHECK(lines() == 1 << 3);
        REQUIRE(machine.store<std::uint32_t>(at(clint + 4 * hart), 0));
        REQUIRE(machine.store<std::uint64_t>(at(clint + 0x4000 + 8 * hart), 10));
        CHECK(lines() == 1 << 7);
        REQUIRE(machine.store<std::uint64_t>(at(clint + 0x4000 + 8 * hart), ~std::uint64_t{0}));
        REQUIRE(machine.store<std::uint32_t>(at(plic + 4 * 10), 1));
        for (const std::uint64_t mode : {0u, 1u}) {
            const std::uint64_t enable = plic + 0x2000 + 0x80 * (2 * hart + mode);
            REQUIRE(machine.store<std::uint32_t>(at(enable), 1 << 10));
            machine.update<"uart0">([](auto& uart) { uart.template write<std::uint8_t>(1, 2); });  // THRE
            CHECK(lines() == (mode == 0 ? 1u << 11 : 1u << 9));
            REQUIRE(machine.store<std::uint32_t>(at(enable), 0));
            CHECK(lines() == 0);
        }
    }
}
