// The system calls of consoles, and nothing else: streams that do not block, sockets that listen, pseudo terminals. As in
// hostmem/os.hpp, each returns what the kernel said.
//
//     auto listener = os::listen_at("127.0.0.1", "4444");
//     auto client = os::accept(*listener);                        // EAGAIN: nobody has come
//     auto count = os::read(*client, bytes);                      // 0: the other side has gone
#pragma once

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::console::os {

using hostmem::os::Descriptor;
using hostmem::os::done;
using hostmem::os::Failure;
using hostmem::os::failure;
using hostmem::os::open;
using hostmem::os::opened;
using hostmem::os::Result;
using hostmem::os::text;

inline constexpr std::size_t longest_path = sizeof(::sockaddr_un::sun_path) - 1;

/// Nothing came, and may come later.
inline bool is_nothing_yet(Failure failure) {
    return failure.code == EAGAIN || failure.code == EWOULDBLOCK || failure.code == EINTR;
}

inline Result<std::size_t> read(const Descriptor& from, std::span<std::uint8_t> to) {
    const ::ssize_t count = ::read(from.number(), to.data(), to.size());
    if (count < 0) return failure();
    return static_cast<std::size_t>(count);
}
/// Of a socket whose other side has gone: EPIPE, and no signal.
inline Result<std::size_t> write(const Descriptor& to, std::span<const std::uint8_t> bytes) {
    ::ssize_t count = ::send(to.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno == ENOTSOCK) count = ::write(to.number(), bytes.data(), bytes.size());
    if (count < 0) return failure();
    return static_cast<std::size_t>(count);
}
/// Sleeps until there is something (POLLIN, POLLOUT), or the time is over. What is there of it.
inline short wait(const Descriptor& file, short events, std::chrono::nanoseconds time) {
    constexpr std::int64_t per_second = 1'000'000'000;
    const std::timespec limit{.tv_sec = static_cast<std::time_t>(time.count() / per_second),
                              .tv_nsec = time.count() % per_second};
    ::pollfd polled{.fd = file.number(), .events = events, .revents = 0};
    return ::ppoll(&polled, 1, &limit, nullptr) > 0 ? polled.revents : short{0};
}
inline Result<void> do_not_block(const Descriptor& file) {
    const int flags = ::fcntl(file.number(), F_GETFL);
    if (flags < 0) return failure();
    return done(::fcntl(file.number(), F_SETFL, flags | O_NONBLOCK));
}

// ---- sockets

namespace detail {
/// A stream socket at the first address of a host that takes it: `use(socket, address, size)` is 0 then.
template <class Use>
Result<Descriptor> at_host(const std::string& host, const std::string& port, int flags, Use use) {
    ::addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = flags;
    ::addrinfo* found = nullptr;
    const int answer = ::getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &wanted, &found);
    if (answer != 0) return std::unexpected(Failure{answer == EAI_SYSTEM ? errno : EADDRNOTAVAIL});
    const std::unique_ptr<::addrinfo, void (*)(::addrinfo*)> all(found, ::freeaddrinfo);
    Failure last{EADDRNOTAVAIL};
    for (const ::addrinfo* one = found; one != nullptr; one = one->ai_next) {
        auto socket = opened(::socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (socket && use(*socket, one->ai_addr, one->ai_addrlen) == 0) return socket;
        last = Failure{errno};
    }
    return std::unexpected(last);
}
template <class Use>
Result<Descriptor> at_path(const std::string& path, Use use) {
    ::sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() > longest_path) return std::unexpected(Failure{ENAMETOOLONG});
    std::memcpy(address.sun_path, path.data(), path.size());
    auto socket = opened(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) return socket;
    if (use(*socket, reinterpret_cast<const ::sockaddr*>(&address), sizeof address) != 0) return failure();
    return socket;
}
inline int listen(const Descriptor& socket, const ::sockaddr* address, ::socklen_t size) {
    const int yes = 1;
    if (address->sa_family != AF_UNIX &&
        ::setsockopt(socket.number(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0)
        return -1;
    return ::bind(socket.number(), address, size) != 0 ? -1 : ::listen(socket.number(), 1);
}
inline int connect(const Descriptor& socket, const ::sockaddr* address, ::socklen_t size) {
    return ::connect(socket.number(), address, size);
}
}  // namespace detail

/// An empty host: every address of this one.
inline Result<Descriptor> listen_at(const std::string& host, const std::string& port) {
    return detail::at_host(host, port, AI_PASSIVE, detail::listen);
}
inline Result<Descriptor> connect_to(const std::string& host, const std::string& port) {
    return detail::at_host(host, port, 0, detail::connect);
}
/// A socket that an ended process has left at the path is replaced; one that somebody listens at is not.
inline Result<Descriptor> listen_at(const std::string& path) {
    auto socket = detail::at_path(path, detail::listen);
    if (socket || socket.error().code != EADDRINUSE) return socket;
    if (const auto somebody = detail::at_path(path, detail::connect);
        somebody || somebody.error().code != ECONNREFUSED)
        return socket;
    ::unlink(path.c_str());
    return detail::at_path(path, detail::listen);
}
inline Result<Descriptor> connect_to(const std::string& path) {
    return detail::at_path(path, detail::connect);
}
inline Result<Descriptor> accept(const Descriptor& listener) {
    return opened(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
}
/// The port that a listener got, where it asked for any.
inline std::uint16_t port_of(const Descriptor& listener) {
    ::sockaddr_storage address{};
    ::socklen_t size = sizeof address;
    if (::getsockname(listener.number(), reinterpret_cast<::sockaddr*>(&address), &size) != 0) return 0;
    if (address.ss_family == AF_INET)
        return ntohs(reinterpret_cast<const ::sockaddr_in*>(&address)->sin_port);
    if (address.ss_family == AF_INET6)
        return ntohs(reinterpret_cast<const ::sockaddr_in6*>(&address)->sin6_port);
    return 0;
}

// ---- pseudo terminals

struct PseudoTerminal {
    Descriptor master, slave;  // the slave is kept open, so that programs may come and go there
    std::string name{};        // of the slave, "/dev/pts/3"
};
/// One that changes no byte on its way.
inline Result<PseudoTerminal> pseudo_terminal() {
    auto master = opened(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!master) return std::unexpected(master.error());
    std::array<char, 128> name{};
    if (::grantpt(master->number()) != 0 || ::unlockpt(master->number()) != 0 ||
        ::ptsname_r(master->number(), name.data(), name.size()) != 0)
        return failure();
    auto slave = open(name.data(), O_RDWR | O_NOCTTY);
    if (!slave) return std::unexpected(slave.error());
    ::termios settings{};
    if (::tcgetattr(slave->number(), &settings) != 0) return failure();
    ::cfmakeraw(&settings);
    if (::tcsetattr(slave->number(), TCSANOW, &settings) != 0) return failure();
    return PseudoTerminal{std::move(*master), std::move(*slave), name.data()};
}

}  // namespace wirewrap::console::os
