// The device tree of riscv64/virt beside the one that QEMU makes for its `virt`: every property that both have is the same,
// but for the differences that are listed here with their reasons.
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/fdt/describe.hpp>
#include <wirewrap/fdt/device_tree.hpp>
#include <wirewrap/fdt/devices.hpp>

#include <boards/riscv/virt.hpp>

#include "tests/support/qemu.hpp"
#include "tree_reader.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

struct Difference {
    std::string_view path, property, reason;
    bool always = true;  // with every release of QEMU
};
constexpr std::array differences{
    Difference{"/cpus/cpu@0", "riscv,isa", "the hart is RV64IMAC"},
    Difference{"/cpus/cpu@0", "mmu-type", "the hart has no paging"},
    Difference{"/soc/plic@c000000", "riscv,ndev", "newer releases do not count source 0", false},
};

std::vector<std::byte> qemu_tree() {
    const std::filesystem::path file = test::scratch_directory() / "virt.dtb";
    const std::string command = "qemu-system-riscv64 -M virt,dumpdtb=" + file.string() +
                                " -m 256M -display none >/dev/null 2>&1 </dev/null";
    if (std::system(command.c_str()) != 0) return {};
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    std::vector<std::byte> blob;
    for (const char c : text) blob.push_back(static_cast<std::byte>(c));
    return blob;
}

std::vector<std::byte> own_tree() {
    const std::array ram{Interval{at(0x8000'0000), 256_MiB}};
    return fdt::device_tree<boards::riscv::Virt>(
               {.ram = ram, .console = "uart0", .compatible = "riscv-virtio", .model = "riscv-virtio,qemu"})
        .value();
}

/// QEMU 11 has a new name for one node; paths here have the one before.
constexpr std::string_view plic = "/soc/plic@c000000", newer_plic = "/soc/interrupt-controller@c000000";
std::string path_in(const TreeReader& qemu, const std::string& path) {
    return path == plic && !qemu.has_node(path) ? std::string(newer_plic) : path;
}

std::string path_of(const TreeReader& tree, std::uint32_t phandle) {
    std::array<char, 256> path{};
    const int node = fdt_node_offset_by_phandle(tree.blob.data(), phandle);
    if (node < 0 || fdt_get_path(tree.blob.data(), node, path.data(), static_cast<int>(path.size())) != 0)
        return "(no node)";
    return std::string(path.data() == newer_plic ? plic : path.data());
}

/// The value, with paths in place of the numbers by which a tree refers to its nodes.
std::string value_of(const TreeReader& tree, const std::string& path, const std::string& name) {
    constexpr std::array<std::string_view, 3> references{"interrupt-parent", "regmap", "cpu"};
    if (std::ranges::find(references, name) != references.end())
        return path_of(tree, tree.cell(path, name.c_str()));
    if (name != "interrupts-extended") return tree.bytes(path, name.c_str());
    std::string value;
    const auto cells = tree.cells(path, name.c_str());
    for (std::size_t i = 0; i + 1 < cells.size(); i += 2)
        value += path_of(tree, cells[i]) + " " + std::to_string(cells[i + 1]) + "; ";
    return value;
}

}  // namespace

TEST_CASE("every property that the trees of QEMU's virt and riscv64/virt share is the same") {
    if (!test::qemu_installed()) {
        std::cout << "SKIPPED: qemu-system-riscv64 is not installed\n";
        return;
    }
    const std::vector<std::byte> theirs = qemu_tree(), ours = own_tree();
    const TreeReader qemu{theirs}, own{ours};
    REQUIRE(qemu.valid());
    REQUIRE(own.valid());

    std::set<std::string> different;
    unsigned compared = 0;
    for (int node = fdt_next_node(ours.data(), -1, nullptr); node >= 0;
         node = fdt_next_node(ours.data(), node, nullptr)) {
        std::array<char, 256> text{};
        REQUIRE(fdt_get_path(ours.data(), node, text.data(), static_cast<int>(text.size())) == 0);
        const std::string path = text.data();
        const std::string there = path_in(qemu, path);
        if (!qemu.has_node(there)) continue;
        int property = 0;
        fdt_for_each_property_offset(property, ours.data(), node) {
            const char* name = nullptr;
            fdt_getprop_by_offset(ours.data(), property, &name, nullptr);
            if (name == std::string_view("phandle") || !qemu.has(there, name)) continue;
            ++compared;
            if (value_of(qemu, there, name) == value_of(own, path, name)) continue;
            different.insert(path + " " + name);
        }
    }
    CHECK(compared > 50);
    std::set<std::string> expected;
    for (const Difference& difference : differences) {
        const std::string place = std::string(difference.path) + " " + std::string(difference.property);
        if (difference.always || different.contains(place)) expected.insert(place);
    }
    CHECK(different == expected);
}
