#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/vhost/shared_ram.hpp>

#include <tests/support/running_qemu.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {
struct Split {
    static constexpr auto name = "split";
    static constexpr auto ram =
        main_ram("split.ram", 64_MiB).placed(split(at(0x0), 16_MiB, at(0x1'0000'0000)));
};

static_assert(vhost::SharesRam<Machine<Split, hostmem::Memfd>>);
static_assert(vhost::SharesRam<Machine<Split, hostmem::Shm>>);
static_assert(vhost::SharesRam<Machine<Split, hostmem::SharedFile>>);
static_assert(!vhost::SharesRam<Machine<Split, hostmem::Anonymous>>);
static_assert(!vhost::SharesRam<Machine<Split, hostmem::SharedAnonymous>>);
static_assert(!vhost::SharesRam<Machine<Split, hostmem::PrivateMemfd>>);
static_assert(!vhost::SharesRam<Machine<Split, hostmem::File>>);
static_assert(!vhost::SharesRam<Machine<Split, hostmem::Fixed<64_MiB>>>);
}  // namespace

TEST_CASE("each window of the RAM is a region of its file, wherever in the file the RAM begins") {
    const std::string path = test::scratch("ram.file");
    auto machine = Machine<Split, hostmem::SharedFile>::create({.memory = {.path = path, .offset = 1_MiB}});
    REQUIRE(machine);
    const auto ram = vhost::SharedRam::of(*machine);
    REQUIRE(ram);
    REQUIRE(ram->regions().size() == 2);
    const auto& low = ram->regions()[0];
    const auto& high = ram->regions()[1];
    CHECK(low.range() == Interval{at(0x0), 16_MiB});
    CHECK(low.offset == 1_MiB);
    CHECK(high.range() == Interval{at(0x1'0000'0000), 48_MiB});
    CHECK(high.offset == 17_MiB);
    CHECK(low.descriptor == machine->ram_memory()->descriptor());

    (void)machine->store<std::uint32_t>(at(0x1'0000'0010), 0x1234'5678);
    const vhost::MemoryRegion message = high.message();
    CHECK(message.guest_address == 0x1'0000'0000);
    CHECK(*reinterpret_cast<const std::uint32_t*>(message.user_address + 0x10) == 0x1234'5678);
    std::ifstream file(path, std::ios::binary);
    file.seekg(static_cast<std::streamoff>(message.file_offset + 0x10));
    CHECK(file.get() == 0x78);
}

TEST_CASE("bytes are found in one region, or not at all") {
    auto machine = Machine<Split, hostmem::Memfd>::create();
    REQUIRE(machine);
    const auto ram = vhost::SharedRam::of(*machine);
    CHECK(ram->bytes(at(0xff'f000), 4_KiB).size() == 4096);
    CHECK(ram->bytes(at(0xff'f000), 8_KiB).empty());
    CHECK(ram->bytes(at(0x2000'0000), 1_B).empty());
    CHECK(ram->bytes(at(0x1'0000'0000), 48_MiB).data() == machine->ram_memory()->data() + (16 << 20));
    CHECK(ram->bytes(at(~0ull), 4_KiB).empty());
}
