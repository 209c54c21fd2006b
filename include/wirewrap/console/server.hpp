// A console that others connect to: a socket that listens, one client at a time, who may leave and come again. What is printed
// while nobody is there is kept for who comes, up to a megabyte, of which the newest is what stays. A client that does not read
// keeps the guest waiting, as at a `Stream`.
//
//     Server server(os::listen_at("127.0.0.1", "0")…);
//     server.port();                                  // 43210
//     emulator.connect<"uart0">(server);
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <wirewrap/console/os.hpp>
#include <wirewrap/console/stream.hpp>
#include <wirewrap/emulator/console.hpp>

namespace wirewrap::console {

class Server {
public:
    /// Bytes that are kept while nobody is connected.
    static constexpr std::size_t kept = std::size_t{1} << 20;

    explicit Server(os::Descriptor listener) : listener_(std::move(listener)) {
        (void)os::do_not_block(listener_);
    }

    std::uint16_t port() const { return os::port_of(listener_); }
    bool connected() const { return client_.has_value(); }
    /// Waits until somebody is there, as QEMU's `wait=on` does. Fails where nobody can be let in, as without descriptors.
    Expected<void> wait_for_client() {
        while (!client_) {
            if (os::wait(listener_, POLLIN, std::chrono::seconds(1)) == 0) continue;
            if (const auto came = accept(); !came && !os::is_nobody(came.error()))
                return fail("nobody can be let in at the console: ", os::text(came.error()).view());
        }
        return {};
    }

    std::optional<std::uint8_t> next(bool listening) {
        look();
        if (listening && !typed_.empty()) {
            const std::uint8_t byte = typed_.front();
            typed_.pop_front();
            return byte;
        }
        if (!client_) return std::nullopt;
        const auto byte = client_->next(listening);
        if (client_->ended() && !client_->full()) let_go();
        return byte;
    }
    void print(std::span<const std::uint8_t> bytes) {
        look();
        if (!client_) return keep(bytes);
        client_->print(bytes);
        if (client_->failure().code != 0) let_go();
    }
    /// The client does not take what was printed.
    bool full() {
        if (!client_) return false;
        const bool full = client_->full();
        if (client_->failure().code != 0) let_go();
        return full;
    }
    /// Waits until the client, if there is one, has all, or has gone.
    void flush() {
        while (full()) client_->wait(std::chrono::milliseconds(100));
    }
    void wait(std::chrono::nanoseconds time) {
        if (!client_) {
            if (!typed_.empty()) time = {};
            if (os::wait(listener_, POLLIN, std::max(time, std::chrono::nanoseconds{0})) != 0) (void)accept();
            return;
        }
        if (!typed_.empty() && !full()) time = {};
        if (!client_) return;
        client_->wait(time);
        if (client_->ended() && !client_->full()) let_go();
    }
    bool closed() const { return false; }
    /// Somebody may always come.
    bool ended() const { return false; }

    /// What a main loop polls for `events()`; -1: what was typed waits here for the guest.
    int descriptor() const {
        if (!client_) return listener_.number();
        return typed_.empty() || events() == POLLOUT ? client_->descriptor() : -1;
    }
    /// POLLIN: somebody may come, or type. POLLOUT: the client has to read before the guest goes on.
    short events() const { return client_ ? client_->events() : POLLIN; }
    /// Bytes that were printed while nobody was there and had to give way.
    std::uint64_t dropped() const { return dropped_; }
    /// Bytes that are kept for who comes.
    std::size_t waiting() const { return kept_.size(); }

private:
    static constexpr std::chrono::milliseconds glance{10};

    void look() {
        const auto now = std::chrono::steady_clock::now();
        if (now < look_again_) return;
        look_again_ = now + glance;
        if (!client_)
            (void)accept();
        else if (client_->left() && !client_->full() && take_typed())
            let_go();  // a guest that does not read would not find out, and print to nobody
    }
    os::Result<void> accept() {
        auto client = os::accept(listener_);
        if (!client) return std::unexpected(client.error());
        const int yes = 1;  // a key is sent at once; a Unix socket does not know the option
        (void)::setsockopt(client->number(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        auto other = os::duplicate(client->number());
        if (!other) return std::unexpected(other.error());
        client_.emplace(std::move(*client), std::move(*other));
        const std::vector<std::uint8_t> before(kept_.begin(), kept_.end());
        kept_.clear();
        print(before);
        return {};
    }
    void keep(std::span<const std::uint8_t> bytes) {
        kept_.insert(kept_.end(), bytes.begin(), bytes.end());
        if (kept_.size() <= kept) return;
        const std::size_t over = kept_.size() - kept;
        dropped_ += over;
        kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(over));
    }

    /// Takes what the client types, as far as there is room. Whether nothing more will come.
    bool take_typed() {
        while (typed_.size() < kept) {
            client_->wait({});
            const auto byte = client_->next(true);
            if (!byte) break;
            typed_.push_back(*byte);
        }
        return client_->ended();
    }
    /// The client has gone: what it did not take is for the next one, what it typed before is still typed.
    void let_go() {
        const std::vector<std::uint8_t> left = client_->discard();
        (void)take_typed();
        client_.reset();
        keep(left);
    }

    os::Descriptor listener_;
    std::optional<Stream> client_;
    std::deque<std::uint8_t> kept_;
    std::deque<std::uint8_t> typed_;  // by clients that have gone
    std::uint64_t dropped_ = 0;
    std::chrono::steady_clock::time_point look_again_{};
};
static_assert(ConsoleWithEnd<Server> && ConsoleWithRoom<Server>);

}  // namespace wirewrap::console
