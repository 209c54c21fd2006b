// A RISC-V hart: RV64IMAC_Zicntr_Zicsr_Zifencei with machine, supervisor and user modes and sixteen PMP entries, and
// what its second template argument adds: page tables (paging.hpp), floating point and more (rv64gc.hpp). It runs against
// anything that satisfies `HartBus`, calls nothing virtual and allocates nothing after construction.
//
//     riscv::Hart hart(bus, {.hart_id = 0, .reset_pc = 0x1000});
//     hart.set_x(10, 0);                                     // a0: this hart's id
//     auto [executed, reason] = hart.run(1'000'000);         // stops after a million instructions, exactly
//     if (reason == riscv::RunExit::waiting) ...             // WFI, and no enabled interrupt is pending
//
// Decoded code is kept; stores do not look for it. As the ISA has it, code that was changed is certain to be
// seen after FENCE.I only, and a debugger or loader that changes code calls `forget_code()`.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/cpu/riscv/core.hpp>
#include <wirewrap/cpu/riscv/dispatch.hpp>
#include <wirewrap/cpu/riscv/hart_state.hpp>
#include <wirewrap/cpu/riscv/heard_fetches.hpp>
#include <wirewrap/cpu/riscv/next_touch.hpp>
#include <wirewrap/cpu/riscv/page_look.hpp>
#include <wirewrap/cpu/riscv/system_instructions.hpp>

namespace wirewrap::riscv {

enum class RunExit : std::uint8_t {
    budget,   // all the instructions that were asked for
    waiting,  // in WFI with no enabled interrupt pending: raise one or let time pass, then run again
    paused,  // from run_on: behind PAUSE (Zihintpause), or a WFI that does not wait; it polls for another hart
    breakpoint,  // the next instruction is at an address of set_breakpoints()
    stopped,  // request_stop() was called, of the hart or of its bus; the bus's request stays until it is cleared
};

/// `executed` counts instructions that retired and instructions that trapped; interrupts count nothing.
struct RunResult {
    std::uint64_t executed = 0;
    RunExit reason = RunExit::budget;

    friend bool operator==(const RunResult&, const RunResult&) = default;
};

struct HartOptions {
    std::uint64_t hart_id = 0;
    std::uint64_t reset_pc = 0;
    /// Pages of 4 KiB that are kept decoded; each takes 37 KiB once it is used. Too few cost time, nothing
    /// else.
    std::size_t code_pages = 1024;
};

template <HartBus Bus, class Translation = Bare, template <class> class Dispatch = DefaultDispatch,
          class Regions = NoRegions>
class Hart {
    using State = Core<Bus, Translation, Regions>;
    using Shell = Dispatch<State>;
    static constexpr bool has_breakpoints = requires(State& core) { core.regions.stops_at(core.pc); };
    static constexpr bool has_observer = requires(State& core) { core.regions.observed(); };
    static constexpr bool can_look = requires(const Bus& bus, std::span<std::byte> to) {
        bus.debug_read(GuestAddress{}, to);
    };

public:
    /// What it has beside RV64IMAC_Zicntr_Zicsr_Zifencei, and the modes that satp may have (bit m: mode m).
    static constexpr Extensions extensions = State::extensions;
    static constexpr std::uint16_t satp_modes = Translation::satp_modes;

    /// The bus must outlive the hart.
    explicit Hart(Bus& bus, HartOptions options = {})
        : options_(options), core_(bus, options.hart_id, options.code_pages, Shell::handlers()) {
        core_.reset(options.reset_pc);
    }

    /// Back to the state after construction.
    void reset() { core_.reset(options_.reset_pc); }

