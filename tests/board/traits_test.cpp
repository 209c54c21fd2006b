#include <catch2/catch.hpp>

#include <bit>

#include <wirewrap/board/traits.hpp>

#include "tests/board/devices.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

struct Tiny {
    static constexpr auto name = "tiny";
    static constexpr auto ram = main_ram("tiny.ram", 1_MiB);
};
static_assert(DeclaresBoard<Tiny> && board_name<Tiny> == "tiny");
static_assert(board_regions<Tiny>.empty() && board_wires<Tiny>.empty() && board_map<Tiny>.size() == 0);
static_assert(board_harts<Tiny> == 1 && board_address_bits<Tiny> == 64);
static_assert(board_byte_order<Tiny> == std::endian::little);

struct Whole {
    static constexpr auto name = "whole";
    static constexpr auto ram = main_ram("whole.ram", 1_MiB);
    static constexpr auto map = memory_map(device<"pic", Controller>(at(0x1000'0000), 256_B));
    static constexpr auto wires = wiring(wire<"pic.irq", "hart1", 9>);
    static constexpr std::size_t harts = 2;
    static constexpr unsigned address_bits = 32;
    static constexpr auto byte_order = std::endian::big;
};
static_assert(board_regions<Whole>.size() == 1 && board_regions<Whole>[0].name == "pic");
static_assert(board_wires<Whole>[0].line == 9 && board_harts<Whole> == 2 && board_address_bits<Whole> == 32);
static_assert(board_byte_order<Whole> == std::endian::big && board_name<Whole> == "whole" &&
              Whole::ram.id == "whole.ram");

static_assert(&board_cpu_words<Whole> == &riscv_words);

// Words of an architecture that is not RISC-V.
struct Arm {
    static constexpr auto name = "arm";
    static constexpr auto ram = main_ram("arm.ram", 1_MiB);
    static constexpr auto map = memory_map(device<"gic", Controller>(at(0x1000'0000), 256_B));
    static constexpr CpuWords cpu_words{"cpu", {"irq", "fiq"}};
    static constexpr auto wires = wiring(wire<"gic.irq", "cpu0.fiq">, wire<"gic.dma", "cpu0.nmi">);
};
static_assert(board_name<Arm> == "arm" && Arm::ram.id == "arm.ram" && board_regions<Arm>.size() == 1);
static_assert(board_wires<Arm>[0].line == 1 && board_wires<Arm>[0].sink == "cpu0");
static_assert(board_wires<Arm>[1].line == Wire::no_line);
static_assert(board_cpu_words<Arm>.cpu("cpu12") == 12 && board_cpu_words<Arm>.cpu("hart0") == CpuWords::none);
static_assert(riscv_words.cpu("hart0") == 0 && riscv_words.cpu("hart9999") == 9999);
static_assert(riscv_words.cpu("hart00") == CpuWords::none, "one name for each hart");
static_assert(riscv_words.cpu("hart") == CpuWords::none && riscv_words.cpu("hart10000") == CpuWords::none);
static_assert(riscv_words.line("meip") == 11 && riscv_words.line("") == CpuWords::none);

struct Nameless {
    [[maybe_unused]] static constexpr auto ram = main_ram("ram", 1_MiB);
};
struct NoRam {
    static constexpr auto name = "no-ram";
};
struct RamIsASize {
    static constexpr auto name = "size";
    static constexpr Bytes ram = 1_MiB;
};
static_assert(!DeclaresBoard<Nameless> && !DeclaresBoard<NoRam> && !DeclaresBoard<RamIsASize> &&
              !DeclaresBoard<int>);

}  // namespace

TEST_CASE("what a board leaves out has its default") {
    CHECK(board_regions<Tiny>.size() == 0);
    CHECK(board_regions<Whole>.size() == 1);
}
