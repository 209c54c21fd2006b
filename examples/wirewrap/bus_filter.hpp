// Which accesses a log of the bus is about, as `run --bus-filter` says it.
#pragma once

#include <string_view>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/files/places.hpp>
#include <wirewrap/trace/bus_trace.hpp>

namespace command {

/// `uart0,0x80000000+0x1000,width=4,stores`: accesses to one of these places, of one of these widths, of one of these kinds.
/// Places are names of the board's map, the id of main RAM, or ranges as -dfilter has them. Nothing said of places or widths:
/// all; of kinds: loads and stores.
wirewrap::Expected<wirewrap::trace::BusFilter> read_bus_filter(
    std::string_view text, const std::vector<wirewrap::files::Place>& places);

}  // namespace command
