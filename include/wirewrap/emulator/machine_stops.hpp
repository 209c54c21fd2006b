// What a machine says at the end of a turn: the guest has finished, or somebody wants a stop.
//
//     if (answer_stops(machine, notes, stopped)) return stopped;
//
// A serial port that is full wants a stop, until the host has taken its bytes. Where the host cannot, because a console has not taken
// what it has, that is no reason to end a run, and the machine goes on to want it.
#pragma once

#include <cstddef>
#include <type_traits>

#include <wirewrap/base/abilities.hpp>
#include <wirewrap/device/test_finisher.hpp>
#include <wirewrap/emulator/console.hpp>
#include <wirewrap/emulator/stop_notes.hpp>
#include <wirewrap/emulator/stopped.hpp>

namespace wirewrap {

/// The guest has finished, or somebody asked for a stop, which is then answered. `full`: a console is.
template <class Machine>
bool answer_stops(Machine& machine, StopNotes& notes, Stopped& stopped, bool full = false) {
    const bool stop = machine.stop_requested(), noted = notes.tell(stopped);
    bool asked = stop && machine.devices().stop_asked();
    bool waits = false;
    machine.devices().each([&]<std::size_t I>(auto& device) {
        using D = std::remove_cvref_t<decltype(device)>;
        if constexpr (std::is_same_v<D, TestFinisher>) {
            if (!stopped.finish) stopped.finish = device.finish();
        } else if constexpr (WantsStop<D>) {
            if (!stop || !device.wants_stop()) return;
            if (SerialPort<D> && full)
                waits = true;
            else
                asked = true;
        }
    });
    if (stop && (!waits || asked || noted || stopped.finish)) machine.clear_stop();
    if (stopped.finish) {
        stopped.reason = StopReason::finished;
        return true;
    }
    if (asked && !noted) stopped.reason = StopReason::asked;
    return asked || noted;
}

}  // namespace wirewrap
