// Bytes on their way to an open file of the host that may take its time: nothing waits, and nothing is lost.
//
//     Output output(socket…);
//     output.print(bytes);           // what is not taken now is kept
//     if (output.full()) …           // and is not all taken when it is tried once more
//     output.flush();                // waits; so does the end of the output, unless what is left is discarded
//
// What is left at the end of a forked child is its parent's to print.
#pragma once

#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <wirewrap/console/os.hpp>

namespace wirewrap::console {

class Output {
public:
    /// The file does not block as long as this lives. Without one every byte is lost.
    explicit Output(os::Descriptor file) : file_(std::move(file)) {}
    Output(Output&& other) noexcept = default;
    Output& operator=(Output&& other) noexcept {
        std::swap(file_, other.file_);
        std::swap(unsent_, other.unsent_);
        std::swap(failure_, other.failure_);
        std::swap(lost_, other.lost_);
        std::swap(maker_, other.maker_);
        return *this;
    }
    ~Output() {
        if (maker_.is_this_process()) flush();
    }

    void print(std::span<const std::uint8_t> bytes) {
        if (failure_.code != 0) {
            lost_ += bytes.size();
            return;
        }
        if (!full()) bytes = bytes.subspan(sent_of(bytes));
        unsent_.insert(unsent_.end(), bytes.begin(), bytes.end());
    }
    /// Something is left that the other side may still take.
    bool full() {
        if (!pending()) return false;
        unsent_.erase(unsent_.begin(), unsent_.begin() + static_cast<std::ptrdiff_t>(sent_of(unsent_)));
        return pending();
    }
    /// The same without trying.
    bool pending() const { return !unsent_.empty() && failure_.code == 0; }
    /// Waits until all is taken, however long that is, or the other side has gone.
    void flush() {
        while (full()) wait(std::chrono::milliseconds(100));
    }
    /// Sleeps until more is taken, or the time is over.
    void wait(std::chrono::nanoseconds time) { (void)os::wait(file_.file(), POLLOUT, time); }
    /// Gives up what is left, and returns it.
    std::vector<std::uint8_t> discard() {
        lost_ += unsent_.size();
        return std::exchange(unsent_, {});
    }

    int descriptor() const { return file_.number(); }
    /// Why nothing more is taken; code 0: it is.
    os::Failure failure() const { return failure_; }
    /// Bytes that went nowhere.
    std::uint64_t lost() const { return lost_ + (failure_.code != 0 ? unsent_.size() : 0); }

private:
    /// How many of the bytes the other side takes now.
    std::size_t sent_of(std::span<const std::uint8_t> bytes) {
        std::size_t sent = 0;
        while (sent != bytes.size()) {
            const auto count = os::write(file_.file(), bytes.subspan(sent));
            if (count) {
                sent += *count;
            } else if (count.error().code != EINTR) {
                if (!os::is_nothing_yet(count.error())) failure_ = count.error();
                break;
            }
        }
        return sent;
    }

    os::NotBlocking file_;
    std::vector<std::uint8_t> unsent_;
    os::Failure failure_{};
    std::uint64_t lost_ = 0;
    os::Maker maker_;
};

}  // namespace wirewrap::console
