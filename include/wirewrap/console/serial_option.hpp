// Where a serial port goes, as QEMU's `-serial` spells it.
//
//     auto place = parse_serial("tcp:127.0.0.1:4444,server=on,wait=off");
//     place->kind == SerialPlace::Kind::tcp, place->host == "127.0.0.1", place->server
//
// | value                                            | the port is at                                                   |
// |--------------------------------------------------|------------------------------------------------------------------|
// | `stdio`, `mon:stdio`                             | standard input and output                                        |
// | `none`, `null`                                   | nobody                                                           |
// | `file:PATH`                                      | a file, made anew; nobody types                                  |
// | `pipe:PATH`                                      | the named pipes PATH.in and PATH.out, or one at PATH             |
// | `pty`                                            | a pseudo terminal, whose name is told                            |
// | `/dev/…`                                         | a device of the host                                             |
// | `tcp:[HOST]:PORT[,server[=on]][,wait=off|,nowait]` | a TCP socket, that listens or connects                         |
// | `unix:PATH[,server[=on]][,wait=off|,nowait]`     | a Unix socket                                                    |
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include <wirewrap/base/error.hpp>

namespace wirewrap::console {

struct SerialPlace {
    enum class Kind : std::uint8_t { standard, nobody, file, pipe, pty, device, tcp, unix_socket };
    Kind kind = Kind::standard;
    std::string path{};          // of a file, a pipe, a device or a Unix socket
    std::string host{}, port{};  // of TCP
    bool server = false;         // listens
    bool wait = true;            // the guest begins when somebody has connected

    friend bool operator==(const SerialPlace&, const SerialPlace&) = default;
};

namespace detail {

/// A switch as QEMU has it: `name`, `name=on`, `name=off`. False: it is another word.
inline bool take_switch(std::string_view word, std::string_view name, bool& value) {
    if (word == name || word == sentence(name, "=on").view()) return value = true;
    if (word != sentence(name, "=off").view()) return false;
    value = false;
    return true;
}

/// A number of 16 bits, or the name of a service, which has a letter. Of other numbers the system takes the last 16 bits.
constexpr bool is_port(std::string_view text) {
    std::uint32_t number = 0;
    bool letters = false, dashes = false;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9', letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!digit && !letter && c != '-') return false;
        letters = letters || letter;
        dashes = dashes || c == '-';
        if (digit && number <= 65535) number = number * 10 + static_cast<std::uint32_t>(c - '0');
    }
    return letters || (!dashes && number <= 65535);
}

inline Expected<void> take_socket_words(std::string_view words, SerialPlace& place) {
    bool ignored = false;
    std::string_view waits{};
    while (!words.empty()) {
        const std::string_view word = words.substr(0, words.find(','));
        words.remove_prefix(std::min(words.size(), word.size() + 1));
        if (word == "nowait")
            place.wait = false, waits = word;
        else if (take_switch(word, "wait", place.wait))
            waits = word;
        else if (!take_switch(word, "server", place.server) && !take_switch(word, "nodelay", ignored))
            return fail(word,
                        " is not known of a socket: write server=on, wait=off, nodelay=on, or leave it out");
    }
    if (!place.server && !waits.empty())
        return fail(waits, " is about a socket that others connect to, and this one connects by itself: add "
                           "server=on, or leave it out");
    return {};
}

}  // namespace detail

inline Expected<SerialPlace> parse_serial(std::string_view value) {
    using Kind = SerialPlace::Kind;
    const std::string_view prefix = value.substr(0, value.find(':') + 1);
    const std::string_view rest = value.substr(prefix.size());
    if (value == "stdio" || value == "mon:stdio") return SerialPlace{};
    if (value == "none" || value == "null") return SerialPlace{.kind = Kind::nobody};
    if (value == "pty") return SerialPlace{.kind = Kind::pty};
    if (value.starts_with("/dev/")) return SerialPlace{.kind = Kind::device, .path = std::string(value)};
    if (prefix == "file:" || prefix == "pipe:") {
        if (rest.empty()) return fail(prefix, " has no path: write ", prefix, "PATH");
        return SerialPlace{.kind = prefix == "file:" ? Kind::file : Kind::pipe, .path = std::string(rest)};
    }
    if (prefix == "unix:" || prefix == "tcp:") {
        const std::string_view where = rest.substr(0, rest.find(','));
        SerialPlace place{.kind = prefix == "tcp:" ? Kind::tcp : Kind::unix_socket,
                          .path = std::string(where)};
        if (place.kind == Kind::tcp) {
            const std::size_t colon = where.rfind(':');
            if (colon == std::string_view::npos || colon + 1 == where.size())
                return fail("tcp:", where, " has no port: write tcp:HOST:PORT, or tcp::PORT");
            if (!detail::is_port(where.substr(colon + 1)))
                return fail("tcp: ", where.substr(colon + 1),
                            " is no port: write a number from 0 to 65535, or the name of a service");
            std::string_view host = where.substr(0, colon);
            if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
            place.host = host;
            place.port = where.substr(colon + 1);
            place.path.clear();
        } else if (where.empty()) {
            return fail("unix: has no path: write unix:PATH");
        }
        const auto took = detail::take_socket_words(rest.substr(std::min(rest.size(), where.size() + 1)),
                                                    place);
        if (!took) return std::unexpected(took.error());
        return place;
    }
    return fail(
        value, " is no place for a serial port here: write stdio, mon:stdio, none, null, file:PATH, ",
        "pipe:PATH, pty, /dev/NAME, tcp:HOST:PORT or unix:PATH, the last two with ,server=on,wait=off ",
        "where it listens");
}

}  // namespace wirewrap::console
