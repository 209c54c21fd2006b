// Whose memory a block of a stream is, by its name: a ROM, a device's and the board's own can be passed over; RAM of a
// memory device (a DIMM, an NVDIMM, virtio-mem) and memory of a backend that a device shows is the guest's RAM.
//
//     is_device_memory("x86_64/pc-q35-7.2", "0000:00:01.0/vga.vram", 16_MiB);   // true: behind the path of a device
//     is_device_memory("x86_64/pc-q35-7.2", "/rom@etc/acpi/tables", 128_KiB);   // true: a file of fw_cfg
//     is_device_memory("x86_64/pc-q35-7.2", "d0", 64_MiB);                      // false: -device pc-dimm,memdev=d0
//     is_device_memory("x86_64/pc-q35-7.2", "0000:00:02.0/v0", 64_MiB);         // false: -device virtio-mem-pci,memdev=v0
//
// A backend's id is its user's choice, so only what is known to be something else is passed over.
//
// Source: QEMU 7.2, system/memory.c (vmstate_register_ram: the path of the device, a slash, the name of the region); PCI
// Firmware specification 3.0: an expansion ROM has 16 MiB at most. Names seen in streams of QEMU 7.2.22.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/qemu/board_memory.hpp>

namespace wirewrap::qemu {

/// Whether QEMU's machine of this name has slots for memory devices: then a block without a path may be one of theirs.
/// Of a board that is not named as QEMU's machines are, nothing is known: it may.
constexpr bool takes_memory_devices(std::string_view board) {
    if (board.find('/') == board.npos) return true;
    return detail::one_of("x86_64/*|i386/*|s390x/*|*/virt|*/virt-*|ppc64/pseries*",
                          [&](std::string_view pattern) { return matches_board(pattern, board); });
}

namespace detail {

/// Words that the names of read-only and of video memory are made of; numbers may follow them: "vexpress.flash0".
constexpr bool is_one_of_the_words(std::string_view name, std::string_view words) {
    constexpr auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    while (!name.empty()) {
        const auto begin = std::ranges::find_if(name, is_letter);
        const auto end = std::find_if_not(begin, name.end(), is_letter);
        if (one_of(words, [&](std::string_view word) { return word == std::string_view(begin, end); }))
            return true;
        name = std::string_view(end, name.end());
    }
    return false;
}

}  // namespace detail

/// Whether this block is memory that a machine without the device does not miss. `board`: its whole name.
constexpr bool is_device_memory(std::string_view board, std::string_view id, Bytes length) {
    using namespace wirewrap::literals;
    if (id.starts_with("/rom@")) return true;
    const std::size_t slash = id.rfind('/');
    if (slash != id.npos && !id.starts_with("/objects/")) {
        const std::string_view name = id.substr(slash + 1);
        if (name.ends_with(".rom")) return length <= 16_MiB;
        return detail::is_one_of_the_words(name, "vram|vgavram|vrom") || name == "sm501.local";
    }
    // Devices that are on no bus with paths.
    if (detail::one_of("vga.vram|vmsvga.fifo|tpm-ppi|tpm-crb-cmd",
                       [&](std::string_view name) { return name == id; }))
        return true;
    if (is_board_memory(board, id)) return true;
    return !takes_memory_devices(board) &&
           detail::is_one_of_the_words(
               id, "rom|prom|irom|mrom|vrom|bootrom|vbootrom|bios|vram|flash|pflash|eflash|firmware");
}

}  // namespace wirewrap::qemu
