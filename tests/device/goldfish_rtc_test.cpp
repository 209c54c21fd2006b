#include <catch2/catch.hpp>

#include <wirewrap/device/goldfish_rtc.hpp>

using namespace wirewrap;
using u32 = std::uint32_t;
using u64 = std::uint64_t;

static_assert(Device<GoldfishRtc> && DrivesPins<GoldfishRtc> && Resettable<GoldfishRtc>);
static_assert(GoldfishRtc::outputs[0] == "irq");

namespace {

constexpr u64 year_2026 = 1'767'225'600'000'000'000;

u64 guest_time(GoldfishRtc& rtc) {
    const u64 low = rtc.read<u32>(0x00);
    return low | u64{rtc.read<u32>(0x04)} << 32;
}
void set_alarm(GoldfishRtc& rtc, u64 when) {
    rtc.write<u32>(0x0c, static_cast<u32>(when >> 32));
    rtc.write<u32>(0x08, static_cast<u32>(when));
}

}  // namespace

TEST_CASE("the guest reads the host's clock") {
    GoldfishRtc rtc;
    rtc.wall_clock(year_2026);
    CHECK(guest_time(rtc) == year_2026);
}

TEST_CASE("the high half is that of the moment when the low half was read") {
    GoldfishRtc rtc;
    rtc.wall_clock(0x1'ffff'ffff);
    CHECK(rtc.read<u32>(0x00) == 0xffff'ffff);
    rtc.wall_clock(0x2'0000'0000);
    CHECK(rtc.read<u32>(0x04) == 1);
    CHECK(guest_time(rtc) == 0x2'0000'0000);
}

TEST_CASE("a time the guest sets goes on with the host's clock") {
    GoldfishRtc rtc;
    rtc.wall_clock(1000);
    rtc.write<u32>(0x04, 5);
    rtc.write<u32>(0x00, 7);
    CHECK(guest_time(rtc) == 0x5'0000'0007);
    rtc.wall_clock(1100);
    CHECK(guest_time(rtc) == 0x5'0000'006b);
}

TEST_CASE("the alarm rings when it is due, not before, and once") {
    GoldfishRtc rtc;
    rtc.wall_clock(year_2026);
    rtc.write<u32>(0x10, 1);
    CHECK(rtc.alarm_due() == ~u64{0});
    set_alarm(rtc, year_2026 + 50);
    CHECK(rtc.read<u32>(0x18) == 1);
    CHECK(rtc.alarm_due() == year_2026 + 50);
    CHECK(rtc.read<u32>(0x08) == static_cast<u32>(year_2026 + 50));
    CHECK(rtc.read<u32>(0x0c) == (year_2026 + 50) >> 32);
    rtc.wall_clock(year_2026 + 49);
    CHECK_FALSE(rtc.output(0));
    rtc.wall_clock(year_2026 + 50);
    CHECK(rtc.output(0));
    CHECK(rtc.read<u32>(0x18) == 0);
    rtc.write<u32>(0x1c, 1);
    CHECK_FALSE(rtc.output(0));
    rtc.wall_clock(year_2026 + 60);
    CHECK_FALSE(rtc.output(0));
}

TEST_CASE("an alarm in the past rings at once, and the pin waits to be enabled") {
    GoldfishRtc rtc;
    rtc.wall_clock(year_2026);
    set_alarm(rtc, 1);
    CHECK_FALSE(rtc.output(0));
    rtc.write<u32>(0x10, 1);
    CHECK(rtc.output(0));
    rtc.write<u32>(0x10, 0);
    CHECK_FALSE(rtc.output(0));
}

TEST_CASE("a cleared alarm does not ring") {
    GoldfishRtc rtc;
    rtc.wall_clock(10);
    rtc.write<u32>(0x10, 1);
    set_alarm(rtc, 20);
    rtc.write<u32>(0x14, 1);
    CHECK(rtc.read<u32>(0x18) == 0);
    rtc.wall_clock(30);
    CHECK_FALSE(rtc.output(0));
}

TEST_CASE("an alarm on a shifted clock is due by the host's clock") {
    GoldfishRtc rtc;
    rtc.wall_clock(1000);
    rtc.write<u32>(0x00, 5000);
    set_alarm(rtc, 5100);
    CHECK(rtc.alarm_due() == 1100);
}

TEST_CASE("reset forgets the alarm and keeps the time") {
    GoldfishRtc rtc;
    rtc.wall_clock(1000);
    rtc.write<u32>(0x00, 5000);
    rtc.write<u32>(0x10, 1);
    set_alarm(rtc, 1);
    rtc.reset();
    CHECK_FALSE(rtc.output(0));
    CHECK(rtc.read<u32>(0x10) == 0);
    CHECK(guest_time(rtc) == 5000);
    CHECK(rtc.read<u32>(0x20) == 0);
}
