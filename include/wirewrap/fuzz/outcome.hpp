// What became of a case: the guest came through, crashed, or did not come to an end.
//
//     const fuzz::Outcome outcome = fuzz::judge(stopped, before, emulator, {.instructions = 100'000});
//     if (outcome.crashed()) std::cerr << outcome.what << '\n';
//         // hart0 took a trap at 0x80000040: store access fault (cause 7, value 0x80010000)
//
// The library only says so. What an engine wants done, such as abort(), is for the program to do.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/device/test_finisher.hpp>
#include <wirewrap/emulator/stopped.hpp>
#include <wirewrap/emulator/trap_loop.hpp>

namespace wirewrap::fuzz {

enum class Ending : std::uint8_t { passed, crashed, hung };

struct Outcome {
    Ending ending = Ending::passed;
    std::uint64_t executed = 0;  // instructions, of all harts
    std::string what{};          // a sentence about a crash or a hang

    bool passed() const { return ending == Ending::passed; }
    bool crashed() const { return ending == Ending::crashed; }
    bool hung() const { return ending == Ending::hung; }
};

struct CaseOptions {
    /// A case that takes more, of all harts together, hangs.
    std::uint64_t instructions = 1'000'000;
    /// A case that ends with an exception in a hart's mcause or scause that was not there when it began has crashed. For guests
    /// whose handlers put exceptions right say false; those end a case by the test finisher, or are found to trap for ever.
    bool traps_are_crashes = true;
};

/// The last traps of a hart, as its registers have them.
struct LastTraps {
    std::uint64_t mcause = 0, mepc = 0, mtval = 0, scause = 0, sepc = 0, stval = 0;

    friend bool operator==(const LastTraps&, const LastTraps&) = default;
};

template <class Hart>
LastTraps last_traps(const Hart& hart) {
    const auto csr = [&](std::uint16_t number) { return hart.csr(number).value_or(0); };
    return {csr(0x342), csr(0x341), csr(0x343), csr(0x142), csr(0x141), csr(0x143)};
}

namespace detail {

/// An exception that is a fault of the guest: no interrupt, no call of an environment.
constexpr bool is_fault(std::uint64_t cause) { return cause < 64 && cause != 8 && cause != 9 && cause != 11; }

inline std::string told(std::size_t hart, std::uint64_t cause, std::uint64_t pc, std::uint64_t value) {
    const Text text = sentence("hart", hart, " took a trap at ", GuestAddress{pc}, ": ",
                               exception_name(cause), " (cause ", cause, ", value ", GuestAddress{value},
                               ")");
    return text.string();
}

/// The fault that a hart has met since; empty when it has met none.
inline std::string new_fault(std::size_t hart, const LastTraps& before, const LastTraps& now) {
    const bool machine = before.mcause != now.mcause || before.mepc != now.mepc || before.mtval != now.mtval;
    if (machine && is_fault(now.mcause) && (now.mcause != 0 || now.mepc != 0))
        return told(hart, now.mcause, now.mepc, now.mtval);
    const bool supervisor = before.scause != now.scause || before.sepc != now.sepc ||
                            before.stval != now.stval;
    if (supervisor && is_fault(now.scause) && (now.scause != 0 || now.sepc != 0))
        return told(hart, now.scause, now.sepc, now.stval);
    return {};
}

}  // namespace detail

/// How a case ended that ran until `stopped`. `before`: the harts' last traps when it began.
template <class Emulator, std::size_t N>
Outcome judge(const Stopped& stopped, const std::array<LastTraps, N>& before, Emulator& emulator,
              const CaseOptions& options) {
    const auto crashed = [&](std::string what) {
        return Outcome{Ending::crashed, stopped.executed, std::move(what)};
    };
    const auto told = [](const auto&... parts) { return sentence(parts...).string(); };
    if (stopped.finish) {
        if (stopped.finish->kind != Finish::fail) return {Ending::passed, stopped.executed};
        return crashed(told("the guest ended with failure code ", stopped.finish->code));
    }
    constexpr std::string_view accesses[] = {"a load", "a store", "a fetch"};
    if (stopped.reason == StopReason::watchpoint && stopped.seen)
        return crashed(told("watchpoint ", stopped.seen->watchpoint,
                            " was hit: ", accesses[static_cast<std::size_t>(stopped.seen->access)], " of ",
                            stopped.seen->width, " at ", stopped.seen->address, " by the instruction at ",
                            GuestAddress{stopped.pc}));
    if (options.traps_are_crashes)
        for (std::size_t i = 0; i != N && i < emulator.harts(); ++i)
            if (std::string what = detail::new_fault(i, before[i], last_traps(emulator.hart(i)));
                !what.empty())
                return crashed(std::move(what));
    if (stopped.trapping && (stopped.reason == StopReason::limit || stopped.reason == StopReason::trapping))
        return crashed(describe(*stopped.trapping).string());
    if (stopped.reason == StopReason::limit)
        return {Ending::hung, stopped.executed,
                told("the guest has not come to an end after ", stopped.executed, " instructions")};
    return {Ending::passed, stopped.executed};
}

}  // namespace wirewrap::fuzz
