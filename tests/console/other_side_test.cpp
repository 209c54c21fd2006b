// What the other side of a console may do, and what may lie at its place: nothing of that ends the program, loses what was
// typed or takes what is somebody else's.
#include <wirewrap/console/open.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/examples/guest.hpp"
#include "tests/support/socket_path.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using console::open_console;
using console::Opened;
using console::parse_serial;
using console::Server;
using console::Stream;

namespace {

namespace os = console::os;
using namespace std::chrono_literals;

Opened opened(const std::string& place) {
    auto console = open_console(*parse_serial(place));
    INFO((console ? std::string() : console.error().message));
    REQUIRE(console);
    return std::move(*console);
}
std::span<const std::uint8_t> bytes_of(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
/// What a console types within a while.
template <class Console>
std::string typed_at(Console& console, std::size_t until) {
    std::string typed;
    for (int i = 0; i != 500 && typed.size() != until; ++i) {
        while (const auto byte = console.next(true)) typed.push_back(static_cast<char>(*byte));
        std::this_thread::sleep_for(1ms);
    }
    return typed;
}
std::string heard_at(const os::Descriptor& line) {
    std::array<std::uint8_t, 64> bytes{};
    if (os::wait(line, POLLIN, 200ms) == 0) return {};
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(os::read(line, bytes).value_or(0))};
}

}  // namespace

TEST_CASE("A pipe that nobody reads any more is told by the console, not by a signal") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    Stream line{os::Descriptor(ends[1])};
    ::close(ends[0]);
    line.print(bytes_of("lost"));
    CHECK(line.failure().code == EPIPE);
    CHECK(line.lost() == 4);
    // The signal is not left for later either, and is blocked no more than before.
    ::sigset_t signals;
    REQUIRE(::sigpending(&signals) == 0);
    CHECK(::sigismember(&signals, SIGPIPE) == 0);
    REQUIRE(::pthread_sigmask(SIG_SETMASK, nullptr, &signals) == 0);
    CHECK(::sigismember(&signals, SIGPIPE) == 0);
}

TEST_CASE("A file that others have open blocks again when its console has gone") {
    std::array<int, 2> pipe{};
    REQUIRE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
    const os::Descriptor in(pipe[0]), out(pipe[1]);
    const auto blocks = [](const os::Descriptor& file) {
        return (::fcntl(file.number(), F_GETFL) & O_NONBLOCK) == 0;
    };
    {
        console::Stream first(os::duplicate(out.number()).value(), os::duplicate(in.number()).value());
        CHECK_FALSE(blocks(in));
        CHECK_FALSE(blocks(out));
        console::Stream moved(std::move(first));
        first = console::Stream(os::Descriptor{});
        CHECK_FALSE(blocks(in));
        CHECK_FALSE(blocks(out));
        if (const pid_t child = ::fork(); child == 0) {
            { const console::Stream mine(std::move(moved)); }
            ::_exit(0);
        } else {
            ::waitpid(child, nullptr, 0);
        }
        CHECK_FALSE(blocks(out));
    }
    CHECK(blocks(in));
    CHECK(blocks(out));
    REQUIRE(os::do_not_block(out));
    { const console::Stream stream(os::duplicate(out.number()).value()); }
    CHECK_FALSE(blocks(out));  // it did not before
}

TEST_CASE("What is no socket stays where it is") {
    const std::string path = socket_path("no.sock");
    ::unlink(path.c_str());
    std::ofstream(path) << "precious";
    const auto console = open_console(*parse_serial("unix:" + path + ",server,nowait"));
    REQUIRE_FALSE(console);
    CHECK_THAT(console.error().message, Catch::Contains("cannot listen: Address already in use"));
    std::ifstream file(path);
    CHECK(std::string(std::istreambuf_iterator<char>(file), {}) == "precious");
    ::unlink(path.c_str());
}

TEST_CASE("A socket that an ended process left is replaced; the server of one in use hears nothing of it") {
    const std::string path = socket_path("used.sock");
    ::unlink(path.c_str());
    { const Opened ended = opened("unix:" + path + ",server,nowait"); }
    Opened console = opened("unix:" + path + ",server,nowait");
    Server& server = *std::get_if<Server>(&console.any());
    // More than the kernel keeps in a queue.
    for (int i = 0; i != 6; ++i) REQUIRE_FALSE(open_console(*parse_serial("unix:" + path + ",server")));
    server.wait(0ns);
    CHECK_FALSE(server.connected());
    const auto client = os::connect_to(path);
    REQUIRE(client);
    REQUIRE(server.wait_for_client());
    for (int i = 0; i != 6; ++i) REQUIRE_FALSE(open_console(*parse_serial("unix:" + path + ",server")));
    ::unlink(path.c_str());
}

