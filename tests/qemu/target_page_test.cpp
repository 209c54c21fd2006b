#include <catch2/catch.hpp>

#include <wirewrap/qemu/target_page.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

TEST_CASE("the page is the target's, whatever the machine") {
    CHECK(qemu::target_page("x86_64/pc") == 4_KiB);
    CHECK(qemu::target_page("aarch64/virt-7.2") == 1_KiB);
    CHECK(qemu::target_page("avr/uno") == 256_B);
    CHECK_FALSE(qemu::target_page("handheld"));
    CHECK_FALSE(qemu::target_page("x86_64"));
    CHECK(qemu::target_page("loongarch64/virt") == 4_KiB);  // since QEMU 8
    CHECK(qemu::target_page("or1k/virt") == 8_KiB);
    CHECK(qemu::target_page("tricore/tricore_testboard") == 16_KiB);
    CHECK_FALSE(qemu::target_page("sh4/r2d"));
}
