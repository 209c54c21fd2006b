// An observer of a hart: hears of each instruction before it is executed, of each load, store and fetch with its value, of each
// trap behind it was taken, and of each time that `run` comes back. A policy for regions of code (regions.hpp) around another
// one, so that a hart without it has not one instruction more.
//
//     struct Count {
//         void executes(const riscv::NextInstruction&) { ++instructions; }
//         void trapped(const riscv::TakenTrap& trap) { if (trap.interrupt()) ++interrupts; }
//         std::uint64_t instructions = 0, interrupts = 0;
//     };
//     template <class Bus>
//     using Rv64 = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, riscv::Observed<Count, jit::Translated>>;
//
//     Count count;
//     hart.observe(&count);                     // until observe(nullptr)
//     hart.run(1'000'000);
//
// | hook                                              | called                                                          |
// |---------------------------------------------------|-----------------------------------------------------------------|
// | `executes(const NextInstruction&)`                | before an instruction, which may still trap; not where it cannot be fetched |
// | `touched(const MadeAccess&)`                      | after a load, store or fetch, and when it is refused, before that trap is taken |
// | `trapped(const TakenTrap&)`                       | after a trap or an interrupt was taken, before its handler's first instruction |
// | `came_back(std::uint64_t hart, const RunResult&)` | when `run` or `run_on` comes back                               |
//
// An observer has one of them at least, and one with the name of a hook and another form is refused. While it is called, `pc()`
// and `x()` of the hart are exact; it may ask the hart to stop, and changes nothing else of it. In `touched` they are those
// before the instruction; where that is an atomic one, whose load and store are told together, its register has changed already.
//
// Told is what an instruction does, in RAM and in registers of devices, by its virtual address: what goes over two pages once,
// tables of pages not at all. An AMO is a load and a store, an SC that fails nothing. On threads, another hart may have stored
// between an AMO and the look at what it stored. One that has `touched` and a `bool hears_accesses() const` is asked by
// `observe` whether it wants to hear of them.
//
// A hart that is observed executes one instruction at a time, as its execution policy does at the end of a budget: the same
// instructions with the same counts, traps and interrupts as without, on a bus whose interrupts come by its own accesses or
// between runs. Nothing is translated meanwhile. While nobody observes, all is as fast as without this policy.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/hooks.hpp>
#include <wirewrap/base/member_kind.hpp>
#include <wirewrap/base/said_by.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/cpu/riscv/decode.hpp>
#include <wirewrap/cpu/riscv/heard_fetches.hpp>
#include <wirewrap/cpu/riscv/privilege.hpp>
#include <wirewrap/cpu/riscv/regions.hpp>
#include <wirewrap/cpu/riscv/shared_memory.hpp>

namespace wirewrap::riscv {

enum class RunExit : std::uint8_t;
struct RunResult;

/// What a hart is about to execute.
struct NextInstruction {
    std::uint64_t hart = 0;  // mhartid
    std::uint64_t pc = 0;
    std::uint32_t word = 0;  // of a compressed instruction 16 bits
    Privilege mode{};

    /// In bytes: 2 or 4.
    std::size_t length() const { return is_wide(static_cast<std::uint16_t>(word)) ? 4 : 2; }

    friend bool operator==(const NextInstruction&, const NextInstruction&) = default;
};

/// A load or store that an instruction made, or the fetch of an instruction; one that was refused has a cause.
struct MadeAccess {
    std::uint64_t hart = 0;
    std::uint64_t pc = 0;  // of its instruction
    Access access{};
    std::uint64_t address = 0;  // as the guest has it; of a fetch that was refused, the part that was
    std::size_t width = 0;      // in bytes
    std::optional<std::uint64_t> physical{};  // where it is known, and one; not of fetches
    std::optional<std::uint64_t> value{};     // loaded, stored or to be stored, or the instruction
    std::optional<Cause> cause{};             // of the exception

    friend bool operator==(const MadeAccess&, const MadeAccess&) = default;
};

/// A trap that was taken.
struct TakenTrap {
    std::uint64_t hart = 0;
    std::uint64_t cause = 0;  // as in mcause or scause
    std::uint64_t pc =
        0;  // as in mepc or sepc: of the instruction that trapped, or before which the interrupt came
    std::uint64_t value = 0;  // as in mtval or stval
    std::uint64_t handler = 0;
    Privilege mode{};  // that it was taken to

