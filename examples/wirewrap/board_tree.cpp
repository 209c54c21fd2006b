#include "examples/wirewrap/board_tree.hpp"

#include <string_view>
#include <vector>

#include <boards/riscv/virt.hpp>
#include <wirewrap/cpu/riscv/rv64gc.hpp>
#include <wirewrap/fdt.hpp>

namespace command {

using namespace wirewrap;

Expected<std::string> board_tree(const BoardDescription& board, Bytes ram_size) {
    using Virt = boards::riscv::Virt;
    if (board.name != board_name<Virt>)
        return fail(board.name, " has no device tree here: a tree describes harts too, and those of ",
                    board_name<Virt>, " are the only ones; leave out --dtb");
    std::vector<Interval> ram;
    for (const RamWindow& window : board.ram_windows(ram_size))
        if (!window.mirror) ram.push_back(window.range());
    const std::string isa = riscv::isa_string(riscv::Rv64gc::extensions);
    const std::vector<std::string_view> extensions = riscv::isa_extensions(riscv::Rv64gc::extensions);
    const auto tree = fdt::device_tree<Virt>({.ram = ram,
                                              .console = "uart0",
                                              .isa = isa,
                                              .isa_extensions = extensions,
                                              .mmu = riscv::mmu_type(riscv::Rv64gc::satp_modes),
                                              .compatible = "riscv-virtio",
                                              .model = "riscv-virtio,qemu"});
    if (!tree) return std::unexpected(tree.error());
    return std::string(reinterpret_cast<const char*>(tree->data()), tree->size());
}

}  // namespace command
