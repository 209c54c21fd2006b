// QEMU's boards for PowerPC and POWER, by family in the order of their headers.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/ppc/desktop.hpp>
#include <boards/ppc/e500.hpp>
#include <boards/ppc/mac.hpp>
#include <boards/ppc/powernv.hpp>
#include <boards/ppc/ppc4xx.hpp>
#include <boards/ppc/ppe42.hpp>
#include <boards/ppc/prep.hpp>
#include <boards/ppc/pseries.hpp>
#include <boards/ppc/virtex.hpp>

namespace wirewrap::boards::ppc {

inline constexpr auto all = board_list<
    Mpc8544Ds, PpcE500,
    G3Beige, Mac99,
    AmigaOne, Pegasos1, Pegasos2, Pegasos2AsOf<qemu_release(7, 2)>,
    PowerNv8, PowerNv9, PowerNv10, PowerNv10Rainier, PowerNv11,
    Bamboo, Ref405Ep, Sam460Ex,
    Ppe42,
    Prep40p,
    Pseries<2, 1>, Pseries<2, 2>, Pseries<2, 3>, Pseries<2, 4>, Pseries<2, 5>, Pseries<2, 6>, Pseries<2, 7>,
    Pseries<2, 8>, Pseries<2, 9>, Pseries<2, 10>, Pseries<2, 11>, Pseries<2, 12>, Pseries212Sxxm,
    Pseries<3, 0>, Pseries<3, 1>, Pseries<4, 0>, Pseries<4, 1>, Pseries<4, 2>, Pseries<5, 0>, Pseries<5, 1>,
    Pseries<5, 2>, Pseries<6, 0>, Pseries<6, 1>, Pseries<6, 2>, Pseries<7, 0>, Pseries<7, 1>, Pseries<7, 2>,
    Pseries<8, 0>, Pseries<8, 1>, Pseries<8, 2>, Pseries<9, 0>, Pseries<9, 1>, Pseries<9, 2>, Pseries<10, 0>,
    Pseries<10, 1>, Pseries<10, 2>, Pseries<11, 0>, Pseries<11, 1>,
    VirtexMl507>;

}  // namespace wirewrap::boards::ppc
