// However a run is cut, it computes the same: on the hart that interprets compactly, and on the one that translates.
#include <catch2/catch.hpp>

#include "tests/emulator/pausing_harts.hpp"
#include "tests/emulator/schedules.hpp"

using namespace wirewrap;
using namespace wirewrap::test::pausing;

TEST_CASE("Random schedules end as one run does, interpreted") { test::check_schedules<Interpreted>(100); }
TEST_CASE("Random schedules end as one run does, translated") { test::check_schedules<Translated>(100); }
TEST_CASE("Interpreted and translated code of several harts goes the same way") {
    test::check_same_way<Interpreted, Translated>(50);
}