    /// Executes up to `limit` instructions. Interrupts are looked at on entry, every `quantum` instructions, whenever the
    /// hart itself may have let one in (CSR writes, xRET, WFI), and behind each access that was not RAM of its own: then
    /// requests to stop too, and whether other code is to be seen now (docs/harts.md).
    RunResult run(std::uint64_t limit) {
        const RunResult result = run_telling(limit, false);
        end_turn();
        return result;
    }
    /// The same when no other hart runs before this one does again, unless `end_turn` is called: so that a turn may be cut
    /// into pieces and nothing comes of it. Comes back behind PAUSE, and behind a WFI whose interrupt is pending and not taken:
    /// who has other harts may end the turn there.
    RunResult run_on(std::uint64_t limit) { return run_telling(limit, true); }
    /// Others may run: a reservation that was left lying long ago lapses.
    void end_turn() { core_.let_go(); }

    /// Makes run() return within `quantum` instructions, or at once when it is called next; from inside an access of this
    /// hart, behind that instruction. From any thread.
    void request_stop() { core_.stop.store(true, std::memory_order_relaxed); }
    /// It was called, and no run has answered yet. From any thread.
    bool stop_requested() const { return core_.stop.load(std::memory_order_relaxed); }
    /// For who does not run it for now, and answers in its place: true when it was called, which is answered by this.
    bool answer_stop() { return core_.stop.exchange(false, std::memory_order_relaxed); }

    /// Comes back before each instruction at one of these addresses, until others are set. A hart that came back at one
    /// executes it when it runs again.
    void set_breakpoints(std::span<const std::uint64_t> addresses)
        requires(has_breakpoints)
    {
        if (core_.regions.set_breakpoints(addresses)) core_.forget_code();
    }

    /// From now on this observer hears of what the hart does (observed.hpp); nullptr: nobody does. Between runs. It must outlive
    /// the hart or the next call.
    void observe(auto observer)
        requires(has_observer)
    {
        core_.regions.observe(observer);
        core_.protection_changed();
    }

    /// To be called by a host that stored to memory between runs what may have been there before: SC fails then.
    void end_reservation() { core_.reservation.end(); }

    /// To be called when code in memory was changed by somebody other than this hart's guest.
    void forget_code() { core_.forget_code(); }

    // ---- architectural state, between runs
    // --------------------------------------------------------------------------

    /// Register 0 … 31.
    std::uint64_t x(std::size_t number) const { return core_.x[number]; }
    void set_x(std::size_t number, std::uint64_t value) {
        core_.x[destination(static_cast<std::uint32_t>(number))] = value;
    }
    /// Floating point register 0 … 31, of a hart that has them; a single-precision number is boxed.
    std::uint64_t f(std::size_t number) const
        requires(extensions.floating)
    {
        return core_.floats[number];
    }
    void set_f(std::size_t number, std::uint64_t value)
        requires(extensions.floating)
    {
        core_.floats[number] = value;
    }
    /// Also while the hart makes an access that a device or policy hears of: the address of that instruction.
    std::uint64_t pc() const { return core_.pc; }
    void set_pc(std::uint64_t pc) { core_.pc = pc & ~std::uint64_t{1}, core_.waiting = false; }
    Privilege privilege() const { return core_.privileged.mode; }
    void set_privilege(Privilege mode) {
        core_.privileged.mode = mode;
        core_.mode_changed();
    }
    /// Where `address` lies for the privilege mode that the hart is in, as its page tables say now; nothing where no page is
    /// mapped. A look: rights are not asked for, and tables stay as they are.
    std::optional<std::uint64_t> debug_address(std::uint64_t address) const
        requires(!Translation::identity && can_look)
    {
        return place_of(address, privilege());
    }
    /// Ticks of the platform's time until the hart's own timer is up (Sstc); all ones: it is up, or none is set.
    std::uint64_t ticks_to_timer() const
        requires(extensions.timer)
    {
        return core_.inputs.ticks_to_timer(core_.privileged.csrs);
    }
    /// What the next instruction will read or write beside registers, should it not trap. A look: no table is marked.
    NextTouch next_touch() const
        requires(can_look)
    {
        std::uint32_t raw = 0;
        for (const unsigned part : {0, 1}) {
            const std::optional<std::uint64_t> half = looked_at(pc() + 2 * part, 2, privilege());
            if (!half) return {};
            raw |= static_cast<std::uint32_t>(*half) << 16 * part;
            if (!is_wide(static_cast<std::uint16_t>(raw))) break;
        }
        const bool wide = is_wide(static_cast<std::uint16_t>(raw));
        const Instruction next = wide ? decode(raw, extensions)
                                      : decode_compressed(static_cast<std::uint16_t>(raw), extensions);
        NextTouch touch = detail::touch_of(next);
        if (touch.width == 0) return touch;
        const std::uint64_t address = x(next.rs1) + static_cast<std::uint64_t>(std::int64_t{next.immediate});
        const Privilege mode = core_.privileged.data_mode();
        const std::optional<std::uint64_t> place = place_of(address, mode);
        const std::optional<std::uint64_t> there = looked_at(address, touch.width, mode);
        if (!place || !there) return {};
        touch.address = *place;
        touch.changes = touch.kind == NextTouch::Kind::store &&
                        ((*there ^ x(next.rs2)) & (~std::uint64_t{0} >> (64 - 8 * touch.width))) != 0;
        return touch;
    }
    /// In WFI.
    bool waiting() const { return core_.waiting; }
    /// In machine mode, and what it does not do itself is left to an operating system.
    bool in_firmware() const {
        const Csrs& csrs = core_.privileged.csrs;
        return privilege() == Privilege::machine && (csrs.medeleg | csrs.mideleg) != 0;
    }
    std::uint64_t retired() const { return core_.retired; }

