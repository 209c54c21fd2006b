// A console on open files of the host: a pipe, a file, a device, a connected socket, a pseudo terminal. Nothing that is
// printed is lost: a guest that prints faster than the other side reads waits for it.
//
//     Stream log(os::open("uart1.txt", O_WRONLY | O_CREAT, 0666)…);    // nobody types
//     Stream line(socket…, socket…);                                   // as many as there are
//     emulator.connect<"uart1">(log);
//
// A stream whose other side has gone takes what is printed and throws it away; `failure()` says so.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include <wirewrap/console/os.hpp>
#include <wirewrap/emulator/console.hpp>

namespace wirewrap::console {

class Stream {
public:
    /// Goes to `output`; what is typed comes from `input`, if there is one. Neither blocks from now on.
    explicit Stream(os::Descriptor output, os::Descriptor input = {})
        : output_(std::move(output)), input_(std::move(input)), ended_(!input_) {
        if (output_) (void)os::do_not_block(output_);
        if (input_) (void)os::do_not_block(input_);
    }

    std::optional<std::uint8_t> next(bool listening) {
        if (!listening) return std::nullopt;
        if (typed_begin_ == typed_end_ && time_to_look()) take();
        if (typed_begin_ == typed_end_) return std::nullopt;
        return typed_[typed_begin_++];
    }
    void print(std::span<const std::uint8_t> bytes) {
        while (!bytes.empty() && output_ && failure_.code == 0) {
            const auto count = os::write(output_, bytes);
            if (count)
                bytes = bytes.subspan(*count);
            else if (os::is_nothing_yet(count.error()))
                (void)os::wait(output_, POLLOUT, longest_wait);
            else
                failure_ = count.error();
        }
        lost_ += bytes.size();
    }
    void wait(std::chrono::nanoseconds time) {
        if (typed_begin_ != typed_end_ || ended_) return;
        if (os::wait(input_, POLLIN, std::max(time, std::chrono::nanoseconds{0})) != 0) take();
    }
    bool closed() const { return false; }
    /// Nothing more will be typed.
    bool ended() const { return ended_ && typed_begin_ == typed_end_; }

    /// What a main loop polls for bytes; -1: nobody types, or what was typed waits here for the guest.
    int descriptor() const { return ended_ || typed_begin_ != typed_end_ ? -1 : input_.number(); }
    /// Why nothing more can be printed; code 0: it can.
    os::Failure failure() const { return failure_; }
    /// Bytes that were printed and went nowhere.
    std::uint64_t lost() const { return lost_; }

private:
    /// How often the host is asked while the guest is busy.
    static constexpr std::chrono::milliseconds glance{1};
    static constexpr std::chrono::nanoseconds longest_wait = std::chrono::milliseconds(100);

    bool time_to_look() {
        if (ended_) return false;
        const auto now = std::chrono::steady_clock::now();
        if (now < look_again_) return false;
        look_again_ = now + glance;
        return true;
    }
    void take() {
        const auto count = os::read(input_, typed_);
        typed_begin_ = 0;
        typed_end_ = count.value_or(0);
        // A full buffer says that there may be more.
        if (typed_end_ == typed_.size()) look_again_ = {};
        ended_ = count ? *count == 0 : !os::is_nothing_yet(count.error());
    }

    os::Descriptor output_, input_;
    std::array<std::uint8_t, 4096> typed_{};
    std::size_t typed_begin_ = 0, typed_end_ = 0;
    std::chrono::steady_clock::time_point look_again_{};
    bool ended_;
    os::Failure failure_{};
    std::uint64_t lost_ = 0;
};
static_assert(ConsoleWithEnd<Stream>);

}  // namespace wirewrap::console
