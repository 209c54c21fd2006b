// Devices that master the bus of a clone: they store into its memory, and dirty tracking sees which pages.
#include <catch2/catch.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wirewrap/board.hpp>
#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/machine/machine.hpp>
#include <wirewrap/state/clone.hpp>
#include <wirewrap/state/dirty_pages.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using state::DirtyPage;
using state::DirtyPages;

namespace {

/// 0: where, 4: a byte, 8: how many of it, which starts it; 12: stores the byte while it answers the access.
struct Filler {
    static constexpr Bytes registers = 16_B;
    static constexpr AccessRule access{.widths = {4}};

    template <AccessWord T>
    T read(std::uint64_t offset) {
        return words[offset / 4];
    }
    template <AccessWord T, class Bus>
    Answer<void> write(std::uint64_t offset, T value, Bus& bus) {
        if (offset != 12) {
            words[offset / 4] = value;
        } else if (!bus.template store<std::uint8_t>(at(words[0]), static_cast<std::uint8_t>(words[1]))) {
            return refused_access;
        }
        return {};
    }
    bool wants_bus() const { return words[2] != 0; }
    template <class Bus>
    void use_bus(Bus& bus) {
        const std::vector<std::byte> bytes(words[2], static_cast<std::byte>(words[1]));
        words[2] = 0;
        failed = !bus.write(at(words[0]), bytes);
    }

    std::array<std::uint32_t, 3> words{};
    bool failed = false;
};

constexpr std::uint64_t ram_base = 0x8000'0000, sram = 0x2'0000, rom_base = 0x1000, dma = 0x1'0000;

struct Served {
    static constexpr auto name = "served";
    static constexpr auto ram = main_ram("served.ram", 64_KiB).placed(at(ram_base));
    static constexpr auto map = memory_map(rom<"served.rom">(at(rom_base), 4_KiB),
                                           device<"dma", Filler>(at(dma), 16_B),
                                           ram_block<"served.sram">(at(sram), 8_KiB),
                                           mirror<"again">(main_ram_at(0_B, 64_KiB), at(0x4000'0000)));
};
using Original = Machine<Served, hostmem::Memfd>;
using Pages = std::vector<DirtyPage>;

template <class M>
std::uint32_t word(M& machine, std::uint64_t where) {
    return machine.template load<std::uint32_t>(at(where)).value();
}
template <class M>
void set(M& machine, std::uint64_t where, std::uint32_t byte) {
    REQUIRE(machine.template store<std::uint32_t>(at(dma), static_cast<std::uint32_t>(where)));
    REQUIRE(machine.template store<std::uint32_t>(at(dma + 4), byte));
}
template <class M>
bool fill(M& machine, std::uint64_t where, std::uint32_t byte, std::uint32_t count) {
    set(machine, where, byte);
    REQUIRE(machine.template store<std::uint32_t>(at(dma + 8), count));
    return !machine.template device<"dma">().failed;
}
template <class M>
Pages taken(M& machine) {
    Pages pages;
    machine.template policy<DirtyPages<>>().take(0, [&](DirtyPage page) { pages.push_back(page); });
    return pages;
}

}  // namespace

TEST_CASE("The bus master of a clone stores into the clone's memory, and nobody else's") {
    auto original = Original::create().value();
    REQUIRE(fill(original, ram_base, 0x11, 0x3000));
    REQUIRE(fill(original, sram, 0x22, 0x2000));
    set(original, ram_base + 0x1ffc, 0x33);  // what the clones' devices begin with

    auto one = state::clone(original).value(), two = state::clone(original).value();
    REQUIRE(one.store<std::uint32_t>(at(dma + 8), 8));
    CHECK(one.device<"dma">().words[2] == 0);
    CHECK(word(one, ram_base + 0x1ffc) == 0x3333'3333);
    CHECK(word(one, ram_base + 0x2000) == 0x3333'3333);
    CHECK(word(one, ram_base + 0x1ff8) == 0x1111'1111);
    CHECK(word(one, ram_base + 0x2004) == 0x1111'1111);
    REQUIRE(fill(one, sram, 0x44, 4));
    REQUIRE(two.store<std::uint32_t>(at(dma + 12), 0));
    CHECK(word(two, ram_base + 0x1ffc) == 0x1111'1133);

    CHECK(word(one, sram) == 0x4444'4444);
    CHECK(word(two, sram) == 0x2222'2222);
    CHECK(word(two, ram_base + 0x2000) == 0x1111'1111);
    for (std::uint64_t offset = 0; offset != 0x3000; offset += 4)
        if (word(original, ram_base + offset) != 0x1111'1111) FAIL("the original changed at " << offset);
    CHECK(word(original, sram) == 0x2222'2222);
    CHECK(original.device<"dma">().words[0] == ram_base + 0x1ffc);
}

TEST_CASE("Dirty tracking sees exactly the pages that a bus master stored to") {
    auto original = Original::create().value();
    auto machine = state::clone(original).value();
    (void)taken(machine);

    set(machine, ram_base + 0x5000, 1);
    CHECK(taken(machine).empty());  // setting its registers is no store to memory
    SECTION("while it answers an access") {
        REQUIRE(machine.store<std::uint32_t>(at(dma + 12), 0));
        CHECK(taken(machine) == Pages{{0, 0x5000_B}});
    }
    SECTION("many bytes at once: the first page, the last, and those between") {
        REQUIRE(fill(machine, ram_base + 0x1fff, 1, 0x2002));
        CHECK(taken(machine) == Pages{{0, 0x1000_B}, {0, 0x2000_B}, {0, 0x3000_B}, {0, 0x4000_B}});
        CHECK(taken(machine).empty());
    }
    SECTION("up to the end of a page, and no further") {
        REQUIRE(fill(machine, ram_base + 0xf000, 1, 0x1000));
        CHECK(taken(machine) == Pages{{0, 0xf000_B}});
    }
    SECTION("through a mirror, and in another block") {
        REQUIRE(fill(machine, 0x4000'3000, 1, 4));
        REQUIRE(fill(machine, sram + 0x1000, 1, 4));
        CHECK(taken(machine) == Pages{{0, 0x3000_B}, {2, 0x1000_B}});
    }
    SECTION("none, when it is refused") {
        CHECK_FALSE(fill(machine, rom_base, 1, 4));
        CHECK_FALSE(fill(machine, ram_base + 0xfffe, 1, 4));  // over the end of RAM
        CHECK_FALSE(fill(machine, dma, 1, 4));
        set(machine, 0x7000'0000, 1);
        CHECK_FALSE(machine.store<std::uint32_t>(at(dma + 12), 0));
        CHECK(taken(machine).empty());
        CHECK(word(machine, ram_base + 0xfffc) == 0);
    }
}
