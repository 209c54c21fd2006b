#include <catch2/catch.hpp>

#include <boards/riscv/virt.hpp>
#include <wirewrap/debug/memory_map.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

TEST_CASE("a machine as it was made has the memory that its board says") {
    using Virt = boards::riscv::Virt;
    const auto machine = Machine<Virt, hostmem::Anonymous>::create({.ram_size = 16_MiB});
    REQUIRE(machine);
    const auto said = files::gdb_memory_map(describe_board<Virt>(), 16_MiB);
    REQUIRE(said);
    CHECK(files::memory_map_xml(debug::memory_ranges(*machine)) == *said);
    CHECK(said->find("<memory type=\"flash\" start=\"0x22000000\" length=\"0x2000000\"><property "
                     "name=\"blocksize\">0x40000</property></memory>") != said->npos);
}
