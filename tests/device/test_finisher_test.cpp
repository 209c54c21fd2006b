#include <catch2/catch.hpp>

#include <wirewrap/device/test_finisher.hpp>

using namespace wirewrap;

static_assert(Device<TestFinisher> && Resettable<TestFinisher> && WantsStop<TestFinisher>);
static_assert(TestFinisher::access.allows(2) && TestFinisher::access.allows(4));
static_assert(!TestFinisher::access.allows(1) && !TestFinisher::access.allows(8));

TEST_CASE("each request is remembered, and wants the harts to stop") {
    const auto asked = [](std::uint32_t word) {
        TestFinisher finisher;
        CHECK_FALSE(finisher.wants_stop());
        finisher.write<std::uint32_t>(0, word);
        CHECK(finisher.wants_stop());
        const auto finish = finisher.finish();
        finisher.reset();
        CHECK_FALSE(finisher.finish());
        CHECK_FALSE(finisher.wants_stop());
        return finish;
    };
    CHECK(asked(0x5555) == Finish{Finish::pass, 0});
    CHECK(asked(0xabcd'3333) == Finish{Finish::fail, 0xabcd});
    CHECK(asked(0x7777) == Finish{Finish::reset, 0});
}

TEST_CASE("the first request counts, until a reset") {
    TestFinisher finisher;
    finisher.write<std::uint16_t>(0, 0x7777);
    finisher.write<std::uint32_t>(0, 0x5555);
    finisher.write<std::uint32_t>(0, 0x0007'3333);
    CHECK(finisher.finish() == Finish{Finish::reset, 0});
    finisher.reset();
    finisher.write<std::uint32_t>(0, 0x0007'3333);
    CHECK(finisher.finish() == Finish{Finish::fail, 7});
}

TEST_CASE("other values and offsets ask for nothing") {
    TestFinisher finisher;
    for (const std::uint32_t value : {0u, 0x5554u, 0x5555'0000u, 0xffff'ffffu})
        finisher.write<std::uint32_t>(0, value);
    finisher.write<std::uint32_t>(4, 0x5555);
    finisher.write<std::uint16_t>(2, 0x5555);
    CHECK_FALSE(finisher.finish());
    CHECK_FALSE(finisher.wants_stop());
    CHECK(finisher.read<std::uint32_t>(0) == 0);
}
