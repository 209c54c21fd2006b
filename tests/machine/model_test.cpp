// A machine of a random board beside a model of it, see model/model.hpp. A difference is told with the shortest way to it
// that was found; WIREWRAP_MODEL_SEED and WIREWRAP_MODEL_STEPS ask for other steps and for more. Each board is a program of
// its own, BOARD, for the time that it takes to compile.
#include <type_traits>

#include <catch2/catch.hpp>

#include "model/run.hpp"

namespace {

using namespace model;

TEST_CASE("a machine does what its board says") {
    if constexpr (BOARD / 2 % 2 == 0)
        CHECK(run<RandomBoard<BOARD>, Recorder>(BOARD) == "");
    else
        CHECK(run<RandomBoard<BOARD>>(BOARD) == "");
}

}  // namespace
