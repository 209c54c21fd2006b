// QEMU's boards for SPARC, 32 and 64 bits, by family in the order of their headers.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/sparc/leon3.hpp>
#include <boards/sparc/sun4m.hpp>
#include <boards/sparc/sun4v.hpp>

namespace wirewrap::boards::sparc {

inline constexpr auto all = board_list<
    Leon3Generic,
    Lx, SparcBook, SparcClassic, Ss10, Ss20, Ss4, Ss5, Ss600Mp, Voyager,
    Sun4u, Sun4v, Niagara>;

}  // namespace wirewrap::boards::sparc
