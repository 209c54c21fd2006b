// A line on a terminal that says how far something has come, when it takes longer than one would like to wait in the dark; to a
// pipe or a file it says nothing, and it is gone when it is over.
//
//     ProgressLine line("saving guest.snapshot");
//     state::save(emulator, "guest.snapshot", {.progress = line.listener()});
//     // wirewrap: saving guest.snapshot: 45 %, 310 MiB/s, 3 s left
#pragma once

#include <chrono>
#include <string>

#include <unistd.h>

#include <wirewrap/base/bytes.hpp>
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

}  // namespace command
