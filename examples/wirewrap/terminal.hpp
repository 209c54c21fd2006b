// The terminal on standard input, taken from its line discipline for as long as this lives: every key goes to the guest as
// it is, Ctrl-C too. It is given back on every way out, signals included, for the shell needs it afterwards.
#pragma once

namespace command {

class RawTerminal {
public:
    /// Does nothing when standard input is no terminal.
    RawTerminal();
    ~RawTerminal();
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;

    bool is_terminal() const { return is_terminal_; }

private:
    bool is_terminal_;
};

}  // namespace command