    /// A CSR as machine mode reads it; nothing when there is no register of this number.
    std::optional<std::uint64_t> csr(std::uint16_t number) const {
        return core_.privileged.csrs.read(number, now());
    }
    /// Writes as an instruction would: fields that cannot hold the value do not take it. False: no such
    /// register.
    bool set_csr(std::uint16_t number, std::uint64_t value) {
        if (!csr(number)) return false;
        core_.privileged.csrs.write(number, value, Now<State>{core_, core_.retired - 1});
        core_.protection_changed();
        return true;
    }

    /// The state of the policy that executes regions of code.
    auto& regions() { return core_.regions; }
    const auto& regions() const { return core_.regions; }

    /// All of it at once: for snapshots and copies.
    HartState state() const {
        HartState state{.pc = core_.pc,
                        .privileged = core_.privileged,
                        .waiting = core_.waiting,
                        .retired = core_.retired,
                        .reserved = core_.reservation.held(),
                        .reserved_width = core_.reserved_width,
                        .reserved_address = core_.reserved_address,
                        .reserved_value = core_.reserved_value,
                        .reserved_for = core_.reservation.held() ? core_.retired - core_.reserved_at : 0};
        for (std::size_t number = 1; number != state.x.size(); ++number) state.x[number] = x(number);
        if constexpr (State::extensions.floating) state.f = core_.floats;
        return state;
    }
    /// Takes over the state of a hart of the same type. Code that is decoded stays so: after memory was changed too,
    /// `forget_code()`, or `code_may_have_changed()` where it is likely to be the same.
    void set_state(const HartState& state) {
        for (std::size_t number = 1; number != state.x.size(); ++number) set_x(number, state.x[number]);
        if constexpr (State::extensions.floating) core_.floats = state.f;
        core_.pc = state.pc;
        core_.waiting = state.waiting;
        core_.retired = state.retired;
        core_.reserved_width = state.reserved_width;
        core_.reserved_address = state.reserved_address;
        core_.reserved_value = state.reserved_value;
        const std::uint64_t id = core_.privileged.csrs.mhartid;
        core_.privileged = state.privileged;
        core_.privileged.csrs.mhartid = id;
        core_.name_features();
        core_.protection_changed();
        core_.reservation.end();
        if (state.reserved)
            core_.restore_reservation(place_of(core_.reserved_address, core_.privileged.data_mode()),
                                      state.reserved_for);
    }

