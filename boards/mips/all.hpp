// QEMU's boards for MIPS, by family in the order of their headers.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/mips/boston.hpp>
#include <boards/mips/jazz.hpp>
#include <boards/mips/loongson.hpp>
#include <boards/mips/malta.hpp>
#include <boards/mips/mipssim.hpp>

namespace wirewrap::boards::mips {

inline constexpr auto all = board_list<
    Boston,
    Magnum, Pica61,
    Fuloong2e, Loongson3Virt,
    Malta,
    MipsSim>;

}  // namespace wirewrap::boards::mips
