// What an emulator needs of a hart, of whatever architecture. A type that is nearly one is refused with a sentence for each
// mistake.
//
//     struct MyCpu {
//         enum class Exit { budget, waiting };                      // `waiting`: nothing to do until an interrupt
//         struct Result { std::uint64_t executed; Exit reason; };
//         struct Options { std::size_t hart_id; };
//         MyCpu(MyMachine& machine, Options options);
//         Result run(std::uint64_t limit);                          // so many instructions at most
//     };
//     static_assert(EmulatorHart<MyCpu, MyMachine>);
//
// | what it may have besides             | then                                                                       |
// |--------------------------------------|----------------------------------------------------------------------------|
// | `Exit::stopped`                      | a request to stop is told from the end of the budget                       |
// | `stop_requested()`, from any thread  | a hart that sleeps on a thread of its own is woken to answer one           |
// | `answer_stop()`                      | such a request is answered also while it may not run, because a console is full |
// | `Exit::breakpoint`                   | a run ends before an instruction that was asked for                        |
// | `Exit::paused`                       | it waits for another hart, which has its turn now                          |
// | `in_firmware()`                      | its turn may take a little longer, so that it does not end there           |
// | `run_on(n)`, `end_turn()`            | a turn that a limit cuts is one turn to the hart (LR/SC)                   |
// | `retired()`, `pc()`, `csr()`, `privilege()` | a guest that traps for ever is found (trap_watch.hpp)               |
// | `ticks_to_timer()`                   | a timer of the hart's own is a deadline like those of devices; on a thread |
// |                                      | of its own `run(0)` says whether the hart waits                            |
// | `state()`, `set_state()`, `forget_code()`   | running machines are saved and restored (state/running.hpp)         |
//
// A hart that looks at `machine.stop_requested()` behind its accesses stops at that instruction, and one that tells
// `machine.progress(n)` before them sees time move (base/bus.hpp).
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include <wirewrap/base/member_kind.hpp>
#include <wirewrap/base/said_by.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/base/verdict.hpp>

namespace wirewrap {

namespace check {

template <class H>
concept HasRun = requires(H& hart, std::uint64_t limit) { hart.run(limit); };
template <class H>
using RunResultOf = decltype(std::declval<H&>().run(std::uint64_t{}));
template <class R>
concept TellsExecuted = requires(const R& result) {
    { result.executed } -> std::convertible_to<std::uint64_t>;
};
template <class R>
concept TellsReason = requires(const R& result) { result.reason; };
template <class R>
concept TellsWaiting = requires(const R& result) {
    { result.reason == std::remove_cvref_t<decltype(result.reason)>::waiting } -> std::convertible_to<bool>;
};
template <class H>
concept HasRunOn = requires(H& hart, std::uint64_t limit) { hart.run_on(limit); };
template <class H>
concept HasEndTurn = requires(H& hart) { hart.end_turn(); };

template <class H, class Machine>
struct HartCheck {
    static constexpr std::vector<Text> mistakes() {
        std::vector<Text> mistakes;
        const auto say = [&](auto... parts) { mistakes.push_back(sentence(type_name<H>(), parts...)); };
        if constexpr (!requires(Machine& machine, std::size_t n) { H(machine, {.hart_id = n}); })
            say(" cannot be made for a machine; a hart has a constructor that takes the machine and an "
                "aggregate ",
                "with a member hart_id: MyCpu(Machine& machine, Options options)");
        if constexpr (!HasRun<H>) {
            say(" has no run(limit); a hart has Result run(std::uint64_t limit), which executes so many ",
                "instructions at most");
        } else {
            using R = RunResultOf<H>;
            if constexpr (!TellsExecuted<R>)
                say(": what run() gives does not say how many instructions it executed; it has a member "
                    "executed, ",
                    "a std::uint64_t");
            if constexpr (!TellsReason<R>)
                say(": what run() gives does not say why it ended; it has a member reason, an enumeration "
                    "with ",
                    "waiting among its values");
            else if constexpr (!TellsWaiting<R>)
                say(": the reasons that run() gives have no waiting; an emulator has to know when a hart "
                    "does ",
                    "nothing until an interrupt comes, so that the host may sleep");
        }
        if constexpr (HasRunOn<H> != HasEndTurn<H>)
            say(" has only one of run_on(limit) and end_turn(); a hart that minds where its turn ends has "
                "both");
        return mistakes;
    }
};

}  // namespace check

/// A hart that an emulator can run on such a machine.
template <class H, class Machine>
concept EmulatorHart = Accepted<typename SaidBy<check::HartCheck<H, Machine>>::type>;

}  // namespace wirewrap
