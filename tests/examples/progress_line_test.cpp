// The line about progress: on a terminal, after a while, and gone in the end; to a pipe not a byte.
#include "examples/wirewrap/progress_line.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <chrono>
#include <iostream>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include <wirewrap/hostmem.hpp>

using namespace wirewrap;
using namespace std::chrono_literals;
using namespace wirewrap::literals;
using command::CountLine;
using command::ProgressLine;

namespace {

/// What is there to be read now.
std::string seen(int file) {
    std::string all;
    ::pollfd input{file, POLLIN, 0};
    std::array<char, 4096> bytes;
    while (::poll(&input, 1, 50) == 1) {
        const ::ssize_t count = ::read(file, bytes.data(), bytes.size());
        if (count <= 0) break;
        all.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return all;
}

/// Half of 64 MiB, and then all.
void half_and_all(ProgressLine& line) {
    const auto listener = line.listener();
    listener(Bytes{32} * (1 << 20), Bytes{64} * (1 << 20));
    ::usleep(150'000);
    listener(Bytes{64} * (1 << 20), Bytes{64} * (1 << 20));
}

}  // namespace

TEST_CASE("on a terminal it says how far, how fast and how long, and is gone in the end") {
    int screen = -1, terminal = -1;
    if (::openpty(&screen, &terminal, nullptr, nullptr, nullptr) != 0) {
        std::cout << "SKIPPED: this system gives out no pseudo-terminals\n";
        return;
    }
    {
        ProgressLine line("saving a.snapshot", 0s, terminal);
        ::usleep(20'000);
        half_and_all(line);
        const std::string text = seen(screen);
        INFO(text);
        CHECK(text.starts_with("\rwirewrap: saving a.snapshot: 50 %, "));
        CHECK(text.find(" MiB/s, 0 s left\x1b[K\rwirewrap: saving a.snapshot: 100 %, ") != std::string::npos);
    }
    CHECK(seen(screen) == "\r\x1b[K");
    {
        ProgressLine line("saving a.snapshot", 1h, terminal);
        half_and_all(line);
    }
    CHECK(seen(screen).empty());  // it did not take so long
    ::close(screen);
    ::close(terminal);
}

TEST_CASE("pages that are taken are told while they are") {
    int screen = -1, terminal = -1;
    if (::openpty(&screen, &terminal, nullptr, nullptr, nullptr) != 0) {
        std::cout << "SKIPPED: this system gives out no pseudo-terminals\n";
        return;
    }
    {
        CountLine line("taking memory", 64_MiB, 0s, terminal);
        REQUIRE(line.count() != nullptr);
        const auto memory = hostmem::allocate<hostmem::Selected>(
            64_MiB,
            hostmem::select<hostmem::Memfd>({.common = {.prealloc = true, .prealloc_count = line.count()}}));
        REQUIRE(memory);
        CHECK(*line.count() == (64_MiB).count);
        ::usleep(250'000);
        const std::string text = seen(screen);
        INFO(text);
        CHECK(text.find("\rwirewrap: taking memory: ") == 0);
        CHECK(text.find("taking memory: 100 %, ") != std::string::npos);
    }
    CHECK(seen(screen).ends_with("\r\x1b[K"));
    CHECK(CountLine("nothing", 0_B, 0s, terminal).count() == nullptr);
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    CHECK(CountLine("taking memory", 64_MiB, 0s, pipe[1]).count() == nullptr);
    for (const int file : {screen, terminal, pipe[0], pipe[1]}) ::close(file);
}

TEST_CASE("to a pipe it says nothing") {
    std::array<int, 2> pipe{};
    REQUIRE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
    {
        ProgressLine line("saving a.snapshot", 0s, pipe[1]);
        half_and_all(line);
    }
    ::close(pipe[1]);
    CHECK(seen(pipe[0]).empty());
    ::close(pipe[0]);
}
