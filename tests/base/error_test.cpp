#include <catch2/catch.hpp>

#include <wirewrap/base/error.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

Expected<Bytes> half(Bytes size) {
    if (size % 2_B != 0_B) return fail("cannot halve ", size, " at ", at(0x1000));
    return size / 2;
}

}  // namespace

TEST_CASE("a failure is a value with a sentence") {
    CHECK(half(4_KiB) == 2_KiB);
    const Expected<Bytes> odd = half(3_B);
    REQUIRE_FALSE(odd);
    CHECK(odd.error().message == "cannot halve 3 bytes at 0x1000");
    CHECK(odd.error() == half(3_B).error());
    CHECK_FALSE(odd.error() == half(5_B).error());
}
