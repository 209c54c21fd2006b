// The guest's serial line on standard input and output.
//
// On a terminal, Ctrl-A x leaves, Ctrl-A h lists these keys, Ctrl-A i says where the harts are, and Ctrl-A Ctrl-A types one
// Ctrl-A; after Ctrl-A any other key does nothing. A pipe or a file is typed byte for byte, a line at a time (typing.hpp says when); its end is not the end of the guest.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <wirewrap/emulator/console.hpp>

#include "examples/wirewrap/terminal.hpp"

namespace command {

class HostConsole {
public:
    bool is_terminal() const { return terminal_.is_terminal(); }
    /// Why standard output cannot be written, as in <cerrno>; 0 while it can.
    int output_error() const { return output_error_; }

    std::optional<std::uint8_t> next(bool listening);
    void print(std::span<const std::uint8_t> bytes);
    void wait(std::chrono::nanoseconds time);
    bool closed();
    /// Standard input is at its end, and the guest has been given all of it.
    bool ended() const { return ended_ && typed_.empty(); }
    /// What Ctrl-A i says: lines, each with its end. It is asked for between turns of harts.
    void on_question(std::function<std::string()> answer) { answer_ = std::move(answer); }

private:
    bool time_to_look();
    void read_input(std::chrono::nanoseconds patience);
    void key(std::uint8_t byte);
    void command_key(std::uint8_t byte);

    RawTerminal terminal_;
    std::deque<std::uint8_t> typed_;
    std::chrono::steady_clock::time_point look_again_{};
    bool after_ctrl_a_ = false;
    bool ended_ = false;  // nothing more will come from standard input
    bool closed_ = false;
    int output_error_ = 0;
    std::function<std::string()> answer_;
};
static_assert(wirewrap::ConsoleWithEnd<HostConsole>);

}  // namespace command
