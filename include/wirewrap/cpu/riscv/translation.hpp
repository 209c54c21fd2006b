// Address translation as a policy of the hart. `Bare` is the only one so far: virtual addresses are physical,
// and what the policy does not do costs no instruction.
//
//     Hart<Bus> hart(bus);                         // Hart<Bus, Bare>
//
// A policy names the modes of satp that it offers (bit m: mode m) and whether it is the identity. Loads and
// stores of a hart whose translation is the identity and whose PMP restricts nothing go straight to the bus;
// all others are decoded into `_checked` operations, which first ask the window that is known to be open.
#pragma once

#include <cstdint>

namespace wirewrap::riscv {

struct Bare {
    static constexpr std::uint16_t satp_modes = 1 << 0;
    static constexpr bool identity = true;
};

}  // namespace wirewrap::riscv