    /// As FENCE.I: code that was decoded is compared with memory before it is executed again.
    void code_may_have_changed() { core_.code_may_have_changed(); }

    /// Instructions between two looks at the interrupt inputs and the stop flag.
    static constexpr std::uint64_t quantum = [] {
        if constexpr (requires { Regions::quantum; }) return Regions::quantum;
        return std::uint64_t{1024};
    }();

private:
    // A write counts its instruction, of which there is none between runs: hence the - 1 in set_csr.
    Now<State> now() const { return {core_, core_.retired}; }

    /// Where `address` lies with the rights of `mode`, as far as a look at the page tables tells.
    std::optional<std::uint64_t> place_of(std::uint64_t address, Privilege mode) const {
        if (Translation::identity || mode == Privilege::machine) return address;
        if constexpr (can_look)
            return looked_up(core_.privileged.csrs.satp, address,
                             [&](std::uint64_t place) -> std::optional<std::uint64_t> {
                                 std::array<std::byte, 8> word{};
                                 const Bus& bus = core_.bus;
                                 if (!bus.debug_read(GuestAddress{place}, word)) return std::nullopt;
                                 return read_memory<std::uint64_t>(word.data());
                             });
        return std::nullopt;
    }

    /// Memory of at most 8 bytes, in one page.
    std::optional<std::uint64_t> looked_at(std::uint64_t address, std::size_t width, Privilege mode) const {
        const std::optional<std::uint64_t> place = place_of(address, mode);
        if (!place || address % page_size + width > page_size) return std::nullopt;
        std::array<std::byte, 8> word{};
        const std::span<std::byte> bytes = std::span(word).first(width);
        const Bus& bus = core_.bus;
        if (!bus.debug_read(GuestAddress{*place}, bytes)) return std::nullopt;
        return read_memory<std::uint64_t>(word.data());
    }

    RunResult run_telling(std::uint64_t limit, bool pauses) {
        const RunResult result = run_until(limit, pauses);
        if constexpr (has_observer) core_.regions.tell_return(core_, result);
        return result;
    }
    RunResult run_until(std::uint64_t limit, bool pauses) {
        if (limit == 1) return pauses ? step<true>() : step<false>();
        core_.inputs.look_at_timer(core_.privileged.csrs);
        return run_loop(limit, limit, pauses);
    }
    /// `run_until` of one instruction, for who executes one after the other.
    template <bool Pauses>
    [[gnu::noinline]] RunResult step() {
        core_.inputs.look_at_timer(core_.privileged.csrs);
        const Slot* const slot = step_again();
        if (slot == nullptr) [[unlikely]]
            return run_loop(1, 1, Pauses);
        core_.quantum = 1;
        core_.trapped = 0;
        core_.ran = 0;
        if (!runs_past(slot)) [[unlikely]]
            return run_loop(1, 1 - counted(), Pauses);
        ++core_.retired;
        return {1, RunExit::budget};
    }
    /// `remaining` instructions of `limit` are to be executed yet.
    [[gnu::noinline]] RunResult run_loop(std::uint64_t limit, std::uint64_t remaining, bool pauses) {
        for (;;) {
            // The bus first: whoever answers it has heard what it said last, and nothing of the hart's own is lost by that.
            if constexpr (TellsStops<Bus>)
                if (core_.bus.stop_requested()) return {limit - remaining, RunExit::stopped};
            if (core_.stop.load(std::memory_order_relaxed)) {
                core_.stop.store(false, std::memory_order_relaxed);
                return {limit - remaining, RunExit::stopped};
            }
            if (!take_interrupts()) return {limit - remaining, RunExit::waiting};
            if (remaining == 0) return {limit, RunExit::budget};
            if constexpr (has_breakpoints)
                if (core_.regions.stops_at(core_.pc)) return {limit - remaining, RunExit::breakpoint};
            core_.ran = limit - remaining;
            const std::uint64_t executed = execute(remaining);
            remaining -= executed;
            if (std::exchange(core_.paused, false) && pauses) return {limit - remaining, RunExit::paused};
            if (executed >= quantum) core_.inputs.look_at_timer(core_.privileged.csrs);
        }
    }

