// Every board of this folder, once: what `wirewrap boards` lists. A new board is a word in the list of its architecture,
// a new architecture a line here.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/alpha/all.hpp>
#include <boards/arm/all.hpp>
#include <boards/avr/all.hpp>
#include <boards/cris/all.hpp>
#include <boards/hexagon/all.hpp>
#include <boards/hppa/all.hpp>
#include <boards/loongarch/all.hpp>
#include <boards/m68k/all.hpp>
#include <boards/microblaze/all.hpp>
#include <boards/mips/all.hpp>
#include <boards/nios2/all.hpp>
#include <boards/or1k/all.hpp>
#include <boards/ppc/all.hpp>
#include <boards/riscv/all.hpp>
#include <boards/rx/all.hpp>
#include <boards/s390x/all.hpp>
#include <boards/sh4/all.hpp>
#include <boards/sparc/all.hpp>
#include <boards/tricore/all.hpp>
#include <boards/x86/all.hpp>
#include <boards/xtensa/all.hpp>

namespace wirewrap::boards {

/// A Boost.Hana tuple of types; see <wirewrap/board/board_list.hpp>.
inline constexpr auto all = joined_lists(
    alpha::all,
    arm::all,
    avr::all,
    cris::all,
    hexagon::all,
    hppa::all,
    loongarch::all,
    m68k::all,
    microblaze::all,
    mips::all,
    nios2::all,
    or1k::all,
    ppc::all,
    riscv::all,
    rx::all,
    s390x::all,
    sh4::all,
    sparc::all,
    tricore::all,
    x86::all,
    xtensa::all);

}  // namespace wirewrap::boards
