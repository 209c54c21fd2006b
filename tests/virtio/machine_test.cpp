// Virtio devices on a machine: what they store is seen by those who watch memory, clones have no disk, and a machine that runs is
// saved and goes on elsewhere.
#include <catch2/catch.hpp>

#include <vector>

#include <wirewrap/board.hpp>
#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/machine/machine.hpp>
#include <wirewrap/state/clone.hpp>
#include <wirewrap/state/dirty_pages.hpp>
#include <wirewrap/virtio.hpp>

#include "tests/virtio/any_driver.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

constexpr std::uint64_t slot0 = 0x10'0000, slot1 = 0x10'1000, ram_base = 0x8000'0000;

struct Lines {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::size_t inputs = 2;
    template <AccessWord T>
    T read(std::uint64_t) {
        return static_cast<T>(levels[0] | levels[1] << 1);
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
    void input(std::size_t line, bool level) { levels[line] = level; }
    std::array<bool, 2> levels{};
};

struct Rack {
    static constexpr auto name = "rack";
    static constexpr auto ram = main_ram("rack.ram", 256_KiB).placed(at(ram_base));
    static constexpr auto map = memory_map(rom<"rack.rom">(at(0x1000), 4_KiB),
                                           device<"lines", Lines>(at(0x8000), 4_B),
                                           device<"disk", virtio::Mmio<virtio::Block>>(at(slot0), 4_KiB),
                                           device<"any", VirtioSlot>(at(slot1), 4_KiB));
    static constexpr auto wires = wiring(wire<"disk.irq", "lines", 0>, wire<"any.irq", "lines", 1>);
};
using Original = Machine<Rack, hostmem::Memfd>;

template <class M>
void put(M& machine, std::uint64_t where, std::uint64_t value) {
    REQUIRE(machine.template store<std::uint64_t>(at(where), value));
}
template <class M>
void set(M& machine, std::uint64_t slot, std::uint64_t offset, std::uint32_t value) {
    REQUIRE(machine.template store<std::uint32_t>(at(slot + offset), value));
}

/// Version 1 with queue `queue` in the pages from `pages` on.
template <class M>
void begin(M& machine, std::uint64_t slot, std::uint64_t pages, std::uint32_t queue = 0) {
    set(machine, slot, 0x28, 0x1000);
    set(machine, slot, 0x30, queue);
    set(machine, slot, 0x38, 8);
    set(machine, slot, 0x3c, 0x1000);
    set(machine, slot, 0x40, static_cast<std::uint32_t>(pages / 0x1000));
    set(machine, slot, 0x70, 7);
}
template <class M>
void descriptor(M& machine, std::uint64_t pages, unsigned number, std::uint64_t address, std::uint32_t size,
                std::uint64_t flags, std::uint64_t next = 0) {
    put(machine, pages + 16 * number, address);
    put(machine, pages + 16 * number + 8, size | flags << 32 | next << 48);
}
template <class M>
void offer(M& machine, std::uint64_t slot, std::uint64_t pages, std::uint16_t index,
           std::uint32_t queue = 0) {
    REQUIRE(machine.template store<std::uint16_t>(at(pages + 0x84 + 2u * (index % 8)), std::uint16_t{0}));
    REQUIRE(machine.template store<std::uint16_t>(at(pages + 0x82), static_cast<std::uint16_t>(index + 1)));
    set(machine, slot, 0x50, queue);
}
/// Reads sector 1, and gives the status.
template <class M>
unsigned read_sector(M& machine, std::uint16_t index, std::uint64_t to = ram_base + 0x2'0000) {
    constexpr std::uint64_t pages = ram_base, header = ram_base + 0x1'0000;
    put(machine, header, 0);
    put(machine, header + 8, 1);
    put(machine, header + 16, 0xff);
    descriptor(machine, pages, 0, header, 16, 1, 1);
    descriptor(machine, pages, 1, to, 512, 3, 2);
    descriptor(machine, pages, 2, header + 16, 1, 2);
    offer(machine, slot0, pages, index);
    return machine.template load<std::uint8_t>(at(header + 16)).value();
}

}  // namespace

