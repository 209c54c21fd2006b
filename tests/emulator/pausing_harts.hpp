// Harts with PAUSE (Zihintpause), which interpret and which translate.
#pragma once

#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/cpu/riscv/rv64gc.hpp>
#include <wirewrap/jit.hpp>

namespace wirewrap::test::pausing {

using Pausing = riscv::With<riscv::Bare, riscv::Extensions{.pause = true}>;
template <class Bus>
using Interpreted = riscv::Hart<Bus, Pausing>;
template <class Bus>
using Translated = riscv::Hart<Bus, Pausing, riscv::DefaultDispatch, jit::Translated>;

}  // namespace wirewrap::test::pausing
