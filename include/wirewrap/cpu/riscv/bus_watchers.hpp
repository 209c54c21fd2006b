// Whether somebody on a bus wants to hear of what a hart does, on buses that have nothing to say of it too.
//
//     if (accesses_watched(bus)) …                  // leave the direct window alone
#pragma once

#include <wirewrap/base/bus.hpp>

namespace wirewrap::riscv {

template <class Bus>
bool fetches_watched(const Bus& bus) {
    if constexpr (TellsWatchedFetches<Bus>)
        return bus.watches_fetches();
    else
        return false;
}
template <class Bus>
bool accesses_watched(const Bus& bus) {
    if constexpr (TellsWatchedAccesses<Bus>)
        return bus.watches_accesses();
    else
        return false;
}

}  // namespace wirewrap::riscv
