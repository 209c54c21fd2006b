// The frames of GDB's remote protocol: `$`, the packet with what would be mistaken escaped, `#`, and the sum of its bytes in
// two hex digits. Each is answered by `+`, or by `-` when it is to be sent again. Between frames a byte of 3 is Ctrl-C.
//
//     PacketReader reader(4096);
//     for (const char c : bytes)
//         switch (reader.take(c)) {
//         case PacketReader::Found::packet: … reader.packet() …
//         case PacketReader::Found::interrupt: …
//         …
//         }
//     framed("OK");                                 // "$OK#9a"
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <wirewrap/debug/hex.hpp>

namespace wirewrap::debug {

class PacketReader {
public:
    enum class Found : std::uint8_t {
        nothing,    // not yet
        packet,     // `packet()`
        bad,        // a packet with a wrong sum, to be sent again
        too_long,   // a packet that is longer than was agreed, which is gone
        good_ack,   // +
        bad_ack,    // -
        interrupt,  // Ctrl-C
    };

    /// `longest`: bytes of a packet when nothing is escaped any more.
    explicit PacketReader(std::size_t longest) : longest_(longest) {}

    Found take(char c) {
        switch (state_) {
        case State::between: return between(c);
        case State::escaped: return add(static_cast<char>(c ^ 0x20), c);
        case State::inside: return inside(c);
        case State::first_digit:
            first_ = c;
            state_ = State::second_digit;
            return Found::nothing;
        case State::second_digit: break;
        }
        state_ = State::between;
        if (too_long_) return Found::too_long;
        const auto high = hex_digit(first_), low = hex_digit(c);
        return high && low && (*high << 4 | *low) == sum_ ? Found::packet : Found::bad;
    }
    /// The last one, until the next byte is taken.
    std::string_view packet() const { return packet_; }

private:
    enum class State : std::uint8_t { between, inside, escaped, first_digit, second_digit };

    Found between(char c) {
        switch (c) {
        case '$': begin(); return Found::nothing;
        case '+': return Found::good_ack;
        case '-': return Found::bad_ack;
        case '\3': return Found::interrupt;
        default: return Found::nothing;  // noise on the line
        }
    }
    Found inside(char c) {
        if (c == '#') return state_ = State::first_digit, Found::nothing;
        if (c == '$') return begin(), Found::nothing;  // the one before was cut off
        if (c == '}') {
            sum_ = static_cast<std::uint8_t>(sum_ + static_cast<std::uint8_t>(c));
            state_ = State::escaped;
            return Found::nothing;
        }
        return add(c, c);
    }
    Found add(char meant, char sent) {
        state_ = State::inside;
        sum_ = static_cast<std::uint8_t>(sum_ + static_cast<std::uint8_t>(sent));
        if (packet_.size() == longest_)
            too_long_ = true;
        else
            packet_ += meant;
        return Found::nothing;
    }
    void begin() {
        packet_.clear();
        sum_ = 0;
        too_long_ = false;
        state_ = State::inside;
    }

    std::size_t longest_;
    std::string packet_;
    State state_ = State::between;
    std::uint8_t sum_ = 0;
    char first_ = 0;
    bool too_long_ = false;
};

/// A packet ready to be sent.
inline std::string framed(std::string_view packet) {
    std::string frame = "$";
    std::uint8_t sum = 0;
    const auto add = [&](char c) {
        frame += c;
        sum = static_cast<std::uint8_t>(sum + static_cast<std::uint8_t>(c));
    };
    for (const char c : packet) {
        if (c == '$' || c == '#' || c == '}' || c == '*') {
            add('}');
            add(static_cast<char>(c ^ 0x20));
        } else {
            add(c);
        }
    }
    frame += '#';
    const std::byte byte{sum};
    append_hex(frame, {&byte, 1});
    return frame;
}

}  // namespace wirewrap::debug
