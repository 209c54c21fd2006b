// QEMU's boards for AVR, by family in the order of their headers.
#pragma once

#include <wirewrap/board/board_list.hpp>

#include <boards/avr/arduino.hpp>

namespace wirewrap::boards::avr {

inline constexpr auto all = board_list<
    Duemilanove, Uno, Mega, Mega2560,
    DuemilanoveAsOf<qemu_release(7, 2)>, UnoAsOf<qemu_release(7, 2)>, MegaAsOf<qemu_release(7, 2)>,
    Mega2560AsOf<qemu_release(7, 2)>>;

}  // namespace wirewrap::boards::avr
