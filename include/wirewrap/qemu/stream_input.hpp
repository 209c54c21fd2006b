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
    /// Fills all of `to`, or none of it counts and this is false.
    bool bytes_into(std::span<std::byte> to) {
        while (!to.empty() && fill()) {
            const std::size_t count = std::min(to.size(), end_ - begin_);
            std::memcpy(to.data(), buffer_.get() + begin_, count);
            consume(count);
            to = to.subspan(count);
        }
        return to.empty() && ok();
    }
    void skip(std::uint64_t count) {
        while (count != 0 && fill()) {
            const std::size_t some = std::min<std::uint64_t>(count, end_ - begin_);
            consume(some);
            count -= some;
        }
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
            error_ = Error{sentence("the stream ends at byte ", position_, ", in the middle of ", what_,
                                    ": it was cut short, so write it again")
                               .string()};
        return false;
    }
    bool more() {
        const auto count = source_.read({buffer_.get(), buffer_size});
        begin_ = 0;
        end_ = count ? *count : 0;
        if (!count) error_ = count.error();
        return end_ != 0;
    }

    Source& source_;
    std::unique_ptr<std::byte[]> buffer_;
    std::size_t begin_ = 0, end_ = 0;
    std::uint64_t position_ = 0;
    std::string_view what_ = "the stream";
    std::optional<Error> error_;
};

}  // namespace wirewrap::qemu
