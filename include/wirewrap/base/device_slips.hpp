// Names that come out when the name of a device's ability is misspelt. Not every slip is here.
//
//     struct Watchdog { … std::uint64_t dealine() const; … };
//     // Watchdog has a member dealine, which a machine never looks at; write deadline, or give it another name
#pragma once

#include <wirewrap/base/slips.hpp>

namespace wirewrap::check {

// clang-format off
#define WIREWRAP_DEVICE_SLIPS(SLIP) \
    SLIP(ouputs, outputs) SLIP(ouptuts, outputs) SLIP(outptus, outputs) \
    SLIP(ouput, output) SLIP(outputt, output) SLIP(ouptut, output) \
    SLIP(imputs, inputs) SLIP(inpus, inputs) \
    SLIP(imput, input) SLIP(inptu, input) \
    SLIP(tik, tick) SLIP(tcik, tick) \
    SLIP(dealine, deadline) SLIP(deadlin, deadline) SLIP(deadine, deadline) SLIP(dead_line, deadline) \
    SLIP(dedline, deadline) \
    SLIP(wallclock, wall_clock) SLIP(wall_clok, wall_clock) SLIP(wal_clock, wall_clock) \
    SLIP(alarmdue, alarm_due) SLIP(alarm_deu, alarm_due) SLIP(alarm_do, alarm_due) \
    SLIP(want_stop, wants_stop) SLIP(wantsstop, wants_stop) SLIP(wants_stopp, wants_stop) \
    SLIP(wants_to_stop, wants_stop) \
    SLIP(resset, reset) SLIP(rset, reset) SLIP(resett, reset) SLIP(reste, reset) \
    SLIP(atach, attach) SLIP(attatch, attach) SLIP(attch, attach) \
    SLIP(take_store, take_stored) SLIP(take_stores, take_stored) SLIP(takestored, take_stored) \
    SLIP(sate, state) SLIP(stae, state) \
    SLIP(read_memory, reads_memory) SLIP(reads_memmory, reads_memory) SLIP(readsmemory, reads_memory) \
    SLIP(want_bus, wants_bus) SLIP(wantsbus, wants_bus) \
    SLIP(usebus, use_bus) \
    SLIP(contols, controls) SLIP(controlls, controls) \
    SLIP(contol, control) \
    SLIP(registermap, register_map) SLIP(registers_map, register_map) SLIP(register_maps, register_map)
// clang-format on
WIREWRAP_SLIPS(DeviceSlips, WIREWRAP_DEVICE_SLIPS);
#undef WIREWRAP_DEVICE_SLIPS

}  // namespace wirewrap::check
