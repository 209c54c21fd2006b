// Every board of this folder, once: what `wirewrap boards` lists. A new board is a word in the list of its architecture,
// a new architecture a line here.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/arm/all.hpp>
#include <boards/avr/all.hpp>
#include <boards/m68k/all.hpp>
#include <boards/microblaze/all.hpp>
#include <boards/mips/all.hpp>
#include <boards/nios2/all.hpp>
#include <boards/or1k/all.hpp>
#include <boards/ppc/all.hpp>
#include <boards/riscv/all.hpp>
#include <boards/rx/all.hpp>
#include <boards/sh4/all.hpp>
#include <boards/sparc/all.hpp>
#include <boards/tricore/all.hpp>
#include <boards/xtensa/all.hpp>

namespace wirewrap::boards {

/// A Boost.Hana tuple of types; see <wirewrap/board/board_list.hpp>.
inline constexpr auto all = joined_lists(
    arm::all,
    avr::all,
    m68k::all,
    microblaze::all,
    mips::all,
    nios2::all,
    or1k::all,
    ppc::all,
    riscv::all,
    rx::all,
    sh4::all,
    sparc::all,
    tricore::all,
    xtensa::all);

}  // namespace wirewrap::boards
