// What an access off the fast path gives back.
#pragma once

#include <cstdint>

#include <wirewrap/base/bus.hpp>

namespace wirewrap {

/// Small enough for two registers.
struct Outcome {
    std::uint64_t value = 0;
    FaultReason reason = FaultReason::none;
};

}  // namespace wirewrap
