// A line on a terminal that says how far something has come, when it takes longer than one would like to wait in the dark; to a
// pipe or a file it says nothing, and it is gone when it is over.
//
//     ProgressLine line("saving guest.snapshot");
//     state::save(emulator, "guest.snapshot", {.progress = line.listener()});
//     // wirewrap: saving guest.snapshot: 45 %, 310 MiB/s, 3 s left
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include <unistd.h>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/hostmem/thread.hpp>
#include <wirewrap/state/progress.hpp>

namespace command {

class ProgressLine {
public:
    using Clock = std::chrono::steady_clock;

    /// Shown from `patience` after now on, on a terminal only.
    explicit ProgressLine(std::string what, Clock::duration patience = std::chrono::seconds(1),
                          int terminal = STDERR_FILENO);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    void tell(wirewrap::Bytes done, wirewrap::Bytes all);
    bool has_terminal() const { return is_terminal_; }
    wirewrap::state::Progress listener() {
        return [this](wirewrap::Bytes done, wirewrap::Bytes all) { tell(done, all); };
    }

private:
    void write(const std::string& text);

    std::string what_;
    int terminal_;
    bool is_terminal_;
    bool shown_ = false;
    Clock::time_point begun_, next_;
};

/// The line for a number of bytes that others add to while their work goes on, such as pages that are taken: it is looked at
/// from time to time. Where there is no terminal or nothing to do, nobody looks and nobody counts.
//
//     CountLine line("taking memory", 4_GiB);
//     options.common.prealloc_count = line.count();
class CountLine {
public:
    CountLine(std::string what, wirewrap::Bytes all,
              ProgressLine::Clock::duration patience = std::chrono::seconds(1), int terminal = STDERR_FILENO);
    CountLine(const CountLine&) = delete;
    CountLine& operator=(const CountLine&) = delete;
    ~CountLine();

    /// nullptr where nobody looks.
    std::atomic<std::uint64_t>* count() { return watched_ ? &count_ : nullptr; }

private:
    struct Watch {
        CountLine& line;
        wirewrap::Bytes all;
        void operator()() noexcept;
    };

    ProgressLine line_;
    Watch watch_;
    std::atomic<std::uint64_t> count_{0};
    std::atomic<bool> over_{false};
    bool watched_ = false;
    wirewrap::hostmem::os::Thread thread_;
};

}  // namespace command
