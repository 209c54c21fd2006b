// Consoles on files, pipes, sockets and pseudo terminals: nothing that a guest prints is lost, nothing that is typed either.
#include <wirewrap/console/open.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <future>
#include <iterator>
#include <string>
#include <thread>

#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/emulator/bed.hpp"
#include "tests/examples/guest.hpp"
#include "tests/support/socket_path.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;
using console::open_console;
using console::Opened;
using console::parse_serial;
using console::Server;

namespace {

namespace os = console::os;

Opened opened(const std::string& place) {
    auto console = open_console(*parse_serial(place));
    INFO((console ? std::string() : console.error().message));
    REQUIRE(console);
    return std::move(*console);
}

/// Echoes each byte until a q comes, and prints `flood` bytes before.
Assembler echo(std::uint64_t port, std::uint64_t count) {
    Assembler a(ram_base);
    flood(a, port, count);
    a.li(s0, port);
    const std::uint64_t loop = a.here();
    a.emit(lbu(t1, s0, 5), i_type(0x13, 7, t1, t1, 1));
    a.emit(beq(t1, 0, back(a, loop)));
    a.emit(lbu(t1, s0, 0), sb(t1, s0, 0), addi(t2, 0, 'q'));
    a.emit(bne(t1, t2, back(a, loop)));
    finish(a, 0x5555);
    return a;
}

constexpr std::size_t many = 200'000;  // more than a pipe or a socket takes unread

/// Types, slowly reads what comes until there is so much of it.
std::string talk(const os::Descriptor& line, const std::string& typed, std::size_t until) {
    std::string heard;
    (void)os::write(line, std::span(reinterpret_cast<const std::uint8_t*>(typed.data()), typed.size()));
    std::array<std::uint8_t, 4096> bytes;
    while (heard.size() < until && os::wait(line, POLLIN, std::chrono::seconds(20)) != 0) {
        const auto count = os::read(line, bytes);
        if (!count || *count == 0) break;
        heard.append(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(*count));
        if (heard.size() < 20'000) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return heard;
}
const std::string expected = std::string(many, 'x') + "\nabcq";

void converse(Opened& console, auto other_side) {
    DuoBed<HostClock> bed;
    bed.start(0, echo(uart1, many));
    bed.park(1);
    bed.emulator.connect<"uart1">(console);
    auto heard = std::async(std::launch::async, other_side);
    const Stopped stopped = bed.emulator.run(4'000'000'000);
    CHECK(stopped.finish == Finish{Finish::pass, 0});
    CHECK(stopped.dropped == 0);
    CHECK(console.lost() == 0);
    CHECK((heard.get() == expected));
}

}  // namespace

TEST_CASE("A Unix socket that listens, and one that connects") {
    const std::string path = socket_path("serial.sock");
    SECTION("the console listens") {
        Opened console = opened("unix:" + path + ",server=on,wait=off");
        CHECK(console.descriptor() >= 0);
        converse(console, [&] { return talk(*os::connect_to(path), "abcq", expected.size()); });
        // The path is taken while it lives, and free for the next one.
        const auto second = open_console(*parse_serial("unix:" + path + ",server"));
        REQUIRE_FALSE(second);
        CHECK_THAT(second.error().message, Catch::Contains("cannot listen: Address already in use"));
    }
    SECTION("the console connects") {
        auto listener = os::listen_at(path);
        REQUIRE(listener);
        Opened console = opened("unix:" + path);
        converse(console, [&] {
            const auto client = os::accept(*listener);
            return talk(*client, "abcq", expected.size());
        });
    }
    SECTION("nobody listens") {
        ::unlink(path.c_str());
        const auto console = open_console(*parse_serial("unix:" + path));
        REQUIRE_FALSE(console);
        CHECK_THAT(console.error().message, Catch::Contains("cannot be connected to: No such file"));
    }
    ::unlink(path.c_str());
}

TEST_CASE("A TCP socket, whose clients come late and again") {
    Opened console = opened("tcp:127.0.0.1:0,server,nowait");
    const std::string port = std::to_string(std::get_if<Server>(&console.any())->port());
    CHECK(console.name() == "tcp:127.0.0.1:" + port);
    DuoBed<HostClock> bed;
    bed.start(0, echo(uart1, many));
    bed.park(1);
    bed.emulator.connect<"uart1">(console);
    // Nobody is there: all of it is kept.
    CHECK(bed.emulator.run(20'000'000).reason == StopReason::limit);
    CHECK(console.lost() == 0);
    auto first = std::async(std::launch::async,
                            [&] { return talk(*os::connect_to("127.0.0.1", port), "a", many + 2); });
    while (first.wait_for(std::chrono::seconds(0)) != std::future_status::ready)
        REQUIRE(bed.emulator.run(1'000'000).reason == StopReason::limit);
    CHECK((first.get() == std::string(many, 'x') + "\na"));
    auto second = std::async(std::launch::async,
                             [&] { return talk(*os::connect_to("127.0.0.1", port), "bcq", 3); });
    CHECK(bed.emulator.run(4'000'000'000).finish == Finish{Finish::pass, 0});
    CHECK(second.get() == "bcq");
}

TEST_CASE("A pseudo terminal changes no byte") {
    Opened console = opened("pty");
    CHECK_THAT(console.name(), Catch::StartsWith("/dev/"));
    converse(console, [&] {
        const auto line = os::open(console.name(), O_RDWR | O_NOCTTY);
        return talk(*line, "abcq", expected.size());
    });
}

TEST_CASE("Named pipes") {
    const std::string path = temporary("serial");
    for (const char* const end : {".in", ".out"}) {
        ::unlink((path + end).c_str());
        REQUIRE(::mkfifo((path + end).c_str(), 0600) == 0);
    }
    Opened console = opened("pipe:" + path);
    converse(console, [&] {
        const auto in = os::open(path + ".in", O_WRONLY), out = os::open(path + ".out", O_RDONLY);
        const std::string typed = "abcq";
        (void)os::write(*in, std::span(reinterpret_cast<const std::uint8_t*>(typed.data()), typed.size()));
        return talk(*out, "", expected.size());
    });
}

TEST_CASE("A file takes what is printed, and nobody types") {
    const std::string path = temporary("serial.txt");
    {
        Opened console = opened("file:" + path);
        CHECK(console.ended());
        CHECK(console.descriptor() == -1);
        DuoBed bed;
        Assembler a(ram_base);
        flood(a, uart1, many);
        finish(a, 0x5555);
        bed.start(0, a);
        bed.park(1);
        bed.emulator.connect<"uart1">(console);
        CHECK(bed.emulator.run().finish == Finish{Finish::pass, 0});
    }
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    CHECK((text == std::string(many, 'x') + "\n"));
    const auto none = open_console(*parse_serial("file:/nowhere/to/be/found"));
    REQUIRE_FALSE(none);
    CHECK_THAT(none.error().message,
               Catch::StartsWith("/nowhere/to/be/found cannot be opened: No such file"));
}

TEST_CASE("Of a disk that is full it is told how much was lost") {
    Opened console = opened("file:/dev/full");
    const std::array<std::uint8_t, 5> bytes{};
    console.print(bytes);
    console.print(bytes);
    CHECK(console.lost() == 10);
}

TEST_CASE("Of a file that may not grow any more it is told how much was lost, not by a signal") {
    const std::string path = socket_path("limited.log");
    ::rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const ::rlimit few{.rlim_cur = 8, .rlim_max = before.rlim_max};
    std::uint64_t lost = 0;
    {
        Opened console = opened("file:" + path);
        const std::array<std::uint8_t, 5> bytes{};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &few) == 0);
        for (int i = 0; i != 3; ++i) console.print(bytes);
        lost = console.lost();
    }
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    CHECK(lost == 7);
    ::sigset_t pending;
    REQUIRE(::sigpending(&pending) == 0);
    CHECK(::sigismember(&pending, SIGXFSZ) == 0);
    ::unlink(path.c_str());
}

TEST_CASE("A client that vanishes takes nothing with it that was printed later") {
    Opened console = opened("tcp:127.0.0.1:0,server,nowait");
    Server& server = *std::get_if<Server>(&console.any());
    const std::string port = std::to_string(server.port());
    {
        const auto client = os::connect_to("127.0.0.1", port);
        REQUIRE(server.wait_for_client());
        CHECK(server.connected());
    }
    while (server.connected()) {
        (void)server.next(true);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    const std::vector<std::uint8_t> printed(Server::kept + 1, 'k');
    server.print(printed);
    CHECK(server.dropped() == 1);
    auto heard = std::async(std::launch::async,
                            [&] { return talk(*os::connect_to("127.0.0.1", port), "", Server::kept); });
    REQUIRE(server.wait_for_client());
    CHECK((heard.get() == std::string(Server::kept, 'k')));
}

TEST_CASE("What is printed when a client has left, and the guest does not read, is for the next one") {
    Opened console = opened("tcp:127.0.0.1:0,server,nowait");
    Server& server = *std::get_if<Server>(&console.any());
    const std::string port = std::to_string(server.port());
    const auto print = [&](std::string_view text) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        server.print({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    };
    {
        const auto client = os::connect_to("127.0.0.1", port);
        REQUIRE(server.wait_for_client());
        const std::array<std::uint8_t, 2> keys{'a', 'b'};
        REQUIRE(os::write(*client, keys).value() == 2);
        server.wait(std::chrono::seconds(1));  // they wait for the guest, who takes none
    }
    print("one ");
    CHECK_FALSE(server.connected());
    print("two");
    auto heard = std::async(std::launch::async,
                            [&] { return talk(*os::connect_to("127.0.0.1", port), "", 7); });
    REQUIRE(server.wait_for_client());
    CHECK(heard.get() == "one two");
    CHECK(server.next(true) == 'a');
    CHECK(server.next(true) == 'b');
}
