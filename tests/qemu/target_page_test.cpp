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
    CHECK_FALSE(qemu::target_page("alpha/clipper"));
}
