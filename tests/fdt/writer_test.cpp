#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include <wirewrap/fdt/writer.hpp>

#include "tree_reader.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using Catch::Matchers::Equals;
using Cells = std::vector<std::uint32_t>;

TEST_CASE("each kind of property is read back by libfdt") {
    fdt::Writer tree;
    {
        const auto root = tree.node("");
        tree.flag("ranges");
        tree.cells("cells", {1, 0xffff'ffff});
        tree.number("number", 0x0123'4567'89ab'cdef);
        tree.string("text", "console=ttyS0");
        tree.strings("texts", {"a", "", "bc"});
        tree.reg({{at(0x1'8000'0000), 64_MiB}, {at(0x10), 1_B}});
        tree.phandle({7});
        const auto child = tree.node(fdt::unit_name("serial", at(0x1000'0000)));
        tree.reference("interrupt-parent", {7});
    }
    const auto blob = tree.finish();
    REQUIRE(blob);
    const TreeReader reader{*blob};
    CHECK(reader.valid());
    CHECK(blob->size() == fdt_totalsize(blob->data()));
    CHECK(reader.bytes("/", "ranges").empty());
    CHECK(reader.cells("/", "cells") == Cells{1, 0xffff'ffff});
    CHECK(reader.cells("/", "number") == Cells{0x0123'4567, 0x89ab'cdef});
    CHECK(reader.bytes("/", "text") == std::string("console=ttyS0\0", 14));
    CHECK(reader.bytes("/", "texts") == std::string("a\0\0bc\0", 6));
    CHECK(reader.cells("/", "reg") == Cells{1, 0x8000'0000, 0, 0x400'0000, 0, 0x10, 0, 1});
    CHECK(fdt_node_offset_by_phandle(blob->data(), 7) == 0);
    CHECK(reader.cell("/serial@10000000", "interrupt-parent") == 7);
}

TEST_CASE("the buffer grows under nodes, properties and names alike") {
    fdt::Writer tree;
    {
        const auto root = tree.node("");
        tree.string("long", std::string(100'000, 'x'));
        for (unsigned i = 0; i != 2000; ++i) tree.cells("property" + std::to_string(i), {i});
        for (unsigned i = 0; i != 2000; ++i) {
            const auto child = tree.node(fdt::unit_name("child", GuestAddress{i}));
            tree.cells("reg", {i});
        }
    }
    const auto blob = tree.finish();
    REQUIRE(blob);
    const TreeReader reader{*blob};
    CHECK(reader.valid());
    CHECK(reader.bytes("/", "long").size() == 100'001);
    CHECK(reader.cell("/", "property1999") == 1999);
    CHECK(reader.cell("/child@7cf", "reg") == 1999);
}

TEST_CASE("unit names are lower-case hex without leading zeros") {
    CHECK(fdt::unit_name("memory", at(0x8000'0000)) == "memory@80000000");
    CHECK(fdt::unit_name("cpu", at(0)) == "cpu@0");
    CHECK(fdt::unit_name("memory", at(0xAB'CDEF'0123)) == "memory@abcdef0123");
}

TEST_CASE("a property after a child is a mistake, since no reader would see it") {
    fdt::Writer tree;
    {
        const auto root = tree.node("");
        { const auto soc = tree.node("soc"); }
        tree.flag("late");
        tree.flag("later");
    }
    const auto blob = tree.finish();
    REQUIRE_FALSE(blob);
    CHECK_THAT(blob.error().message,
               Equals("property late of / comes after the node's children; write it before them"));
}

TEST_CASE("a NUL inside a text is a mistake") {
    fdt::Writer tree;
    {
        const auto root = tree.node("");
        const auto chosen = tree.node("chosen");
        tree.string("bootargs", std::string_view("quiet\0x", 7));
    }
    const auto blob = tree.finish();
    REQUIRE_FALSE(blob);
    CHECK_THAT(blob.error().message,
               Equals("property bootargs of /chosen contains a NUL at byte 5, where its text would "
                      "end; take it out"));
}

TEST_CASE("a tree cannot be finished inside a node, and needs a root") {
    fdt::Writer open;
    const auto root = open.node("");
    const auto blob = open.finish();
    REQUIRE_FALSE(blob);
    CHECK_THAT(blob.error().message,
               Equals("the device tree is finished while node / is open; let its scope end first"));

    fdt::Writer outside;
    outside.flag("stray");
    const auto stray = outside.finish();
    REQUIRE_FALSE(stray);
    CHECK(stray.error().message.starts_with("property stray of the tree"));
}

TEST_CASE("the caller's own mistake comes out of finish") {
    fdt::Writer tree;
    {
        const auto root = tree.node("");
        tree.mistake(Text("the first"));
        tree.mistake(Text("the second"));
        tree.flag("ranges");
    }
    const auto blob = tree.finish();
    REQUIRE_FALSE(blob);
    CHECK(blob.error().message == "the first");
}