TEST_CASE("A disk reads into RAM, raises its line, and reaches no ROM and no device") {
    auto machine = Original::create().value();
    MemoryStorage disk(8);
    disk.bytes[512] = std::byte{0x42};
    machine.update<"disk">([&](auto& slot) { slot.device().attach(disk); });
    begin(machine, slot0, ram_base);
    CHECK(read_sector(machine, 0) == 0);
    CHECK(machine.load<std::uint8_t>(at(ram_base + 0x2'0000)) == 0x42);
    CHECK(machine.load<std::uint32_t>(at(0x8000)) == 1);
    set(machine, slot0, 0x64, 1);
    CHECK(machine.load<std::uint32_t>(at(0x8000)) == 0);
    CHECK(read_sector(machine, 1, 0x1000) == 1);               // ROM
    CHECK(read_sector(machine, 2, slot0) == 1);                // its own registers
    CHECK(read_sector(machine, 3, slot1) == 1);                // another's
    CHECK(read_sector(machine, 4, ram_base + 0x3'ff00) == 1);  // past the end of RAM
    CHECK(read_sector(machine, 5, 0) == 1);
    CHECK(read_sector(machine, 6) == 0);
    // A queue in ROM cannot be given back into.
    begin(machine, slot0, 0x1000);
    offer(machine, slot0, ram_base, 0);
    CHECK_FALSE(machine.device<"disk">().fault());  // nothing was offered there
}

TEST_CASE("Who watches memory sees what a disk stores") {
    using Tracked = Machine<Rack, hostmem::Memfd, state::DirtyPages<>>;
    auto machine = Tracked::create().value();
    MemoryStorage disk(8);
    machine.update<"disk">([&](auto& slot) { slot.device().attach(disk); });
    begin(machine, slot0, ram_base);
    const auto taken = [&] {
        std::vector<std::uint64_t> pages;
        machine.policy<state::DirtyPages<>>().take(
            0, [&](state::DirtyPage page) { pages.push_back(page.offset.count / 4096); });
        return pages;
    };
    REQUIRE(read_sector(machine, 0) == 0);
    (void)taken();
    put(machine, ram_base + 0x1'0010, 0xff);
    (void)taken();
    offer(machine, slot0, ram_base, 1);
    CHECK(taken() == std::vector<std::uint64_t>{0, 1, 16, 32});  // rings, used ring, status, data
}

TEST_CASE("A clone has no disk until it gets one, and leaves the original's alone") {
    auto original = Original::create().value();
    MemoryStorage disk(8), other(8);
    other.bytes[512] = std::byte{0x99};
    original.update<"disk">([&](auto& slot) { slot.device().attach(disk); });
    begin(original, slot0, ram_base);
    REQUIRE(read_sector(original, 0) == 0);
    auto clone = state::clone(original).value();
    CHECK(read_sector(clone, 1) == 1);
    clone.update<"disk">([&](auto& slot) { slot.device().attach(other); });
    CHECK(read_sector(clone, 2) == 0);
    CHECK(clone.load<std::uint8_t>(at(ram_base + 0x2'0000)) == 0x99);
    CHECK(read_sector(original, 1) == 0);
    CHECK(original.load<std::uint8_t>(at(ram_base + 0x2'0000)) == 0);
    // A reset of the machine keeps the disk and forgets the driver.
    original.reset();
    begin(original, slot0, ram_base);
    REQUIRE(original.store<std::uint16_t>(at(ram_base + 0x1002), std::uint16_t{0}));
    CHECK(read_sector(original, 0) == 0);
}

TEST_CASE("Entropy comes when it is asked for") {
    auto machine = Original::create().value();
    CountingSource source;
    machine.update<"any">([&](auto& slot) { slot.device().template put<virtio::Entropy>().attach(source); });
    CHECK(machine.load<std::uint32_t>(at(slot1 + 8)) == 4u);
    begin(machine, slot1, ram_base);
    descriptor(machine, ram_base, 0, ram_base + 0x2'0000, 0x1'0000, 2);
    offer(machine, slot1, ram_base, 0);
    CHECK(machine.load<std::uint32_t>(at(ram_base + 0x2'0000)) == 0x0403'0201u);
    CHECK(machine.load<std::uint32_t>(at(ram_base + 0x1008)) == 0x1000u);  // a device may give less
    CHECK(machine.load<std::uint32_t>(at(0x8000)) == 2);
}

TEST_CASE("A console prints at once, and what is typed waits for a buffer") {
    struct Typed : virtio::ConsoleLine {
        void print(std::span<const std::byte> bytes) override {
            for (const std::byte b : bytes) printed.push_back(static_cast<char>(b));
        }
        std::size_t typed(std::span<std::byte> to) override {
            const std::size_t count = std::min(to.size(), keys.size());
            std::ranges::transform(keys.substr(0, count), to.begin(),
                                   [](char c) { return static_cast<std::byte>(c); });
            keys.erase(0, count);
            return count;
        }
        std::string keys, printed;
    } line;
    auto machine = Original::create().value();
    machine.update<"any">([&](auto& slot) { slot.device().template put<virtio::Console>().attach(line); });
    constexpr std::uint64_t receive = ram_base, transmit = ram_base + 0x4000, text = ram_base + 0x8000;
    begin(machine, slot1, receive, 0);
    begin(machine, slot1, transmit, 1);
    put(machine, text, 0x0a6f'6c6c'6568);
    descriptor(machine, transmit, 0, text, 6, 0);
    offer(machine, slot1, transmit, 0, 1);
    CHECK(line.printed == "hello\n");
    set(machine, slot1, 0x64, 1);
    const auto look = [&] {
        machine.update<"any">([](auto& slot, auto& bus) { slot.serve(virtio::Console::receive, bus); });
    };
    line.keys = "abcdefg";
    look();
    CHECK(line.keys == "abcdefg");  // there is no buffer
    descriptor(machine, receive, 0, text, 4, 2);
    offer(machine, slot1, receive, 0, 0);
    CHECK(line.keys == "efg");
    CHECK(machine.load<std::uint32_t>(at(text)) == 0x6463'6261u);
    set(machine, slot1, 0x64, 1);
    line.keys.clear();
    offer(machine, slot1, receive, 1, 0);
    CHECK(machine.load<std::uint32_t>(at(0x8000)) == 0);
    line.keys = "z";
    look();
    CHECK(machine.load<std::uint8_t>(at(text)) == 'z');
    CHECK(machine.load<std::uint32_t>(at(0x8000)) == 2);  // the wire followed
    REQUIRE(machine.store<std::uint32_t>(at(slot1 + 0x108), 'E'));
    CHECK(line.printed == "hello\nE");
}
