// RISC-V harts.
#pragma once

#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/cpu/riscv/paging.hpp>
#include <wirewrap/cpu/riscv/rv64gc.hpp>
