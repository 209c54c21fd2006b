// Finds out that a guest traps for ever at one place, as it does when it has no trap handler: the trap goes to an address
// where nothing is, and the fetch there traps again.
//
//     TrapWatch<Hart> watch;
//     auto result = watch.run(hart, budget, step);      // as hart.run(budget), now and again a piece of it step by step
//     if (const auto& loop = watch.found()) std::cerr << describe({0, *loop}) …
//
// At the end of a run it looks only at how many instructions trapped and at the registers of the last trap. When those stay
// the same, it executes a few thousand instructions one by one, and says so behind each (`step(executed)`), for the guest's
// time goes on. A guest is lost when, in the least privileged mode that was seen, every instruction trapped, all at one place:
// firmware above may do what it likes in between.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/text.hpp>

namespace wirewrap {

struct TrapLoop {
    std::uint64_t pc = 0;     // of the instruction that traps
    std::uint64_t cause = 0;  // as in mcause or scause
    std::uint64_t value = 0;  // as in mtval or stval
    std::size_t hart = 0;

    friend bool operator==(const TrapLoop&, const TrapLoop&) = default;
};

/// An exception as the privileged architecture names it, by the number in mcause or scause.
constexpr std::string_view exception_name(std::uint64_t cause) {
    constexpr std::array<std::string_view, 16> causes{"instruction address misaligned",
                                                      "instruction access fault",
                                                      "illegal instruction",
                                                      "breakpoint",
                                                      "load address misaligned",
                                                      "load access fault",
                                                      "store address misaligned",
                                                      "store access fault",
                                                      "environment call from U-mode",
                                                      "environment call from S-mode",
                                                      "reserved",
                                                      "environment call from M-mode",
                                                      "instruction page fault",
                                                      "load page fault",
                                                      "reserved",
                                                      "store page fault"};
    return cause < causes.size() ? causes[cause] : std::string_view("unknown");
}

constexpr Text describe(const TrapLoop& loop) {
    return sentence(
        "hart", loop.hart, " traps for ever at ", GuestAddress{loop.pc}, ": ", exception_name(loop.cause),
        " (cause ", loop.cause, ", value ", GuestAddress{loop.value},
        "), and its trap handler leads back there; a guest that traps needs a handler in mtvec or stvec, and "
        "one that was never entered needs to lie where its firmware jumps to");
}

/// A hart whose traps can be watched: a RISC-V hart of this library is.
template <class H>
concept TellsTraps = requires(const H& hart, std::uint16_t number) {
    { hart.retired() } -> std::same_as<std::uint64_t>;
    { hart.pc() } -> std::same_as<std::uint64_t>;
    { *hart.csr(number) } -> std::convertible_to<std::uint64_t>;
    static_cast<unsigned>(hart.privilege());
};

namespace detail {
/// A piece of a turn, where the hart minds.
template <class H>
auto run_on(H& hart, std::uint64_t budget) {
    if constexpr (requires { hart.run_on(budget); })
        return hart.run_on(budget);
    else
        return hart.run(budget);
}
/// A hart whose reasons say so waits for another one.
template <class Reason>
constexpr bool is_paused(Reason reason) {
    if constexpr (requires { Reason::paused; }) return reason == Reason::paused;
    return false;
}
/// A hart that was asked to stop has answered that, and does not say it again.
template <class Reason>
constexpr bool is_stopped(Reason reason) {
    if constexpr (requires { Reason::stopped; }) return reason == Reason::stopped;
    return false;
}
}  // namespace detail

/// For who need not hear of steps.
struct NoStep {
    void operator()(std::uint64_t) const {}
};

/// For harts that cannot be watched: runs them.
template <class H>
class TrapWatch {
public:
    template <class Step = NoStep>
    auto run(H& hart, std::uint64_t budget, Step = {}) {
        return detail::run_on(hart, budget);
    }
    void begin() {}
    const std::optional<TrapLoop>& found() const { return found_; }

private:
    std::optional<TrapLoop> found_;
};

template <TellsTraps H>
class TrapWatch<H> {
public:
    template <class Step = NoStep>
    auto run(H& hart, std::uint64_t budget, Step step = {}) {
        std::uint64_t stepped = 0;
        if (suspicious_) {
            const auto looked = look_closely(hart, std::min(budget, steps), step);
            if (looked.executed < std::min(budget, steps) || ends_run(looked.reason)) return looked;
            stepped = looked.executed;
        }
        const std::uint64_t before = hart.retired();
        auto result = detail::run_on(hart, budget - stepped);
        const std::uint64_t retired = hart.retired() - before;
        note(hart, result.executed - std::min(retired, result.executed), retired);
        result.executed += stepped;
        return result;
    }

