// Every block that QEMU's machines list is main RAM, in the board's map, or known to be passed over; a backend's id is
// not, on any board.
#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <wirewrap/qemu/block_match.hpp>

#include <boards/descriptions.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

static_assert(qemu::is_device_memory("x86_64/pc-q35-7.2", "0000:00:01.0/vga.vram", 16_MiB));
static_assert(qemu::is_device_memory("x86_64/pc-q35-7.2", "/rom@etc/acpi/tables", 128_KiB));
static_assert(!qemu::is_device_memory("x86_64/pc-q35-7.2", "d0", 64_MiB));
static_assert(!qemu::is_device_memory("x86_64/pc-q35-7.2", "0000:00:02.0/v0", 64_MiB));
static_assert(qemu::is_board_memory("aarch64/npcm750-evb", "ram2"));
static_assert(!qemu::is_board_memory("x86_64/pc-q35-7.2", "ram2"));
static_assert(qemu::matches_board("*/virt-*", "aarch64/virt-7.2") &&
              !qemu::matches_board("*/virt", "ppc64/virtex"));

namespace {

using Blocks = std::vector<std::pair<std::string, Bytes>>;

nlohmann::json file(const std::string& name) {
    std::ifstream stream("tests/data/" + name);
    REQUIRE(stream);
    return nlohmann::json::parse(stream);
}

/// By the board's name, what both versions of QEMU list.
std::map<std::string, Blocks> blocks_of_all_boards() {
    std::map<std::string, Blocks> result;
    const auto add = [&](const std::string& board, const nlohmann::json& list) {
        for (const auto& block : list)
            result[board].emplace_back(block[0].get<std::string>(), Bytes{block[1].get<std::uint64_t>()});
    };
    for (const char* measured : {"qemu-7.2-boards.json", "qemu-11.1-boards.json"})
        for (const auto& record : file(measured))
            add(record["target"].get<std::string>() + "/" + record["machine"].get<std::string>(),
                record["ramblocks"]);
    return result;
}

bool passed_over(const BoardDescription& board, const std::string& id, Bytes length) {
    std::vector<std::string_view> entries;
    for (const Region& region : board.regions) entries.push_back(region.name);
    return qemu::can_be_passed_over(board.name, entries, {id, length});
}

}  // namespace

TEST_CASE("no block of a machine as QEMU starts it is taken for a memory device's") {
    const auto lists = blocks_of_all_boards();
    // Main RAM under other names: of a board in four parts, and of one that QEMU has renamed it on.
    const std::set<std::string> main_ram{"simm.0", "simm.1", "simm.2", "simm.3", "ram", "pegasos2.ram"};
    std::size_t boards = 0, blocks = 0;
    for (const BoardDescription& board : boards::descriptions()) {
        const auto list = lists.find(std::string(board.name));
        if (list == lists.end()) continue;  // the machine "none", which QEMU does not list
        ++boards;
        for (const auto& [id, length] : list->second) {
            if (id == board.ram_id || main_ram.contains(id)) continue;
            INFO(board.name << ": " << id);
            CHECK(passed_over(board, id, length));
            ++blocks;
        }
    }
    CHECK(boards > 400);
    CHECK(blocks > 1000);
}

TEST_CASE("what a user calls a backend is passed over on no board") {
    for (const BoardDescription& board : boards::descriptions())
        for (const char* id : {"d0", "m1", "mem0", "dimm0", "ram1", "nvdimm1", "extra.mem", "/objects/mem",
                               "romeo", "0000:00:02.0/v0", "0000:00:04.0/ram2", "0000:00:1c.0:00.0/flash0"}) {
            INFO(board.name << ": " << id);
            CHECK_FALSE(passed_over(board, id, 128_MiB));
        }
    // Names that are words on boards without memory devices, and ids on boards with them.
    for (const char* id : {"rom", "flash0", "my.rom", "bios", "sram", "ram2", "firmware"}) {
        CHECK_FALSE(qemu::is_device_memory("x86_64/pc-i440fx-7.2", id, 128_MiB));
        CHECK_FALSE(qemu::is_device_memory("aarch64/virt-7.2", id, 128_MiB));
        CHECK_FALSE(qemu::is_device_memory("handheld", id, 128_MiB));
    }
    // Larger than an expansion ROM may be.
    CHECK_FALSE(qemu::is_device_memory("x86_64/pc-i440fx-7.2", "0000:00:03.0/my.rom", 32_MiB));
}

TEST_CASE("what devices that are added to a machine bring along is passed over") {
    for (const char* id :
         {"0000:00:02.0/qxl.vgavram", "0000:00:02.0/qxl.vram", "0000:00:02.0/qxl.vrom",
          "0000:00:04.0/bochs-display-vram", "0000:00:06.0/vga.vram", "0000:00:0a.0:00.0/e1000e.rom",
          "0000:00:03.0/virtio-net-pci.rom", "vmsvga.fifo", "0000:00:02.0/vmware_vga.rom", "vga.vram",
          "system.flash0", "system.flash1", "/rom@etc/vmgenid_guid", "tpm-ppi"}) {
        INFO(id);
        CHECK(qemu::is_device_memory("x86_64/pc-q35-7.2", id, 64_KiB));
    }
    CHECK(qemu::is_device_memory("sparc/SS-5", "tcx.vram", 1_MiB));
    CHECK(qemu::is_device_memory("riscv64/virt", "virt.flash0", 32_MiB));
}
