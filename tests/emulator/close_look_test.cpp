// A guest that traps often at one place is looked at closely, to find out whether it is lost: instruction by instruction, of
// which neither the guest nor who asks for stops may notice anything.
#include <catch2/catch.hpp>

#include <cstdint>

#include <wirewrap/emulator.hpp>
#include <wirewrap/state/watchpoints.hpp>

#include "tests/emulator/bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

using Watched = Machine<Duo, hostmem::Anonymous, state::Watchpoints>;
constexpr std::uint64_t word = ram_base + 0x2000;
constexpr std::uint64_t round_of = 10;  // instructions

/// Hart 0 calls firmware again and again: a0 counts, and is stored to `word`; a1 is the sum of all times that it saw. Slices are
/// whole rounds, so that each ends at the same place of the guest.
struct Bed {
    Watched machine = Watched::create().value();
    Emulator<Watched, Rv64, VirtualClock> emulator{machine, EmulatorOptions{.slice = 100 * round_of}};
    NoConsole none;

    Bed() {
        Assembler guest(ram_base), handler(ram_base + 0x1000), other(ram_base + 0x3000);
        guest.li(t0, handler.base());
        guest.emit(csrw(0x305, t0));
        guest.li(t0, word);
        const std::uint64_t loop = guest.here();
        guest.emit(ecall, addi(a0, a0, 1), sd(a0, t0, 0), csrr(t1, 0xc01), add(a1, a1, t1));
        guest.emit(jal(0, back(guest, loop)));
        handler.emit(csrr(t2, 0x341), addi(t2, t2, 4), csrw(0x341, t2), mret);
        other.emit(wfi, jal(0, -4));
        for (const Assembler* each : {&guest, &handler, &other})
            REQUIRE(machine.debug_write(at(each->base()), each->bytes()));
        emulator.hart(0).set_pc(guest.base());
        emulator.hart(1).set_pc(other.base());
    }
};

}  // namespace

TEST_CASE("A close look at a guest does not hold its time") {
    Bed whole, cut;
    CHECK(whole.emulator.run(whole.none, 300'000).executed == 300'000);
    // Who comes back so soon never suspects anything.
    for (int i = 0; i != 300; ++i) CHECK(cut.emulator.run(cut.none, 1000).executed == 1000);
    CHECK(whole.emulator.hart(0).x(a0) > 29'000);
    CHECK(whole.emulator.hart(0).x(a0) == cut.emulator.hart(0).x(a0));
    CHECK(whole.emulator.hart(0).x(a1) == cut.emulator.hart(0).x(a1));
}

TEST_CASE("A hart that is asked to stop during a close look stops") {
    const std::uint64_t number = GENERATE(range(850, 1150, 20));
    CAPTURE(number);
    Bed bed;
    auto& watch = bed.machine.policy<state::Watchpoints>();
    watch.add({at(word), 8_B}, {.store = true});
    watch.on_hit([&](const state::WatchHit&) {
        if (bed.emulator.hart(0).x(a0) == number) bed.emulator.hart(0).request_stop();
    });
    CHECK(bed.emulator.run(bed.none, 300'000).reason == StopReason::asked);
    CHECK(bed.emulator.hart(0).x(a0) == number);
    CHECK(bed.emulator.run(bed.none, 100'000).reason == StopReason::limit);
}
