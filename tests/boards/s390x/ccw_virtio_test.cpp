#include <catch2/catch.hpp>

#include <boards/s390x/ccw_virtio.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using boards::s390x::CcwVirtio;
using boards::s390x::StorageIncrements;

TEST_CASE("1020 increments reach, and then they double") {
    constexpr StorageIncrements rule;
    static_assert(RamRule<StorageIncrements>);
    CHECK(rule.accepts(1_MiB));
    CHECK(rule.accepts(1019_MiB));
    CHECK(rule.accepts(1020_MiB));
    CHECK_FALSE(rule.accepts(1021_MiB));
    CHECK(rule.accepts(1022_MiB));
    CHECK(rule.accepts(2040_MiB));
    CHECK_FALSE(rule.accepts(2042_MiB));
    CHECK(rule.accepts(2044_MiB));
    CHECK_FALSE(rule.accepts(0_B));
    CHECK_FALSE(rule.accepts(64_KiB));
}

TEST_CASE("the nearest accepted sizes are accepted, and nothing between") {
    constexpr StorageIncrements rule;
    for (const Bytes size :
         {64_KiB, 1_MiB + 8_KiB, 1020_MiB + 8_KiB, 1021_MiB, 2047_MiB, 2049_MiB, 5_GiB + 1_MiB}) {
        CAPTURE(size.count);
        CHECK_FALSE(rule.accepts(size));
        const auto below = rule.below(size), above = rule.above(size);
        if (below) CHECK((rule.accepts(*below) && *below < size));
        REQUIRE(above);
        CHECK((rule.accepts(*above) && *above > size));
        for (Bytes between = size - size % 1_MiB + 1_MiB; between < *above; between += 1_MiB)
            CHECK_FALSE(rule.accepts(between));
    }
    CHECK_FALSE(rule.below(64_KiB));
    CHECK(rule.above(0_B) == 1_MiB);
    CHECK(rule.below(2047_MiB) == 2044_MiB);
    CHECK_FALSE(rule.above(rule::largest));
}

TEST_CASE("since 5.0 every multiple of 1 MiB is accepted") {
    CHECK_FALSE(AcceptsRam<CcwVirtio<4, 2>, 2047_MiB>);
    CHECK(AcceptsRam<CcwVirtio<5, 0>, 2047_MiB>);
    CHECK_FALSE(AcceptsRam<CcwVirtio<5, 0>, 64_KiB>);
}
