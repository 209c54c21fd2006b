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
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
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
using hostmem::os::duplicate;
using hostmem::os::Failure;
using hostmem::os::failure;
using hostmem::os::Maker;
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

namespace detail {
/// write(2) without the signals of a pipe that nobody reads and of a file that may not grow (RLIMIT_FSIZE), which are kept from
/// this thread and taken back; one that was there already stays.
inline ::ssize_t write_without_signal(const Descriptor& to, std::span<const std::uint8_t> bytes) {
    ::sigset_t signals, before, pending;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGPIPE);
    ::sigaddset(&signals, SIGXFSZ);
    ::sigpending(&pending);
    ::pthread_sigmask(SIG_BLOCK, &signals, &before);
    const ::ssize_t count = ::write(to.number(), bytes.data(), bytes.size());
    const int error = errno;
    const int signal = count >= 0 ? 0 : error == EPIPE ? SIGPIPE : error == EFBIG ? SIGXFSZ : 0;
    constexpr std::timespec at_once{};
    if (signal != 0 && ::sigismember(&pending, signal) == 0) {
        ::sigset_t mine;
        ::sigemptyset(&mine);
        ::sigaddset(&mine, signal);
        (void)::sigtimedwait(&mine, nullptr, &at_once);
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = error;
    return count;
}
}  // namespace detail

/// Where the other side has gone: EPIPE, and no signal; where the file may not grow: EFBIG, and none.
inline Result<std::size_t> write(const Descriptor& to, std::span<const std::uint8_t> bytes) {
    ::ssize_t count = ::send(to.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && errno == ENOTSOCK) count = detail::write_without_signal(to, bytes);
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

/// A file that does not block, for as long as this lives. Then it does again if it did before: others have the same open, such
/// as a shell its terminal, and would read and write in vain. The end of a forked child changes nothing.
class NotBlocking {
public:
    explicit NotBlocking(Descriptor file) : file_(std::move(file)) {
        const int flags = file_ ? ::fcntl(file_.number(), F_GETFL) : -1;
        changed_ = flags >= 0 && (flags & O_NONBLOCK) == 0 && do_not_block(file_);
    }
    NotBlocking(NotBlocking&&) = default;
    NotBlocking& operator=(NotBlocking&& other) noexcept {
        std::swap(file_, other.file_);
        std::swap(changed_, other.changed_);
        std::swap(maker_, other.maker_);
        return *this;
    }
    ~NotBlocking() {
        if (!changed_ || !file_ || !maker_.is_this_process()) return;
        if (const int flags = ::fcntl(file_.number(), F_GETFL); flags >= 0)
            (void)::fcntl(file_.number(), F_SETFL, flags & ~O_NONBLOCK);
    }

    explicit operator bool() const { return static_cast<bool>(file_); }
    const Descriptor& file() const { return file_; }
    int number() const { return file_.number(); }

private:
    Descriptor file_;
    bool changed_ = false;
    Maker maker_;
};

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
Result<Descriptor> at_path(const std::string& path, Use use, int type = SOCK_STREAM) {
    ::sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() > longest_path) return std::unexpected(Failure{ENAMETOOLONG});
    std::memcpy(address.sun_path, path.data(), path.size());
    auto socket = opened(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
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
namespace detail {
/// An ended process has left a socket at the path. A datagram socket asks: a stream socket in use refuses its kind, without
/// that its owner hears of it or could keep it waiting.
inline bool is_left_over(const std::string& path) {
    struct ::stat found{};
    if (::lstat(path.c_str(), &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
    const auto asked = at_path(path, connect, SOCK_DGRAM);
    return !asked && asked.error().code == ECONNREFUSED;
}
}  // namespace detail

/// A socket that an ended process has left at the path is replaced; one that is in use, or what is no socket, is not.
inline Result<Descriptor> listen_at(const std::string& path) {
    auto socket = detail::at_path(path, detail::listen);
    if (socket || socket.error().code != EADDRINUSE || !detail::is_left_over(path)) return socket;
    ::unlink(path.c_str());
    return detail::at_path(path, detail::listen);
}
inline Result<Descriptor> connect_to(const std::string& path) {
    return detail::at_path(path, detail::connect);
}
/// Of `accept`: nobody has come, or has gone again.
inline bool is_nobody(Failure failure) { return is_nothing_yet(failure) || failure.code == ECONNABORTED; }
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

// ---- terminals

/// A terminal that changes no byte on its way, for as long as this lives; then it is as it was before. The end of a forked
/// child changes nothing.
class RawTerminal {
public:
    /// Fails with ENOTTY where the file is none.
    static Result<RawTerminal> made(const Descriptor& file) {
        ::termios before{};
        if (::tcgetattr(file.number(), &before) != 0) return failure();
        auto terminal = duplicate(file.number());
        if (!terminal) return std::unexpected(terminal.error());
        ::termios raw = before;
        ::cfmakeraw(&raw);
        if (::tcsetattr(file.number(), TCSANOW, &raw) != 0) return failure();
        return RawTerminal(std::move(*terminal), before);
    }
    RawTerminal(RawTerminal&&) = default;
    RawTerminal& operator=(RawTerminal&& other) noexcept {
        std::swap(terminal_, other.terminal_);
        std::swap(before_, other.before_);
        std::swap(maker_, other.maker_);
        return *this;
    }
    ~RawTerminal() {
        if (terminal_ && maker_.is_this_process()) (void)::tcsetattr(terminal_.number(), TCSANOW, &before_);
    }

private:
    RawTerminal(Descriptor terminal, const ::termios& before)
        : terminal_(std::move(terminal)), before_(before) {}

    Descriptor terminal_;
    ::termios before_;
    Maker maker_;
};

struct PseudoTerminal {
    Descriptor master;
    Descriptor slave;    // kept open, so that programs may come and go there
    RawTerminal raw;     // the slave
    std::string name{};  // of the slave, "/dev/pts/3"
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
    auto raw = RawTerminal::made(*slave);
    if (!raw) return std::unexpected(raw.error());
    return PseudoTerminal{std::move(*master), std::move(*slave), std::move(*raw), name.data()};
}

}  // namespace wirewrap::console::os
