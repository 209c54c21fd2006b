#include <catch2/catch.hpp>

#include <array>
#include <vector>

#include <wirewrap/fdt/describe.hpp>

#include "tree_reader.hpp"

using namespace wirewrap;
using Cells = std::vector<std::uint32_t>;

namespace {

struct Plain {};
struct Doorbell {};

// What `write` puts into a node.
template <class Write>
std::vector<std::byte> written(Write write) {
    fdt::Writer tree;
    {
        const auto root = tree.node("");
        write(tree);
    }
    const auto blob = tree.finish();
    REQUIRE(blob);
    return *blob;
}

}  // namespace

template <>
struct wirewrap::fdt::Describe<Doorbell> {
    static constexpr std::string_view node = "doorbell";
    static void properties(Writer& tree, const Placed& where) { interrupts(tree, where); }
};

static_assert(fdt::Described<Doorbell> && !fdt::DescribedBeside<Doorbell>);
static_assert(!fdt::Described<Plain>);

TEST_CASE("interrupts name one controller once, several each time, none not at all") {
    const std::array one{fdt::PinWire{0, {5}, 10}, fdt::PinWire{1, {5}, 11}};
    const std::array several{fdt::PinWire{0, {5}, 10}, fdt::PinWire{1, {6}, 3}};
    const auto a = written([&](fdt::Writer& tree) {
        interrupts(tree, {.name = "a", .range = {}, .phandle = {}, .wires = one});
    });
    CHECK(TreeReader{a}.cell("/", "interrupt-parent") == 5);
    CHECK(TreeReader{a}.cells("/", "interrupts") == Cells{10, 11});
    CHECK_FALSE(TreeReader{a}.has("/", "interrupts-extended"));
    const auto b = written([&](fdt::Writer& tree) {
        interrupts(tree, {.name = "b", .range = {}, .phandle = {}, .wires = several});
    });
    CHECK(TreeReader{b}.cells("/", "interrupts-extended") == Cells{5, 10, 6, 3});
    CHECK_FALSE(TreeReader{b}.has("/", "interrupts"));
    CHECK_FALSE(TreeReader{b}.has("/", "interrupt-parent"));
    const auto c = written(
        [&](fdt::Writer& tree) { interrupts(tree, {.name = "c", .range = {}, .phandle = {}}); });
    CHECK_FALSE(TreeReader{c}.has("/", "interrupts"));
}

TEST_CASE("a controller's pins keep their places when one has no wire") {
    const std::array wires{fdt::PinWire{0, {2}, 11}, fdt::PinWire{2, {4}, 11}};
    const auto blob = written([&](fdt::Writer& tree) {
        interrupts_by_pin(tree,
                          {.name = "plic", .range = {}, .phandle = {}, .wires = wires, .first_hart = {2}}, 3);
    });
    CHECK(TreeReader{blob}.cells("/", "interrupts-extended") == Cells{2, 11, 2, 0xffff'ffff, 4, 11});
}
