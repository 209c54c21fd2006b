#include <wirewrap/fdt/given_tree.hpp>

#include <catch2/catch.hpp>

#include <wirewrap/fdt/writer.hpp>

#include "tree_reader.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

std::vector<std::byte> tree_with(bool chosen) {
    fdt::Writer tree;
    {
        const auto root = tree.node("");
        tree.cells("#address-cells", {2});
        if (chosen) {
            const auto node = tree.node("chosen");
            tree.string("bootargs", "quiet");
            tree.string("stdout-path", "/soc/serial");
        }
        const auto memory = tree.node("memory@80000000");
        tree.string("device_type", "memory");
    }
    return tree.finish().value();
}
std::string refusal(const std::vector<std::byte>& bytes, std::string_view bootargs = {}) {
    const auto tree = fdt::given_tree("a.dtb", bytes, {.bootargs = bootargs});
    return tree ? "" : tree.error().message;
}

}  // namespace

TEST_CASE("A given tree gets what the boot loader says, and keeps the rest") {
    const Interval initrd{at(0x8840'0000), 3_MiB};
    for (const bool chosen : {false, true}) {
        const auto made = fdt::given_tree("a.dtb", tree_with(chosen),
                                          {.bootargs = "console=ttyS0", .initrd = initrd});
        REQUIRE(made);
        const TreeReader tree{*made};
        REQUIRE(tree.valid());
        CHECK(tree.bytes("/chosen", "bootargs") == std::string("console=ttyS0\0", 14));
        CHECK(tree.cells("/chosen", "linux,initrd-start") == std::vector<std::uint32_t>{0, 0x8840'0000});
        CHECK(tree.cells("/chosen", "linux,initrd-end") == std::vector<std::uint32_t>{0, 0x8870'0000});
        CHECK(tree.has("/chosen", "stdout-path") == chosen);
        CHECK(tree.has_node("/memory@80000000"));
    }
    const auto same = fdt::given_tree("a.dtb", tree_with(true), {});
    REQUIRE(same);
    CHECK(TreeReader{*same}.bytes("/chosen", "bootargs") == std::string("quiet\0", 6));
    CHECK_FALSE(TreeReader{*same}.has("/chosen", "linux,initrd-start"));
    // A very long command line finds room.
    CHECK(fdt::given_tree("a.dtb", tree_with(false), {.bootargs = std::string(100'000, 'x')}));
}

TEST_CASE("A file that is no tree, or half of one, is told from one") {
    CHECK_THAT(refusal(std::vector(4096, std::byte{1})), Catch::StartsWith("a.dtb is no device tree"));
    CHECK_THAT(refusal({}), Catch::StartsWith("a.dtb is no device tree"));
    const auto whole = tree_with(true);
    for (std::size_t size = 0; size != whole.size(); ++size)
        CHECK_FALSE(refusal({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}).empty());
    // Any byte of it damaged: a sentence, or a tree that reads.
    for (std::size_t i = 0; i != whole.size(); ++i) {
        auto damaged = whole;
        damaged[i] ^= std::byte{0x55};
        const auto tree = fdt::given_tree("a.dtb", damaged, {.bootargs = "x"});
        if (tree)
            CHECK(TreeReader{*tree}.valid());
        else
            CHECK_FALSE(tree.error().message.empty());
    }
    CHECK_THAT(refusal(whole, std::string_view("a\0b", 3)), Catch::Contains("has a NUL in it"));
}
