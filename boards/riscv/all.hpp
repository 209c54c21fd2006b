// QEMU's boards for RISC-V.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/riscv/virt.hpp>

namespace wirewrap::boards::riscv {

inline constexpr auto all = board_list<Virt>;

}  // namespace wirewrap::boards::riscv
