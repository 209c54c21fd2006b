// Questions to a back end and its answers, over anything that carries bytes and descriptors. An answer that does not
// fit its question, or does not come in time, is an error.
//
//     Channel channel(Socket::connect("/run/disk.sock", 5s)…, 5s);
//     auto features = channel.ask(Request::get_features);
//     channel.acknowledge(true);                             // REPLY_ACK was negotiated: from now on a refusal is heard
//     channel.tell(Request::set_vring_num, VringState{0, 128});
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/vhost/os.hpp>
#include <wirewrap/vhost/protocol.hpp>

namespace wirewrap::vhost {

/// Carries bytes and descriptors; `receive` fills all of the bytes. Both give up at the deadline.
template <class T>
concept Transport = requires(T& transport, std::span<const std::byte> out, std::span<const int> descriptors,
                             std::span<std::byte> in, os::Deadline deadline) {
    { transport.send(out, descriptors, deadline) } -> std::same_as<os::Result<void>>;
    { transport.receive(in, deadline) } -> std::same_as<os::Result<void>>;
};

/// A Unix stream socket.
class Socket {
public:
    explicit Socket(os::Descriptor file) : file_(std::move(file)) {}

    static Expected<Socket> connect(const std::string& path,
                                    os::Deadline deadline = os::Clock::now() + std::chrono::seconds(5)) {
        if (path.size() > os::longest_path)
            return fail("the path of the back end's socket has ", path.size(), " bytes, and ",
                        os::longest_path, " are the most that a socket can have: ", path);
        auto file = os::connect(path, deadline);
        if (!file && file.error().code == ETIMEDOUT)
            return fail("cannot connect to the vhost-user back end at ", path,
                        ": it has other clients, and as many wait for it as may; stop them");
        if (!file)
            return fail("cannot connect to the vhost-user back end at ", path, ": ", os::text(file.error()),
                        "; start it first, with this path as its socket");
        return Socket(std::move(*file));
    }

    os::Result<void> send(std::span<const std::byte> bytes, std::span<const int> descriptors,
                          os::Deadline deadline) {
        return os::send(file_, bytes, descriptors, deadline);
    }
    os::Result<void> receive(std::span<std::byte> bytes, os::Deadline deadline) {
        return os::receive(file_, bytes, deadline);
    }
    /// What came without a question is no answer to the next one. False when the other side has gone.
    bool discard() { return os::discard(file_); }
    int descriptor() const { return file_.number(); }

private:
    os::Descriptor file_;
};

/// What a message is made of: plain data of the protocol.
template <class P>
concept Payload = std::is_trivially_copyable_v<P> && std::has_unique_object_representations_v<P>;

template <Transport T>
class Channel {
public:
    Channel(T transport, std::chrono::milliseconds time_limit)
        : transport_(std::move(transport)), time_limit_(time_limit) {}

    T& transport() { return transport_; }
    /// Messages have until then at most, all of them together; nothing: each has the time limit.
    void give_up_at(std::optional<os::Deadline> deadline) { give_up_at_ = deadline; }
    /// From now on the back end says of each message whether it took it.
    void acknowledge(bool on) { acknowledge_ = on; }

    /// A message that is answered by a number.
    Expected<std::uint64_t> ask(Request request) {
        std::uint64_t answer = 0;
        const os::Deadline deadline = next_deadline();
        if (auto sent = send(request, flag::version, {}, {}, deadline); !sent)
            return std::unexpected(sent.error());
        if (auto heard = answer_to(request, std::as_writable_bytes(std::span(&answer, 1)), deadline); !heard)
            return std::unexpected(heard.error());
        return answer;
    }

    /// A message that is answered by one of the same form.
    Expected<void> ask(Request request, std::span<std::byte> question_and_answer) {
        const os::Deadline deadline = next_deadline();
        if (auto sent = send(request, flag::version, question_and_answer, {}, deadline); !sent) return sent;
        return answer_to(request, question_and_answer, deadline);
    }
    template <Payload P>
    Expected<P> ask(Request request, P payload) {
        if (auto heard = ask(request, std::as_writable_bytes(std::span(&payload, 1))); !heard)
            return std::unexpected(heard.error());
        return payload;
    }

    /// A message that is not answered, but acknowledged where that was agreed on.
    Expected<void> tell(Request request, std::span<const std::byte> payload = {},
                        std::span<const int> descriptors = {}) {
        const os::Deadline deadline = next_deadline();
        const std::uint32_t flags = flag::version | (acknowledge_ ? flag::need_reply : 0);
        if (auto sent = send(request, flags, payload, descriptors, deadline); !sent) return sent;
        if (!acknowledge_) return {};
        std::uint64_t refused = 0;
        if (auto heard = answer_to(request, std::as_writable_bytes(std::span(&refused, 1)), deadline); !heard)
            return heard;
        if (refused != 0)
            return fail("the vhost-user back end refused ", name_of(request), " (it answered ", refused,
                        "); its own messages say why");
        return {};
    }
    template <Payload P>
    Expected<void> tell(Request request, const P& payload, std::span<const int> descriptors = {}) {
        return tell(request, std::as_bytes(std::span(&payload, 1)), descriptors);
    }

private:
    os::Deadline next_deadline() const {
        const os::Deadline deadline = os::Clock::now() + time_limit_;
        return give_up_at_ ? std::min(deadline, *give_up_at_) : deadline;
    }

    Expected<void> send(Request request, std::uint32_t flags, std::span<const std::byte> payload,
                        std::span<const int> descriptors, os::Deadline deadline) {
        const Header header{static_cast<std::uint32_t>(request), flags,
                            static_cast<std::uint32_t>(payload.size())};
        std::vector<std::byte> message(sizeof header + payload.size());
        std::memcpy(message.data(), &header, sizeof header);
        if (!payload.empty()) std::memcpy(message.data() + sizeof header, payload.data(), payload.size());
        if constexpr (requires { transport_.discard(); }) (void)transport_.discard();
        if (auto sent = transport_.send(message, descriptors, deadline); !sent)
            return lost("send", request, sent.error());
        return {};
    }

    Expected<void> answer_to(Request request, std::span<std::byte> payload, os::Deadline deadline) {
        Header header;
        if (auto got = transport_.receive(std::as_writable_bytes(std::span(&header, 1)), deadline); !got)
            return lost("hear its answer to", request, got.error());
        if (header.request != static_cast<std::uint32_t>(request) ||
            header.flags != (flag::version | flag::reply) || header.size != payload.size())
            return fail("the vhost-user back end answered ", name_of(request), " by request ", header.request,
                        ", flags ", header.flags, " and ", Bytes{header.size}, "; the answer has flags ",
                        flag::version | flag::reply, " and ", Bytes{payload.size()});
        if (auto got = transport_.receive(payload, deadline); !got)
            return lost("hear its answer to", request, got.error());
        return {};
    }

    std::unexpected<Error> lost(std::string_view doing, Request request, os::Failure reason) const {
        if (reason.code == ETIMEDOUT)
            return fail("the vhost-user back end did not answer within ",
                        give_up_at_ ? Text("the time that was left") : sentence(time_limit_.count(), " ms"),
                        " (", name_of(request), "): it serves one client at a time, and may have another");
        return fail("lost the vhost-user back end: cannot ", doing, " ", name_of(request), ": ",
                    os::text(reason));
    }

    T transport_;
    std::chrono::milliseconds time_limit_;
    std::optional<os::Deadline> give_up_at_;
    bool acknowledge_ = false;
};

}  // namespace wirewrap::vhost
