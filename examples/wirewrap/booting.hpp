// How a machine of `riscv64/virt` is made ready to run: the images that were asked for, the device tree, and
// where they go.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/cpu/riscv/isa.hpp>
#include <wirewrap/emulator/riscv_boot.hpp>
#include <wirewrap/fdt.hpp>
#include <wirewrap/loader.hpp>
#include <wirewrap/machine.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

/// What RAM is without options.
inline constexpr auto default_memory = "256M";

struct ExtraImage {
    wirewrap::Image image;
    LoaderRequest request;
};

struct Images {
    std::optional<wirewrap::Image> firmware{}, kernel{}, initrd{}, tree{};
    std::array<std::optional<wirewrap::Image>, 2> flash{};
    std::vector<ExtraImage> others{};
    std::optional<wirewrap::GuestAddress>
        start{};  // where the hart begins, when the reset ROM does not say it
};

/// Firmware given without a kernel runs alone; what is not given is Debian's. A kernel that is packed is unpacked, as long as
/// it fits into `ram`. Errors: files, and nothing to run.
wirewrap::Expected<Images> read_images(const RunRequest& request, wirewrap::Bytes ram);

/// The images as the loader wants them; they point into `images`. `others` keeps what they refer to.
wirewrap::RiscvImages boot_images(const Images& images, std::vector<wirewrap::RiscvExtraImage>& others);

/// The flash bank takes a file of exactly its size.
wirewrap::Expected<void> check_bank(std::string_view bank, wirewrap::Bytes size, const wirewrap::Image& file);

/// The tree says what `Hart` has.
template <class Hart, class Machine>
wirewrap::Expected<std::vector<std::byte>> tree_of(const Machine& machine, const RunRequest& request,
                                                   bool typed_by_pipe,
                                                   const std::optional<wirewrap::Image>& given,
                                                   std::optional<wirewrap::Interval> initrd) {
    if (given)
        return wirewrap::fdt::given_tree(
            given->name(), given->bytes(),
            {.bootargs = request.append ? std::string_view(*request.append) : std::string_view{},
             .initrd = initrd});
    std::vector<wirewrap::Interval> ram;
    for (const wirewrap::RamWindow& window : machine.ram_windows())
        if (!window.mirror) ram.push_back(window.range());
    const std::string isa = wirewrap::riscv::isa_string(Hart::extensions);
    const std::vector<std::string_view> extensions = wirewrap::riscv::isa_extensions(Hart::extensions);
    wirewrap::fdt::TreeOptions options{.ram = ram,
                                       .console = "uart0",
                                       .initrd = initrd,
                                       .isa = isa,
                                       .isa_extensions = extensions,
                                       .mmu = wirewrap::riscv::mmu_type(Hart::satp_modes),
                                       .harts = request.harts.value_or(1),
                                       .compatible = "riscv-virtio",  // what guests know the board by
                                       .model = "riscv-virtio,qemu"};
    if (request.append) options.bootargs = *request.append;
    // U-Boot's countdown swallows the first byte that comes, and a pipe does not know to begin with a key
    // that is none.
    if (typed_by_pipe) options.boot_delay = -1;
    return wirewrap::fdt::device_tree<typename Machine::BoardType>(options);
}

/// What is in flash before power-on; a guest's reset leaves it as it is.
template <class Machine>
wirewrap::Expected<void> fill_flash(Machine& machine, const Images& images) {
    constexpr std::array<std::string_view, 2> banks{"virt.flash0", "virt.flash1"};
    const auto blocks = machine.memory_blocks();
    for (std::size_t i = 0; i != banks.size(); ++i) {
        if (!images.flash[i]) continue;
        for (std::size_t block = 0; block != blocks.size(); ++block) {
            if (blocks[block].id != banks[i]) continue;
            const wirewrap::Bytes size{blocks[block].bytes.size()};
            if (const auto checked = check_bank(banks[i], size, *images.flash[i]); !checked) return checked;
            std::ranges::copy(images.flash[i]->bytes(), blocks[block].bytes.begin());
            machine.changed(block, wirewrap::Bytes{}, size);
        }
    }
    return {};
}

inline constexpr wirewrap::GuestAddress reset_vector{0x1000};  // the boot ROM of riscv64/virt

/// Loads everything but flash, and says where hart 0 begins; all others begin at `reset_vector`. `tree` gets a copy of the device tree.
template <class Hart, class Machine>
wirewrap::Expected<wirewrap::GuestAddress> load(Machine& machine, const Images& images,
                                                const RunRequest& request, bool typed_by_pipe,
                                                std::vector<std::byte>* tree = nullptr) {
    std::vector<wirewrap::RiscvExtraImage> others;
    const auto plan = boot_riscv(
        machine, reset_vector, boot_images(images, others), [&](std::optional<wirewrap::Interval> initrd) {
            auto made = tree_of<Hart>(machine, request, typed_by_pipe, images.tree, initrd);
            if (made && tree != nullptr) *tree = *made;
            return made;
        });
    if (!plan) return std::unexpected(plan.error());
    return images.start.value_or(plan->reset);
}

}  // namespace command
