#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <vector>

#include <wirewrap/fdt.hpp>

#include "tree_reader.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using Catch::Matchers::Equals;
using Cells = std::vector<std::uint32_t>;

namespace {

// The map of QEMU 7.2's `virt`, hw/riscv/virt.c, virt_memmap.
struct Virt {
    static constexpr auto name = "riscv64/virt";
    static constexpr auto ram = main_ram("riscv_virt_board.ram", 128_MiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        device<"test", TestFinisher>(at(0x10'0000), 4_KiB), device<"rtc", GoldfishRtc>(at(0x10'1000), 4_KiB),
        device<"clint", Clint<2>>(at(0x200'0000), 64_KiB), device<"plic", Plic<96, 4>>(at(0xc00'0000), 6_MiB),
        device<"uart0", Ns16550a>(at(0x1000'0000), 256_B),
        device<"flash0", CfiFlash<32_MiB>>(at(0x2000'0000), 32_MiB),
        device<"flash1", CfiFlash<32_MiB>>(at(0x2200'0000), 32_MiB));
    static constexpr auto wires = wiring(
        wire<"uart0.irq", "plic", 10>, wire<"rtc.irq", "plic", 11>, wire<"clint.msip0", "hart0", 3>,
        wire<"clint.mtip0", "hart0", 7>, wire<"clint.msip1", "hart1", 3>, wire<"clint.mtip1", "hart1", 7>,
        wire<"plic.context1", "hart0", 9>, wire<"plic.context0", "hart0", 11>,
        wire<"plic.context2", "hart1", 11>, wire<"plic.context3", "hart1", 9>);
    static constexpr std::size_t harts = 2;
};
static_assert(Board<Virt>);

// A board of which hardly anything is described: one hart, no wires, a device that no `Describe` knows.
struct Latch {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};
struct Bare {
    static constexpr auto name = "bare";
    static constexpr auto ram = main_ram("bare.ram", 1_MiB).placed(at(0));
    static constexpr auto map = memory_map(device<"latch", Latch>(at(0x1000'0000), 4_KiB),
                                           device<"uart", Ns16550a>(at(0x2000'0000), 8_B),
                                           device<"plic", Plic<7, 1>>(at(0x3000'0000), 6_MiB));
    static constexpr std::uint64_t timebase = std::uint64_t{1} << 32;
};
static_assert(Board<Bare>);

constexpr std::array ram{Interval{at(0x8000'0000), 256_MiB}};

std::vector<std::byte> virt_tree() {
    const auto blob = fdt::device_tree<Virt>({.ram = ram,
                                              .bootargs = "console=ttyS0 root=/dev/vda",
                                              .console = "uart0",
                                              .compatible = "riscv-virtio",
                                              .model = "riscv-virtio,qemu"});
    REQUIRE(blob);
    return *blob;
}

}  // namespace

// The values compared with here were read from QEMU 7.2.22 (Debian 12):
//     qemu-system-riscv64 -M virt,dumpdtb=virt.dtb -m 256M -smp 2 && dtc -I dtb -O dts virt.dtb
// Phandles differ, so references are followed.

TEST_CASE("libfdt accepts the whole tree") {
    const auto blob = virt_tree();
    CHECK(TreeReader{blob}.valid());
    CHECK(fdt_totalsize(blob.data()) == blob.size());
    CHECK(blob.size() < 8192);
}

TEST_CASE("the root and the chosen node") {
    const auto blob = virt_tree();
    const TreeReader tree{blob};
    CHECK(tree.text("/", "compatible") == "riscv-virtio");
    CHECK(tree.text("/", "model") == "riscv-virtio,qemu");
    CHECK(tree.cell("/", "#address-cells") == 2);
    CHECK(tree.cell("/", "#size-cells") == 2);
    CHECK(tree.text("/chosen", "stdout-path") == "/soc/serial@10000000");
    CHECK(tree.text("/chosen", "bootargs") == "console=ttyS0 root=/dev/vda");
    CHECK_FALSE(tree.has("/chosen", "linux,initrd-start"));
}

TEST_CASE("RAM is described as QEMU does") {
    const auto blob = virt_tree();
    const TreeReader tree{blob};
    CHECK(tree.text("/memory@80000000", "device_type") == "memory");
    CHECK(tree.cells("/memory@80000000", "reg") == Cells{0, 0x8000'0000, 0, 0x1000'0000});
}

TEST_CASE("harts, their interrupt controllers and their order") {
    const auto blob = virt_tree();
    const TreeReader tree{blob};
    CHECK(tree.cell("/cpus", "#address-cells") == 1);
    CHECK(tree.cell("/cpus", "#size-cells") == 0);
    CHECK(tree.cell("/cpus", "timebase-frequency") == 0x98'9680);
    for (const std::string hart : {"0", "1"}) {
        const std::string cpu = "/cpus/cpu@" + hart;
        CHECK(tree.text(cpu, "device_type") == "cpu");
        CHECK(tree.cell(cpu, "reg") == (hart == "0" ? 0u : 1u));
        CHECK(tree.text(cpu, "status") == "okay");
        CHECK(tree.text(cpu, "compatible") == "riscv");
        CHECK(tree.text(cpu, "riscv,isa") == "rv64imac");
        CHECK(tree.text(cpu, "mmu-type") == "riscv,none");
        const std::string controller = cpu + "/interrupt-controller";
        CHECK(tree.text(controller, "compatible") == "riscv,cpu-intc");
        CHECK(tree.cell(controller, "#interrupt-cells") == 1);
        CHECK(tree.has(controller, "interrupt-controller"));
        CHECK(tree.cell("/cpus/cpu-map/cluster0/core" + hart, "cpu") == tree.cell(cpu, "phandle"));
    }
    CHECK_FALSE(tree.has_node("/cpus/cpu@2"));
}

TEST_CASE("extensions are a list beside the base, where they are given") {
    const auto without = virt_tree();
    CHECK_FALSE(TreeReader{without}.has("/cpus/cpu@0", "riscv,isa-base"));
    constexpr std::array<std::string_view, 3> extensions{"i", "m", "zicsr"};
    const auto blob = fdt::device_tree<Virt>({.ram = ram, .isa_extensions = extensions, .mmu = "riscv,sv39"});
    REQUIRE(blob);
    const TreeReader tree{*blob};
    CHECK(tree.text("/cpus/cpu@0", "riscv,isa-base") == "rv64i");
    CHECK(tree.text("/cpus/cpu@0", "riscv,isa-extensions") == "i,m,zicsr");
    CHECK(tree.text("/cpus/cpu@0", "mmu-type") == "riscv,sv39");
}

TEST_CASE("U-Boot's test for floating point finds no letter of it in the ISA string") {
    // U-Boot 2023.01, arch/riscv/cpu/cpu.c: any 'f' or 'd' after the first four characters, in a buffer of 32.
    const auto blob = virt_tree();
    const std::string isa = TreeReader{blob}.text("/cpus/cpu@0", "riscv,isa");
    CHECK(isa.size() < 32);
    CHECK(isa.find_first_of("fd", 4) == isa.npos);
}

TEST_CASE("interrupt controllers lead to the harts in the order of their pins, not of the wires") {
    const auto blob = virt_tree();
    const TreeReader tree{blob};
    const std::uint32_t hart0 = tree.cell("/cpus/cpu@0/interrupt-controller", "phandle");
    const std::uint32_t hart1 = tree.cell("/cpus/cpu@1/interrupt-controller", "phandle");
    CHECK(hart0 != hart1);
    const std::string clint = "/soc/clint@2000000", plic = "/soc/plic@c000000";
    CHECK(tree.text(clint, "compatible") == "sifive,clint0,riscv,clint0");
    CHECK(tree.cells(clint, "reg") == Cells{0, 0x200'0000, 0, 0x1'0000});
    CHECK(tree.cells(clint, "interrupts-extended") == Cells{hart0, 3, hart0, 7, hart1, 3, hart1, 7});
    CHECK(tree.text(plic, "compatible") == "sifive,plic-1.0.0,riscv,plic0");
    CHECK(tree.cells(plic, "reg") == Cells{0, 0xc00'0000, 0, 0x60'0000});
    CHECK(tree.cells(plic, "interrupts-extended") == Cells{hart0, 11, hart0, 9, hart1, 11, hart1, 9});
    CHECK(tree.cell(plic, "riscv,ndev") == 0x60);
    CHECK(tree.cell(plic, "#interrupt-cells") == 1);
    CHECK(tree.cell(plic, "#address-cells") == 0);
    CHECK(tree.has(plic, "interrupt-controller"));
}

TEST_CASE("devices have the addresses of the map and the interrupts of the wires") {
    const auto blob = virt_tree();
    const TreeReader tree{blob};
    const std::uint32_t plic = tree.cell("/soc/plic@c000000", "phandle");
    CHECK(tree.text("/soc", "compatible") == "simple-bus");
    CHECK(tree.has("/soc", "ranges"));
    CHECK(tree.cell("/soc", "#address-cells") == 2);
    CHECK(tree.cell("/soc", "#size-cells") == 2);

    const std::string uart = "/soc/serial@10000000", rtc = "/soc/rtc@101000";
    CHECK(tree.text(uart, "compatible") == "ns16550a");
    CHECK(tree.cells(uart, "reg") == Cells{0, 0x1000'0000, 0, 0x100});
    CHECK(tree.cell(uart, "clock-frequency") == 0x0038'4000);
    CHECK(tree.cell(uart, "interrupts") == 0x0a);
    CHECK(tree.cell(uart, "interrupt-parent") == plic);
    CHECK(tree.text(rtc, "compatible") == "google,goldfish-rtc");
    CHECK(tree.cells(rtc, "reg") == Cells{0, 0x10'1000, 0, 0x1000});
    CHECK(tree.cell(rtc, "interrupts") == 0x0b);
    CHECK(tree.cell(rtc, "interrupt-parent") == plic);
}

TEST_CASE("power off and reboot refer to the test device") {
    const auto blob = virt_tree();
    const TreeReader tree{blob};
    const std::string test = "/soc/test@100000";
    CHECK(tree.text(test, "compatible") == "sifive,test1,sifive,test0,syscon");
    CHECK(tree.cells(test, "reg") == Cells{0, 0x10'0000, 0, 0x1000});
    for (const auto& [path, compatible, value] : {std::tuple{"/poweroff", "syscon-poweroff", 0x5555u},
                                                  std::tuple{"/reboot", "syscon-reboot", 0x7777u}}) {
        CHECK(tree.text(path, "compatible") == compatible);
        CHECK(tree.cell(path, "value") == value);
        CHECK(tree.cell(path, "offset") == 0);
        CHECK(tree.cell(path, "regmap") == tree.cell(test, "phandle"));
    }
}

TEST_CASE("each flash of the map has a node") {
    // QEMU has one node with both windows; a node for each says the same.
    const auto blob = virt_tree();
    const TreeReader tree{blob};
    CHECK(tree.text("/soc/flash@20000000", "compatible") == "cfi-flash");
    CHECK(tree.cell("/soc/flash@20000000", "bank-width") == 4);
    CHECK(tree.cells("/soc/flash@20000000", "reg") == Cells{0, 0x2000'0000, 0, 0x200'0000});
    CHECK(tree.cells("/soc/flash@22000000", "reg") == Cells{0, 0x2200'0000, 0, 0x200'0000});
}

TEST_CASE("several windows of RAM and a ramdisk") {
    const std::array windows{Interval{at(0x8000'0000), 2_GiB}, Interval{at(0x1'0000'0000), 6_GiB}};
    const auto blob = fdt::device_tree<Virt>(
        {.ram = windows, .initrd = Interval{at(0x1'0000'1000), 0x2000_B}});
    REQUIRE(blob);
    const TreeReader tree{*blob};
    CHECK(tree.cells("/memory@80000000", "reg") == Cells{0, 0x8000'0000, 0, 0x8000'0000});
    CHECK(tree.cells("/memory@100000000", "reg") == Cells{1, 0, 1, 0x8000'0000});
    CHECK(tree.cells("/chosen", "linux,initrd-start") == Cells{1, 0x1000});
    CHECK(tree.cells("/chosen", "linux,initrd-end") == Cells{1, 0x3000});
    CHECK_FALSE(tree.has("/chosen", "stdout-path"));
    CHECK_FALSE(tree.has("/chosen", "bootargs"));
}

TEST_CASE("a board without wires says so, and undescribed devices do not appear") {
    const auto blob = fdt::device_tree<Bare>({.ram = ram});
    REQUIRE(blob);
    const TreeReader tree{*blob};
    CHECK(tree.valid());
    CHECK(tree.text("/", "compatible") == "bare");
    CHECK(tree.cells("/cpus", "timebase-frequency") == Cells{1, 0});
    CHECK(tree.has_node("/soc/serial@20000000"));
    CHECK_FALSE(tree.has("/soc/serial@20000000", "interrupts"));
    const std::uint32_t hart0 = tree.cell("/cpus/cpu@0/interrupt-controller", "phandle");
    CHECK(tree.cells("/soc/plic@30000000", "interrupts-extended") == Cells{hart0, 0xffff'ffff});
    CHECK_FALSE(tree.has_node("/poweroff"));
    int nodes = 0;
    for (int node = fdt_first_subnode(blob->data(), tree.offset("/soc")); node >= 0;
         node = fdt_next_subnode(blob->data(), node))
        ++nodes;
    CHECK(nodes == 2);
}

TEST_CASE("a tree tells of the harts that are there") {
    for (const std::size_t harts : {1u, 2u, 3u}) {
        const auto blob = fdt::device_tree<Virt>({.ram = ram, .harts = harts}).value();
        const TreeReader tree{blob};
        CHECK(tree.has_node("/cpus/cpu@0"));
        CHECK(tree.has_node("/cpus/cpu@1") == (harts != 1));
        CHECK(tree.has_node("/cpus/cpu-map/cluster0/core1") == (harts != 1));
        const std::size_t there = harts == 1 ? 1 : 2;
        CHECK(tree.cells("/soc/plic@c000000", "interrupts-extended").size() == 4 * there);
        CHECK(tree.cells("/soc/clint@2000000", "interrupts-extended").size() == 4 * there);
    }
}

TEST_CASE("options that cannot be met are refused") {
    const auto no_ram = fdt::device_tree<Virt>({.ram = {}});
    REQUIRE_FALSE(no_ram);
    CHECK_THAT(no_ram.error().message,
               Equals("riscv64/virt: no window of RAM is given to describe; give those of the machine"));
    for (const std::string_view console : {"uart7", "latch"}) {
        const auto no_console = fdt::device_tree<Bare>({.ram = ram, .console = console});
        REQUIRE_FALSE(no_console);
        CHECK_THAT(no_console.error().message,
                   Equals("bare: the console " + std::string(console) +
                          " has no node in the device tree; name a device of the map"));
    }
}

TEST_CASE("U-Boot is told how long to wait for a key only when somebody says so") {
    const std::array ram{Interval{at(0x8000'0000), 64_MiB}};
    const auto delay_of = [&](std::optional<std::int32_t> delay) {
        const auto blob = fdt::device_tree<Virt>({.ram = ram, .boot_delay = delay}).value();
        const int node = fdt_path_offset(blob.data(), "/config");
        return node < 0 ? std::optional<std::int32_t>{} : [&] {
            const void* value = fdt_getprop(blob.data(), node, "bootdelay", nullptr);
            REQUIRE(value != nullptr);
            return std::optional(static_cast<std::int32_t>(fdt32_ld(static_cast<const fdt32_t*>(value))));
        }();
    };
    CHECK(delay_of(std::nullopt) == std::nullopt);
    CHECK(delay_of(-1) == -1);
    CHECK(delay_of(5) == 5);
}
