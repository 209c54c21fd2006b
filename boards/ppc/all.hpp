// QEMU's boards for PowerPC and POWER, by family in the order of their headers.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/ppc/e500.hpp>
#include <boards/ppc/mac.hpp>
#include <boards/ppc/pegasos2.hpp>
#include <boards/ppc/powernv.hpp>
#include <boards/ppc/ppc4xx.hpp>
#include <boards/ppc/prep.hpp>
#include <boards/ppc/pseries.hpp>
#include <boards/ppc/virtex.hpp>

namespace wirewrap::boards::ppc {

inline constexpr auto all = board_list<
    Mpc8544Ds, PpcE500,
    G3Beige, Mac99,
    Pegasos2,
    PowerNv8, PowerNv9, PowerNv10,
    Bamboo, Ref405Ep, Sam460Ex,
    Prep40p,
    Pseries<2, 1>, Pseries<2, 2>, Pseries<2, 3>, Pseries<2, 4>, Pseries<2, 5>, Pseries<2, 6>, Pseries<2, 7>,
    Pseries<2, 8>, Pseries<2, 9>, Pseries<2, 10>, Pseries<2, 11>, Pseries<2, 12>, Pseries212Sxxm,
    Pseries<3, 0>, Pseries<3, 1>, Pseries<4, 0>, Pseries<4, 1>, Pseries<4, 2>, Pseries<5, 0>, Pseries<5, 1>,
    Pseries<5, 2>, Pseries<6, 0>, Pseries<6, 1>, Pseries<6, 2>, Pseries<7, 0>, Pseries<7, 1>, Pseries<7, 2>,
    VirtexMl507>;

}  // namespace wirewrap::boards::ppc
