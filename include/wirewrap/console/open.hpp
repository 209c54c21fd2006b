// Opens the console at a place.
//
//     auto console = open_console(*parse_serial("unix:/run/guest.sock,server=on,wait=off"));
//     if (!console) return fail(console.error().message);   // "unix:/run/guest.sock cannot listen: Address already in use"
//     emulator.run(*console);
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include <wirewrap/base/error.hpp>
#include <wirewrap/console/os.hpp>
#include <wirewrap/console/serial_option.hpp>
#include <wirewrap/console/server.hpp>
#include <wirewrap/console/stream.hpp>
#include <wirewrap/emulator/console.hpp>

namespace wirewrap::console {

/// One of those that there are, chosen at run time.
class Opened {
    using Any = std::variant<NoConsole, Stream, Server>;

    template <class Call>
    decltype(auto) visit(Call call) {
        // Not std::visit, which throws.
        if (auto* stream = std::get_if<Stream>(&console_)) return call(*stream);
        if (auto* server = std::get_if<Server>(&console_)) return call(*server);
        return call(*std::get_if<NoConsole>(&console_));
    }

public:
    explicit Opened(Any console, std::string name = {}, os::Descriptor kept_open = {},
                    std::optional<os::RawTerminal> terminal = {})
        : console_(std::move(console)), name_(std::move(name)), kept_open_(std::move(kept_open)),
          terminal_(std::move(terminal)) {}

    std::optional<std::uint8_t> next(bool listening) {
        return visit([&](auto& console) { return console.next(listening); });
    }
    void print(std::span<const std::uint8_t> bytes) {
        visit([&](auto& console) { console.print(bytes); });
    }
    void wait(std::chrono::nanoseconds time) {
        visit([&](auto& console) { console.wait(time); });
    }
    bool closed() {
        return visit([](auto& console) { return console.closed(); });
    }
    bool ended() {
        return visit([](auto& console) { return console.ended(); });
    }
    bool full() {
        return visit([]<class C>(C& console) {
            if constexpr (ConsoleWithRoom<C>) return console.full();
            return false;
        });
    }
    /// Waits until those who are there have taken what was printed, however long that is, or have gone.
    void flush() {
        visit([]<class C>(C& console) {
            if constexpr (ConsoleWithRoom<C>) console.flush();
        });
    }

