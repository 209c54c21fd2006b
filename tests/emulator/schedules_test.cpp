// However a run is cut, it computes the same: on the hart that interprets compactly, and on the one that translates.
#include <catch2/catch.hpp>

#include <wirewrap/cpu/riscv/rv64gc.hpp>
#include <wirewrap/jit.hpp>

#include "tests/emulator/schedules.hpp"

using namespace wirewrap;

namespace {

using Pausing = riscv::With<riscv::Bare, riscv::Extensions{.pause = true}>;
template <class Bus>
using Interpreted = riscv::Hart<Bus, Pausing>;
template <class Bus>
using Translated = riscv::Hart<Bus, Pausing, riscv::DefaultDispatch, jit::Translated>;

}  // namespace

TEST_CASE("Random schedules end as one run does, interpreted") { test::check_schedules<Interpreted>(100); }
TEST_CASE("Random schedules end as one run does, translated") { test::check_schedules<Translated>(100); }
TEST_CASE("Interpreted and translated code of several harts goes the same way") {
    test::check_same_way<Interpreted, Translated>(50);
}
