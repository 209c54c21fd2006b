// Where the frames of a network card go on the host: a socket that somebody else holds the other end of, or a TAP interface.
//
//     auto line = backend::FrameLine::of_socket(descriptor);             // as QEMU's -netdev socket,fd=N
//     auto tap = backend::FrameLine::of_tap("tap0");                     // as -netdev tap,ifname=tap0,script=no
//     card.attach(**line, {0x52, 0x54, 0x00, 0x12, 0x34, 0x56});
//     if ((*line)->readable()) …
//
//     datagrams, packets, TAP   a frame each
//     a stream                  [ size 4, big-endian | frame … ][ size 4 | frame … ]
//
// Nothing here waits but `wait`. What the other side does not take in time is lost, as in a network; of a stream up to 1 MiB
// is kept first. Of a side that has gone nothing comes any more.
//
// Source: QEMU 7.2, net/socket.c; Linux, Documentation/networking/tuntap.rst.
#pragma once

#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <wirewrap/backend/os.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/virtio/net.hpp>

namespace wirewrap::backend {

class FrameLine : public virtio::NetworkLine {
    enum class Kind : std::uint8_t { packets, stream, tap };

public:
    /// Takes over a socket that this process was given, and closes it at the end. Errors: it is none, or listens.
    static Expected<std::unique_ptr<FrameLine>> of_socket(int number) {
        int type = 0, listens = 0;
        ::socklen_t size = sizeof type, other = sizeof listens;
        if (::getsockopt(number, SOL_SOCKET, SO_TYPE, &type, &size) != 0)
            return fail("descriptor ", number, " is no socket: ", os::text(os::Failure{errno}),
                        "; give one that this process has inherited");
        if (::getsockopt(number, SOL_SOCKET, SO_ACCEPTCONN, &listens, &other) == 0 && listens != 0)
            return fail("descriptor ", number,
                        " is a socket that waits for connections; give one that is connected");
        os::Descriptor file(number);
        (void)::fcntl(number, F_SETFD, FD_CLOEXEC);
        return std::unique_ptr<FrameLine>(
            new FrameLine(std::move(file), type == SOCK_STREAM ? Kind::stream : Kind::packets));
    }
    /// Makes the interface, or takes one that is there and free. Errors: the host has none, or does not let this user.
    static Expected<std::unique_ptr<FrameLine>> of_tap(const std::string& name) {
        ::ifreq request{};
        if (name.empty() || name.size() >= sizeof request.ifr_name)
            return fail("a network interface has a name of 1 to ", sizeof request.ifr_name - 1,
                        " characters, and ", name, " is none");
        auto file = hostmem::os::opened(::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK));
        if (!file)
            return fail("/dev/net/tun cannot be opened: ", os::text(file.error()),
                        "; a TAP interface needs it, and the module tun");
        request.ifr_flags = IFF_TAP | IFF_NO_PI;
        std::ranges::copy(name, request.ifr_name);
        if (::ioctl(file->number(), TUNSETIFF, &request) != 0)
            return fail("the TAP interface ", name, " cannot be had: ", os::text(os::Failure{errno}),
                        "; make it for this user first, ip tuntap add ", name, " mode tap user NAME");
        return std::unique_ptr<FrameLine>(new FrameLine(std::move(*file), Kind::tap));
    }

    void send(std::span<const std::byte> frame) override {
        if (gone_) return;
        if (kind_ == Kind::stream) return send_in_stream(frame);
        const ::ssize_t count = kind_ == Kind::tap
                                    ? ::write(file_.number(), frame.data(), frame.size())
                                    : ::send(file_.number(), frame.data(), frame.size(), flags);
        if (count != static_cast<::ssize_t>(frame.size())) ++lost_;
    }
    std::size_t receive(std::span<std::byte> to) override {
        while (!gone_) {
            const std::size_t size = kind_ == Kind::stream ? next_of_stream() : next_packet();
            if (size == 0) return 0;
            const std::span<const std::byte> frame(frame_.data(), size);
            if (size >= virtio::Net::shortest_frame && size <= to.size()) {
                std::ranges::copy(frame, to.begin());
                return size;
            }
            ++lost_;
        }
        return 0;
    }

