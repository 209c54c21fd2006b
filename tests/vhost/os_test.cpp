#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <sys/un.h>

#include <catch2/catch.hpp>

#include <wirewrap/vhost/os.hpp>

#include <tests/support/running_qemu.hpp>

using namespace wirewrap;
using namespace std::chrono_literals;
namespace os = vhost::os;

namespace {
struct Pair {
    Pair() {
        std::array<int, 2> ends{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
        here = os::Descriptor(ends[0]), there = os::Descriptor(ends[1]);
    }
    os::Descriptor here, there;
};
os::Deadline soon() { return os::Clock::now() + 50ms; }
}  // namespace

TEST_CASE("bytes and a descriptor arrive together") {
    Pair pair;
    const auto event = os::event();
    REQUIRE(event);
    const std::string text = "hello";
    const int number = event->number();
    REQUIRE(os::send(pair.here, std::as_bytes(std::span(text)), {&number, 1}, soon()));

    std::array<char, 5> bytes{};
    alignas(::cmsghdr) std::array<std::byte, 64> control{};
    ::iovec vector{bytes.data(), bytes.size()};
    ::msghdr message{};
    message.msg_iov = &vector, message.msg_iovlen = 1;
    message.msg_control = control.data(), message.msg_controllen = control.size();
    REQUIRE(::recvmsg(pair.there.number(), &message, 0) == 5);
    CHECK(std::string(bytes.data(), 5) == "hello");
    REQUIRE(CMSG_FIRSTHDR(&message) != nullptr);
    int received = -1;
    std::memcpy(&received, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof received);
    const os::Descriptor same(received);
    os::signal(same);  // the same event under another number
    ::pollfd file{event->number(), POLLIN, 0};
    CHECK(os::wait({&file, 1}, soon()) == true);
    os::clear(*event);
    CHECK(os::wait({&file, 1}, soon()) == false);
}

TEST_CASE("silence is ETIMEDOUT, the end ECONNRESET, a full socket ETIMEDOUT") {
    Pair pair;
    std::array<std::byte, 4> bytes;
    const auto silent = os::receive(pair.here, bytes, soon());
    REQUIRE_FALSE(silent);
    CHECK(silent.error().code == ETIMEDOUT);
    const std::vector<std::byte> lots(8 << 20);
    const auto full = os::send(pair.here, lots, {}, soon());
    REQUIRE_FALSE(full);
    CHECK(full.error().code == ETIMEDOUT);
    Pair other;
    { const os::Descriptor gone = std::move(other.there); }
    const auto ended = os::receive(other.here, bytes, soon());
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code == ECONNRESET);
}

TEST_CASE("a path that is too long for a socket, and one where nobody is, are refused") {
    const auto long_path = os::connect(std::string(200, 'a'));
    REQUIRE_FALSE(long_path);
    CHECK(long_path.error().code == ENAMETOOLONG);
    const auto nobody = os::connect("/nowhere/disk.sock");
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().code == ENOENT);
}

TEST_CASE("a back end with as many clients waiting as may is waited for until the deadline") {
    const std::string path = test::socket_path("full.sock");
    os::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ::sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::ranges::copy(path, address.sun_path);
    REQUIRE(::bind(socket.number(), reinterpret_cast<const ::sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(socket.number(), 0) == 0);
    const auto first = os::connect(path, soon());
    REQUIRE(first);
    const auto begin = os::Clock::now();
    const auto second = os::connect(path, soon());
    REQUIRE_FALSE(second);
    CHECK(second.error().code == ETIMEDOUT);
    CHECK(os::Clock::now() - begin < 2s);
}

TEST_CASE("what was not asked for is discarded, and the end of the connection is seen") {
    Pair pair;
    CHECK(os::discard(pair.here));
    const std::string text(10'000, 'x');
    REQUIRE(os::send(pair.there, std::as_bytes(std::span(text)), {}, soon()));
    CHECK(os::discard(pair.here));
    std::array<std::byte, 1> byte;
    CHECK(os::receive(pair.here, byte, soon()).error().code == ETIMEDOUT);
    { const os::Descriptor gone = std::move(pair.there); }
    CHECK_FALSE(os::discard(pair.here));
}
