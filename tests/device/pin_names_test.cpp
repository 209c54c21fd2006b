#include <catch2/catch.hpp>

#include <wirewrap/device/pin_names.hpp>

using namespace wirewrap;

static_assert(pin_names<1, "irq">.size() == 1);
static_assert(pin_names<1, "irq">[0] == "irq0");
static_assert(pin_names<2, "msip", "mtip">.size() == 4);
static_assert(pin_names<2, "msip", "mtip">[0] == "msip0");
static_assert(pin_names<2, "msip", "mtip">[1] == "mtip0");
static_assert(pin_names<2, "msip", "mtip">[3] == "mtip1");

TEST_CASE("pin names count in decimal to the longest number a board can have") {
    CHECK(pin_names<1024, "context">[1023] == "context1023");
    CHECK(pin_names<1024, "context">[9] == "context9");
}
