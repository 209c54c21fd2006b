// How a machine of `riscv64/virt` is made ready to run: the images that were asked for, the device tree, and
// where they go.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include <wirewrap/emulator/riscv_boot.hpp>
#include <wirewrap/fdt.hpp>
#include <wirewrap/loader.hpp>
#include <wirewrap/machine.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

/// What RAM is without options.
inline constexpr auto default_memory = "256M";

struct Images {
    wirewrap::Image firmware;
    std::optional<wirewrap::Image> kernel;
};

/// Firmware given without a kernel runs alone; what is not given is Debian's.
wirewrap::Expected<Images> read_images(const RunRequest& request);

template <class Machine>
wirewrap::Expected<std::vector<std::byte>> tree_of(const Machine& machine, const RunRequest& request,
                                                   bool typed_by_pipe) {
    std::vector<wirewrap::Interval> ram;
    for (const wirewrap::RamWindow& window : machine.ram_windows())
        if (!window.mirror) ram.push_back(window.range());
    wirewrap::fdt::TreeOptions options{.ram = ram, .console = "uart0"};
    if (request.append) options.bootargs = *request.append;
    // U-Boot's countdown swallows the first byte that comes, and a pipe does not know to begin with a key
    // that is none.
    if (typed_by_pipe) options.boot_delay = -1;
    return wirewrap::fdt::device_tree<typename Machine::BoardType>(options);
}

template <class Machine>
wirewrap::Expected<wirewrap::RiscvBootPlan> load(Machine& machine, const Images& images,
                                                 std::span<const std::byte> tree) {
    constexpr wirewrap::GuestAddress reset_vector{0x1000};  // the boot ROM of riscv64/virt
    const wirewrap::NamedBytes firmware{images.firmware.name(), images.firmware.bytes()};
    std::optional<wirewrap::NamedBytes> kernel;
    if (images.kernel) kernel = {images.kernel->name(), images.kernel->bytes()};
    return boot_riscv(machine, reset_vector, firmware, kernel, tree);
}

}  // namespace command
