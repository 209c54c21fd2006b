// The page of a target, in which its stream counts: the size that QEMU was built with, or the least one where a machine
// chooses its own. A stream says when it is another than the least.
//
//     static_assert(target_page("x86_64/pc-q35-7.2") == 4_KiB);
//     static_assert(target_page("aarch64/integratorcp") == 1_KiB);    // ARMv5 has pages of 1 KiB
//     static_assert(!target_page("handheld"));                        // no machine of QEMU's
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include <wirewrap/base/bytes.hpp>

namespace wirewrap::qemu {

/// The page of the target before the slash in a board's name. Each size was read in the "page_size" of the
/// description that QEMU 7.2.22, 10.0.13 or 11.1.3 puts at the end of a stream; a target that is missing here has no
/// machine whose state Debian's QEMU could write: sh4 and xtensa block it, and those of mips were not at hand.
constexpr std::optional<Bytes> target_page(std::string_view board) {
    using namespace wirewrap::literals;
    struct Page {
        std::string_view target;
        Bytes size;
    };
    constexpr std::array pages{
        Page{"aarch64", 1_KiB},    Page{"alpha", 8_KiB},        Page{"arm", 1_KiB},
        Page{"avr", 256_B},        Page{"hexagon", 4_KiB},      Page{"hppa", 4_KiB},
        Page{"i386", 4_KiB},       Page{"loongarch64", 4_KiB},  Page{"m68k", 4_KiB},
        Page{"microblaze", 4_KiB}, Page{"microblazeel", 4_KiB}, Page{"nios2", 4_KiB},
        Page{"or1k", 8_KiB},       Page{"ppc", 4_KiB},          Page{"ppc64", 4_KiB},
        Page{"riscv32", 4_KiB},    Page{"riscv64", 4_KiB},      Page{"rx", 4_KiB},
        Page{"s390x", 4_KiB},      Page{"sparc", 4_KiB},        Page{"tricore", 16_KiB},
        Page{"x86_64", 4_KiB},
    };
    const std::size_t slash = board.find('/');
    if (slash == board.npos) return std::nullopt;
    const auto found = std::ranges::find(pages, board.substr(0, slash), &Page::target);
    if (found == pages.end()) return std::nullopt;
    return found->size;
}

}  // namespace wirewrap::qemu
