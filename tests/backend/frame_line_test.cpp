// Frames through sockets: whole, in order, and never waited for.
#include <wirewrap/backend/frame_line.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <numeric>
#include <random>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace wirewrap;
using backend::FrameLine;

namespace {

using Frame = std::vector<std::byte>;
using Line = std::unique_ptr<FrameLine>;

struct Pair {
    Line one, other;
    explicit Pair(int type) {
        std::array<int, 2> ends{};
        REQUIRE(::socketpair(AF_UNIX, type, 0, ends.data()) == 0);
        one = FrameLine::of_socket(ends[0]).value();
        other = FrameLine::of_socket(ends[1]).value();
    }
};
Frame frame_of(std::size_t size, unsigned seed = 0) {
    std::mt19937 random(seed);
    Frame frame(size);
    for (std::byte& byte : frame) byte = static_cast<std::byte>(random());
    return frame;
}
Frame received(FrameLine& line) {
    Frame frame(virtio::Net::longest_frame);
    frame.resize(line.receive(frame));
    return frame;
}

}  // namespace

TEST_CASE("Frames come as they went, over each kind of socket") {
    for (const int type : {SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM}) {
        Pair pair(type);
        CHECK_FALSE(pair.other->readable());
        CHECK(received(*pair.other).empty());
        for (const std::size_t size : {14u, 60u, 1514u, 1518u}) pair.one->send(frame_of(size, 3));
        CHECK(pair.other->readable());
        for (const std::size_t size : {14u, 60u, 1514u, 1518u})
            CHECK(received(*pair.other) == frame_of(size, 3));
        CHECK(received(*pair.other).empty());
        pair.other->send(frame_of(64));
        CHECK(received(*pair.one) == frame_of(64));
        // Those that no card would take are passed over.
        for (const std::size_t size : {13u, 1519u, 9000u, 60u}) pair.one->send(frame_of(size));
        CHECK(received(*pair.other) == frame_of(60));
        CHECK(pair.other->lost() == 3);
        // Nobody is there any more: nothing comes, nothing is waited for.
        pair.one.reset();
        CHECK(received(*pair.other).empty());
        pair.other->send(frame_of(60));
        pair.other->wait(std::chrono::milliseconds(1));
        CHECK(received(*pair.other).empty());
    }
}

TEST_CASE("A side that does not read loses frames, and gets whole ones afterwards") {
    for (const int type : {SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM}) {
        Pair pair(type);
        constexpr unsigned count = 5000;
        for (unsigned i = 0; i != count; ++i) pair.one->send(frame_of(1000, i));
        CHECK(pair.one->lost() > 0);
        CHECK(pair.one->lost() < count);
        unsigned came = 0, next = 0;
        for (Frame frame; !(frame = received(*pair.other)).empty(); ++came) {
            while (next != count && frame != frame_of(1000, next)) ++next;
            REQUIRE(next != count);  // whole, and in the order in which they went
            // A stream gives the rest of what it kept with what is sent next.
            if (type == SOCK_STREAM) pair.one->send(frame_of(13));
        }
        CHECK(came >= 10);
    }
}

TEST_CASE("A stream may be cut anywhere, and one that is out of step is left") {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    const auto line = FrameLine::of_socket(ends[0]).value();
    Frame bytes;
    for (const unsigned size : {60u, 0u, 1518u, 14u}) {
        for (const unsigned shift : {24u, 16u, 8u, 0u})
            bytes.push_back(static_cast<std::byte>(size >> shift));
        const Frame frame = frame_of(size, size);
        bytes.insert(bytes.end(), frame.begin(), frame.end());
    }
    std::vector<Frame> came;
    for (const std::byte byte : bytes) {
        REQUIRE(::write(ends[1], &byte, 1) == 1);
        if (Frame frame = received(*line); !frame.empty()) came.push_back(std::move(frame));
        CHECK_FALSE(line->readable());  // half a frame is none
    }
    CHECK(came == std::vector<Frame>{frame_of(60, 60), frame_of(1518, 1518), frame_of(14, 14)});
    const Frame wrong(100, std::byte{0xff});
    REQUIRE(::write(ends[1], wrong.data(), wrong.size()) == 100);
    CHECK(received(*line).empty());
    CHECK_FALSE(line->readable());
    CHECK(line->descriptor() == -1);
    ::close(ends[1]);
}

TEST_CASE("What is no line is told") {
    const int file = ::open("/dev/null", O_RDWR);
    CHECK_THAT(FrameLine::of_socket(file).error().message,
               Catch::Contains("is no socket: Socket operation on non-socket"));
    ::close(file);
    CHECK_THAT(FrameLine::of_socket(-1).error().message,
               Catch::Contains("descriptor -1 is no socket: Bad file descriptor"));
    const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const ::sockaddr address{.sa_family = AF_UNIX, .sa_data = {}};
    REQUIRE(::bind(listener, &address, sizeof(::sa_family_t)) == 0);
    REQUIRE(::listen(listener, 1) == 0);
    CHECK_THAT(FrameLine::of_socket(listener).error().message, Catch::Contains("waits for connections"));
    ::close(listener);
    CHECK_THAT(FrameLine::of_tap("a-name-that-is-too-long").error().message,
               Catch::Contains("1 to 15 characters"));
}
