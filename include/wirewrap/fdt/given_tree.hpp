// A device tree that somebody gives, instead of the one that is made for the board: checked, and with what a boot loader
// adds to `/chosen`.
//
//     const auto tree = fdt::given_tree("virt.dtb", bytes, {.bootargs = "console=ttyS0", .initrd = initrd});
//
// Source: Devicetree Specification 0.4, 3.6 "/chosen node", and Linux 6.1, Documentation/devicetree/bindings/chosen.txt.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <libfdt.h>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/interval.hpp>

namespace wirewrap::fdt {

/// What a boot loader says. What is left out stays as the given tree has it.
struct Chosen {
    std::string_view bootargs{};  // empty: nothing is said
    std::optional<Interval> initrd{};
};

/// The tree of a file, with `chosen` in it. `name` is what sentences call the file. Errors: it is no device tree, or a
/// truncated or damaged one; a NUL in `bootargs`.
inline Expected<std::vector<std::byte>> given_tree(std::string_view name, std::span<const std::byte> bytes,
                                                   const Chosen& chosen) {
    constexpr std::size_t header = 40, most = std::size_t{1} << 30;  // libfdt counts in int
    if (bytes.size() < header || fdt_magic(bytes.data()) != FDT_MAGIC)
        return fail(name,
                    " is no device tree, which begins with the bytes d0 0d fe ed: give what dtc -O dtb or "
                    "-machine dumpdtb=FILE writes");
    if (bytes.size() > most)
        return fail(name, " is ", Bytes{bytes.size()}, ", and a device tree has ", Bytes{most}, " at most");
    if (fdt_totalsize(bytes.data()) > bytes.size())
        return fail(name, " is ", Bytes{bytes.size()}, ", and its header says ",
                    Bytes{fdt_totalsize(bytes.data())}, ": it is truncated; copy it again");
    if (const int checked = fdt_check_full(bytes.data(), bytes.size()); checked != 0)
        return fail(name, " is a damaged device tree: libfdt says ", fdt_strerror(checked),
                    "; make it again");
    if (chosen.bootargs.find('\0') != chosen.bootargs.npos)
        return fail("the command line of the kernel has a NUL in it, where its text would end: take it out");

    constexpr std::size_t slack = 1024;  // a node, three names, two numbers
    std::vector<std::byte> tree(fdt_totalsize(bytes.data()) + chosen.bootargs.size() + slack);
    const auto failed = [&](int result) {
        return fail("/chosen of ", name, " cannot be written: libfdt says ", fdt_strerror(result),
                    "; make the tree again");
    };
    int node = fdt_open_into(bytes.data(), tree.data(), static_cast<int>(tree.size()));
    if (node < 0) return failed(node);
    node = fdt_path_offset(tree.data(), "/chosen");
    if (node == -FDT_ERR_NOTFOUND) node = fdt_add_subnode(tree.data(), 0, "chosen");
    if (node < 0) return failed(node);
    int result = 0;
    if (!chosen.bootargs.empty())
        result = fdt_setprop_string(tree.data(), node, "bootargs", std::string(chosen.bootargs).c_str());
    if (result == 0 && chosen.initrd) {
        result = fdt_setprop_u64(tree.data(), node, "linux,initrd-start", chosen.initrd->base.value);
        if (result == 0)
            result = fdt_setprop_u64(tree.data(), node, "linux,initrd-end",
                                     (chosen.initrd->base + chosen.initrd->size).value);
    }
    if (result != 0) return failed(result);
    (void)fdt_pack(tree.data());
    tree.resize(fdt_totalsize(tree.data()));
    return tree;
}

}  // namespace wirewrap::fdt