TEST_CASE("A client that types and leaves at once has typed") {
    const std::string path = socket_path("hasty.sock");
    ::unlink(path.c_str());
    Opened console = opened("unix:" + path + ",server,nowait");
    Server& server = *std::get_if<Server>(&console.any());
    for (const std::string typed : {"poweroff\n", "again\n"}) {
        (void)os::write(*os::connect_to(path), bytes_of(typed));
        server.wait(1s);
        server.print(bytes_of("x"));  // it has gone
        CHECK_FALSE(server.connected());
        if (typed == "again\n") CHECK(typed_at(server, 15) == "poweroff\nagain\n");
    }
    const auto client = os::connect_to(path);
    REQUIRE(server.wait_for_client());
    CHECK(heard_at(*client) == "xx");
    CHECK(server.dropped() == 0);
    ::unlink(path.c_str());
}

TEST_CASE("What a main loop polls is there for the next byte, and for nothing else") {
    SECTION("a stream") {
        std::array<int, 2> ends{};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
        os::Descriptor person(ends[0]);
        Stream line(os::Descriptor(ends[1]), os::Descriptor(::dup(ends[1])));
        CHECK(line.descriptor() >= 0);
        (void)os::write(person, bytes_of("ab"));
        line.wait(1s);
        CHECK(line.descriptor() == -1);  // until the guest takes these, more of them change nothing
        CHECK(typed_at(line, 2) == "ab");
        CHECK(line.descriptor() >= 0);
        person = {};
        line.wait(1s);
        CHECK(line.ended());
        CHECK(line.descriptor() == -1);
    }
    SECTION("a server") {
        const std::string path = socket_path("polled.sock");
        ::unlink(path.c_str());
        Opened console = opened("unix:" + path + ",server,nowait");
        Server& server = *std::get_if<Server>(&console.any());
        const int listener = server.descriptor();
        {
            const auto client = os::connect_to(path);
            server.wait(1s);
            CHECK(server.connected());
            CHECK(server.descriptor() != listener);
        }
        server.wait(1s);  // the guest need not look for that
        CHECK_FALSE(server.connected());
        CHECK(server.descriptor() == listener);
        ::unlink(path.c_str());
    }
}

TEST_CASE("A terminal of the host changes no byte, and is as before when its console has gone") {
    const os::Descriptor person(::posix_openpt(O_RDWR | O_NOCTTY));
    std::array<char, 128> name{};
    REQUIRE(::grantpt(person.number()) == 0);
    REQUIRE(::unlockpt(person.number()) == 0);
    REQUIRE(::ptsname_r(person.number(), name.data(), name.size()) == 0);
    const auto kept = os::open(name.data(), O_RDWR | O_NOCTTY);
    ::termios before{}, after{};
    REQUIRE(::tcgetattr(kept->number(), &before) == 0);
    REQUIRE((before.c_lflag & ECHO) != 0);
    {
        Opened console = opened(name.data());
        console.print(bytes_of("hi\n"));
        CHECK(heard_at(person) == "hi\n");
        (void)os::write(person, bytes_of("a\r\3"));
        console.wait(1s);
        CHECK(typed_at(console, 3) == "a\r\3");
        CHECK(heard_at(person).empty());
    }
    {
        Opened console = opened(name.data());
        const ::pid_t child = ::fork();
        if (child == 0) {
            { const Opened ended = std::move(console); }
            ::_exit(0);
        }
        ::waitpid(child, nullptr, 0);
        REQUIRE(::tcgetattr(kept->number(), &after) == 0);
        CHECK((after.c_lflag & ECHO) == 0);  // its child's end is not its own
    }
    REQUIRE(::tcgetattr(kept->number(), &after) == 0);
    CHECK(after.c_lflag == before.c_lflag);
    CHECK(after.c_iflag == before.c_iflag);
    CHECK(after.c_oflag == before.c_oflag);
}
