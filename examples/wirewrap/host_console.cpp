#include "examples/wirewrap/host_console.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include <fmt/core.h>

namespace command {

namespace {

constexpr std::uint8_t ctrl_a = 0x01;
/// A person may type ahead by this much; more is dropped.
constexpr std::size_t most_typed_ahead = 65536;
/// How often standard input is looked at while the guest is busy.
constexpr std::chrono::milliseconds glance{1};

std::timespec timespec_of(std::chrono::nanoseconds time) {
    constexpr std::int64_t per_second = 1'000'000'000;
    return {.tv_sec = static_cast<std::time_t>(time.count() / per_second),
            .tv_nsec = time.count() % per_second};
}

}  // namespace

std::optional<std::uint8_t> HostConsole::next(bool listening) {
    if (!is_terminal()) {
        if (!listening) return std::nullopt;
        if (typed_.empty() && time_to_look()) read_input({});
    }
    if (typed_.empty()) return std::nullopt;
    const std::uint8_t byte = typed_.front();
    typed_.pop_front();
    return byte;
}

void HostConsole::print(std::span<const std::uint8_t> bytes) {
    while (!bytes.empty() && output_error_ == 0) {
        const ::ssize_t count = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
        if (count >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        } else if (errno == EAGAIN) {
            // Somebody shares the terminal and made it non-blocking.
            ::pollfd output{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
            ::poll(&output, 1, -1);
        } else if (errno != EINTR) {
            output_error_ = errno;
            closed_ = true;
        }
    }
}

void HostConsole::wait(std::chrono::nanoseconds time) {
    if (time.count() <= 0) return;
    // What the guest has not taken yet must not keep this from sleeping; what comes from a terminal is always looked at.
    if (!ended_ && (is_terminal() || typed_.empty())) return read_input(time);
    const std::timespec patience = timespec_of(time);
    ::ppoll(nullptr, 0, &patience, nullptr);
}

bool HostConsole::closed() {
    // A guest that takes no bytes can be left all the same.
    if (is_terminal() && !ended_ && time_to_look()) read_input({});
    return closed_;
}

bool HostConsole::time_to_look() {
    const auto now = std::chrono::steady_clock::now();
    if (now < look_again_) return false;
    look_again_ = now + glance;
    return true;
}

void HostConsole::read_input(std::chrono::nanoseconds patience) {
    if (ended_) return;
    ::pollfd input{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
    const std::timespec limit = timespec_of(patience);
    if (::ppoll(&input, 1, &limit, nullptr) <= 0) return;
    std::array<std::uint8_t, 4096> bytes;
    const ::ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (count <= 0) {
        ended_ = true;
        closed_ = closed_ || is_terminal();  // the terminal is gone
        return;
    }
    for (const std::uint8_t byte : std::span(bytes).first(static_cast<std::size_t>(count)))
        if (is_terminal())
            key(byte);
        else
            typed_.push_back(byte);
}

void HostConsole::key(std::uint8_t byte) {
    const bool second = std::exchange(after_ctrl_a_, false);
    if (second && byte != ctrl_a)
        command_key(byte);
    else if (!second && byte == ctrl_a)
        after_ctrl_a_ = true;
    else if (typed_.size() < most_typed_ahead)
        typed_.push_back(byte);
}

void HostConsole::command_key(std::uint8_t byte) {
    switch (byte) {
    case 'x':
    case 'X': closed_ = true; break;
    case 'h':
    case 'H':
    case '?':
        fmt::print(stderr, "\nwirewrap: Ctrl-A h       lists these keys\n"
                           "          Ctrl-A i       says where the harts are\n"
                           "          Ctrl-A x       leaves\n"
                           "          Ctrl-A Ctrl-A  types one Ctrl-A\n");
        break;
    case 'i':
    case 'I': fmt::print(stderr, "\n{}", answer_ ? answer_() : "wirewrap: nothing runs yet\n"); break;
    default: break;
    }
}

}  // namespace command
