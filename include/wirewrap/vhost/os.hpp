// The system calls of vhost-user, and nothing else: a stream socket that carries descriptors, and events. As in
// hostmem/os.hpp, each returns what the kernel said.
//
//     auto socket = os::connect("/run/disk.sock");
//     auto kick = os::event();
//     os::signal(*kick);
#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

#include <wirewrap/hostmem/os.hpp>

namespace wirewrap::vhost::os {

using hostmem::os::Descriptor;
using hostmem::os::done;
using hostmem::os::Failure;
using hostmem::os::failure;
using hostmem::os::Result;
using hostmem::os::text;

using Clock = std::chrono::steady_clock;
using Deadline = Clock::time_point;

/// Of a socket's path, in bytes: unix(7).
inline constexpr std::size_t longest_path = sizeof(::sockaddr_un::sun_path) - 1;

/// A stream socket connected to the one at `path`. ETIMEDOUT when as many wait there already as may, until the deadline.
inline Result<Descriptor> connect(const std::string& path,
                                  Deadline deadline = Clock::now() + std::chrono::seconds(5)) {
    ::sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() > longest_path) return std::unexpected(Failure{ENAMETOOLONG});
    std::memcpy(address.sun_path, path.data(), path.size());
    auto socket = hostmem::os::opened(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) return socket;
    for (;;) {
        // A queue of waiting clients that is full makes connect wait too, for as long as may be sent.
        const auto left = std::max(std::chrono::ceil<std::chrono::microseconds>(deadline - Clock::now()),
                                   std::chrono::microseconds(1000));
        const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
        const ::timeval time{.tv_sec = static_cast<::time_t>(seconds.count()),
                             .tv_usec = static_cast<::suseconds_t>((left - seconds).count())};
        if (::setsockopt(socket->number(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time) != 0)
            return failure();
        if (::connect(socket->number(), reinterpret_cast<const ::sockaddr*>(&address), sizeof address) == 0)
            return socket;
        if (errno == EAGAIN) return std::unexpected(Failure{ETIMEDOUT});
        if (errno != EINTR || Clock::now() >= deadline) return failure();
    }
}

/// An event that begins as not signalled; reading and writing it does not wait.
inline Result<Descriptor> event() { return hostmem::os::opened(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)); }
inline void signal(const Descriptor& event) {
    const std::uint64_t one = 1;
    // Fails only when 2^64 - 2 signals are pending already; then it is signalled as well.
    [[maybe_unused]] const auto written = ::write(event.number(), &one, sizeof one);
}
/// Not signalled from now on.
inline void clear(const Descriptor& event) {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto read = ::read(event.number(), &count, sizeof count);
}

/// Waits until one of the files has something to tell or the time has come; true when one has.
inline Result<bool> wait(std::span<::pollfd> files, Deadline deadline) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        const int ready = ::poll(files.data(), files.size(),
                                 static_cast<int>(std::clamp<long>(left, 0, 60'000)));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return failure();
        if (Clock::now() >= deadline) return false;
    }
}

/// Takes what has come and nobody asked for, and forgets it. False when the other side has gone.
inline bool discard(const Descriptor& socket) {
    std::array<std::byte, 4096> bytes;
    // Descriptors that come with it are closed by the kernel, because nobody gives it room for them.
    for (unsigned most = 16; most != 0; --most) {
        const ::ssize_t count = ::recv(socket.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (count == 0) return false;
        if (count < 0 && errno != EINTR) return errno == EAGAIN;
    }
    return true;
}

/// Most descriptors that one message carries: one for each region of a memory table.
inline constexpr std::size_t most_descriptors = 8;

/// Sends all bytes; the descriptors go with the first. ETIMEDOUT when the other side does not take them in time.
inline Result<void> send(const Descriptor& socket, std::span<const std::byte> bytes,
                         std::span<const int> descriptors, Deadline deadline) {
    alignas(::cmsghdr) std::byte control[CMSG_SPACE(sizeof(int) * most_descriptors)]{};
    while (!bytes.empty()) {
        ::iovec vector{const_cast<std::byte*>(bytes.data()), bytes.size()};
        ::msghdr message{};
        message.msg_iov = &vector;
        message.msg_iovlen = 1;
        if (!descriptors.empty()) {
            message.msg_control = control;
            message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
            ::cmsghdr* const header = CMSG_FIRSTHDR(&message);
            header->cmsg_level = SOL_SOCKET;
            header->cmsg_type = SCM_RIGHTS;
            header->cmsg_len = CMSG_LEN(descriptors.size_bytes());
            std::memcpy(CMSG_DATA(header), descriptors.data(), descriptors.size_bytes());
        }
        const ::ssize_t count = ::sendmsg(socket.number(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count > 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(count));
            descriptors = {};
        } else if (errno == EAGAIN || errno == EINTR) {
            ::pollfd file{socket.number(), POLLOUT, 0};
            const auto ready = wait({&file, 1}, deadline);
            if (!ready) return std::unexpected(ready.error());
            if (!*ready) return std::unexpected(Failure{ETIMEDOUT});
        } else {
            return failure();
        }
    }
    return {};
}

/// Receives exactly so many bytes. ECONNRESET when the other side has gone, ETIMEDOUT when it says nothing.
inline Result<void> receive(const Descriptor& socket, std::span<std::byte> bytes, Deadline deadline) {
    while (!bytes.empty()) {
        ::pollfd file{socket.number(), POLLIN, 0};
        const auto ready = wait({&file, 1}, deadline);
        if (!ready) return std::unexpected(ready.error());
        if (!*ready) return std::unexpected(Failure{ETIMEDOUT});
        const ::ssize_t count = ::recv(socket.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
        if (count == 0) return std::unexpected(Failure{ECONNRESET});
        if (count > 0)
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        else if (errno != EAGAIN && errno != EINTR)
            return failure();
    }
    return {};
}

}  // namespace wirewrap::vhost::os
