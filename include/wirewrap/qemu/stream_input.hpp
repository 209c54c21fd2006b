// Reads the parts of a stream: big-endian numbers, short strings, bytes. The first thing that goes wrong stays: from
// then on every number is 0 and every string empty, and `error()` says at which byte it happened.
//
//     StreamInput input(source);
//     input.reading("the header");
//     const auto magic = input.number<std::uint32_t>();
//     if (!input.ok()) return std::unexpected(input.error());   // "the stream ends at byte 2, in the middle of the header: …"
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/qemu/byte_source.hpp>

namespace wirewrap::qemu {

/// A name out of a stream, for a sentence: what is no printable ASCII character is a question mark.
inline std::string printable(std::string_view name) {
    std::string shown(name);
    for (char& c : shown)
        if (c < ' ' || c > '~') c = '?';
    return shown;
}

template <ByteSource Source>
class StreamInput {
    static constexpr std::size_t buffer_size = 256 * 1024;  // a few dozen pages a system call

public:
    explicit StreamInput(Source& source)
        : source_(source), buffer_(std::make_unique_for_overwrite<std::byte[]>(buffer_size)) {}

    bool ok() const { return !error_; }
    /// Only when not `ok()`.
    const Error& error() const { return *error_; }
    /// Bytes read so far.
    std::uint64_t position() const { return position_; }
    /// What is being read, for the sentence about a stream that ends in it.
    void reading(std::string_view what) { what_ = what; }

    template <AccessWord T>
    T number() {
        std::array<std::byte, sizeof(T)> bytes{};
        if (!bytes_into(bytes)) return 0;
        return read_memory<T, std::endian::big>(bytes.data());
    }
    /// One byte of length, then so many characters.
    std::string name() {
        std::string text(number<std::uint8_t>(), '\0');
        if (!bytes_into(std::as_writable_bytes(std::span(text)))) return {};
        return text;
    }
    /// Fills all of `to`, or none of it counts and this is false. Much of it comes without a copy of its own.
    bool bytes_into(std::span<std::byte> to) {
        while (!to.empty() && ok()) {
            if (begin_ == end_ && to.size() >= buffer_size) {
                begin_ = end_ = 0;
                const std::size_t count = read(to);
                if (count == 0) return fill();
                position_ += count;
                to = to.subspan(count);
                continue;
            }
            if (!fill()) break;
            const std::size_t count = std::min(to.size(), end_ - begin_);
            std::memcpy(to.data(), buffer_.get() + begin_, count);
            consume(count);
            to = to.subspan(count);
        }
        return to.empty() && ok();
    }
    void skip(std::uint64_t count) {
        if (count > end_ - begin_ + buffer_size && seeks() && position_ + count > position_)
            return go_to(position_ + count);
        while (count != 0 && fill()) {
            const std::size_t some = std::min<std::uint64_t>(count, end_ - begin_);
            consume(some);
            count -= some;
        }
    }
    bool seeks() const { return source_.seeks(); }
    /// Goes on at this byte, of a source that seeks.
    void go_to(std::uint64_t position) {
        if (!ok()) return;
        const std::uint64_t buffered = position_ - begin_;  // the position of the buffer's first byte
        if (position >= buffered && position - buffered <= end_) {
            begin_ = static_cast<std::size_t>(position - buffered);
        } else {
            begin_ = end_ = 0;
            jumped_ = true;
            if (auto sought = source_.seek(position); !sought) error_ = sought.error();
        }
        position_ = position;
    }
    /// Reads what is left, so that a writer at the other end of a pipe can finish.
    void skip_to_end() {
        while (ok() && (begin_ != end_ || more())) consume(end_ - begin_);
    }

private:
    void consume(std::size_t count) {
        begin_ += count;
        position_ += count;
    }
    /// True when there is a byte to take.
    bool fill() {
        if (!ok()) return false;
        if (begin_ != end_ || more()) return true;
        if (ok())
            error_ = Error{sentence("the stream ends ", jumped_ ? "before" : "at", " byte ", position_,
                                    ", in the middle of ", what_, ": it was cut short, so write it again")
                               .string()};
        return false;
    }
    bool more() {
        begin_ = 0;
        end_ = read({buffer_.get(), buffer_size});
        return end_ != 0;
    }
    std::size_t read(std::span<std::byte> into) {
        const auto count = source_.read(into);
        if (!count) error_ = count.error();
        if (!count || *count == 0) return 0;
        jumped_ = false;
        return *count;
    }

    Source& source_;
    std::unique_ptr<std::byte[]> buffer_;
    std::size_t begin_ = 0, end_ = 0;
    std::uint64_t position_ = 0;
    bool jumped_ = false;  // there, and nothing was read yet
    std::string_view what_ = "the stream";
    std::optional<Error> error_;
};

}  // namespace wirewrap::qemu
