// The run-time loop: harts, time and the serial line of a machine.
#pragma once

#include <wirewrap/emulator/boot_advice.hpp>
#include <wirewrap/emulator/clock.hpp>
#include <wirewrap/emulator/console.hpp>
#include <wirewrap/emulator/emulator.hpp>
#include <wirewrap/emulator/riscv_boot.hpp>
#include <wirewrap/emulator/riscv_reset_rom.hpp>
