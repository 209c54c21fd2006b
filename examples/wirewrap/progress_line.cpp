#include "examples/wirewrap/progress_line.hpp"

#include <algorithm>
#include <new>
#include <thread>
#include <utility>

#include <fmt/core.h>

namespace command {

using wirewrap::Bytes;

namespace {
/// Between two changes of what is shown.
constexpr std::chrono::milliseconds pause{100};
}  // namespace

ProgressLine::ProgressLine(std::string what, Clock::duration patience, int terminal)
    : what_(std::move(what)), terminal_(terminal), is_terminal_(::isatty(terminal) == 1),
      begun_(Clock::now()), next_(begun_ + patience) {}

ProgressLine::~ProgressLine() {
    if (shown_) write("\r\x1b[K");  // to the beginning, and clear the line
}

void ProgressLine::tell(Bytes done, Bytes all) {
    if (!is_terminal_) return;
    const auto now = Clock::now();
    if (now < next_) return;
    next_ = now + pause;
    const double seconds = std::max(std::chrono::duration<double>(now - begun_).count(), 1e-6);
    const double part = all.count == 0 ? 1 : static_cast<double>(done.count) / static_cast<double>(all.count);
    const double rate = static_cast<double>(done.count) / seconds;
    std::string text = fmt::format("\rwirewrap: {}: {:.0f} %, {:.0f} MiB/s", what_, 100 * part,
                                   rate / (1 << 20));
    if (part > 0) text += fmt::format(", {:.0f} s left", seconds * (1 - part) / part);
    write(text + "\x1b[K");
    shown_ = true;
}

void ProgressLine::write(const std::string& text) {
    // What cannot be shown is not worth a word.
    if (::write(terminal_, text.data(), text.size()) < 0) is_terminal_ = false;
}

CountLine::CountLine(std::string what, Bytes all, ProgressLine::Clock::duration patience, int terminal)
    : line_(std::move(what), patience, terminal), watch_{*this, all} {
    if (all.count == 0 || !line_.has_terminal()) return;
    if (auto started = wirewrap::hostmem::os::Thread::start(watch_)) {
        thread_ = std::move(*started);
        watched_ = true;
    }
}

CountLine::~CountLine() {
    over_ = true;
    thread_.join();
}

void CountLine::Watch::operator()() noexcept {
    try {
        while (!line.over_) {
            line.line_.tell(Bytes{line.count_}, all);
            std::this_thread::sleep_for(pause / 4);
        }
    } catch (const std::bad_alloc&) {}  // then nobody sees it
}

}  // namespace command
