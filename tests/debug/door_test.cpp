// Where debuggers come to: ports in use, a second one, one that vanishes.
#include <catch2/catch.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <wirewrap/console/os.hpp>

#include "tests/debug/bed.hpp"
#include "tests/support/socket_path.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace std::chrono_literals;
namespace os = console::os;

namespace {

/// Somebody who connects and says something, and what comes back.
struct Caller {
    os::Descriptor socket;

    explicit Caller(const debug::Door& door) {
        const std::string name = door.name();
        auto connected = os::connect_to("127.0.0.1", name.substr(name.rfind(':') + 1));
        REQUIRE(connected);
        socket = std::move(*connected);
    }
    void say(std::string_view text) {
        REQUIRE(os::write(socket, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
    }
    /// Until so many bytes came, or the door was shut.
    std::string hear(std::size_t size) {
        std::string all;
        while (all.size() < size) {
            std::array<std::uint8_t, 512> bytes;
            if (os::wait(socket, POLLIN, 10s) == 0) break;
            const auto count = os::read(socket, bytes);
            if (!count || *count == 0) break;
            all.append(reinterpret_cast<const char*>(bytes.data()), *count);
        }
        return all;
    }
};

/// A console that leaves when it is told to.
struct Leaver : NoConsole {
    std::atomic<bool> left = false;
    bool closed() { return left; }
    bool ended() { return false; }
};

template <class Bed>
struct Running {
    Bed bed;
    std::vector<std::string> said;
    debug::Debugger<std::remove_reference_t<decltype(bed.emulator)>> debugger;
    Leaver console;
    Stopped stopped;
    std::thread thread;

    explicit Running(bool halted)
        : debugger(bed.emulator, debug::Door::open(*debug::parse_place("tcp::0")).value(),
                   {.halted = halted, .say = [this](std::string_view text) { said.emplace_back(text); }}) {
        rv64::Assembler a(ram_base);
        a.emit(rv64::addi(a0, a0, 1), rv64::jal(0, -4));
        REQUIRE(bed.machine.debug_write(at(a.base()), a.bytes()));
        for (std::size_t n = 0; n != 2; ++n) bed.emulator.hart(n).set_pc(ram_base);
        thread = std::thread([this] { stopped = debugger.run(console); });
    }
    void end() {
        console.left = true;
        thread.join();
    }
};

}  // namespace

TEST_CASE("places for debuggers, as QEMU spells them") {
    CHECK(debug::parse_place("tcp::1234") == debug::Place{.tcp = true, .host = "127.0.0.1", .port = "1234"});
    CHECK(debug::parse_place("tcp:0.0.0.0:1")->host == "0.0.0.0");
    CHECK(debug::parse_place("unix:/run/gdb")->path == "/run/gdb");
    for (const std::string wrong : {"1234", "tcp:", "tcp::", "tcp::99999", "unix:", "stdio", "file:x"})
        CHECK_FALSE(debug::parse_place(wrong));
}

TEST_CASE("a port or path in use is told") {
    const auto first = debug::Door::open(*debug::parse_place("tcp::0"));
    REQUIRE(first);
    const auto second = debug::Door::open(
        *debug::parse_place("tcp::" + first->name().substr(first->name().rfind(':') + 1)));
    REQUIRE_FALSE(second);
    CHECK(second.error().message.find(
              first->name() + " cannot listen for a debugger: Address already in use") != std::string::npos);
    const std::string path = socket_path("gdb");
    const auto there = debug::Door::open(*debug::parse_place("unix:" + path));
    REQUIRE(there);
    CHECK_FALSE(debug::Door::open(*debug::parse_place("unix:" + path)));
}

TEST_CASE("a second debugger is told that there is one, and the first goes on") {
    Running<DebugBed<Translated>> running(true);
    Caller first(running.debugger.door());
    first.say(debug::framed("qC"));
    CHECK(first.hear(8) == "+$QC1#c5");
    Caller second(running.debugger.door());
    CHECK(second.hear(1000).find("$E.this machine is being debugged by another debugger") == 0);
    first.say(debug::framed("vCont;c"));
    CHECK(first.hear(1) == "+");
    first.say("\3");
    CHECK(first.hear(20).find("$T02thread:") == 0);
    first.say(debug::framed("pa"));
    CHECK(first.hear(22).size() >= 21);
    first.say(debug::framed("D"));
    CHECK(first.hear(7).find("+$OK") == 0);
    running.end();
    CHECK(running.stopped.closed);
    CHECK(running.stopped.executed > 0);
    CHECK(running.said.size() == 3);
}

TEST_CASE("a debugger that vanishes takes its breakpoints along, and the machine stays as it is") {
    const bool runs = GENERATE(false, true);
    Running<DebugBed<Interpreted>> running(true);
    {
        Caller caller(running.debugger.door());
        caller.say(debug::framed("Z0,80000004,4"));
        CHECK(caller.hear(7) == "+$OK#9a");
        if (runs) {
            // To the breakpoint, and on without it being told that.
            caller.say(debug::framed("z0,80000004,4") + debug::framed("Z2,80008000,4") +
                       debug::framed("vCont;c"));
            CHECK(caller.hear(15).find("+$OK") == 0);
        } else {
            caller.say("$m8000");
        }
    }
    std::this_thread::sleep_for(300ms);
    // Another one finds it.
    Caller next(running.debugger.door());
    next.say(debug::framed("p20"));
    CHECK(next.hear(21).find("+$") == 0);
    next.say(debug::framed("pa"));
    const std::string counted = next.hear(21);
    CHECK((counted.find("$0000000000000000#") == std::string::npos) == runs);
    next.say(debug::framed("k"));
    running.thread.join();
    CHECK(running.stopped.closed);
    REQUIRE(running.said.size() == 4);
    CHECK(running.said[1].find(runs ? "the machine runs on" : "the machine stands still") !=
          std::string::npos);
}