    /// To be called when somebody else may have changed the hart: earlier runs say nothing about the next.
    void begin() {
        vain_ = same_ = 0;
        suspicious_ = false;
    }

    /// Where the hart traps; nothing once it has gone on.
    const std::optional<TrapLoop>& found() const { return found_; }

private:
    static constexpr std::uint16_t scause = 0x142, stval = 0x143, mepc = 0x341, mcause = 0x342, mtval = 0x343;
    static constexpr unsigned machine = 3;
    static constexpr std::uint64_t vain_limit = 1000;   // traps without an instruction between them
    static constexpr std::uint64_t first_rounds = 8;    // runs that ended with the same trap
    static constexpr std::uint64_t most_rounds = 1024;  // between two close looks at a guest that traps often
    static constexpr std::uint64_t steps = 4096;

    static std::uint64_t csr(const H& hart, std::uint16_t number) { return hart.csr(number).value_or(0); }

    void note(const H& hart, std::uint64_t traps, std::uint64_t retired) {
        if (traps == 0) {
            if (retired != 0) forget();
            return;
        }
        vain_ = retired == 0 ? vain_ + traps : 0;
        const std::uint64_t where = csr(hart, mepc), cause = csr(hart, mcause);
        same_ = where == last_where_ && cause == last_cause_ ? same_ + 1 : 0;
        last_where_ = where;
        last_cause_ = cause;
        suspicious_ = !found_ && (vain_ >= vain_limit || same_ >= rounds_);
    }
    void forget() {
        found_.reset();
        vain_ = same_ = 0;
        rounds_ = first_rounds;
        suspicious_ = false;
    }

    /// What happened in one privilege mode.
    struct Seen {
        std::uint64_t retired = 0, trapped = 0;
        bool one_place = true;
        TrapLoop last{};
    };

    /// A reason that the hart gives behind an instruction, and only once.
    template <class Reason>
    static constexpr bool ends_run(Reason reason) {
        return detail::is_paused(reason) || detail::is_stopped(reason);
    }

    /// Executes up to `limit` instructions one by one, fewer when the hart has a reason.
    auto look_closely(H& hart, std::uint64_t limit, auto& step) {
        std::array<Seen, 4> modes{};
        decltype(detail::run_on(hart, limit)) last{};
        std::uint64_t executed = 0;
        while (executed != limit) {
            const std::uint64_t pc = hart.pc(), before = hart.retired();
            Seen& seen = modes[static_cast<unsigned>(hart.privilege()) & 3];
            last = detail::run_on(hart, 1);
            if (last.executed == 0) break;  // it waits, or is to stop
            step(++executed);
            if (hart.retired() != before) {
                ++seen.retired;
                if (ends_run(last.reason)) break;
                continue;
            }
            if (seen.trapped++ != 0 && seen.last.pc != pc) seen.one_place = false;
            const bool taken_by_machine = static_cast<unsigned>(hart.privilege()) == machine;
            seen.last = {.pc = pc,
                         .cause = csr(hart, taken_by_machine ? mcause : scause),
                         .value = csr(hart, taken_by_machine ? mtval : stval)};
            if (ends_run(last.reason)) break;
        }
        judge(modes);
        last.executed = executed;
        return last;
    }

    void judge(const std::array<Seen, 4>& modes) {
        suspicious_ = false;
        vain_ = same_ = 0;
        rounds_ = std::min(rounds_ * 2, most_rounds);
        const auto seen = std::ranges::find_if(modes,
                                               [](const Seen& s) { return s.retired + s.trapped != 0; });
        if (seen != modes.end() && seen->retired == 0 && seen->trapped >= 2 && seen->one_place)
            found_ = seen->last;
    }

    std::optional<TrapLoop> found_;
    std::uint64_t vain_ = 0, same_ = 0, rounds_ = first_rounds;
    std::uint64_t last_where_ = 0, last_cause_ = 0;
    bool suspicious_ = false;
};

}  // namespace wirewrap
