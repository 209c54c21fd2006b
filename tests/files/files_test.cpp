#include <catch2/catch.hpp>

#include <array>
#include <string>

#include <boards/descriptions.hpp>
#include <wirewrap/board.hpp>
#include <wirewrap/files.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

struct Bell {
    static constexpr Bytes registers = 0x10_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::array outputs{std::string_view{"rung"}};
    static constexpr std::array register_map{
        reg::wo("ring", 0x0, 4, "1 < 2 & so on"),
        reg::rw("limit", 0x8, 4).repeated(2),
    };
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
    bool output(std::size_t) const { return false; }
};

/// RAM that an overlay cuts in two, a ROM, two devices of a type, one of which raises nothing.
struct Tower {
    static constexpr auto name = "mine/tower";
    static constexpr unsigned address_bits = 32;
    static constexpr auto ram = main_ram("tower.ram", 64_KiB).accepts(any).placed(at(0x0));
    static constexpr auto map = memory_map(
        rom<"boot">(at(0x8000'0000), 4_KiB), overlay(device<"bell-1", Bell>(at(0x1000), 16_B)),
        device<"bell-2", Bell>(at(0x9000'0000), 16_B), device<"bell-3", Bell>(at(0xa000'0000), 16_B));
    static constexpr auto wires = wiring(wire<"bell-1.rung", "hart0", 3>, wire<"bell-1.rung", "hart1", 4>,
                                         wire<"bell-3.rung", "hart1", 5>);
    static constexpr std::size_t harts = 2;
};
static_assert(Board<Tower>);

template <class First, class Second>
struct Twice {
    static constexpr auto name = "mine/twice";
    static constexpr unsigned address_bits = 32;
    static constexpr auto ram = main_ram("main", 64_KiB).accepts(any).placed(at(0x0));
    static constexpr auto map = memory_map(First::entry, Second::entry);
};
struct Dash {
    static constexpr auto entry = rom<"a-b">(at(0x8000'0000), 4_KiB);
};
struct Dot {
    static constexpr auto entry = rom<"A.b">(at(0x9000'0000), 4_KiB);
};
struct CalledRam {
    static constexpr auto entry = rom<"RAM">(at(0x9000'0000), 4_KiB);
};

struct Shouted : Tower {
    static constexpr auto name = "tower";
};

bool has(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

constexpr BoardDescription tower = describe_board<Tower>();

}  // namespace

TEST_CASE("names that C takes") {
    CHECK(files::identifier("virt.flash0") == "virt_flash0");
    CHECK(files::identifier("16550-a") == "_16550_a");
    CHECK(files::identifier("") == "_");
    CHECK(files::upper("a_b1") == "A_B1");
}

TEST_CASE("places are pieces in ascending order, numbered from the second on") {
    const auto places = files::places_of(tower, 64_KiB);
    REQUIRE(places);
    std::string names;
    for (const files::Place& place : *places) names += place.name + " ";
    CHECK(names == "tower_ram bell_1 tower_ram_2 boot bell_2 bell_3 ");
    CHECK((*places)[2].range == Interval{at(0x1010), 64_KiB - Bytes{0x1010}});
    CHECK(!(*places)[1].has_memory());
    CHECK(files::places_of(describe_board<Twice<Dash, Dot>>(), 64_KiB).error().message ==
          "mine/twice: a-b and A.b are both A_b where names have letters, digits and underscores only; "
          "rename one in the "
          "map");
}

TEST_CASE("a linker script has memory, the alias RAM, and symbols for the rest") {
    const auto script = files::linker_script(tower, 64_KiB);
    REQUIRE(script);
    CHECK(has(*script, "    \"tower_ram_2\" (rwx) : ORIGIN = 0x1010, LENGTH = 0xeff0\n"));
    CHECK(has(*script, "    \"boot\" (rx) : ORIGIN = 0x80000000, LENGTH = 0x1000\n"));
    CHECK(has(*script, "REGION_ALIAS(\"RAM\", \"tower_ram_2\");\n"));
    CHECK(has(*script, "PROVIDE(bell_1_base = 0x1000);\n"));
    CHECK(has(*script, "PROVIDE(boot_end = ORIGIN(\"boot\") + LENGTH(\"boot\"));\n"));
    CHECK(!has(*script, "\"bell_1\" ("));
    CHECK(has(files::linker_script(describe_board<Twice<CalledRam, Dash>>(), 64_KiB).error().message,
              "is RAM,"));
}

TEST_CASE("a C header tells wires of one pin apart by who takes them") {
    const auto header = files::c_header(tower, 64_KiB);
    REQUIRE(header);
    for (const char* line :
         {"#ifndef MINE_TOWER_H\n", "#define BELL_1_BASE 0x1000\n", "#define TOWER_RAM_2_SIZE 0xeff0\n",
          "#define BELL_1_RUNG_HART0 3 /* of hart0 */\n", "#define BELL_1_RUNG_HART1 4 /* of hart1 */\n",
          "#define BELL_3_RUNG 5 /* of hart1 */\n", "#define HARTS 2\n"})
        CHECK(has(*header, line));
}

TEST_CASE("an SVD file has registers once, and interrupts where they are raised") {
    const auto svd = files::svd(tower, 64_KiB);
    REQUIRE(svd);
    CHECK(has(*svd, "<name>ring</name><description>1 &lt; 2 &amp; so on</description>"));
    CHECK(has(*svd, "<dim>2</dim><dimIncrement>0x4</dimIncrement><name>limit[%s]</name>"));
    CHECK(has(*svd, "<peripheral derivedFrom=\"bell_1\">\n      <name>bell_3</name>"));
    CHECK(has(*svd, "<peripheral>\n      <name>bell_2</name>"));  // it would inherit the interrupts of bell_1
    CHECK(has(*svd, "<width>32</width>"));
    const auto none = files::svd(describe_board<Twice<Dash, CalledRam>>(), 64_KiB);
    REQUIRE(!none);
    CHECK(has(none.error().message, "mine/twice has no devices in its map"));
}

TEST_CASE("a memory map for GDB has memory and no registers") {
    const auto ranges = files::memory_ranges(tower, 64_KiB);
    REQUIRE(ranges);
    REQUIRE(ranges->size() == 3);
    CHECK((*ranges)[1].range.base == at(0x1010));
    CHECK((*ranges)[2].kind == files::MemoryKind::rom);
    CHECK(has(files::memory_map_xml(*ranges),
              "<memory type=\"rom\" start=\"0x80000000\" length=\"0x1000\"/>\n"));
}

TEST_CASE("QEMU's command line says sizes that QEMU takes") {
    CHECK(files::qemu_size(3_GiB) == "3072M");
    CHECK(files::qemu_size(8_KiB) == "8K");
    CHECK(files::qemu_size(Bytes{0}) == "0M");
    CHECK(files::qemu_size(1001_B) == "1001B");
    CHECK(files::qemu_command(tower, 64_KiB) == "qemu-system-mine -machine tower -m 64K -smp 2\n");
    CHECK(
        has(files::qemu_command(describe_board<Shouted>(), 64_KiB).error().message, "is no machine of QEMU"));
}

TEST_CASE("each board has every file") {
    std::size_t without_devices = 0;
    for (const BoardDescription& board : boards::descriptions()) {
        INFO(board.name);
        const Bytes size = board.default_ram_size;
        for (const auto& text : {files::linker_script(board, size), files::c_header(board, size),
                                 files::gdb_memory_map(board, size), files::qemu_command(board, size)}) {
            INFO((text ? std::string() : text.error().message));
            CHECK(text);
        }
        const auto svd = files::svd(board, size);
        without_devices += !svd;
        if (!svd) CHECK(has(svd.error().message, "has no devices in its map"));
    }
    CHECK(without_devices < boards::descriptions().size());
}

TEST_CASE("RAM that a board does not take makes no file") {
    for (const auto& text :
         {files::linker_script(tower, 8_GiB), files::c_header(tower, 8_GiB), files::svd(tower, 8_GiB),
          files::gdb_memory_map(tower, 8_GiB), files::qemu_command(tower, 8_GiB)}) {
        REQUIRE(!text);
        CHECK(has(text.error().message, "32 address bits"));
    }
}
