// Lines of a trace on their way to a file: gathered, and given away in large pieces.
//
//     trace::Log log([&](std::string_view text) { file.write(text.data(), text.size()); });
//     log.text("core ").decimal(0, 3).text(": 0x").hex(pc, 16).end();
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/language.hpp>

namespace wirewrap::trace {

class Log {
public:
    using Sink = std::function<void(std::string_view)>;

    /// `sink` gets whole lines; what it does when a file is full is its own business.
    explicit Log(Sink sink) : sink_(std::move(sink)) { buffer_.reserve(most + 4096); }
    Log(const Log&) = delete;
    Log& operator=(const Log&) = delete;
    ~Log() { flush(); }

    Log& text(std::string_view text) {
        buffer_.append(text);
        return *this;
    }
    /// With zeroes in front, `digits` long at least.
    Log& hex(std::uint64_t value, std::size_t digits = 1) { return number(value, 16, digits, '0'); }
    /// With blanks in front.
    Log& decimal(std::uint64_t value, std::size_t width = 1) { return number(value, 10, width, ' '); }
    /// Blanks up to this many characters from where the last ones of `length` began, one at least.
    Log& pad(std::size_t length, std::size_t width) {
        buffer_.append(length < width ? width - length : 1, ' ');
        return *this;
    }
    /// The end of a line.
    void end() {
        buffer_ += '\n';
        if (buffer_.size() >= most) flush();
    }
    void flush() {
        if (!buffer_.empty()) sink_(buffer_);
        buffer_.clear();
    }

private:
    static constexpr std::size_t most = std::size_t{1} << 16;

    Log& number(std::uint64_t value, std::uint64_t base, std::size_t width, char before) {
        char digits[20];
        std::size_t first = sizeof digits;
        do {
            digits[--first] = "0123456789abcdef"[value % base];
            value /= base;
        } while (value != 0);
        const std::size_t length = sizeof digits - first;
        if (length < width) buffer_.append(width - length, before);
        buffer_.append(digits + first, length);
        return *this;
    }

    Sink sink_;
    std::string buffer_;
};

}  // namespace wirewrap::trace
