// What the host has for devices beside what is typed, such as the frames of a network: an emulator looks there before each turn
// of a hart, and sleeps there while all harts wait.
//
//     class Cable : public HostInput {
//         bool deliver() override { return machine.update<"slot">(…), true; }     // between turns, so the machine may be changed
//         void wait(std::chrono::nanoseconds time) override { … ::ppoll(…); }
//     };
//     emulator.connect(cable);                                       // which outlives that
//
// A machine with such an input is never idle: something may always come. What came is not remembered, so a run that is to be
// repeated, as for a debugger that goes backwards, has none.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

#include <wirewrap/emulator/any_console.hpp>

namespace wirewrap {

class HostInput {
public:
    HostInput() = default;
    HostInput(const HostInput&) = delete;
    HostInput& operator=(const HostInput&) = delete;
    virtual ~HostInput() = default;

    /// Gives to devices what has come. Whether that was anything, so that harts that wait may have to go on.
    virtual bool deliver() = 0;
    /// Returns when something may have come, or `time` is over, or a little earlier.
    virtual void wait(std::chrono::nanoseconds time) = 0;
};

/// The host sleeps at it as at a console where nobody types.
class InputConsole {
public:
    explicit InputConsole(HostInput& input) : input_(&input) {}

    std::optional<std::uint8_t> next(bool) { return std::nullopt; }
    void print(std::span<const std::uint8_t>) {}
    void wait(std::chrono::nanoseconds time) { input_->wait(time); }
    bool closed() { return false; }
    bool ended() { return false; }

private:
    HostInput* input_;
};
static_assert(ConsoleWithEnd<InputConsole>);

}  // namespace wirewrap
