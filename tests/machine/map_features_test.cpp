// What a memory map can say beside RAM, ROM and registers: memory that is a device part of the time, windows that a device
// drives, entries for loads or stores only, open bus, repeats, wider accesses, refusals, masters of the bus, ports.
#include <array>
#include <bit>
#include <cstdint>
#include <new>
#include <span>
#include <string_view>
#include <utility>

#include <catch2/catch.hpp>

#include <wirewrap/device.hpp>
#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>

namespace {

using namespace wirewrap;
using namespace wirewrap::literals;

template <class M>
M made(typename M::Options options = {}) {
    auto machine = M::create(options);
    REQUIRE(machine);
    return std::move(*machine);
}
template <class T>
FaultReason reason(const std::expected<T, BusFault>& outcome) {
    return outcome ? FaultReason::none : outcome.error().reason;
}

// ---- flash: memory while it is read, a device while it is commanded

template <std::endian Order>
struct FlashBoard {
    static constexpr auto name = "flash-board";
    static constexpr auto ram = main_ram("ram", 64_KiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(rom<"rom">(at(0x0), 4_KiB),
                                           device<"flash", CfiFlash<512_KiB>>(at(0x2000'0000), 512_KiB),
                                           ram_block<"next">(at(0x2008'0000), 4_KiB));
    static constexpr auto byte_order = Order;
};

template <std::endian Order>
void check_flash() {
    auto machine = made<Machine<FlashBoard<Order>, hostmem::Anonymous>>();
    const std::array bytes{std::byte{0x10}, std::byte{0x11}, std::byte{0x12}, std::byte{0x13},
                           std::byte{0x14}, std::byte{0x15}, std::byte{0x16}, std::byte{0x17}};
    const GuestAddress flash = at(0x2000'0000), rom = at(0x0);
    REQUIRE(machine.debug_write(flash, bytes));
    REQUIRE(machine.debug_write(rom, bytes));

    // In array mode it is memory like ROM: the same bytes at every width, unaligned, fetched, viewed, over its end.
    CHECK(machine.template load<std::uint32_t>(flash) == machine.template load<std::uint32_t>(rom));
    CHECK(machine.template load<std::uint16_t>(flash) == machine.template load<std::uint16_t>(rom));
    CHECK(machine.template load<std::uint64_t>(flash) == machine.template load<std::uint64_t>(rom));
    CHECK(machine.template load<std::uint32_t>(flash + 1_B) ==
          machine.template load<std::uint32_t>(rom + 1_B));
    CHECK(machine.template fetch<std::uint32_t>(flash + 2_B) ==
          machine.template fetch<std::uint32_t>(rom + 2_B));
    CHECK(machine.memory_view(flash, 8_B).size() == 8);
    CHECK(machine.ram_span(flash, 8_B).empty());
    CHECK(machine.template load<std::uint32_t>(at(0x2007'fffe)));
    CHECK(machine.memory_extent(flash, 1_MiB) == 512_KiB + 4_KiB);

    // A command makes it a device, for loads, fetches and views; its bytes stay there for a debugger.
    const auto before = machine.map_version();
    REQUIRE(machine.template store<std::uint32_t>(flash, 0x0070'0070));
    CHECK(machine.map_version() != before);
    CHECK(machine.template load<std::uint32_t>(flash) == 0x0080'0080u);
    CHECK(reason(machine.template load<std::uint32_t>(flash + 2_B)) == FaultReason::misaligned);
    CHECK(reason(machine.template fetch<std::uint32_t>(flash)) == FaultReason::not_executable);
    CHECK(reason(machine.template load<std::uint32_t>(at(0x2007'fffe))) == FaultReason::straddles);
    CHECK(machine.memory_view(flash, 8_B).empty());
    CHECK(machine.template peek<std::uint32_t>(flash) == machine.template peek<std::uint32_t>(rom));

    // What is programmed reads back as the same value, and as the same bytes as a ROM with that value.
    for (const std::uint32_t command : {0x00ff'00ffu, 0x0040'0040u, 0x1234'5678u, 0x00ff'00ffu})
        REQUIRE(machine.template store<std::uint32_t>(flash + 0x40000_B, command));
    CHECK(machine.template load<std::uint32_t>(flash + 0x40000_B) ==
          (0x1234'5678u & 0));  // zeroes cannot be set
    REQUIRE(machine.debug_write(flash + 0x40000_B,
                                std::array<std::byte, 8>{std::byte{0xff}, std::byte{0xff}, std::byte{0xff},
                                                         std::byte{0xff}, std::byte{0xff}, std::byte{0xff},
                                                         std::byte{0xff}, std::byte{0xff}}));
    for (const std::uint32_t command : {0x0040'0040u, 0x1234'5678u, 0x00ff'00ffu})
        REQUIRE(machine.template store<std::uint32_t>(flash + 0x40000_B, command));
    CHECK(machine.template load<std::uint32_t>(flash + 0x40000_B) == 0x1234'5678u);
    CHECK(machine.template load<std::uint8_t>(flash + 0x40000_B) ==
          (Order == std::endian::big ? 0x12 : 0x78));

    // A reset leaves it in array mode.
    REQUIRE(machine.template store<std::uint32_t>(flash, 0x0090'0090));
    CHECK(reason(machine.template fetch<std::uint32_t>(flash)) == FaultReason::not_executable);
    machine.reset();
    CHECK(machine.template fetch<std::uint32_t>(flash) == machine.template fetch<std::uint32_t>(rom));
}

TEST_CASE("flash is memory in array mode and a device otherwise") {
    check_flash<std::endian::little>();
    check_flash<std::endian::big>();
}

// ---- a cartridge: reads see memory, writes go to a mapper, which drives windows

struct Mapper {
    static constexpr Bytes registers = 32_KiB;
    static constexpr AccessRule access{.widths = {1}};
    static constexpr std::array controls{std::string_view{"page"}, std::string_view{"ram_on"},
                                         std::string_view{"base"}};

    template <AccessWord T>
    T read(std::uint64_t) {
        return T{0xee};  // never seen: loads see the cartridge
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        if (offset < 0x2000)
            ram_on = value == 0x0a;
        else if (offset < 0x4000)
            page = value == 0 ? 1 : value;
        else
            base = value;
    }
    std::uint64_t control(std::size_t n) const {
        return n == 0 ? page : n == 1 ? ram_on : 0xb000 + 0x100 * base;
    }
    void reset() { *this = {}; }

    template <class Archive>
    void state(Archive& archive) {
        archive.field("page", page);
        archive.field("ram_on", ram_on);
        archive.field("base", base);
    }
    std::uint8_t page = 1, base = 0;
    bool ram_on = false;
};

struct Console {
    static constexpr auto name = "console";
    static constexpr auto ram = main_ram("wram", 8_KiB).accepts(exactly(8_KiB)).placed(at(0xc000));
    static constexpr auto map = memory_map(
        rom<"cart">(nowhere, 128_KiB),                                        //
        mirror<"rom0">(block_at("cart", 0_B, 16_KiB), at(0x0)),               //
        bank<"romx">("cart", at(0x4000), 16_KiB).selected_by("mapper.page"),  //
        store_overlay(device<"mapper", Mapper>(at(0x0), 32_KiB)),             //
        ram_block<"save">(nowhere, 8_KiB),                                    //
        overlay(mirror<"sram">(block_at("save", 0_B, 4_KiB), at(0xa000))).opened_by("mapper.ram_on"),
        overlay(mirror<"moving">(block_at("save", 4_KiB, 256_B), at(0xb000)))
            .moved_by("mapper.base", window(at(0xb000), 2_KiB)),
        mirror<"echo">(main_ram_at(0_B, 1_KiB), at(0xe000)).repeated(7));
    static constexpr unsigned address_bits = 16;
    static constexpr auto unmapped = reads_as(0xff);
};
static_assert(Board<Console>);

using Cartridge = Machine<Console, hostmem::Anonymous>;

void put(Cartridge& machine, std::string_view block, std::size_t offset, std::uint8_t value) {
    auto bytes = machine.memory_block(block);
    REQUIRE(bytes);
    (*bytes)[offset] = std::byte{value};
}

TEST_CASE("a register selects the page of a bank from its own write") {
    auto machine = made<Cartridge>();
    for (std::size_t page = 0; page != 8; ++page)
        put(machine, "cart", page * 0x4000, static_cast<std::uint8_t>(0x30 + page));
    CHECK(machine.load<std::uint8_t>(at(0x0)) == 0x30);
    CHECK(machine.load<std::uint8_t>(at(0x4000)) == 0x31);  // the mapper's first page
    for (const std::uint8_t page : {5, 7, 2, 0, 12}) {
        const auto before = machine.map_version();
        REQUIRE(machine.store<std::uint8_t>(at(0x2000), page));
        const std::uint8_t shown = page == 0 ? 1 : page % 8;  // address lines that there are not
        CHECK(machine.load<std::uint8_t>(at(0x4000)) == 0x30 + shown);
        CHECK(machine.fetch<std::uint8_t>(at(0x4000)) == 0x30 + shown);
        CHECK(machine.memory_view(at(0x4000), 1_B)[0] == std::byte(0x30 + shown));
        CHECK(machine.map_version() != before);
    }
    const auto same = machine.map_version();
    REQUIRE(machine.store<std::uint8_t>(at(0x2000), 12));
    CHECK(machine.map_version() == same);  // nothing changed
    machine.reset();
    CHECK(machine.load<std::uint8_t>(at(0x4000)) == 0x31);
    // From the host's side the same follows.
    machine.update<"mapper">([](Mapper& mapper) { mapper.page = 6; });
    CHECK(machine.load<std::uint8_t>(at(0x4000)) == 0x36);
}

TEST_CASE("windows open, close and move, and below them is what lies below") {
    auto machine = made<Cartridge>();
    put(machine, "save", 0, 0x5a);
    put(machine, "save", 0x1000, 0x77);
    CHECK(machine.load<std::uint8_t>(at(0xa000)) == 0xff);  // open bus
    REQUIRE(machine.store<std::uint8_t>(at(0xa000), 1));    // vanishes
    REQUIRE(machine.store<std::uint8_t>(at(0x0), 0x0a));
    CHECK(machine.load<std::uint8_t>(at(0xa000)) == 0x5a);
    REQUIRE(machine.store<std::uint8_t>(at(0xa001), 3));
    CHECK(machine.ram_span(at(0xa000), 2_B)[1] == std::byte{3});
    CHECK(machine.load<std::uint16_t>(at(0x9fff)) == 0x5aff);  // over the border of nothing and memory
    REQUIRE(machine.store<std::uint8_t>(at(0x0), 0));
    CHECK(machine.load<std::uint8_t>(at(0xa000)) == 0xff);
    CHECK(machine.memory_extent(at(0xa000), 4_KiB) == 0_B);

    CHECK(machine.load<std::uint8_t>(at(0xb000)) == 0x77);
    REQUIRE(machine.store<std::uint8_t>(at(0x4000), 3));
    CHECK(machine.load<std::uint8_t>(at(0xb000)) == 0xff);
    CHECK(machine.load<std::uint8_t>(at(0xb300)) == 0x77);
    REQUIRE(machine.store<std::uint8_t>(at(0x4000), 8));  // outside the range that it may move in: nowhere
    CHECK(machine.load<std::uint8_t>(at(0xb300)) == 0xff);
    CHECK(machine.load<std::uint8_t>(at(0xb800)) == 0xff);
}

TEST_CASE("a mirror that repeats shows its source again and again") {
    auto machine = made<Cartridge>();
    REQUIRE(machine.store<std::uint8_t>(at(0xc001), 0x42));
    for (std::uint64_t i = 0; i != 7; ++i) CHECK(machine.load<std::uint8_t>(at(0xe001 + 0x400 * i)) == 0x42);
    CHECK(machine.load<std::uint8_t>(at(0xfc01)) == 0xff);
    REQUIRE(machine.store<std::uint32_t>(at(0xe7fe),
                                         0x4433'2211));  // over a seam: the end, then the start of the source
    CHECK(machine.load<std::uint16_t>(at(0xc3fe)) == 0x2211);
    CHECK(machine.load<std::uint16_t>(at(0xc000)) == 0x4433);
    CHECK(machine.ram_span(at(0xe7fe), 2_B).size() == 2);
    CHECK(machine.ram_span(at(0xe7fe), 3_B).empty());
}

// ---- RAM under ROM, the last value on the bus, stores that ROM ignores

struct Home {
    static constexpr auto name = "home";
    static constexpr auto ram = main_ram("ram", 64_KiB).accepts(exactly(64_KiB)).placed(at(0x0));
    static constexpr auto map = memory_map(
        load_overlay(rom<"basic">(at(0xa000), 8_KiB)),  // stores reach the RAM below
        rom<"cart">(at(0x1'0000), 4_KiB).ignoring_stores());
    static constexpr unsigned address_bits = 17;
    static constexpr auto unmapped = reads_as_last;
};
static_assert(Board<Home>);

TEST_CASE("RAM below ROM takes the stores, and loads see the ROM") {
    auto machine = made<Machine<Home, hostmem::Anonymous>>();
    REQUIRE(machine.debug_write(at(0xa000), std::array{std::byte{0x94}}));
    REQUIRE(machine.store<std::uint8_t>(at(0xa000), 0x12));
    CHECK(machine.load<std::uint8_t>(at(0xa000)) == 0x94);
    CHECK(machine.memory_block("ram")->data()[0xa000] == std::byte{0x12});
    CHECK(machine.ram_span(at(0xa000), 1_B).empty());  // what is written there is not what is read
    CHECK(machine.ram_span(at(0x9ff8), 8_B).size() == 8);
    CHECK(machine.atomic_word(at(0xa000), 4) == nullptr);
}

TEST_CASE("ROM may ignore stores, and the bus may remember") {
    auto machine = made<Machine<Home, hostmem::Anonymous>>();
    REQUIRE(machine.debug_write(at(0x1'0000), std::array{std::byte{0x21}}));
    REQUIRE(machine.store<std::uint8_t>(at(0x1'0000), 0x99));
    CHECK(machine.load<std::uint8_t>(at(0x1'0000)) == 0x21);
    CHECK(machine.load<std::uint8_t>(at(0x1'8000)) == 0x21);
    REQUIRE(machine.store<std::uint16_t>(at(0x10), 0xbeef));
    CHECK(machine.load<std::uint16_t>(at(0x1'8000)) == 0xbeef);
    CHECK(machine.load<std::uint8_t>(at(0x1'8000)) == 0xef);
    CHECK(machine.direct_window().size == 0_B);
}

// ---- registers: overlays narrower than an access, refusals, wider accesses, mirrors, repeats

struct Bytewise {  // a chip of eight byte registers; register 7 cannot be read, 6 cannot be written
    static constexpr Bytes registers = 8_B;
    static constexpr AccessRule access{.widths = {1}};
    template <AccessWord T>
    Answer<T> read(std::uint64_t offset) {
        if (offset == 7) return refused_access;
        return static_cast<T>(values[offset]);
    }
    template <AccessWord T>
    Answer<void> write(std::uint64_t offset, T value) {
        if (offset == 6) return refused_access;
        values[offset] = value;
        return {};
    }
    std::array<std::uint8_t, 8> values{};
};
struct Wide {
    static constexpr Bytes registers = 16_B;
    static constexpr AccessRule access{};
    template <AccessWord T>
    T read(std::uint64_t offset) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i != sizeof(T); ++i) value |= std::uint64_t{bytes[offset + i]} << 8 * i;
        return static_cast<T>(value);
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        for (std::size_t i = 0; i != sizeof(T); ++i)
            bytes[offset + i] = static_cast<std::uint8_t>(std::uint64_t{value} >> 8 * i);
    }
    std::array<std::uint8_t, 16> bytes{};
};

struct Registers {
    static constexpr auto name = "registers";
    static constexpr auto ram = main_ram("ram", 4_KiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(device<"wide", Wide>(at(0x1000), 16_B),
                                           overlay(device<"small", Bytewise>(at(0x1008), 8_B)),
                                           device<"narrow", Bytewise>(at(0x2000), 256_B).narrowed(4_B),
                                           device<"parts", Bytewise>(at(0x3000), 8_B).split(),
                                           device<"again", Bytewise>(at(0x4000), 4_KiB).repeated(),
                                           mirror<"alias">(block_at("narrow", 0_B, 8_B), at(0x5000)));
};
static_assert(Board<Registers>);

TEST_CASE("an access that an overlay cuts short does not reach below it") {
    auto machine = made<Machine<Registers, hostmem::Anonymous>>();
    REQUIRE(machine.store<std::uint64_t>(at(0x1000), 0x0807'0605'0403'0201));
    CHECK(reason(machine.load<std::uint64_t>(at(0x1004))) == FaultReason::straddles);
    CHECK(reason(machine.store<std::uint64_t>(at(0x1004), ~0ull)) == FaultReason::straddles);
    CHECK(reason(machine.load<std::uint32_t>(at(0x1006))) == FaultReason::straddles);
    CHECK(machine.device<"wide">().bytes[8] == 0);
    CHECK(machine.load<std::uint32_t>(at(0x1004)) == 0x0807'0605u);
}

TEST_CASE("a device refuses one access") {
    auto machine = made<Machine<Registers, hostmem::Anonymous>>();
    CHECK(reason(machine.load<std::uint8_t>(at(0x100f))) == FaultReason::refused);
    CHECK(reason(machine.store<std::uint8_t>(at(0x100e), 1)) == FaultReason::refused);
    CHECK(machine.store<std::uint8_t>(at(0x100d), 1));
    CHECK(describe(machine.load<std::uint8_t>(at(0x100f)).error()).view() ==
          "load of 1 byte at 0x100f: the device refused it");
}

TEST_CASE("accesses wider than a device takes are narrowed or split where the board says so") {
    auto machine = made<Machine<Registers, hostmem::Anonymous>>();
    REQUIRE(machine.store<std::uint64_t>(at(0x2000), 0x1817'1615'1413'1211));
    CHECK(machine.device<"narrow">().values == std::array<std::uint8_t, 8>{0x11, 0, 0, 0, 0x15, 0, 0, 0});
    CHECK(machine.load<std::uint32_t>(at(0x2004)) == 0x15u);
    CHECK(machine.load<std::uint64_t>(at(0x2000)) == 0x15'0000'0011u);
    CHECK(reason(machine.load<std::uint32_t>(at(0x2008))) == FaultReason::unmapped);
    CHECK(reason(machine.load<std::uint32_t>(at(0x5004))) == FaultReason::none);
    CHECK(machine.load<std::uint32_t>(at(0x5004)) == 0x15u);  // the alias shows the same registers

    REQUIRE(machine.store<std::uint32_t>(at(0x3000), 0x4433'2211));
    CHECK(machine.load<std::uint32_t>(at(0x3000)) == 0x4433'2211u);
    CHECK(machine.load<std::uint8_t>(at(0x3002)) == 0x33);
    CHECK(reason(machine.load<std::uint32_t>(at(0x3004))) == FaultReason::refused);  // one of its parts
    CHECK(reason(machine.load<std::uint16_t>(at(0x4000))) == FaultReason::width);    // nothing was said

    REQUIRE(machine.store<std::uint8_t>(at(0x4802), 9));
    CHECK(machine.load<std::uint8_t>(at(0x4002)) == 9);
}

struct Moving {  // a store moves a window that stands before other devices in the table of ranges
    static constexpr auto name = "moving";
    static constexpr auto ram = main_ram("ram", 4_KiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        device<"first", Wide>(at(0x1000), 16_B), device<"mapper", Mapper>(at(0x1'0000), 32_KiB),
        device<"later", Bytewise>(at(0x2'0000), 8_B), device<"last", Bytewise>(at(0x3'0000), 8_B),
        overlay(device<"opened", Bytewise>(at(0x0), 8_B)).opened_by("mapper.ram_on"),
        overlay(mirror<"moved">(main_ram_at(0_B, 256_B), at(0xb000)))
            .moved_by("mapper.base", window(at(0xb000), 2_KiB)));
};

TEST_CASE("a store that moves windows reaches one device") {
    static_assert(Board<Moving>);
    auto machine = made<Machine<Moving, hostmem::Anonymous>>();
    for (const std::uint8_t value : {0x0a, 0x00, 0x0a, 0x01}) {
        REQUIRE(machine.store<std::uint8_t>(at(0x1'0000), value));
        CHECK(machine.device<"mapper">().ram_on == (value == 0x0a));
        CHECK(machine.device<"first">().bytes == std::array<std::uint8_t, 16>{});
        CHECK(machine.device<"later">().values == std::array<std::uint8_t, 8>{});
        CHECK(machine.device<"last">().values == std::array<std::uint8_t, 8>{});
        CHECK(machine.device<"opened">().values == std::array<std::uint8_t, 8>{});
    }
    REQUIRE(machine.store<std::uint8_t>(at(0x1'4000), 0x20));  // to nowhere
    CHECK(machine.device<"later">().values == std::array<std::uint8_t, 8>{});
}

struct Seams {
    static constexpr auto name = "seams";
    static constexpr auto ram = main_ram("ram", 4_KiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        device<"wide", Wide>(at(0x1000), 16_B),
        mirror<"again">(block_at("wide", 0_B, 8_B), at(0x2000)).repeated(2));
    static constexpr auto byte_order = std::endian::big;
    static constexpr auto unmapped = reads_as_last;
};

TEST_CASE("a mirror that repeats shows no register behind its part") {
    static_assert(Board<Seams>);
    auto machine = made<Machine<Seams, hostmem::Anonymous>>();
    CHECK(reason(machine.load<std::uint32_t>(at(0x2006))) == FaultReason::straddles);
    CHECK(reason(machine.store<std::uint32_t>(at(0x2006), ~0u)) == FaultReason::straddles);
    CHECK(machine.device<"wide">().bytes == std::array<std::uint8_t, 16>{});
    CHECK(machine.load<std::uint32_t>(at(0x200c)) == 0u);
}

TEST_CASE("the bus remembers bytes, in whatever order they are read") {
    auto machine = made<Machine<Seams, hostmem::Anonymous>>();
    REQUIRE(machine.store<std::uint16_t>(at(0x8000'0000), 0xbeef));
    CHECK(machine.load<std::uint16_t>(at(0x4000)) == 0xbeef);
    CHECK(machine.load<std::uint16_t, std::endian::little>(at(0x4000)) == 0xefbe);
}

// ---- masters of the bus

struct BitBand {  // a word for each bit of the first 4 KiB of RAM
    static constexpr Bytes registers = 128_KiB;
    static constexpr AccessRule access{.widths = {4}};
    template <AccessWord T, class Bus>
    Answer<T> read(std::uint64_t offset, Bus& bus) {
        const auto byte = bus.template load<std::uint8_t>(at(0x8000'0000 + offset / 32));
        if (!byte) return refused_access;
        return static_cast<T>(*byte >> offset / 4 % 8 & 1);
    }
    template <AccessWord T, class Bus>
    Answer<void> write(std::uint64_t offset, T value, Bus& bus) {
        const GuestAddress where = at(0x8000'0000 + offset / 32);
        const auto byte = bus.template load<std::uint8_t>(where);
        const auto bit = static_cast<std::uint8_t>(1u << offset / 4 % 8);
        if (!byte || !bus.template store<std::uint8_t>(
                         where, static_cast<std::uint8_t>((value & 1) != 0 ? *byte | bit : *byte & ~bit)))
            return refused_access;
        return {};
    }
};

struct Copier {  // 0: from, 8: to, 16: count, which starts it; its pin is up when it failed
    static constexpr Bytes registers = 24_B;
    static constexpr AccessRule access{.widths = {8}};
    static constexpr std::array outputs{std::string_view{"failed"}};
    template <AccessWord T>
    T read(std::uint64_t offset) {
        return static_cast<T>(words[offset / 8]);
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        words[offset / 8] = value;
    }
    bool wants_bus() const { return words[2] != 0; }
    template <class Bus>
    void use_bus(Bus& bus) {
        std::array<std::byte, 64> buffer;
        const auto piece = std::span(buffer).first(
            static_cast<std::size_t>(std::min<std::uint64_t>(words[2], buffer.size())));
        words[2] = 0;
        failed = !bus.read({words[0]}, piece) || !bus.write({words[1]}, piece);
    }
    bool output(std::size_t) const { return failed; }
    std::array<std::uint64_t, 3> words{};
    bool failed = false;
};

struct Caller {  // its register is a window on itself: an access would call for ever
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    template <AccessWord T, class Bus>
    Answer<T> read(std::uint64_t, Bus& bus) {
        const auto value = bus.template load<T>(at(0x3'0000));
        if (!value) return refused_access;
        return *value;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

struct Busy {
    static constexpr auto name = "busy";
    static constexpr auto ram = main_ram("ram", 64_KiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        device<"bits", BitBand>(at(0x4'0000), 128_KiB), device<"dma", Copier>(at(0x1'0000), 24_B),
        device<"self", Caller>(at(0x3'0000), 4_B), rom<"rom">(at(0x2'0000), 4_KiB));
    static constexpr auto wires = wiring(wire<"dma.failed", "hart0", 3>);
};
static_assert(Board<Busy>);

struct Counts {
    void ram_stored(Bytes, std::size_t width) { stored += width; }
    std::size_t stored = 0;
};

TEST_CASE("devices master the bus: checked, and seen by policies") {
    auto machine = made<Machine<Busy, hostmem::Anonymous, Counts>>();
    REQUIRE(machine.store<std::uint8_t>(at(0x8000'0001), 0x80));
    CHECK(machine.load<std::uint32_t>(at(0x4'0000 + 4 * 15)) == 1u);
    CHECK(machine.load<std::uint32_t>(at(0x4'0000 + 4 * 14)) == 0u);
    REQUIRE(machine.store<std::uint32_t>(at(0x4'0000 + 4 * 8), 1));
    CHECK(machine.load<std::uint8_t>(at(0x8000'0001)) == 0x81);
    CHECK(machine.policy<Counts>().stored == 2);

    const auto copy = [&](std::uint64_t from, std::uint64_t to, std::uint64_t count) {
        REQUIRE(machine.store<std::uint64_t>(at(0x1'0000), from));
        REQUIRE(machine.store<std::uint64_t>(at(0x1'0008), to));
        REQUIRE(machine.store<std::uint64_t>(at(0x1'0010), count));
        return machine.interrupt_lines(0) == 0;
    };
    CHECK(copy(0x8000'0000, 0x8000'1000, 16));
    CHECK(machine.load<std::uint8_t>(at(0x8000'1001)) == 0x81);
    CHECK(machine.policy<Counts>().stored == 18);
    CHECK(copy(0x2'0000, 0x8000'1000, 16));        // out of ROM
    CHECK_FALSE(copy(0x8000'0000, 0x2'0000, 16));  // not into it
    CHECK_FALSE(copy(0x8000'fff8, 0x8000'0000, 16));
    CHECK_FALSE(copy(0x1'0000, 0x8000'0000, 8));  // registers are no memory
    CHECK_FALSE(copy(~0ull - 3, 0x8000'0000, 16));
    CHECK(machine.policy<Counts>().stored == 34);

    CHECK(reason(machine.load<std::uint32_t>(at(0x3'0000))) == FaultReason::refused);  // and does not hang
}

// ---- ports

struct Ported {
    static constexpr auto name = "ported";
    static constexpr auto ram = main_ram("ram", 64_KiB);
    static constexpr auto ports = memory_map(device<"com1", Bytewise>(at(0x3f8), 8_B),
                                             device<"raw", Wide>(at(0x0), 16_B),
                                             reserved<"taken">(at(0x80), 16_B));
};
static_assert(Board<Ported>);
static_assert(!has_ports<Busy>);

TEST_CASE("ports are an address space of their own") {
    auto machine = made<Machine<Ported, hostmem::Anonymous>>();
    REQUIRE(machine.ports().store<std::uint8_t>(at(0x3f8), 7));
    CHECK(machine.ports().load<std::uint8_t>(at(0x3f8)) == 7);
    CHECK(machine.device<"com1">().values[0] == 7);
    CHECK(machine.load<std::uint8_t>(at(0x3f8)) == 0);  // memory there is RAM
    CHECK(reason(machine.ports().load<std::uint8_t>(at(0x400))) == FaultReason::unmapped);
    CHECK(reason(machine.ports().load<std::uint8_t>(at(0x80))) == FaultReason::unmapped);
    CHECK(reason(machine.ports().load<std::uint16_t>(at(0x3f8))) == FaultReason::width);
    REQUIRE(machine.ports().store<std::uint32_t>(at(0x4), 0x0403'0201));
    CHECK(machine.ports().load<std::uint16_t>(at(0x6)) == 0x0403);
}

// ---- the contract

TEST_CASE("a machine that was moved from has nothing") {
    using M = Machine<FlashBoard<std::endian::little>, hostmem::Anonymous>;
    auto first = made<M>();
    REQUIRE(first.store<std::uint32_t>(at(0x8000'0000), 5));
    const std::byte* const host = first.memory_view(at(0x8000'0000), 4_B).data();
    M second = std::move(first);
    CHECK(second.memory_view(at(0x8000'0000), 4_B).data() == host);
    CHECK(second.load<std::uint32_t>(at(0x8000'0000)) == 5u);
    CHECK(first.ram_size() == 0_B);
    CHECK_FALSE(first.ram_memory());
    CHECK(first.direct_window().size == 0_B);
    CHECK(first.memory_blocks().empty());
    CHECK(first.ram_windows().empty());
    CHECK(reason(first.peek<std::uint32_t>(at(0x8000'0000))) == FaultReason::not_memory);
    CHECK(reason(first.peek<std::uint32_t>(at(0x0))) == FaultReason::not_memory);
    first.update<"flash">([](auto& flash) {
        flash.template write<std::uint32_t>(0, 0x0020'0020);  // an erase of what is no longer its own
        flash.template write<std::uint32_t>(0, 0x00d0'00d0);
    });
    CHECK(second.load<std::uint32_t>(at(0x2000'0000)) == 0u);
    first = std::move(second);
    CHECK(first.load<std::uint32_t>(at(0x8000'0000)) == 5u);
    CHECK(second.ram_size() == 0_B);
}

/// Throws while it holds the bus, where it is told to: 1 in an access, 2 when it is served.
struct Thrower {
    static constexpr Bytes registers = 8_B;
    static constexpr AccessRule access{.widths = {4}};
    template <AccessWord T, class Bus>
    T read(std::uint64_t, Bus& bus) {
        if (std::exchange(throws_, 0) == 1) throw std::bad_alloc();
        return bus.template load<std::uint32_t>(at(0x8000'0000)).value_or(0);
    }
    template <AccessWord T>
    void write(std::uint64_t, T value) {
        wanted_ = throws_ = value;
    }
    bool wants_bus() const { return wanted_ == 2; }
    template <class Bus>
    void use_bus(Bus& bus) {
        if (std::exchange(throws_, 0) == 2) throw std::bad_alloc();
        wanted_ = 0;
        (void)bus.template store<std::uint32_t>(at(0x8000'0000), 5u);
    }
    std::uint32_t wanted_ = 0, throws_ = 0;
};
struct Throwing {
    static constexpr auto name = "throwing";
    static constexpr auto ram = main_ram("ram", 64_KiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(device<"thrower", Thrower>(at(0x1'0000), 8_B));
};

TEST_CASE("a master of the bus that throws has given it back") {
    auto machine = made<Machine<Throwing, hostmem::Anonymous>>();
    REQUIRE(machine.store<std::uint32_t>(at(0x8000'0000), 7));
    REQUIRE(machine.store<std::uint32_t>(at(0x1'0000), 1));
    CHECK_THROWS_AS(machine.load<std::uint32_t>(at(0x1'0000)), std::bad_alloc);
    CHECK(machine.load<std::uint32_t>(at(0x1'0000)) == 7u);
    CHECK_THROWS_AS((void)machine.store<std::uint32_t>(at(0x1'0000), 2), std::bad_alloc);
    CHECK(machine.load<std::uint32_t>(at(0x1'0000)) == 7u);  // and is served behind it
    CHECK(machine.load<std::uint32_t>(at(0x1'0000)) == 5u);
}

TEST_CASE("a const machine can be looked at") {
    auto machine = made<Machine<Busy, hostmem::Anonymous, Counts>>();
    REQUIRE(machine.store<std::uint32_t>(at(0x8000'0010), 0x1234'5678));
    const auto& seen = machine;
    CHECK(seen.peek<std::uint32_t>(at(0x8000'0010)) == 0x1234'5678u);
    CHECK(reason(seen.peek<std::uint32_t>(at(0x1'0000))) == FaultReason::not_memory);
    CHECK(seen.policy<Counts>().stored == 4);
    CHECK(seen.ram_memory());
}

struct Paged {
    static constexpr auto name = "paged";
    static constexpr auto ram = main_ram("ram", 4_KiB).placed(at(0x8000));
    static constexpr auto map = memory_map(rom<"rom">(nowhere, 16_KiB),
                                           bank<"page">("rom", at(0x0), 4_KiB).starting_at(3));
};

TEST_CASE("banks begin at the page that the board says, also after a reset") {
    static_assert(Board<Paged>);
    auto machine = made<Machine<Paged, hostmem::Anonymous>>();
    (*machine.memory_block("rom"))[0x3000] = std::byte{3};
    CHECK(machine.load<std::uint8_t>(at(0x0)) == 3);
    REQUIRE(machine.select_bank<"page">(1));
    CHECK(machine.load<std::uint8_t>(at(0x0)) == 0);
    machine.reset();
    CHECK(machine.load<std::uint8_t>(at(0x0)) == 3);
}

}  // namespace
