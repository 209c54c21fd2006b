// Stands between a front end and a real back end, passes on what they say with its descriptors, and meddles: after each
// answer of the back end a hook may say more to the client, or nothing any more.
//
//     Meddler between(daemon.socket, [](std::uint32_t request, Meddler::Ends& ends) {
//         if (request == 18) ends.to_client("x");
//     });
//     connect_to(between.socket);
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <tests/support/running_qemu.hpp>

namespace wirewrap::test {

class Meddler {
public:
    /// The two connections that belong together.
    struct Ends {
        int client = -1, server = -1;

        void to_client(const std::string& bytes) const {
            [[maybe_unused]] const auto sent = ::send(client, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        }
        /// The client reads the end; the back end is told nothing.
        void end_for_client() const { ::shutdown(client, SHUT_WR); }
    };
    using Hook = std::function<void(std::uint32_t, Ends&)>;

    /// `deaf`: the back end gets an event that nobody signals for its queue, and so hears of no request.
    Meddler(std::string server, Hook hook, bool deaf = false)
        : server_(std::move(server)), hook_(std::move(hook)), deaf_(deaf) {
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        ::unlink(socket.c_str());
        const ::sockaddr_un here = address(socket);
        if (::bind(listener_, reinterpret_cast<const ::sockaddr*>(&here), sizeof here) != 0 ||
            ::listen(listener_, 8) != 0)
            return;
        thread_ = std::jthread([this](std::stop_token stop) { serve(stop); });
    }
    Meddler(const Meddler&) = delete;
    ~Meddler() {
        thread_ = {};
        ::close(listener_);
    }

    const std::string socket = socket_path("meddler.sock");

private:
    struct Message {
        std::array<std::uint32_t, 3> header{};
        std::vector<std::byte> payload;
        std::vector<int> descriptors;
    };

    static ::sockaddr_un address(const std::string& path) {
        ::sockaddr_un result{};
        result.sun_family = AF_UNIX;
        std::ranges::copy(path, result.sun_path);
        return result;
    }

    void serve(std::stop_token stop) {
        std::vector<Ends> pairs;
        while (!stop.stop_requested()) {
            std::vector<::pollfd> files{{listener_, POLLIN, 0}};
            for (const Ends& ends : pairs) {
                files.push_back({ends.client, POLLIN, 0});
                files.push_back({ends.server, POLLIN, 0});
            }
            if (::poll(files.data(), files.size(), 20) <= 0) continue;
            std::vector<Ends> left;
            for (std::size_t i = 0; i != pairs.size(); ++i) {
                Ends ends = pairs[i];
                bool there = true;
                if (files[1 + 2 * i].revents != 0) there = pass_on(ends.client, ends.server, nullptr);
                if (there && files[2 + 2 * i].revents != 0) there = pass_on(ends.server, ends.client, &ends);
                if (there)
                    left.push_back(ends);
                else
                    ::close(ends.client), ::close(ends.server);
            }
            pairs = std::move(left);
            if (files[0].revents != 0) {
                Ends ends{::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC),
                          ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
                const ::sockaddr_un there = address(server_);
                if (::connect(ends.server, reinterpret_cast<const ::sockaddr*>(&there), sizeof there) == 0)
                    pairs.push_back(ends);
                else
                    ::close(ends.client), ::close(ends.server);
            }
        }
        for (const Ends& ends : pairs) ::close(ends.client), ::close(ends.server);
    }

    /// One message; false at the end of the connection.
    bool pass_on(int from, int to, Ends* answered) {
        Message message;
        if (!receive(from, std::as_writable_bytes(std::span(message.header)), message.descriptors))
            return false;
        message.payload.resize(std::min<std::size_t>(message.header[2], 1 << 16));
        const bool whole = message.payload.empty() ||
                           receive(from, std::span(message.payload), message.descriptors);
        constexpr std::uint32_t set_vring_kick = 12;
        if (deaf_ && answered == nullptr && message.header[0] == set_vring_kick)
            for (int& descriptor : message.descriptors)
                ::close(std::exchange(descriptor, ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)));
        if (whole) send(to, message);
        for (const int descriptor : message.descriptors) ::close(descriptor);
        if (whole && answered != nullptr) hook_(message.header[0], *answered);
        return whole;
    }

    static bool receive(int from, std::span<std::byte> bytes, std::vector<int>& descriptors) {
        while (!bytes.empty()) {
            alignas(::cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int) * 8)> control{};
            ::iovec vector{bytes.data(), bytes.size()};
            ::msghdr message{};
            message.msg_iov = &vector, message.msg_iovlen = 1;
            message.msg_control = control.data(), message.msg_controllen = control.size();
            const ::ssize_t count = ::recvmsg(from, &message, MSG_CMSG_CLOEXEC);
            if (count <= 0) return false;
            for (::cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
                std::vector<int> some((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
                std::memcpy(some.data(), CMSG_DATA(c), some.size() * sizeof(int));
                descriptors.insert(descriptors.end(), some.begin(), some.end());
            }
            bytes = bytes.subspan(static_cast<std::size_t>(count));
        }
        return true;
    }
    static void send(int to, const Message& message) {
        std::vector<std::byte> bytes(sizeof message.header + message.payload.size());
        std::memcpy(bytes.data(), message.header.data(), sizeof message.header);
        std::ranges::copy(message.payload, bytes.begin() + sizeof message.header);
        alignas(::cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof(int) * 8)> control{};
        ::iovec vector{bytes.data(), bytes.size()};
        ::msghdr out{};
        out.msg_iov = &vector, out.msg_iovlen = 1;
        if (!message.descriptors.empty()) {
            const std::size_t size = message.descriptors.size() * sizeof(int);
            out.msg_control = control.data(), out.msg_controllen = CMSG_SPACE(size);
            ::cmsghdr* const header = CMSG_FIRSTHDR(&out);
            header->cmsg_level = SOL_SOCKET, header->cmsg_type = SCM_RIGHTS,
            header->cmsg_len = CMSG_LEN(size);
            std::memcpy(CMSG_DATA(header), message.descriptors.data(), size);
        }
        [[maybe_unused]] const auto sent = ::sendmsg(to, &out, MSG_NOSIGNAL);
    }

    std::string server_;
    Hook hook_;
    bool deaf_ = false;
    int listener_ = -1;
    std::jthread thread_;
};

}  // namespace wirewrap::test
