// A program on a pseudo-terminal, with a person's hands and eyes.
//
//     OnTerminal run({"examples/wirewrap"});
//     run.type("version\r");
//     CHECK(run.screen("=>").ends_with("=> "));
#pragma once

#include <catch2/catch.hpp>

#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <string_view>
#include <vector>

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/examples/process.hpp"

namespace wirewrap::test {

/// A program on a terminal of its own.
class OnTerminal {
public:
    explicit OnTerminal(const std::vector<std::string>& words) {
        if (::openpty(&keyboard_, &terminal_, nullptr, nullptr, nullptr) != 0) return;
        ::tcgetattr(terminal_, &before_);
        child_ = ::fork();
        if (child_ != 0) return;
        ::setsid();
        ::ioctl(terminal_, TIOCSCTTY, 0);
        for (const int file : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(terminal_, file);
        ::close(keyboard_);
        ::close(terminal_);
        become(words);
    }
    ~OnTerminal() {
        if (child_ > 0 && !waited_) {
            ::kill(child_, SIGKILL);
            ::waitpid(child_, nullptr, 0);
        }
        ::close(keyboard_);
        ::close(terminal_);
    }

    /// False where the system gives out no pseudo-terminals.
    bool works() const { return child_ > 0; }
    void type(std::string_view keys) const {
        REQUIRE(::write(keyboard_, keys.data(), keys.size()) == static_cast<::ssize_t>(keys.size()));
    }
    void send(int signal) const { ::kill(child_, signal); }
    /// Everything on the screen, once `text` is on it or the patience is over.
    const std::string& screen(std::string_view text,
                              std::chrono::milliseconds patience = std::chrono::seconds(20)) {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        while (screen_.find(text) == std::string::npos && std::chrono::steady_clock::now() < deadline) {
            ::pollfd input{keyboard_, POLLIN, 0};
            std::array<char, 4096> bytes;
            if (::poll(&input, 1, 20) <= 0) continue;
            const ::ssize_t count = ::read(keyboard_, bytes.data(), bytes.size());
            if (count <= 0) break;
            screen_.append(bytes.data(), static_cast<std::size_t>(count));
        }
        return screen_;
    }
    int wait() {
        int status = -1;
        for (int tries = 0; tries != 1000; ++tries) {
            if (::waitpid(child_, &status, WNOHANG) == child_) {
                waited_ = true;
                return status_of(status);
            }
            ::usleep(20'000);
        }
        return -1;
    }
    bool is_raw() const {
        ::termios now{};
        ::tcgetattr(terminal_, &now);
        return (now.c_lflag & (ICANON | ECHO | ISIG)) == 0;
    }
    bool is_as_before() const {
        ::termios now{};
        ::tcgetattr(terminal_, &now);
        return now.c_iflag == before_.c_iflag && now.c_oflag == before_.c_oflag &&
               now.c_lflag == before_.c_lflag && now.c_cflag == before_.c_cflag;
    }

private:
    int keyboard_ = -1, terminal_ = -1;
    ::pid_t child_ = -1;
    bool waited_ = false;
    ::termios before_{};
    std::string screen_;
};

}  // namespace wirewrap::test
