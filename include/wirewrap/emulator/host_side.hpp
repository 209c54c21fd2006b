// The host as a machine that runs has it: the consoles at its serial ports, an input for its devices, and the sleep at all of
// them.
//
//     HostSide<Machine> host;
//     host.connect<"uart1">(log), host.connect(cable);
//     host.type(machine, moment), host.deliver(), host.print(machine);
//     if (host.left(stopped)) return stopped;
//     host.sleep(time);                             // until something has come from there, or the time is over
#pragma once

#include <chrono>

#include <wirewrap/emulator/any_console.hpp>
#include <wirewrap/emulator/console.hpp>
#include <wirewrap/emulator/host_input.hpp>
#include <wirewrap/emulator/rest.hpp>
#include <wirewrap/emulator/serial_lines.hpp>
#include <wirewrap/emulator/stopped.hpp>

namespace wirewrap {

template <class Machine>
class HostSide : public SerialLines<Machine> {
public:
    using SerialLines<Machine>::connect;
    void connect(HostInput& input) { input_ = &input; }

    /// Makes `call()` with `console` at the first serial port, and gives what it gives.
    template <Console C, class Call>
    auto with(C& console, Call call) {
        struct Connection {
            HostSide& host;
            AnyConsole before;
            ~Connection() { host.exchange(0, before); }
        } connection{*this, this->exchange(0, AnyConsole(console))};
        return call();
    }

    /// Devices get what has come for them. Whether that was anything.
    bool deliver() { return input_ != nullptr && input_->deliver(); }
    /// Nothing will ever come any more, typed or for devices.
    bool ended() { return input_ == nullptr && SerialLines<Machine>::ended(); }

    /// Somebody has left, which is said.
    bool left(Stopped& stopped) {
        stopped.closed = this->closed();
        if (stopped.closed) stopped.reason = StopReason::closed;
        return stopped.closed;
    }

    void sleep(std::chrono::nanoseconds time) {
        rest_.sleep(time, [&](auto visit) {
            this->each_console(visit);
            if (input_ == nullptr) return;
            InputConsole console(*input_);
            AnyConsole any(console);
            visit(any);
        });
    }
    /// A hart ran, so that the next sleep may be a short one.
    void something_happened() { rest_.something_happened(); }

private:
    HostInput* input_ = nullptr;
    Rest rest_;
};

}  // namespace wirewrap
