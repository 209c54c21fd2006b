#include <catch2/catch.hpp>

#include <wirewrap/device/test_finisher.hpp>

using namespace wirewrap;

static_assert(Device<TestFinisher> && Resettable<TestFinisher>);
static_assert(TestFinisher::access.allows(2) && TestFinisher::access.allows(4));
static_assert(!TestFinisher::access.allows(1) && !TestFinisher::access.allows(8));

TEST_CASE("each request is remembered") {
    TestFinisher finisher;
    CHECK_FALSE(finisher.finish());
    finisher.write<std::uint32_t>(0, 0x5555);
    CHECK(finisher.finish() == Finish{Finish::pass, 0});
    finisher.write<std::uint32_t>(0, 0xabcd'3333);
    CHECK(finisher.finish() == Finish{Finish::fail, 0xabcd});
    finisher.write<std::uint16_t>(0, 0x7777);
    CHECK(finisher.finish() == Finish{Finish::reset, 0});
    finisher.reset();
    CHECK_FALSE(finisher.finish());
}

TEST_CASE("other values and offsets ask for nothing") {
    TestFinisher finisher;
    for (const std::uint32_t value : {0u, 0x5554u, 0x5555'0000u, 0xffff'ffffu})
        finisher.write<std::uint32_t>(0, value);
    finisher.write<std::uint32_t>(4, 0x5555);
    finisher.write<std::uint16_t>(2, 0x5555);
    CHECK_FALSE(finisher.finish());
    CHECK(finisher.read<std::uint32_t>(0) == 0);
}
