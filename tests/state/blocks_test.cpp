#include <wirewrap/state/blocks.hpp>

#include <catch2/catch.hpp>

#include <array>

#include <boards/riscv/virt.hpp>
#include <wirewrap/machine/machine.hpp>

#include "tests/machine/boards.hpp"

using namespace boards_under_test;
using state::NamedBlock;
using state::ram_blocks;

TEST_CASE("The constant list is the machine's list") {
    auto machine = Machine<Bench, hostmem::Anonymous>::create().value();
    const auto blocks = machine.memory_blocks();
    REQUIRE(blocks.size() == ram_blocks<Bench>.size());
    for (std::size_t i = 0; i != blocks.size(); ++i) {
        INFO(blocks[i].id);
        CHECK(blocks[i].id == ram_blocks<Bench>[i].id);
        CHECK(blocks[i].writable == ram_blocks<Bench>[i].writable);
        if (ram_blocks<Bench>[i].size) CHECK(ram_blocks<Bench>[i].size->count == blocks[i].bytes.size());
    }
    STATIC_REQUIRE_FALSE(ram_blocks<Bench>[0].size.has_value());
    STATIC_REQUIRE(ram_blocks<boards::riscv::Virt>[0].id == "riscv_virt_board.ram");
    STATIC_REQUIRE(ram_blocks<boards::riscv::Virt>[1].size == 60_KiB);
    STATIC_REQUIRE_FALSE(ram_blocks<boards::riscv::Virt>[1].writable);
    STATIC_REQUIRE(ram_blocks<boards::riscv::Virt>.size() == 4);
}

TEST_CASE("Blocks that differ are told one by one") {
    const std::array machine{NamedBlock{"ram", 64_MiB}, NamedBlock{"rom", 4_KiB}};
    const auto against = [&](const auto& file) {
        return state::difference("a file", file, "bench", machine);
    };
    CHECK(against(machine).empty());
    CHECK(against(std::array{NamedBlock{"rom", 4_KiB}, NamedBlock{"ram", 64_MiB}}).empty());
    CHECK(against(std::array{NamedBlock{"ram", 32_MiB}, NamedBlock{"rom", 4_KiB}}).view() ==
          "block ram has 32 MiB in a file and 64 MiB in bench");
    CHECK(against(std::array{NamedBlock{"rom", 4_KiB}, NamedBlock{"flash", 1_MiB}}).view() ==
          "block ram, 64 MiB, of bench is missing in a file; block flash, 1 MiB, of a file is unknown to "
          "bench");
}
