// Gets firmware, kernels and device trees from files into guest memory.
#pragma once

#include <wirewrap/loader/elf.hpp>
#include <wirewrap/loader/image.hpp>
#include <wirewrap/loader/load.hpp>
