// Harts that run against any bus.
#pragma once

#include <wirewrap/cpu/riscv.hpp>
