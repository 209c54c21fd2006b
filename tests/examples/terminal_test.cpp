// What `wirewrap run` does with a terminal: keys, Ctrl-A, and the terminal given back on every way out.
#include <catch2/catch.hpp>

#include <csignal>
#include <iostream>
#include <string>

#include <unistd.h>

#include "tests/examples/guest.hpp"
#include "tests/examples/on_terminal.hpp"

using namespace wirewrap::test;

namespace {

std::string echo_guest() {
    Guest guest;
    guest.say("ready>");
    guest.echo_until('q');
    guest.say("bye");
    guest.finish(finish_pass);
    return guest.file("echo_guest.bin");
}

/// A guest with its prompt on a terminal, or a line that says why not.
bool start(OnTerminal& run) {
    if (!run.works()) {
        std::cout << "SKIPPED: this system gives out no pseudo-terminals\n";
        return false;
    }
    CHECK(run.screen("ready>").ends_with("ready>"));
    CHECK(run.is_raw());
    return true;
}

}  // namespace

TEST_CASE("keys go to the guest as they are, Ctrl-C too, and the terminal is given back at the end") {
    OnTerminal run({wirewrap_program, "run", "-bios", echo_guest()});
    if (!start(run)) return;
    run.type("a\x03\x1a\r");
    CHECK(run.screen("a\x03\x1a\r").ends_with("ready>a\x03\x1a\r"));
    run.type("q");
    CHECK(run.screen("bye").ends_with("bye"));
    CHECK(run.wait() == 0);
    CHECK(run.is_as_before());
}

TEST_CASE("Ctrl-A x leaves, Ctrl-A Ctrl-A types one, Ctrl-A and another key nothing") {
    OnTerminal run({wirewrap_program, "run", "-bios", echo_guest()});
    if (!start(run)) return;
    run.type("1\x01\x01"
             "2\x01z3");
    CHECK(run.screen("3").ends_with("ready>1\x01"
                                    "23"));
    run.type("\x01x");
    CHECK(run.wait() == 0);
    CHECK(run.is_as_before());
}

TEST_CASE(
    "Ctrl-A h lists the keys, and Ctrl-A i says where the harts are, which the guest does not hear of") {
    OnTerminal run({wirewrap_program, "run", "-bios", echo_guest()});
    if (!start(run)) return;
    run.type("1");
    CHECK(run.screen("1").ends_with("ready>1"));
    run.type("\x01h2");
    const std::string list = run.screen("2");
    CHECK(list.find("ready>1\r\nwirewrap: Ctrl-A h       lists these keys\r\n") != std::string::npos);
    CHECK(list.find("Ctrl-A x       leaves\r\n") != std::string::npos);
    run.type("\x01i");
    const std::string where = run.screen(" instructions");
    CHECK(where.find("2\r\nhart0 is at 0x800") != std::string::npos);
    CHECK(where.find(" in machine mode, after ") != std::string::npos);
    run.type("q");
    CHECK(run.screen("bye").ends_with("bye"));
    CHECK(run.wait() == 0);
}

TEST_CASE("a guest that takes no keys can be left") {
    Guest guest;
    guest.say("ready>");
    guest.loop_forever();
    OnTerminal run({wirewrap_program, "run", "-bios", guest.file("deaf.bin")});
    if (!start(run)) return;
    run.type(std::string(1000, 'k') + "\x01x");
    CHECK(run.wait() == 0);
    CHECK(run.is_as_before());
}

TEST_CASE("a guest that sleeps for good can be left") {
    Guest guest;
    guest.say("ready>");
    const std::uint64_t again = guest.code.here();
    guest.code.emit(rv64::wfi, rv64::jal(0, static_cast<std::int64_t>(again - guest.code.here() - 4)));
    OnTerminal run({wirewrap_program, "run", "-bios", guest.file("asleep.bin")});
    if (!start(run)) return;
    run.type("\x01x");
    CHECK(run.wait() == 0);
    CHECK(run.is_as_before());
}

TEST_CASE("signals end the program, not the terminal") {
    for (const int signal : {SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGSEGV, SIGABRT}) {
        OnTerminal run({wirewrap_program, "run", "-bios", echo_guest()});
        if (!start(run)) return;
        run.send(signal);
        INFO(signal);
        CHECK(run.wait() == 128 + signal);
        CHECK(run.is_as_before());
    }
}

TEST_CASE("while it is stopped the terminal is the shell's") {
    OnTerminal run({wirewrap_program, "run", "-bios", echo_guest()});
    if (!start(run)) return;
    run.send(SIGTSTP);
    for (int tries = 0; tries != 200 && !run.is_as_before(); ++tries) ::usleep(10'000);
    CHECK(run.is_as_before());
    run.send(SIGCONT);
    for (int tries = 0; tries != 200 && !run.is_raw(); ++tries) ::usleep(10'000);
    CHECK(run.is_raw());
    run.type("again");
    CHECK(run.screen("again").ends_with("ready>again"));
    run.type("q");
    CHECK(run.wait() == 0);
}

TEST_CASE("an error before the guest starts leaves the terminal alone") {
    OnTerminal run({wirewrap_program, "run", "-bios", "/nowhere"});
    if (!run.works()) return;
    CHECK(run.wait() == 1);
    CHECK(run.screen("file").find("/nowhere cannot be opened") != std::string::npos);
    CHECK(run.is_as_before());
}
