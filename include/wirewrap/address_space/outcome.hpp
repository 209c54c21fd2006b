// What an access off the fast path gives back.
#pragma once

#include <cstdint>

#include <wirewrap/base/bus.hpp>

namespace wirewrap {

/// A reason as wide as a register: a byte in a struct that is returned in registers would be cut out at every return.
struct RegisterReason {
    std::uint64_t word = 0;

    constexpr RegisterReason(FaultReason reason) : word(static_cast<std::uint64_t>(reason)) {}
    constexpr operator FaultReason() const { return static_cast<FaultReason>(word); }
};

/// Small enough for two registers.
struct Outcome {
    std::uint64_t value = 0;
    RegisterReason reason = FaultReason::none;
};

}  // namespace wirewrap