    /// The next instruction, where all would be done for it that was done for the one before, and nothing else.
    [[gnu::always_inline]] const Slot* step_again() {
        if constexpr (has_observer)
            if (core_.regions.observed()) return nullptr;
        if constexpr (requires { requires Regions::template State<State>::begins_always; }) return nullptr;
        const Slot* const slot = core_.alone_again();
        // One at a breakpoint is never executed in this way, so it is not known.
        if constexpr (has_breakpoints)
            if (slot != nullptr) core_.regions.forget_stop();
        return slot;
    }
    /// False when the hart waits.
    bool take_interrupts() {
        const std::uint64_t pending = core_.pending();
        if (core_.waiting) {
            if ((pending & core_.privileged.csrs.mie) == 0) return false;
            core_.waiting = false;
        }
        if (const std::uint64_t takeable = core_.privileged.takeable(pending); takeable != 0) [[unlikely]] {
            core_.pc = core_.privileged.take_interrupt(takeable, core_.pc);
            core_.context_switched();
            if constexpr (has_observer) core_.regions.tell_trap(core_);
        }
        return true;
    }

    /// One stay in the loop of at most min(remaining, quantum) instructions; the number executed.
    std::uint64_t execute(std::uint64_t remaining) {
        core_.quantum = static_cast<std::int64_t>(std::min(remaining, quantum));
        core_.trapped = 0;
        core_.look_around();
        if constexpr (has_observer)
            if (core_.regions.observed()) return observed();
        if (core_.one_by_one()) return count(HeardFetches<State>::step(core_, core_.pc, core_.quantum = 1));
        if constexpr (has_breakpoints)
            if (core_.regions.passes()) return count(core_.single_step(core_.pc, core_.quantum));
        const Slot* first = core_.enter(core_.pc, core_.quantum);
        if constexpr (requires { core_.regions.begins(core_, first); })
            first = core_.regions.begins(core_, first);
        // Runs are paid for whole: what a limit reaches of the last one is cut from it.
        if (first->left > core_.quantum || (remaining == 1 && core_.stands_alone(first)))
            first = core_.in_page(first) ? core_.cut(first) : core_.single_step(core_.pc, core_.quantum);
        return count(first);
    }
    /// One instruction, of which the observer hears.
    std::uint64_t observed()
        requires has_observer
    {
        core_.quantum = 1;
        const std::uint64_t executed = count(core_.regions.next(core_));
        if (core_.trapped != 0) core_.regions.tell_trap(core_);
        return executed;
    }
    std::uint64_t count(const Slot* first) {
        if (runs_past(first)) core_.budget = core_.quantum - 1;
        return counted();
    }
    /// One stay in the loop. True: it was an instruction alone, and nothing has come of it; the budget is as it was.
    [[gnu::always_inline]] bool runs_past(const Slot* first) {
        Shell::run(core_, first);
        if (core_.budget != State::untouched) return false;
        // By a jump, which is foreseen: the next step need not wait until this one's slot was found.
        if (first[2].immediate == 2) {
            core_.pc += 2;
            asm volatile("");
        } else {
            core_.pc += 4;
        }
        return true;
    }
    std::uint64_t counted() {
        const auto executed = static_cast<std::uint64_t>(core_.quantum - core_.budget);
        core_.retired += executed - static_cast<std::uint64_t>(core_.trapped);
        return executed;
    }

    HartOptions options_;
    State core_;
};

/// A hart with every choice left as it is, for what takes the type of a hart by its bus: `Emulator<Machine, DefaultHart>`.
template <class Bus>
using DefaultHart = Hart<Bus>;

template <HartBus Bus>
Hart(Bus&, HartOptions) -> Hart<Bus>;
template <HartBus Bus>
Hart(Bus&) -> Hart<Bus>;

}  // namespace wirewrap::riscv
