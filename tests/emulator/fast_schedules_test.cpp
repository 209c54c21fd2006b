// However a run is cut, it computes the same: on the hart with handlers for certain registers and sequences, which takes long
// to compile.
#include <catch2/catch.hpp>

#include <wirewrap/cpu/riscv/dispatch_fast.hpp>

#include "tests/emulator/schedules.hpp"

using namespace wirewrap;

namespace {

template <class Bus>
using Fast = riscv::Hart<Bus, riscv::Bare, riscv::FastDispatch>;

}  // namespace

TEST_CASE("Random schedules end as one run does, by the fast policy") { test::check_schedules<Fast>(100); }
