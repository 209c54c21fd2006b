// Every board of this folder, once: ARM, 32 and 64 bits. The families stand in the order of their headers.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/arm/allwinner.hpp>
#include <boards/arm/aspeed.hpp>
#include <boards/arm/digic.hpp>
#include <boards/arm/exynos.hpp>
#include <boards/arm/highbank.hpp>
#include <boards/arm/imx.hpp>
#include <boards/arm/integrator.hpp>
#include <boards/arm/max78000.hpp>
#include <boards/arm/mps.hpp>
#include <boards/arm/msf2.hpp>
#include <boards/arm/musca.hpp>
#include <boards/arm/musicpal.hpp>
#include <boards/arm/npcm7xx.hpp>
#include <boards/arm/npcm8xx.hpp>
#include <boards/arm/nrf51.hpp>
#include <boards/arm/omap.hpp>
#include <boards/arm/pxa.hpp>
#include <boards/arm/raspi.hpp>
#include <boards/arm/realview.hpp>
#include <boards/arm/sbsa.hpp>
#include <boards/arm/stellaris.hpp>
#include <boards/arm/stm32.hpp>
#include <boards/arm/strongarm.hpp>
#include <boards/arm/versatile.hpp>
#include <boards/arm/vexpress.hpp>
#include <boards/arm/virt.hpp>
#include <boards/arm/xilinx.hpp>

namespace wirewrap::boards::arm {

/// A Boost.Hana tuple of types; see <wirewrap/board/board_list.hpp>.
inline constexpr auto all = board_list<
    Cubieboard, OrangepiPc, BananapiM2u,
    PalmettoBmc, QuantaQ71lBmc, Supermicrox11Bmc, Ast2500Evb, RomulusBmc, SonorapassBmc, WitherspoonBmc,
    Fp5280g2Bmc, G220aBmc, TiogapassBmc, Yosemitev2Bmc, SupermicroX11spiBmc, Ast2600Evb, TacomaBmc, RainierBmc,
    QcomDcScmV1Bmc, QcomFireworkBmc, FujiBmc, BletchleyBmc, Fby35Bmc, CatalinaBmc, AnacapaBmc, Gb200nvlBmc, Ast2700a1Evb, Ast2700a2Evb, Ast2700fc, Ast1030Evb,
    Ast1040Evb, Ast1060Evb, Fby35,
    CanonA1100,
    Nuri, Smdkc210,
    Highbank, Midway,
    Imx25Pdk, Kzm, Mcimx6ulEvk, Mcimx7dSabre, Sabrelite, Imx8mmEvk, Imx8mpEvk,
    Integratorcp,
    Max78000fthr,
    Mps2An385, Mps2An386, Mps2An500, Mps2An505, Mps2An511, Mps2An521, Mps3An524, Mps3An547, Mps3An536,
    EmcraftSf2,
    MuscaA, MuscaB1,
    Musicpal,
    Npcm750Evb, QuantaGsj, QuantaGbsBmc, KudoBmc, MoriBmc,
    Npcm845Evb,
    Microbit,
    N800, N810, Sx1, Sx1V1, Cheetah,
    Connex, Verdex, Mainstone, Akita, Borzoi, Spitz, Terrier, Tosa, Z2,
    Raspi0, Raspi1ap, Raspi2b, Raspi3ap, Raspi3b, Raspi4b,
    RealviewEb, RealviewEbMpcore, RealviewPbA8, RealviewPbxA9,
    SbsaRef,
    Lm3s811evb, Lm3s6965evb,
    Stm32vldiscovery, Netduino2, Netduinoplus2, Netduinoplus2AsOf<qemu_release(7, 2)>, OlimexStm32H405, BL475eIot01a,
    Collie,
    Versatilepb, Versatileab,
    VexpressA9, VexpressA9AsOf<qemu_release(7, 2)>, VexpressA15,
    Virt<2, 6>, Virt<2, 7>, Virt<2, 8>, Virt<2, 9>, Virt<2, 10>, Virt<2, 11>, Virt<2, 12>, Virt<3, 0>, Virt<3, 1>,
    Virt<4, 0>, Virt<4, 1>, Virt<4, 2>, Virt<5, 0>, Virt<5, 1>, Virt<5, 2>, Virt<6, 0>, Virt<6, 1>, Virt<6, 2>,
    Virt<7, 0>, Virt<7, 1>, Virt<7, 2>, Virt<8, 0>, Virt<8, 1>, Virt<8, 2>, Virt<9, 0>, Virt<9, 1>, Virt<9, 2>,
    Virt<10, 0>, Virt<10, 1>, Virt<10, 2>, Virt<11, 0>, Virt<11, 1>,
    XilinxZynqA9, XlnxZcu102, XlnxVersalVirt, AmdVersalVirt, AmdVersal2Virt>;

}  // namespace wirewrap::boards::arm
