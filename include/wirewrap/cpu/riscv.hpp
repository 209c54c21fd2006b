// RISC-V harts.
#pragma once

#include <wirewrap/cpu/riscv/breakpoints.hpp>
#include <wirewrap/cpu/riscv/counted_edges.hpp>
#include <wirewrap/cpu/riscv/csr_names.hpp>
#include <wirewrap/cpu/riscv/edges.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/cpu/riscv/observed.hpp>
#include <wirewrap/cpu/riscv/paging.hpp>
#include <wirewrap/cpu/riscv/rv64gc.hpp>
