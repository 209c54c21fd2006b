// Runs that are saved and restored: where `run` meets snapshot files.
#pragma once

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include <wirewrap/console.hpp>
#include <wirewrap/state.hpp>
#include <wirewrap/zstd.hpp>

#include "examples/wirewrap/host_console.hpp"
#include "examples/wirewrap/progress_line.hpp"

namespace command {

/// The console of a run, on standard input and output or elsewhere. When the run is to be saved, SIGTERM ends it and not the
/// process.
class RunConsole {
public:
    explicit RunConsole(bool saving, std::optional<wirewrap::console::Opened> elsewhere = {})
        : elsewhere_(std::move(elsewhere)), saving_(saving) {
        if (!elsewhere_) here_.emplace();
        if (!saving) return;
        struct sigaction action{};
        action.sa_handler = [](int) { terminated = 1; };
        ::sigemptyset(&action.sa_mask);
        ::sigaction(SIGTERM, &action, nullptr);
    }

    std::optional<std::uint8_t> next(bool listening) {
        return here_ ? here_->next(listening) : elsewhere_->next(listening);
    }
    void print(std::span<const std::uint8_t> bytes) {
        here_ ? here_->print(bytes) : elsewhere_->print(bytes);
    }
    bool closed() { return terminated != 0 || (here_ ? here_->closed() : elsewhere_->closed()); }
    bool ended() { return here_ ? here_->ended() : elsewhere_->ended(); }
    bool full() { return elsewhere_ && elsewhere_->full(); }
    void wait(std::chrono::nanoseconds time) {
        // A signal that comes just before the sleep does not end it.
        constexpr std::chrono::nanoseconds longest = std::chrono::milliseconds(50);
        if (saving_) time = std::min(time, longest);
        here_ ? here_->wait(time) : elsewhere_->wait(time);
    }

    /// What a person is told who asks where the guest is.
    void on_question(std::function<std::string()> answer) {
        if (here_) here_->on_question(std::move(answer));
    }
    /// Why standard output cannot be written, as in <cerrno>; 0 while it can.
    int output_error() const { return here_ ? here_->output_error() : 0; }
    /// Waits until what was printed is taken.
    void flush() {
        if (elsewhere_) elsewhere_->flush();
    }
    /// Bytes that were printed and went nowhere, if nobody comes any more.
    std::uint64_t lost() const { return elsewhere_ ? elsewhere_->lost() + elsewhere_->waiting() : 0; }

private:
    inline static volatile std::sig_atomic_t terminated = 0;
    std::optional<wirewrap::console::Opened> elsewhere_;
    std::optional<HostConsole> here_;
    bool saving_;
};

/// The exit status: 0.
template <class Emulator>
wirewrap::Expected<int> save_run(Emulator& emulator, const std::string& path) {
    ProgressLine line("saving " + path);
    const auto saved = wirewrap::state::save(emulator, path,
                                             {.codec = &wirewrap::zstd::codec, .progress = line.listener()});
    if (!saved) return std::unexpected(saved.error());
    return 0;
}

inline wirewrap::Expected<wirewrap::state::Snapshot> open_snapshot(const std::string& path) {
    ProgressLine line("reading " + path);
    return wirewrap::state::Snapshot::open(path, &wirewrap::zstd::codec, line.listener());
}

}  // namespace command
