// Runs a machine that debuggers may come to: `Emulator::run` with a door.
//
//     Debugger debugger(emulator, std::move(*door), {.halted = true});
//     const Stopped stopped = debugger.run(console);        // comes back when the guest ends the run, or somebody leaves
//
// A debugger that comes stops the machine, one that detaches lets it go on. When one vanishes its breakpoints go with it, and
// the machine stays as it is: it stands still until another one comes, or runs on.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/debug/server.hpp>
#include <wirewrap/debug/session.hpp>
#include <wirewrap/debug/target.hpp>
#include <wirewrap/emulator/any_console.hpp>
#include <wirewrap/emulator/console.hpp>
#include <wirewrap/emulator/rest.hpp>
#include <wirewrap/emulator/stopped.hpp>

namespace wirewrap::debug {

struct DebuggerOptions {
    /// Nothing runs until a debugger says so.
    bool halted = false;
    /// Makes the machine as it was before it ran, for `monitor reset`.
    std::function<Expected<void>()> reset{};
    /// Hears what a person should know, a sentence at a time.
    std::function<void(std::string_view)> say{};
};

template <class E>
class Debugger {
public:
    Debugger(E& emulator, Door door, DebuggerOptions options = {})
        : emulator_(emulator), door_(std::move(door)), target_(emulator, std::move(options.reset)),
          say_(std::move(options.say)), halted_(options.halted) {}

    const Door& door() const { return door_; }
    Target<E>& target() { return target_; }

    /// As `Emulator::run`. A request for a reset comes back; call it again when that is done, and the debugger is still there.
    template <Console C>
    Stopped run(C& console, std::uint64_t limit = std::numeric_limits<std::uint64_t>::max()) {
        std::uint64_t before = executed();
        const auto done = [&](Stopped stopped) {
            stopped.executed = executed() - before;
            return stopped;
        };
        for (;;) {
            serve();
            if (session_ && session_->killed()) {
                leave("the debugger has ended the run");
                return done({.closed = true, .reason = StopReason::closed});
            }
            if (!runs()) {
                if (console.closed()) return done({.closed = true, .reason = StopReason::closed});
                // Whether the person has left is looked at now and again.
                door_.wait(Rest::longest);
                continue;
            }
            before = std::min(before, executed());  // it may have gone backwards
            const std::uint64_t left = limit - (executed() - before);
            if (left == 0) return done({});
            const DebugStop stop = run_piece(console, std::min(left, piece));
            using Reason = DebugStop::Reason;
            switch (stop.reason) {
            case Reason::none:
                rest_.something_happened();
                if (target_.last().reason == StopReason::trapping) return done(target_.last());
                break;
            case Reason::asleep: rest(console, emulator_.until_deadline().value_or(Rest::longest)); break;
            case Reason::idle:
                if (!session_) return done(target_.last());
                rest(console, Rest::longest);
                break;
            case Reason::reset:
                target_.reverse().leaves();  // who resets the machine changes it
                return done(target_.last());
            case Reason::finished:
            case Reason::closed:
                if (session_) tell(stop);
                return done(target_.last());
            default:
                if (!session_) return done(target_.last());
                tell(stop);
            }
        }
    }

private:
    /// Instructions between two looks at the door: some milliseconds.
    static constexpr std::uint64_t piece = 1'000'000;

    /// The door as something to sleep at.
    struct Waiter {
        Door& door;
        std::optional<std::uint8_t> next(bool) { return std::nullopt; }
        void print(std::span<const std::uint8_t>) {}
        void wait(std::chrono::nanoseconds time) { door.wait(time); }
        bool closed() { return false; }
    };

    std::uint64_t executed() const { return emulator_.progress().executed; }
    bool runs() const { return session_ ? session_->running() : !halted_; }

    template <Console C>
    DebugStop run_piece(C& console, std::uint64_t limit) {
        const auto poll = [&](std::uint64_t n) {
            if constexpr (Target<E>::reverses()) {
                if (target_.reverse().on()) {
                    RecordedConsole<E> recorded(console, target_.reverse().history());
                    return emulator_.poll(recorded, n);
                }
            }
            return emulator_.poll(console, n);
        };
        if (!session_) return target_.run_piece(all_go_, poll, limit);
        if (session_->backwards()) return target_.run_back_piece(session_->orders(), poll, limit);
        return target_.run_piece(session_->orders(), poll, limit);
    }
    template <Console C>
    void rest(C& console, std::chrono::nanoseconds time) {
        Waiter waiter{door_};
        AnyConsole here(console), there(waiter);
        rest_.sleep(time, [&](auto visit) {
            visit(here);
            visit(there);
        });
    }

    void serve() {
        const std::size_t sent_away = door_.sent_away();
        if (door_.arrived()) {
            say("a debugger has come, and the machine stands still");
            session_.emplace(target_);
        }
        if (door_.sent_away() != sent_away) say("another debugger has come, and was sent away");
        if (!session_) return;
        const std::string bytes = door_.read();
        if (!bytes.empty()) rest_.something_happened();
        session_->receive(bytes);
        flush();
        if (session_->killed()) return;
        if (session_->detached()) {
            halted_ = false;
            leave("the debugger has let the machine go, which runs on");
        } else if (!door_.connected()) {
            halted_ = !session_->running();
            leave(
                halted_
                    ? "the debugger has gone without a word; the machine stands still until another one comes"
                    : "the debugger has gone without a word; the machine runs on");
        } else if (session_->waiting() > most_waiting) {
            halted_ = !session_->running();
            leave("a debugger sends more than there is to be said to a machine that runs, and was let go");
        }
    }
    void tell(const DebugStop& stop) {
        session_->tell(stop);
        flush();
    }
    void flush() {
        if (const std::string output = session_->take_output(); !output.empty()) door_.write(output);
    }
    void leave(std::string_view why) {
        say(why);
        session_.reset();
        door_.leave();
        target_.forget();
    }
    void say(std::string_view text) {
        if (say_) say_(text);
    }

    static constexpr std::size_t most_waiting = std::size_t{1} << 20;

    E& emulator_;
    Door door_;
    Target<E> target_;
    std::function<void(std::string_view)> say_;
    std::optional<Session<Target<E>>> session_;
    std::vector<HartOrder> all_go_ = std::vector<HartOrder>(target_.harts(), HartOrder::go);
    bool halted_ = false;
    Rest rest_;
};

}  // namespace wirewrap::debug
