// The boards of boards/arm, by far the most of any folder.
#include <catch2/catch.hpp>

#include <boards/arm/all.hpp>

#include "tests/boards/proof.hpp"

TEST_CASE("every board of ARM is proved") {
    constexpr auto proofs = proof::proofs_of(wirewrap::boards::arm::all);
    CHECK(proofs > 100);
}
