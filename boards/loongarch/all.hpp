// QEMU's board for LoongArch.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/loongarch/virt.hpp>

namespace wirewrap::boards::loongarch {

inline constexpr auto all = board_list<Virt<11, 1>, Virt<>>;

}  // namespace wirewrap::boards::loongarch
