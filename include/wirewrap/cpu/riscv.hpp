// RISC-V harts.
#pragma once

#include <wirewrap/cpu/riscv/hart.hpp>
