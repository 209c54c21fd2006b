// What a machine says at the end of a turn: the guest has finished, or somebody wants a stop.
//
//     if (answer_stops(machine, notes, stopped)) return stopped;
//
// A serial port wants a stop when it is full. That is for the host to take its bytes, and no reason to end a run; as long as nobody
// takes them the machine goes on to want it.
#pragma once

#include <cstddef>
#include <type_traits>

#include <wirewrap/base/abilities.hpp>
#include <wirewrap/device/test_finisher.hpp>
#include <wirewrap/emulator/console.hpp>
#include <wirewrap/emulator/stop_notes.hpp>
#include <wirewrap/emulator/stopped.hpp>

namespace wirewrap {

/// The guest has finished, or somebody asked for a stop, which is then answered.
template <class Machine>
bool answer_stops(Machine& machine, StopNotes& notes, Stopped& stopped) {
    const bool stop = machine.stop_requested(), noted = notes.tell(stopped);
    bool asked = stop && machine.devices().stop_asked();
    bool full = false;
    machine.devices().each([&]<std::size_t I>(auto& device) {
        using D = std::remove_cvref_t<decltype(device)>;
        if constexpr (std::is_same_v<D, TestFinisher>) {
            if (!stopped.finish) stopped.finish = device.finish();
        } else if constexpr (WantsStop<D> && SerialPort<D>) {
            full = full || device.wants_stop();
        } else if constexpr (WantsStop<D>) {
            asked = asked || (stop && device.wants_stop());
        }
    });
    if (stop && (!full || asked || noted || stopped.finish)) machine.clear_stop();
    if (stopped.finish) {
        stopped.reason = StopReason::finished;
        return true;
    }
    if (asked && !noted) stopped.reason = StopReason::asked;
    return asked || noted;
}

}  // namespace wirewrap
