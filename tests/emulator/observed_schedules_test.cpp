// A run that is observed computes what a run without an observer does: timers, interrupts between harts, LR and SC, WFI, typed
// bytes; and what is heard of each hart is complete.
#include <catch2/catch.hpp>

#include <wirewrap/cpu/riscv/observed.hpp>
#include <wirewrap/jit.hpp>

#include "tests/emulator/schedules.hpp"

using namespace wirewrap;

namespace {

struct Tally {
    void executes(const riscv::NextInstruction& next) { ++instructions[next.hart]; }
    void touched(const riscv::MadeAccess& access) {
        if (access.access != Access::fetch) ++accesses;
    }
    bool hears_accesses() const { return hears; }
    void trapped(const riscv::TakenTrap& trap) { ++(trap.interrupt() ? interrupts : exceptions)[trap.hart]; }

    std::array<std::uint64_t, 4> instructions{}, interrupts{}, exceptions{};
    std::uint64_t accesses = 0;
    bool hears = false;
};

template <class Bus>
using Observed =
    riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, riscv::Observed<Tally, jit::Translated>>;

}  // namespace

TEST_CASE("random runs that are observed end as those that are not") {
    std::uint64_t count = 60, interrupts = 0;
    if (const char* const said = std::getenv("WIREWRAP_SCHEDULES")) count = std::strtoull(said, nullptr, 10);
    for (std::uint64_t seed = 1; seed <= count; ++seed) {
        std::mt19937_64 random(seed);
        const std::uint64_t harts = 1 + random() % 4, whole = 10'000 + random() % 60'000;
        const std::uint64_t slice = std::array<std::uint64_t, 4>{1, 100, 5000, 20'000}[random() % 4];
        INFO("seed " << seed << ", " << harts << " harts, slices of " << slice << ", " << whole
                     << " instructions");
        test::TimedScript script;
        for (std::uint64_t i = 0, tick = 0; i != 60; ++i) {
            tick += random() % 30;
            script.typed.emplace_back(tick, static_cast<std::uint8_t>('a' + random() % 26));
        }
        test::ScheduleBed<riscv::DefaultHart> alone(harts, slice, script);
        test::ScheduleBed<Observed> bed(harts, slice, script);
        REQUIRE(alone.run(whole).executed == whole);
        Tally tally{.hears = random() % 2 == 0};
        // Sometimes from the beginning, sometimes from somewhere in the middle of a turn.
        const std::uint64_t unobserved = random() % 2 == 0 ? 0 : random() % whole;
        REQUIRE(bed.run(unobserved).executed == unobserved);
        std::array<std::uint64_t, 4> retired{};
        for (std::size_t i = 0; i != 4; ++i) {
            bed.emulator().hart(i).observe(&tally);
            retired[i] = bed.emulator().hart(i).retired();
        }
        REQUIRE(bed.run(whole - unobserved).executed == whole - unobserved);
        for (std::size_t i = 0; i != 4; ++i) {
            REQUIRE(tally.instructions[i] == bed.emulator().hart(i).retired() - retired[i]);
            REQUIRE(tally.exceptions[i] == 0);
            interrupts += tally.interrupts[i];
        }
        // A few instructions at the end may all be of loops that wait.
        if (!tally.hears || whole - unobserved > 2000) REQUIRE((tally.accesses != 0) == tally.hears);
        const auto expected = alone.everything(), found = bed.everything();
        REQUIRE(expected.size() == found.size());
        for (std::size_t i = 0; i != expected.size(); ++i) {
            INFO(expected[i].first);
            REQUIRE((expected[i].second == found[i].second));
        }
        REQUIRE(alone.console.printed == bed.console.printed);
        REQUIRE(alone.log.printed == bed.log.printed);
    }
    CHECK(interrupts > 100);
}