    /// Something may have come.
    bool readable() { return !gone_ && (has_whole_frame() || look(std::chrono::nanoseconds{0})); }
    /// Until something may have come, or `time` is over.
    void wait(std::chrono::nanoseconds time) { (void)look(time); }
    /// -1 when the other side has gone.
    int descriptor() const { return gone_ ? -1 : file_.number(); }
    /// Frames that nobody took, or that were too large or too small.
    std::uint64_t lost() const { return lost_; }

private:
    static constexpr int flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    static constexpr std::size_t largest = 0x1'1000, most_kept = 1 << 20;  // bytes, as QEMU's buffers

    FrameLine(os::Descriptor file, Kind kind) : file_(std::move(file)), kind_(kind), frame_(largest) {}

    bool look(std::chrono::nanoseconds time) {
        constexpr std::int64_t per_second = 1'000'000'000;
        const std::timespec patience{.tv_sec = static_cast<std::time_t>(time.count() / per_second),
                                     .tv_nsec = time.count() % per_second};
        ::pollfd file{.fd = descriptor(), .events = POLLIN, .revents = 0};
        return ::ppoll(&file, 1, &patience, nullptr) > 0;
    }
    static bool nothing_yet() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

    /// The next frame in `frame_`; one that is larger is told as larger.
    std::size_t next_packet() {
        const ::ssize_t count = kind_ == Kind::tap
                                    ? ::read(file_.number(), frame_.data(), frame_.size())
                                    : ::recv(file_.number(), frame_.data(), frame_.size(), flags);
        if (count > 0) return static_cast<std::size_t>(count);
        // An empty datagram is told from an end by nothing, and costs nothing to be asked again.
        if (count < 0 && !nothing_yet() && errno != ECONNREFUSED && errno != EIO) gone_ = true;
        if (count == 0 && look(std::chrono::nanoseconds{0})) gone_ = ++empty_ > 100;
        return 0;
    }

    /// Of a stream, the size that the next frame says; nothing before that has come.
    std::optional<std::size_t> next_size() const {
        if (came_.size() < 4) return std::nullopt;
        return read_memory<std::uint32_t, std::endian::big>(came_.data());
    }
    bool has_whole_frame() const {
        const auto size = next_size();
        return size && came_.size() - 4 >= *size;
    }
    std::size_t next_of_stream() {
        for (;;) {
            if (const auto said = next_size()) {
                const std::size_t size = *said;
                if (size > frame_.size()) {  // it cannot be told where the next one begins
                    gone_ = true;
                    return 0;
                }
                if (came_.size() - 4 >= size) {
                    std::copy_n(came_.begin() + 4, size, frame_.begin());
                    came_.erase(came_.begin(), came_.begin() + 4 + static_cast<std::ptrdiff_t>(size));
                    if (size == 0) continue;
                    return size;
                }
            }
            std::array<std::byte, 0x4000> more;
            const ::ssize_t count = ::recv(file_.number(), more.data(), more.size(), flags);
            if (count == 0 || (count < 0 && !nothing_yet())) gone_ = true;
            if (count <= 0) return 0;
            came_.insert(came_.end(), more.begin(), more.begin() + count);
        }
    }
    void send_in_stream(std::span<const std::byte> frame) {
        if (kept_.size() + frame.size() > most_kept) {
            flush();
            if (kept_.size() + frame.size() > most_kept) {
                ++lost_;
                return;
            }
        }
        std::array<std::byte, 4> size;
        write_memory<std::uint32_t, std::endian::big>(size.data(), static_cast<std::uint32_t>(frame.size()));
        kept_.insert(kept_.end(), size.begin(), size.end());
        kept_.insert(kept_.end(), frame.begin(), frame.end());
        flush();
    }
    void flush() {
        std::size_t done = 0;
        while (done != kept_.size()) {
            const ::ssize_t count = ::send(file_.number(), kept_.data() + done, kept_.size() - done, flags);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0 && !nothing_yet()) gone_ = true;
            if (count <= 0) break;
            done += static_cast<std::size_t>(count);
        }
        kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(done));
    }

    os::Descriptor file_;
    Kind kind_;
    std::vector<std::byte> frame_;  // that comes
    std::vector<std::byte> came_,
        kept_;  // of a stream: what is not a whole frame yet, what was not taken yet
    std::uint64_t lost_ = 0;
    unsigned empty_ = 0;
    std::atomic<bool> gone_ = false;  // seen by who waits beside those who send
};

}  // namespace wirewrap::backend
