// Where debuggers come to: a TCP or Unix socket that listens, for one at a time. What they send and get are bytes; what they
// mean is a `Session`'s business.
//
//     auto place = parse_place("tcp::1234");                    // 127.0.0.1 unless a host is named
//     auto door = Door::open(*place);
//     if (!door) return fail(door.error().message);              // "tcp:127.0.0.1:1234 cannot listen: Address already in use"
//     if (door->arrived()) …
//     const Door::Bytes bytes = door->read();
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/error.hpp>
#include <wirewrap/console/os.hpp>
#include <wirewrap/console/serial_option.hpp>
#include <wirewrap/debug/packet.hpp>

namespace wirewrap::debug {

namespace os = console::os;

struct Place {
    bool tcp = true;
    std::string host{}, port{};
    std::string path{};  // of a Unix socket

    friend bool operator==(const Place&, const Place&) = default;
};

/// As QEMU's `-gdb`: `tcp:[HOST]:PORT` or `unix:PATH`. That the socket listens needs not be said.
inline Expected<Place> parse_place(std::string_view value) {
    if (!value.starts_with("tcp:") && !value.starts_with("unix:"))
        return fail(value, " is no place for a debugger: write tcp::PORT, tcp:HOST:PORT or unix:PATH");
    const auto place = console::parse_serial(value);
    if (!place) return std::unexpected(place.error());
    const bool tcp = place->kind == console::SerialPlace::Kind::tcp;
    return Place{.tcp = tcp,
                 .host = tcp && place->host.empty() ? "127.0.0.1" : place->host,
                 .port = place->port,
                 .path = tcp ? std::string() : place->path};
}

class Door {
public:
    static Expected<Door> open(const Place& place) {
        const Text where = place.tcp ? sentence("tcp:", std::string_view(place.host), ":",
                                                std::string_view(place.port))
                                     : sentence("unix:", std::string_view(place.path));
        auto listener = place.tcp ? os::listen_at(place.host, place.port) : os::listen_at(place.path);
        if (!listener)
            return fail(where, " cannot listen for a debugger: ", os::text(listener.error()).view(),
                        place.tcp ? "; another program may be there: take another port, or port 0 for any"
                                  : "");
        (void)os::do_not_block(*listener);
        std::string name(where.view());
        if (place.tcp)
            name = sentence("tcp:", std::string_view(place.host), ":", os::port_of(*listener)).string();
        return Door(std::move(*listener), std::move(name));
    }

    /// Where it is: "tcp:127.0.0.1:40123".
    const std::string& name() const { return name_; }
    bool connected() const { return static_cast<bool>(client_); }

    /// Somebody has come just now. Who comes while another one is there is told so, and sent away.
    bool arrived() {
        auto come = os::accept(listener_);
        if (!come) return false;
        if (client_) {
            const std::string no = framed(
                "E.this machine is being debugged by another debugger, and takes one at a time");
            (void)os::write(*come, bytes_of(no));
            ++sent_away_;
            return false;
        }
        const int yes = 1;  // small packets go at once; a Unix socket does not know the option
        (void)::setsockopt(come->number(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        (void)os::do_not_block(*come);
        client_ = std::move(*come);
        return true;
    }
    std::size_t sent_away() const { return sent_away_; }

    /// What the debugger sent since; empty when that is nothing, or when it has gone: `connected()`.
    std::string read() {
        std::string all;
        std::array<std::uint8_t, 4096> bytes;
        while (client_ && all.size() < most_at_once) {
            const auto count = os::read(client_, bytes);
            if (!count && os::is_nothing_yet(count.error())) break;
            if (!count || *count == 0) {
                client_ = {};
                break;
            }
            all.append(reinterpret_cast<const char*>(bytes.data()), *count);
        }
        return all;
    }
    /// Sends all of it. A debugger that does not take it within some seconds is let go.
    void write(std::string_view text) {
        const auto give_up = std::chrono::steady_clock::now() + patience;
        auto bytes = bytes_of(text);
        while (!bytes.empty() && client_) {
            const auto count = os::write(client_, bytes);
            if (count) {
                bytes = bytes.subspan(*count);
                continue;
            }
            if (!os::is_nothing_yet(count.error()) || std::chrono::steady_clock::now() > give_up)
                return leave();
            (void)os::wait(client_, POLLOUT, std::chrono::milliseconds(100));
        }
    }
    void leave() { client_ = {}; }

    /// Sleeps until somebody comes or sends something, or the time is over.
    void wait(std::chrono::nanoseconds time) const {
        (void)os::wait(client_ ? client_ : listener_, POLLIN, time);
    }

private:
    static constexpr std::chrono::seconds patience{5};
    static constexpr std::size_t most_at_once = std::size_t{1} << 20;

    Door(os::Descriptor listener, std::string name)
        : listener_(std::move(listener)), name_(std::move(name)) {}

    static std::span<const std::uint8_t> bytes_of(std::string_view text) {
        return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
    }

    os::Descriptor listener_, client_;
    std::string name_;
    std::size_t sent_away_ = 0;
};

}  // namespace wirewrap::debug
