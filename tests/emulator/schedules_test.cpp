// However a run is cut, it computes the same: on the hart that interprets compactly, and on the one that translates.
#include <catch2/catch.hpp>

#include <wirewrap/jit.hpp>

#include "tests/emulator/schedules.hpp"

using namespace wirewrap;

namespace {

template <class Bus>
using Translated = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, jit::Translated>;

}  // namespace

TEST_CASE("Random schedules end as one run does, interpreted") {
    test::check_schedules<riscv::DefaultHart>(100);
}
TEST_CASE("Random schedules end as one run does, translated") { test::check_schedules<Translated>(100); }
