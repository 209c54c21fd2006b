#include "examples/wirewrap/terminal.hpp"

#include <array>
#include <csignal>
#include <cstdlib>

#include <termios.h>
#include <unistd.h>

namespace command {

namespace {

// What a signal handler may touch. Written before the handlers are installed.
termios before, raw;
volatile std::sig_atomic_t taken = 0;

void give_back() {
    if (taken != 0) ::tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

/// Signals that end the process, from others or from itself.
void end_by(int signal) {
    give_back();
    ::raise(signal);  // its own action is the default again, SA_RESETHAND
}
void stop_by(int) {
    give_back();
    ::raise(SIGSTOP);
}
void continue_by(int) {
    if (taken != 0) ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

void handle(int signal, void (*handler)(int), int flags) {
    struct sigaction action{};
    action.sa_handler = handler;
    action.sa_flags = flags;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(signal, &action, nullptr);
}

}  // namespace

RawTerminal::RawTerminal() : is_terminal_(::isatty(STDIN_FILENO) == 1) {
    if (!is_terminal_ || ::tcgetattr(STDIN_FILENO, &before) != 0) return;
    raw = before;
    ::cfmakeraw(&raw);
    raw.c_oflag = before.c_oflag;  // what this program prints itself still needs its line ends
    for (const int signal :
         {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL})
        handle(signal, end_by, static_cast<int>(SA_RESETHAND | SA_NODEFER));
    handle(SIGTSTP, stop_by, SA_RESTART);
    handle(SIGCONT, continue_by, SA_RESTART);
    static const int at_exit = std::atexit(give_back);
    static_cast<void>(at_exit);
    taken = 1;
    ::tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

RawTerminal::~RawTerminal() {
    give_back();
    taken = 0;
}

}  // namespace command
