// Runs that are saved and restored: where `run` meets snapshot files.
#pragma once

#include <algorithm>
#include <chrono>
#include <csignal>
#include <string>

#include <wirewrap/state.hpp>
#include <wirewrap/zstd.hpp>

#include "examples/wirewrap/host_console.hpp"

namespace command {

/// The console of a run that is to be saved: SIGTERM ends the run, not the process.
class SavingConsole : public HostConsole {
public:
    explicit SavingConsole(bool saving) {
        if (!saving) return;
        struct sigaction action{};
        action.sa_handler = [](int) { terminated = 1; };
        ::sigemptyset(&action.sa_mask);
        ::sigaction(SIGTERM, &action, nullptr);
        saving_ = true;
    }

    bool closed() { return terminated != 0 || HostConsole::closed(); }
    void wait(std::chrono::nanoseconds time) {
        // A signal that comes just before the sleep does not end it.
        constexpr std::chrono::nanoseconds longest = std::chrono::milliseconds(50);
        HostConsole::wait(saving_ ? std::min(time, longest) : time);
    }

private:
    inline static volatile std::sig_atomic_t terminated = 0;
    bool saving_ = false;
};

/// The exit status: 0.
template <class Emulator>
wirewrap::Expected<int> save_run(Emulator& emulator, const std::string& path) {
    const auto saved = wirewrap::state::save(emulator, path, {.codec = &wirewrap::zstd::codec});
    if (!saved) return std::unexpected(saved.error());
    return 0;
}

inline wirewrap::Expected<wirewrap::state::Snapshot> open_snapshot(const std::string& path) {
    return wirewrap::state::Snapshot::open(path, &wirewrap::zstd::codec);
}

}  // namespace command
