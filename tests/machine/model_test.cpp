// Machines of random boards beside a model of them, see model/model.hpp. A difference is told with the shortest way to it
// that was found; WIREWRAP_MODEL_SEED and WIREWRAP_MODEL_STEPS ask for other steps and for more.
#include <catch2/catch.hpp>

#include "model/run.hpp"

#ifndef BOARDS
#define BOARDS 0
#endif

namespace {

using namespace model;

template <std::uint64_t Board>
void check_board() {
    if constexpr (Board / 2 % 2 == 0)
        CHECK(run<RandomBoard<Board>, Recorder>(Board) == "");
    else
        CHECK(run<RandomBoard<Board>>(Board) == "");
}

TEST_CASE("a machine does what its board says: first") { check_board<4 * BOARDS>(); }
TEST_CASE("a machine does what its board says: second") { check_board<4 * BOARDS + 1>(); }
TEST_CASE("a machine does what its board says: third") { check_board<4 * BOARDS + 2>(); }
TEST_CASE("a machine does what its board says: fourth") { check_board<4 * BOARDS + 3>(); }

}  // namespace