    bool interrupt() const { return (cause & interrupt_cause_bit) != 0; }
    /// Without the bit that tells interrupts.
    std::uint64_t number() const { return cause & ~interrupt_cause_bit; }

    friend bool operator==(const TakenTrap&, const TakenTrap&) = default;
};

}  // namespace wirewrap::riscv

namespace wirewrap::check {

struct ObserverNames {
    static constexpr int executes = 0, touched = 0, trapped = 0, came_back = 0;
};
struct Executes {
    WIREWRAP_MEMBER_NAME_OF(ObserverNames, executes);
    template <class O>
    static constexpr bool fits = requires(O& observer, const riscv::NextInstruction& next) {
        { observer.executes(next) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void executes(const NextInstruction&)";
};
struct Touched {
    WIREWRAP_MEMBER_NAME_OF(ObserverNames, touched);
    template <class O>
    static constexpr bool fits = requires(O& observer, const riscv::MadeAccess& access) {
        { observer.touched(access) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void touched(const MadeAccess&)";
};
struct Trapped {
    WIREWRAP_MEMBER_NAME_OF(ObserverNames, trapped);
    template <class O>
    static constexpr bool fits = requires(O& observer, const riscv::TakenTrap& trap) {
        { observer.trapped(trap) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void trapped(const TakenTrap&)";
};
struct CameBack {
    WIREWRAP_MEMBER_NAME_OF(ObserverNames, came_back);
    template <class O>
    static constexpr bool fits = requires(O& observer, const riscv::RunResult& result) {
        { observer.came_back(std::uint64_t{}, result) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void came_back(std::uint64_t hart, const RunResult&)";
};

template <class O>
struct ObserverCheck {
    static constexpr Mistakes mistakes() {
        Mistakes mistakes;
        const auto look = [&]<class Hook>() {
            if constexpr (!Hook::template fits<O> && member_kind<Hook, O>() != MemberKind::none)
                mistakes.push_back(sentence(type_name<O>(), " has a member ", Hook::text,
                                            " that does not fit or is not public; an observer of harts has ",
                                            Hook::form));
        };
        look.template operator()<Executes>();
        look.template operator()<Touched>();
        look.template operator()<Trapped>();
        look.template operator()<CameBack>();
        if constexpr (!names_some<O, Executes, Touched, Trapped, CameBack>)
            mistakes.push_back(sentence(type_name<O>(), " hears of nothing; an observer of harts has ",
                                        Executes::form, ", ", Touched::form, ", ", Trapped::form, " or ",
                                        CameBack::form));
        return mistakes;
    }
};

}  // namespace wirewrap::check

namespace wirewrap::riscv {

/// A type with hooks that fit.
template <class O>
concept HartObserver = Accepted<typename SaidBy<wirewrap::check::ObserverCheck<O>>::type>;

template <HartObserver Observer, class Inner = NoRegions>
struct Observed {
    static constexpr std::uint64_t quantum = [] {
        if constexpr (requires { Inner::quantum; }) return Inner::quantum;
        return std::uint64_t{1024};
    }();

    template <class C>
    class State : public Inner::template State<C> {
        static constexpr bool may_hear = wirewrap::check::Touched::fits<Observer>;

    public:
        using ObserverType = Observer;

        void observe(Observer* observer) {
            observer_ = observer;
            hears_ = may_hear && observer != nullptr;
            if constexpr (requires(const Observer& asked) { asked.hears_accesses(); })
                hears_ = hears_ && observer->hears_accesses();
        }
        bool observed() const { return observer_ != nullptr; }

        // ---- hooks of the hart

        /// An instruction that is to be executed alone was fetched.
        void fetched(std::uint32_t word) { word_ = word; }

        /// A slot that holds the instruction at `core.pc` alone. It is told, unless it traps already.
        const Slot* next(C& core) {
            const std::uint64_t pc = core.pc;
            in_access_ = false;
            const Slot* const slot = core.one_by_one() ? HeardFetches<C>::step(core, pc, 1) : fetch(core, pc);
            if constexpr (wirewrap::check::Executes::fits<Observer>)
                if (core.trapped == 0)
                    observer_->executes({.hart = core.privileged.csrs.mhartid,
                                         .pc = pc,
                                         .word = word_,
                                         .mode = core.privileged.mode});
            if constexpr (may_hear)
                if (hears_ && core.trapped == 0) {
                    access_begins(core, Access::fetch, pc,
                                  is_wide(static_cast<std::uint16_t>(word_)) ? 4 : 2);
                    access_done(word_);
                }
            return slot;
        }
        /// The core has taken a trap.
        void tell_trap(const C& core) {
            if constexpr (wirewrap::check::Trapped::fits<Observer>) {
                const auto& csrs = core.privileged.csrs;
                const Privilege mode = core.privileged.mode;
                const bool machine = mode == Privilege::machine;
                if (observer_ != nullptr)
                    observer_->trapped({.hart = csrs.mhartid,
                                        .cause = machine ? csrs.mcause : csrs.scause,
                                        .pc = machine ? csrs.mepc : csrs.sepc,
                                        .value = machine ? csrs.mtval : csrs.stval,
                                        .handler = core.pc,
                                        .mode = mode});
            }
        }
        void tell_return(const C& core, const RunResult& result) {
            if constexpr (wirewrap::check::CameBack::fits<Observer>)
                if (observer_ != nullptr) observer_->came_back(core.privileged.csrs.mhartid, result);
        }

        // ---- hooks of accesses

        bool hears_accesses() const
            requires(may_hear)
        {
            return hears_;
        }
        void access_begins(const C& core, Access access, std::uint64_t address, std::size_t width,
                           std::optional<std::uint64_t> stored = std::nullopt) {
            in_access_ = hears_;
            if (!hears_) return;
            access_ = {.hart = core.privileged.csrs.mhartid,
                       .pc = core.pc,
                       .access = access,
                       .address = address,
                       .width = width,
                       .value = stored};
        }
        void access_at(std::uint64_t physical) { access_.physical = physical; }
        void access_done(std::uint64_t value) {
            access_.value = value;
            tell();
        }
        /// The instruction was LR, SC or an AMO.
        void atomic_done(const AtomicValues& made) {
            if (!in_access_) return;
            for (const auto& [access, value] :
                 {std::pair{Access::load, made.loaded}, std::pair{Access::store, made.stored}}) {
                if (!value) continue;
                access_.access = access;
                access_.value = value;
                in_access_ = hears_;
                tell();
            }
        }
        /// An instruction is about to trap.
        void traps(const C& core, Cause cause, std::uint64_t where, std::uint64_t value) {
            if (cause == Cause::instruction_access_fault || cause == Cause::instruction_page_fault) {
                access_begins(core, Access::fetch, value, sizeof(std::uint16_t));
                access_.pc = where;
            }
            access_.cause = cause;
            tell();
        }

    private:
        void tell() {
            if constexpr (may_hear)
                if (std::exchange(in_access_, false)) observer_->touched(access_);
        }
        /// As many bytes as the access has.

        const Slot* fetch(C& core, std::uint64_t pc) {
            const Slot* const slot = core.enter(pc, 1);
            if (!core.in_page(slot)) return slot;  // it trapped, or its page may not be executed as a whole
            const CodePage& page = core.page_of(slot);
            const auto index = static_cast<std::size_t>(slot - page.slots.data());
            // What lies in two pages, or is not there, is looked at each time.
            if (page.absent[index]) return core.single_step(pc, 1);
            word_ = page.halfword(index);
            if (!is_wide(static_cast<std::uint16_t>(word_))) return core.alone(slot);
            if (index + 1 == halfwords_per_page || page.absent[index + 1]) return core.single_step(pc, 1);
            word_ |= std::uint32_t{page.halfword(index + 1)} << 16;
            return core.alone(slot);
        }

        Observer* observer_ = nullptr;
        std::uint32_t word_ = 0;
        bool hears_ = false;
        bool in_access_ = false;  // `access_` is to be told
        MadeAccess access_{};
    };
};

}  // namespace wirewrap::riscv