    /// Where it is, when that is not what was asked for: the name of a pseudo terminal, the port that a server got.
    const std::string& name() const { return name_; }
    /// What a main loop polls for `events()`, to be asked for before each sleep; -1: nothing.
    int descriptor() const {
        if (const auto* stream = std::get_if<Stream>(&console_)) return stream->descriptor();
        if (const auto* server = std::get_if<Server>(&console_)) return server->descriptor();
        return -1;
    }
    short events() const {
        if (const auto* stream = std::get_if<Stream>(&console_)) return stream->events();
        if (const auto* server = std::get_if<Server>(&console_)) return server->events();
        return 0;
    }
    /// Bytes that were printed and went nowhere, because the other side had gone or nobody came.
    std::uint64_t lost() const {
        if (const auto* stream = std::get_if<Stream>(&console_)) return stream->lost();
        if (const auto* server = std::get_if<Server>(&console_)) return server->dropped();
        return 0;
    }
    /// Bytes that wait for somebody to come: lost, if the console ends now.
    std::size_t waiting() const {
        const auto* server = std::get_if<Server>(&console_);
        return server == nullptr ? 0 : server->waiting();
    }
    Any& any() { return console_; }

private:
    Any console_;
    std::string name_;
    os::Descriptor kept_open_;
    std::optional<os::RawTerminal> terminal_;
};
static_assert(ConsoleWithEnd<Opened> && ConsoleWithRoom<Opened>);

namespace detail {

inline Error not_opened(const auto& where, std::string_view what, os::Failure failure) {
    return Error{sentence(where, " cannot ", what, ": ", os::text(failure).view()).string()};
}

inline Expected<Opened> open_socket(const SerialPlace& place) {
    const bool tcp = place.kind == SerialPlace::Kind::tcp;
    const Text where = tcp ? sentence("tcp:", std::string_view(place.host), ":", std::string_view(place.port))
                           : sentence("unix:", std::string_view(place.path));
    auto socket = place.server ? (tcp ? os::listen_at(place.host, place.port) : os::listen_at(place.path))
                               : (tcp ? os::connect_to(place.host, place.port) : os::connect_to(place.path));
    if (!socket)
        return std::unexpected(
            not_opened(where.view(), place.server ? "listen" : "be connected to", socket.error()));
    if (!place.server) {
        auto other = os::duplicate(socket->number());
        if (!other) return std::unexpected(not_opened(where.view(), "be connected to", other.error()));
        return Opened(Stream(std::move(*socket), std::move(*other)));
    }
    Server server(std::move(*socket));
    std::string name(where.view());
    if (tcp) name = std::string(sentence("tcp:", std::string_view(place.host), ":", server.port()).view());
    return Opened(std::move(server), name);
}

inline Expected<Opened> open_pipes(const std::string& path) {
    auto in = os::open(path + ".in", O_RDWR), out = os::open(path + ".out", O_RDWR);
    if (in && out) return Opened(Stream(std::move(*out), std::move(*in)));
    in = os::open(path, O_RDWR), out = os::open(path, O_RDWR);
    if (!in) return std::unexpected(not_opened(std::string_view(path), "be opened", in.error()));
    if (!out) return std::unexpected(not_opened(std::string_view(path), "be opened", out.error()));
    return Opened(Stream(std::move(*out), std::move(*in)));
}

inline Expected<Opened> open_pty() {
    auto terminal = os::pseudo_terminal();
    if (!terminal)
        return std::unexpected(
            not_opened(std::string_view("a pseudo terminal"), "be made", terminal.error()));
    auto other = os::duplicate(terminal->master.number());
    if (!other)
        return std::unexpected(not_opened(std::string_view("a pseudo terminal"), "be made", other.error()));
    return Opened(Stream(std::move(terminal->master), std::move(*other)), terminal->name,
                  std::move(terminal->slave), std::move(terminal->raw));
}

}  // namespace detail

/// Every place but standard input and output, which is the program's to look after. A server that is to wait for somebody
/// has not waited yet: `Server::wait_for_client`.
inline Expected<Opened> open_console(const SerialPlace& place) {
    using Kind = SerialPlace::Kind;
    switch (place.kind) {
    case Kind::nobody: return Opened(NoConsole{});
    case Kind::pty: return detail::open_pty();
    case Kind::pipe: return detail::open_pipes(place.path);
    case Kind::tcp:
    case Kind::unix_socket: return detail::open_socket(place);
    case Kind::file:
    case Kind::device: {
        const bool is_file = place.kind == Kind::file;
        const int flags = is_file ? O_WRONLY | O_CREAT | O_TRUNC : O_RDWR | O_NOCTTY;
        auto file = os::open(place.path, flags, 0666);
        if (!file)
            return std::unexpected(
                detail::not_opened(std::string_view(place.path), "be opened", file.error()));
        if (is_file) return Opened(Stream(std::move(*file)));
        auto other = os::duplicate(file->number());
        if (!other)
            return std::unexpected(
                detail::not_opened(std::string_view(place.path), "be opened", other.error()));
        std::optional<os::RawTerminal> raw;
        if (auto made = os::RawTerminal::made(*file))
            raw = std::move(*made);  // not every device is a terminal
        return Opened(Stream(std::move(*file), std::move(*other)), {}, {}, std::move(raw));
    }
    case Kind::standard: break;
    }
    return fail("standard input and output are opened already");
}

}  // namespace wirewrap::console
