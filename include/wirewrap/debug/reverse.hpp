// What of a debugged machine goes backwards: its history while that is recorded, the way back while it is gone, and
// `monitor reverse`.
//
//     Reverse<E> reverse(emulator);
//     reverse.command("on 512");                    // "… is recorded from here on …"
//     const std::uint64_t most = reverse.before_run(limit);
//     …
//     reverse.go(hart);                             // one step back; nothing: as far as it goes
//     stop = reverse.piece(poll, stop_of, limit);   // until stop.ends()
//
// A machine that does not do the same again has the same members, which say why.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/debug/backwards.hpp>
#include <wirewrap/debug/history.hpp>
#include <wirewrap/debug/stop.hpp>
#include <wirewrap/emulator/stopped.hpp>
#include <wirewrap/state/running.hpp>

namespace wirewrap::debug {

template <class E>
class Reverse {
public:
    static constexpr bool possible = false;

    explicit Reverse(E& emulator) : emulator_(emulator) {}
    bool on() const { return false; }
    std::string command(std::string_view) const {
        if constexpr (!state::Restorable<E>)
            return state::detail::state_objection<E>().string() + "\n";
        else
            return "this machine's time is the host's, which does not come again: to go backwards it needs a "
                   "clock that goes by instructions, such as VirtualClock, or wirewrap run -icount shift=0\n";
    }
    std::string take_note() { return {}; }
    std::uint64_t before_run(std::uint64_t limit) { return limit; }
    void behind_run() {}
    void leaves() {}
    template <class Poll>
    Stopped run(std::uint64_t limit, Poll poll) {
        return poll(limit);
    }
    std::optional<std::size_t> step_here() const { return std::nullopt; }
    Stopped step(std::size_t hart) { return emulator_.step(hart); }
    void begin_anew() {}
    void stop() {}
    void rest() {}
    void go(std::optional<std::size_t>) {}
    template <class Poll, class StopOf>
    DebugStop piece(Poll, StopOf, std::uint64_t) {
        return {.reason = DebugStop::Reason::begin};
    }

private:
    E& emulator_;
};

template <Reversible E>
class Reverse<E> {
public:
    static constexpr bool possible = true;

    explicit Reverse(E& emulator) : emulator_(emulator) {}

    bool on() const { return history_.has_value(); }
    History<E>& history() { return *history_; }
    /// What the person should know, once.
    std::string take_note() { return std::exchange(note_, {}); }

    /// `on [MIB]`, `off`, or nothing, which asks; the answer, whole lines.
    std::string command(std::string_view line) {
        const std::string_view word = line.substr(0, line.find(' '));
        if (word.empty()) return status();
        if (word == "off") {
            stop();
            return "nothing is recorded any more\n";
        }
        if (word != "on") return "write reverse on [MIB], reverse off, or reverse alone, which asks\n";
        line.remove_prefix(std::min(line.size(), word.size() + 1));
        std::uint64_t mebibytes = History<E>::default_limit.count >> 20;
        if (!line.empty()) {
            const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), mebibytes);
            if (error != std::errc{} || end != line.data() + line.size() || mebibytes == 0 ||
                mebibytes > most_mebibytes)
                return std::string(sentence(line, " is no number of MiB from 1 to ", most_mebibytes,
                                            ": write reverse on 512\n")
                                       .view());
        }
        stop();
        auto history = History<E>::create(emulator_, Bytes{mebibytes << 20});
        if (!history) return history.error().message + "\n";
        history_.emplace(std::move(*history));
        (void)history_->before_run(0);
        return status();
    }
    void stop() {
        way_.reset();
        history_.reset();
    }

    std::uint64_t before_run(std::uint64_t limit) { return history_ ? history_->before_run(limit) : limit; }
    void behind_run() {
        if (history_) history_->behind_run();
    }
    /// The debugger is about to change something.
    void leaves() {
        if (history_) history_->leaves();
    }
    /// As `poll(limit)`, with those steps out of turn that were made here before.
    template <class Poll>
    Stopped run(std::uint64_t limit, Poll poll) {
        return history_ ? history_->run(limit, poll) : poll(limit);
    }
    /// The hart that makes such a step here, again.
    std::optional<std::size_t> step_here() const { return history_ ? history_->step_here() : std::nullopt; }
    /// Such a step, for the first time.
    Stopped step(std::size_t hart) { return history_ ? history_->step(hart) : emulator_.step(hart); }
    void begin_anew() {
        way_.reset();
        if (history_) history_->begin_anew();
    }
    /// Whatever way was gone: it has ended.
    void rest() { way_.reset(); }

    /// Begins a way back.
    void go(std::optional<std::size_t> hart) {
        if (history_) way_.emplace(*history_, hart);
    }
    template <class Poll, class StopOf>
    DebugStop piece(Poll poll, StopOf stop_of, std::uint64_t limit) {
        if (!way_) {
            note_ = "what the machine does is not recorded: say monitor reverse on first, and go back from "
                    "later places\n";
            return {.reason = DebugStop::Reason::begin};
        }
        const DebugStop stop = way_->piece(poll, stop_of, limit);
        if (way_->is_lost()) note_ = Backwards<E>::lost;
        return stop;
    }

private:
    static constexpr std::uint64_t most_mebibytes = std::uint64_t{1} << 24;

    std::string status() const {
        if (!history_) return "nothing is recorded; reverse on [MIB] begins it\n";
        const std::uint64_t now = history_->executed();
        const std::uint64_t first = history_->size() != 0 ? history_->mark(0).executed : now;
        return std::string(sentence("recorded from instruction ", first, " on, and this is ", now, ": ",
                                    history_->size(), " moments, ", history_->changes(), " of at most ",
                                    history_->limit(), ", beside a copy of the memory that the guest uses\n")
                               .view());
    }

    E& emulator_;
    std::optional<History<E>> history_;
    std::optional<Backwards<E>> way_;
    std::string note_;
};

}  // namespace wirewrap::debug
