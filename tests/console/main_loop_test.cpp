// A machine in a main loop of somebody else's: epoll waits for a person, for the guest's next deadline and for whatever else
// the program does; the machine runs a piece at a time and never sleeps.
#include <catch2/catch.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <future>
#include <string>

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <wirewrap/console/stream.hpp>

#include "tests/emulator/bed.hpp"

using namespace wirewrap;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

namespace os = console::os;

/// Waits for a key or its timer (20 ms) by interrupt; prints the key, and a dot for the timer; `q` ends it.
Assembler guest() {
    Assembler a(ram_base);
    a.li(s0, uart0);
    a.li(s1, clint + 0x4000);
    a.li(t1, 1);
    a.emit(sb(t1, s0, 1));
    a.li(t0, plic);
    a.emit(sw(t1, t0, 4 * 10));
    a.li(t0, plic + 0x2000);
    a.li(t1, 1 << 10);
    a.emit(sw(t1, t0, 0));
    a.li(t1, 1 << 11 | 1 << 7);
    a.emit(csrw(0x304, t1));
    const std::uint64_t arm = a.here();
    a.emit(csrr(t0, 0xc01));
    a.li(t1, 200'000);
    a.emit(add(t0, t0, t1), sd(t0, s1, 0));
    const std::uint64_t wait = a.here();
    a.emit(wfi, lbu(t1, s0, 5), i_type(0x13, 7, t1, t1, 1));
    const std::uint64_t no_key = a.here();
    a.emit(nop);
    a.emit(lbu(a0, s0, 0), sb(a0, s0, 0));
    a.li(t0, plic + 0x20'0004);
    a.emit(lw(t1, t0, 0), sw(t1, t0, 0), addi(t2, 0, 'q'));  // claimed and completed
    a.emit(bne(a0, t2, back(a, wait)));
    finish(a, 0x5555);
    a.patch(no_key, beq(t1, 0, static_cast<std::int64_t>(a.here() - no_key)));
    a.emit(addi(t1, 0, '.'), sb(t1, s0, 0));
    a.emit(jal(0, back(a, arm)));
    return a;
}

struct Counts {
    int polls = 0, timers = 0, keys = 0;
};

/// The main loop: what a program that has one would write.
template <class Emulator>
Counts drive(Emulator& emulator, console::Stream& line) {
    Counts counts;
    const os::Descriptor events(::epoll_create1(EPOLL_CLOEXEC));
    const os::Descriptor deadline(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
    const auto watch = [&](int file, short what) {
        ::epoll_event event{.events = what == POLLIN ? EPOLLIN : EPOLLOUT, .data = {.fd = file}};
        REQUIRE(::epoll_ctl(events.number(), EPOLL_CTL_ADD, file, &event) == 0);
    };
    watch(deadline.number(), POLLIN);
    std::pair<int, short> watched{-1, 0};  // of the line
    for (;;) {
        const Stopped stopped = emulator.poll(line, 1'000'000);
        ++counts.polls;
        if (stopped.reason == StopReason::finished || stopped.reason == StopReason::idle) return counts;
        int patience = 0;  // a machine that has more to do is asked again at once
        if (stopped.reason == StopReason::asleep) {
            patience = -1;
            std::int64_t nanoseconds = 0;  // no deadline: the timer is disarmed, also when it has gone off
            if (const auto time = emulator.until_deadline())
                nanoseconds = std::max<std::int64_t>(time->count(), 1);
            const ::itimerspec when{
                .it_interval = {},
                .it_value = {.tv_sec = nanoseconds / 1'000'000'000, .tv_nsec = nanoseconds % 1'000'000'000}};
            ::timerfd_settime(deadline.number(), 0, &when, nullptr);
        }
        if (const std::pair wanted(line.descriptor(), line.events()); wanted != watched) {
            if (watched.first >= 0)
                REQUIRE(::epoll_ctl(events.number(), EPOLL_CTL_DEL, watched.first, nullptr) == 0);
            if (wanted.first >= 0) watch(wanted.first, wanted.second);
            watched = wanted;
        }
        std::array<::epoll_event, 4> ready;
        const int count = ::epoll_wait(events.number(), ready.data(), ready.size(), patience);
        for (int i = 0; i < count; ++i)
            if (ready[static_cast<std::size_t>(i)].data.fd == deadline.number()) {
                std::uint64_t times;
                static_cast<void>(::read(deadline.number(), &times, sizeof times));
                ++counts.timers;
            } else {
                ++counts.keys;
                line.wait({});  // takes or gives what is there
            }
    }
}

}  // namespace

TEST_CASE("Who does not read keeps the guest waiting, and nobody else") {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    os::Descriptor person(ends[0]);
    console::Stream line(os::Descriptor(ends[1]), os::Descriptor(::dup(ends[1])));
    constexpr std::size_t many = 1'000'000;  // more than a socket takes unread
    Assembler a(ram_base);
    flood(a, uart0, many);
    finish(a, 0x5555);
    DuoBed bed;
    bed.start(0, a);
    bed.park(1);
    Stopped stopped;
    const auto until = [&](StopReason reason) {
        do stopped = bed.emulator.poll(line, 1'000'000);
        while (stopped.reason == StopReason::limit);
        REQUIRE(stopped.reason == reason);
    };
    until(StopReason::asleep);
    CHECK(line.full());
    CHECK(line.events() == POLLOUT);
    CHECK_FALSE(bed.emulator.until_deadline());
    CHECK(bed.emulator.poll(line).executed == 0);
    // A stop is answered meanwhile.
    bed.machine.request_stop();
    CHECK(bed.emulator.poll(line).reason == StopReason::asked);

    SECTION("what it has printed comes when somebody reads, all of it") {
        std::string heard;
        auto reading = std::async(std::launch::async, [&] {
            std::array<std::uint8_t, 4096> bytes{};
            while (heard.size() <= many && os::wait(person, POLLIN, std::chrono::seconds(20)) != 0)
                heard.append(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(
                                                                os::read(person, bytes).value_or(0)));
        });
        CHECK(bed.emulator.run(line).finish == Finish{Finish::pass, 0});
        line.flush();
        reading.get();
        CHECK((heard == std::string(many, 'x') + "\n"));
        CHECK(line.lost() == 0);
    }
    SECTION("it can be given up") {
        CHECK_FALSE(line.discard().empty());
        CHECK_FALSE(line.full());
        CHECK(line.lost() != 0);
        until(StopReason::asleep);
        (void)line.discard();
    }
    SECTION("the end of a forked child leaves it to its parent, and waits for nobody") {
        const ::pid_t child = ::fork();
        if (child == 0) {
            { const console::Stream ended = std::move(line); }
            ::_exit(0);
        }
        ::waitpid(child, nullptr, 0);
        CHECK(line.full());
        (void)line.discard();
    }
    SECTION("it is counted when the other side goes") {
        person = {};
        until(StopReason::finished);
        CHECK(line.lost() != 0);
    }
}

TEST_CASE("A machine is driven from an epoll loop, and costs nothing while its guest sleeps") {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    const os::Descriptor person(ends[0]);
    console::Stream line(os::Descriptor(ends[1]), os::Descriptor(::dup(ends[1])));
    DuoBed<HostClock> bed;
    bed.start(0, guest());
    bed.park(1);
    auto typing = std::async(std::launch::async, [&] {
        for (const char key : std::string("abq")) {
            std::this_thread::sleep_for(std::chrono::milliseconds(110));
            const auto byte = static_cast<std::uint8_t>(key);
            (void)os::write(person, std::span(&byte, 1));
        }
    });
    const double before = cpu_seconds();
    const Counts counts = drive(bed.emulator, line);
    CHECK(cpu_seconds() - before < 0.1);
    typing.get();
    std::array<std::uint8_t, 256> heard{};
    const std::size_t count = os::read(person, heard).value_or(0);
    std::string keys;
    std::size_t dots = 0;
    for (const std::uint8_t byte : std::span(heard).first(count))
        byte == '.' ? void(++dots) : keys.push_back(static_cast<char>(byte));
    CHECK(keys == "abq");
    CHECK(dots >= 3);  // of some fifteen, on a machine that is busy
    CHECK(counts.keys >= 3);
    CHECK(counts.timers >= 3);
    CHECK(counts.polls < 200);
}

TEST_CASE("Bytes that a sleeping guest does not take, and a person who leaves, cost nothing either") {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    os::Descriptor person(ends[0]);
    console::Stream line(os::Descriptor(ends[1]), os::Descriptor(::dup(ends[1])));
    DuoBed<HostClock> bed;
    // Sleeps ten times 50 ms, and looks at no key.
    Assembler a(ram_base);
    a.li(s1, clint + 0x4000);
    a.li(t1, 1 << 7);
    a.emit(csrw(0x304, t1));
    a.li(a1, 10);
    const std::uint64_t again = a.here();
    a.emit(csrr(t0, 0xc01));
    a.li(t1, 500'000);
    a.emit(add(t0, t0, t1), sd(t0, s1, 0), wfi, addi(a1, a1, -1));
    a.emit(bne(a1, 0, back(a, again)));
    finish(a, 0x5555);
    bed.start(0, a);
    bed.park(1);
    const std::string typed(40, 'k');  // more than a FIFO
    (void)os::write(person, std::span(reinterpret_cast<const std::uint8_t*>(typed.data()), typed.size()));
    auto leaving = std::async(std::launch::async, [&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        (void)os::write(person, std::span(reinterpret_cast<const std::uint8_t*>(typed.data()), typed.size()));
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        person = {};
    });
    const double before = cpu_seconds();
    const Counts counts = drive(bed.emulator, line);
    CHECK(cpu_seconds() - before < 0.1);
    CHECK(counts.polls < 100);
    CHECK(counts.timers >= 10);
    leaving.get();
}
