// A console on open files of the host: a pipe, a file, a device, a connected socket, a pseudo terminal. Nothing that is
// printed is lost: a guest that prints faster than the other side reads waits for it, and so does the end of the stream, unless
// what is left is discarded.
//
//     Stream log(os::open("uart1.txt", O_WRONLY | O_CREAT, 0666)…);    // nobody types
//     Stream line(socket…, socket…);                                   // as many as there are
//     emulator.connect<"uart1">(log);
//
// A stream whose other side has gone takes what is printed and throws it away; `failure()` says so, `lost()` how much.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <wirewrap/console/os.hpp>
#include <wirewrap/console/output.hpp>
#include <wirewrap/emulator/console.hpp>

namespace wirewrap::console {

class Stream {
public:
    /// Goes to `output`; what is typed comes from `input`, if there is one. Neither blocks as long as this lives.
    explicit Stream(os::Descriptor output, os::Descriptor input = {})
        : output_(std::move(output)), input_(std::move(input)), ended_(!input_) {}

    std::optional<std::uint8_t> next(bool listening) {
        if (!listening) return std::nullopt;
        if (typed_begin_ == typed_end_ && time_to_look()) take();
        if (typed_begin_ == typed_end_) return std::nullopt;
        return typed_[typed_begin_++];
    }
    /// Does not wait: what the other side does not take now is kept, and the stream is full.
    void print(std::span<const std::uint8_t> bytes) { output_.print(bytes); }
    /// What was printed is not all taken, also when it is tried now.
    bool full() { return output_.full(); }
    /// Waits until all is taken, however long that is, or the other side has gone.
    void flush() { output_.flush(); }
    /// Gives up what was printed and is not taken, and returns it.
    std::vector<std::uint8_t> discard() { return output_.discard(); }

    /// Until something is typed, or taken where the stream is full.
    void wait(std::chrono::nanoseconds time) {
        if (output_.full()) {
            output_.wait(std::max(time, std::chrono::nanoseconds{0}));
            (void)output_.full();
            return;
        }
        if (typed_begin_ != typed_end_ || ended_) return;
        if (os::wait(input_.file(), POLLIN, std::max(time, std::chrono::nanoseconds{0})) != 0) take();
    }
    bool closed() const { return false; }
    /// The other side, a socket, types no more; bytes of it may still wait here or with the host.
    bool left() const {
        return input_ && os::wait(input_.file(), POLLRDHUP, std::chrono::nanoseconds{0}) != 0;
    }
    /// Nothing more will be typed.
    bool ended() const { return ended_ && typed_begin_ == typed_end_; }

    /// What a main loop polls for `events()`; -1: nobody types, or what was typed waits here for the guest.
    int descriptor() const {
        if (output_.pending()) return output_.descriptor();
        return ended_ || typed_begin_ != typed_end_ ? -1 : input_.number();
    }
    /// POLLIN: somebody may type. POLLOUT: the stream is full, and the guest waits.
    short events() const { return output_.pending() ? POLLOUT : POLLIN; }
    /// Why nothing more can be printed; code 0: it can.
    os::Failure failure() const { return output_.failure(); }
    /// Bytes that were printed and went nowhere.
    std::uint64_t lost() const { return output_.lost(); }

private:
    /// How often the host is asked while the guest is busy.
    static constexpr std::chrono::milliseconds glance{1};

    bool time_to_look() {
        if (ended_) return false;
        const auto now = std::chrono::steady_clock::now();
        if (now < look_again_) return false;
        look_again_ = now + glance;
        return true;
    }
    void take() {
        const auto count = os::read(input_.file(), typed_);
        typed_begin_ = 0;
        typed_end_ = count.value_or(0);
        // A full buffer says that there may be more.
        if (typed_end_ == typed_.size()) look_again_ = {};
        ended_ = count ? *count == 0 : !os::is_nothing_yet(count.error());
    }

    Output output_;
    os::NotBlocking input_;
    std::array<std::uint8_t, 4096> typed_{};
    std::size_t typed_begin_ = 0, typed_end_ = 0;
    std::chrono::steady_clock::time_point look_again_{};
    bool ended_;
};
static_assert(ConsoleWithEnd<Stream> && ConsoleWithRoom<Stream>);

}  // namespace wirewrap::console
