// A real GDB that talks to a machine of a test: the commands it is given, and what it said.
//
//     const std::string said = debugged(bed, {"break mix", "continue", "print $pc"});
#pragma once

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include <wirewrap/debug.hpp>
#include <wirewrap/emulator.hpp>

#include "tests/examples/process.hpp"

namespace wirewrap::test {

/// Debian's GDB; the environment variable WIREWRAP_GDB names another one.
inline std::string gdb_program() {
    const char* const given = std::getenv("WIREWRAP_GDB");
    return given != nullptr ? given : "/usr/bin/gdb-multiarch";
}

/// What later releases say otherwise.
inline std::string in_words_of_13(std::string said) {
    constexpr std::string_view
        since_15 = "Reached end of recorded history; stopping.\nBackward execution from here not "
                   "possible.",
        before = "No more reverse-execution history.";
    for (std::size_t at = 0; (at = said.find(since_15, at)) != std::string::npos; at += before.size())
        said.replace(at, since_15.size(), before);
    return said;
}

/// Runs the emulator as long as a GDB with these commands is there, which has `symbols` loaded unless that is empty. `typed`
/// goes to the guest when it listens.
template <class E>
std::string debugged(E& emulator, const std::string& symbols, const std::vector<std::string>& commands,
                     debug::DebuggerOptions options = {.halted = true}, std::string typed = {}) {
    auto place = debug::parse_place("tcp::0");
    auto door = debug::Door::open(*place);
    REQUIRE(door);
    const std::string name = door->name();
    std::vector<std::string> words{gdb_program(), "-nx", "-batch"};
    for (const std::string& each :
         std::vector<std::string>{"set pagination off", "set confirm off", "set remotetimeout 20",
                                  "target remote " + name.substr(4)})
        words.insert(words.end(), {"-ex", each});
    for (const std::string& each : commands) words.insert(words.end(), {"-ex", each});
    if (!symbols.empty()) words.push_back(symbols);
    Finished finished;
    std::atomic<bool> gone = false;
    std::thread person([&] {
        finished = run_program(words, {}, std::chrono::seconds(120));
        gone = true;
    });
    debug::Debugger debugger(emulator, std::move(*door), std::move(options));
    // A machine that was let go runs on: until its person leaves.
    struct Person : NoConsole {
        Person(const std::atomic<bool>& has_gone, std::string types)
            : gone(has_gone), left(std::move(types)) {}
        std::optional<std::uint8_t> next(bool listening) {
            if (!listening || at == left.size()) return std::nullopt;
            return static_cast<std::uint8_t>(left[at++]);
        }
        bool closed() { return gone; }
        bool ended() { return false; }
        void wait(std::chrono::nanoseconds) {}
        const std::atomic<bool>& gone;
        std::string left;
        std::size_t at = 0;
    } console(gone, std::move(typed));
    debugger.run(console);
    person.join();
    INFO(finished.err);
    return in_words_of_13(finished.out + finished.err);
}

/// The texts come in this order.
inline bool in_order(std::string_view said, const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
        const std::size_t at = said.find(text);
        if (at == std::string_view::npos) {
            UNSCOPED_INFO("not there, or not behind the others: " << text);
            return false;
        }
        said.remove_prefix(at + text.size());
    }
    return true;
}

}  // namespace wirewrap::test
