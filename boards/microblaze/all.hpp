// QEMU's boards for MicroBlaze, by family in the order of their headers.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/microblaze/petalogix.hpp>
#include <boards/microblaze/zynqmp_pmu.hpp>

namespace wirewrap::boards::microblaze {

inline constexpr auto all = board_list<
    PetalogixMl605, PetalogixS3adsp1800,
    ZynqMpPmu>;

}  // namespace wirewrap::boards::microblaze
