// Gets firmware, kernels and device trees from files into guest memory.
#pragma once

#include <wirewrap/loader/elf.hpp>
#include <wirewrap/loader/elf_format.hpp>
#include <wirewrap/loader/elf_headers.hpp>
#include <wirewrap/loader/elf_relocations.hpp>
#include <wirewrap/loader/image.hpp>
#include <wirewrap/loader/load.hpp>
#include <wirewrap/loader/packed_kernel.hpp>
#include <wirewrap/loader/placed_image.hpp>
#include <wirewrap/loader/riscv_kernel.hpp>
