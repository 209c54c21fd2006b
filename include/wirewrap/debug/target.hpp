// An emulator as a debugger sees it: threads, registers, memory, points, and running by orders. What a `Session` asks for.
//
//     Target target(emulator);
//     Session session(target);
//     …
//     if (session.running()) stop = target.run_piece(session.orders(), [&](std::uint64_t n) { return emulator.poll(n); });
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/board/traits.hpp>
#include <wirewrap/debug/hart_check.hpp>
#include <wirewrap/debug/memory.hpp>
#include <wirewrap/debug/memory_map.hpp>
#include <wirewrap/debug/monitor.hpp>
#include <wirewrap/debug/points.hpp>
#include <wirewrap/debug/reverse.hpp>
#include <wirewrap/debug/riscv_registers.hpp>
#include <wirewrap/debug/stop.hpp>
#include <wirewrap/debug/target_xml.hpp>

namespace wirewrap::debug {

/// The emulator must outlive it, and run in no other way while `running`.
template <class E>
    requires DebuggableHart<typename E::Hart>
class Target {
    using Machine = typename E::MachineType;
    using B = typename Machine::BoardType;
    using Hart = typename E::Hart;
    using Registers = HartRegisters<Hart>;
    static constexpr std::size_t hart_count = board_harts<B>;

public:
    /// `reset` makes the machine as it was before it ran, with what was loaded; without it `monitor reset` is refused.
    explicit Target(E& emulator, std::function<Expected<void>()> reset = {})
        : emulator_(emulator), points_(emulator), reset_(std::move(reset)),
          registers_(Registers::all(emulator.hart(0))), map_(memory_ranges(emulator.machine())) {
        std::ranges::sort(registers_, {}, &DebugRegister::number);
        while (general_ != registers_.size() && registers_[general_].number == general_) ++general_;
        description_ = target_xml(Registers::architecture, registers_);
        if constexpr (!TranslatesForDebugger<Hart>) map_xml_ = files::memory_map_xml(map_);
    }

    std::size_t harts() const { return emulator_.harts(); }
    const std::string& description() const { return description_; }
    /// Empty where addresses are virtual: the debugger would refuse all others.
    const std::string& memory_map() const { return map_xml_; }

    // ---- registers

    /// Those that are read at once: the first ones, by number.
    std::span<const DebugRegister> general_registers() const { return std::span(registers_).first(general_); }
    const DebugRegister* find_register(std::uint64_t number) const {
        const auto place = std::ranges::lower_bound(registers_, number, {}, &DebugRegister::number);
        return place != registers_.end() && place->number == number ? &*place : nullptr;
    }
    std::optional<std::uint64_t> read_register(std::size_t hart, std::uint32_t number) const {
        const DebugRegister* const each = find_register(number);
        if (each == nullptr) return std::nullopt;
        return Registers::read(emulator_.hart(hart), static_cast<std::size_t>(each - registers_.data()),
                               number);
    }
    bool write_register(std::size_t hart, std::uint32_t number, std::uint64_t value) {
        const DebugRegister* const each = find_register(number);
        if (each == nullptr) return false;
        changes();
        return Registers::write(emulator_.hart(hart), static_cast<std::size_t>(each - registers_.data()),
                                number, value);
    }
    void set_pc(std::size_t hart, std::uint64_t pc) {
        changes();
        emulator_.hart(hart).set_pc(pc);
    }
    /// In the byte order of the machine.
    static std::vector<std::byte> bytes_of(std::uint64_t value, std::size_t width) {
        std::vector<std::byte> bytes(width);
        for (std::size_t i = 0; i != width; ++i)
            bytes[place(i, width)] = static_cast<std::byte>(value >> 8 * i);
        return bytes;
    }
    static std::uint64_t value_of(std::span<const std::byte> bytes) {
        std::uint64_t value = 0;
        for (std::size_t i = 0; i != bytes.size(); ++i)
            value |= static_cast<std::uint64_t>(bytes[place(i, bytes.size())]) << 8 * i;
        return value;
    }

    // ---- memory

    std::size_t read_memory(std::size_t hart, std::uint64_t address, std::span<std::byte> to) {
        return debug::read_memory(emulator_, hart, address, to);
    }
    bool write_memory(std::size_t hart, std::uint64_t address, std::span<const std::byte> from) {
        changes();
        const bool done = debug::write_memory(emulator_, hart, address, from);
        code_changed(emulator_, hart_count);
        return done;
    }
    /// Whole sectors of one flash.
    bool erase_flash(std::uint64_t address, std::uint64_t size) {
        const MemoryRange* const flash = flash_at(address, size);
        if (flash == nullptr || size % flash->sector.count != 0 ||
            (address - flash->range.base.value) % flash->sector.count != 0)
            return false;
        return write_memory(0, address,
                            std::vector<std::byte>(static_cast<std::size_t>(size), std::byte{0xff}));
    }
    bool write_flash(std::uint64_t address, std::span<const std::byte> from) {
        return flash_at(address, from.size()) != nullptr && write_memory(0, address, from);
    }

    // ---- points

    std::optional<bool> change_point(bool set, PointKind kind, std::size_t hart, std::uint64_t address,
                                     std::uint64_t length) {
        const auto physical = physical_address(emulator_.hart(hart), address);
        if (!physical && set && kind >= PointKind::write) return false;
        return points_.change(set, kind, address, length, physical.value_or(address));
    }
    /// The debugger has gone.
    void forget() {
        points_.clear();
        reverse_.stop();
    }

    // ---- running

    /// A machine of this kind can go backwards, when its history is recorded.
    static constexpr bool reverses() { return Reverse<E>::possible; }
    Reverse<E>& reverse() { return reverse_; }
    /// Text for the person, once.
    std::string take_note() { return reverse_.take_note(); }
    void resumes() {
        points_.arm();
        interrupted_ = false;
        reverse_.rest();
        goes_back_ = false;
    }
    /// The next piece ends at once.
    void interrupt() { interrupted_ = true; }

    /// Runs for about `limit` instructions, by one order for each hart. `poll(n)` runs the emulator for n of them.
    template <class Poll>
    DebugStop run_piece(std::span<const HartOrder> orders, Poll poll, std::uint64_t limit = 1'000'000) {
        if (const DebugStop stop = without_running(orders); stop.ends()) return stop;
        const auto steps = std::ranges::find(orders, HartOrder::step);
        const bool some_stay = std::ranges::find(orders, HartOrder::stay) != orders.end();
        const auto hart = static_cast<std::size_t>(steps - orders.begin());
        const auto run = [&](std::uint64_t n) { return reverse_.run(n, poll); };
        limit = reverse_.before_run(limit);
        const DebugStop stop = some_stay ? run_some(orders, run, limit)
                                         : run_all(steps != orders.end() ? std::optional(hart) : std::nullopt,
                                                   run, limit);
        reverse_.behind_run();
        return stop;
    }
    /// The same backwards, over what was recorded: by one step of the hart that steps, or as far as nothing stops it.
    template <class Poll>
    DebugStop run_back_piece(std::span<const HartOrder> orders, Poll poll, std::uint64_t limit = 1'000'000) {
        if (const DebugStop stop = without_running(orders); stop.ends()) return stop;
        if (!std::exchange(goes_back_, true)) {
            const auto steps = std::ranges::find(orders, HartOrder::step);
            reverse_.go(steps != orders.end()
                            ? std::optional(static_cast<std::size_t>(steps - orders.begin()))
                            : std::nullopt);
        }
        last_ = {};
        const DebugStop stop = reverse_.piece([&](std::uint64_t n) { return reverse_.run(n, poll); },
                                              [this](const Stopped& stopped) { return stop_for(stopped); },
                                              limit);
        if (stop.reason == DebugStop::Reason::watchpoint && Registers::steps_over_watchpoints)
            seen_ = {stop.hart, stop.watchpoint};
        return stop;
    }
    /// How the last piece ended, as the emulator says it.
    const Stopped& last() const { return last_; }

    // ---- for people

    std::string describe(std::size_t hart) const { return describe_hart(emulator_, hart); }
    std::string monitor(std::string_view line) {
        seen_.reset();
        std::string_view arguments = line;
        const std::string_view command = detail::next_word(arguments);
        if (command == "reverse") return reverse_.command(arguments);
        if (command != "reset" && command != "system_reset" && command != "restore")
            return monitor_command(emulator_, map_, reset_, line);
        const std::uint64_t before = emulator_.progress().executed;
        changes();
        std::string said = monitor_command(emulator_, map_, reset_, line);
        // Where counts go another way there is no order any more.
        if (emulator_.progress().executed != before) reverse_.begin_anew();
        return said;
    }

private:
    static constexpr std::uint64_t most_of_others = 100'000;

    static std::size_t place(std::size_t i, std::size_t width) {
        return Machine::byte_order == std::endian::little ? i : width - 1 - i;
    }
    const MemoryRange* flash_at(std::uint64_t address, std::uint64_t size) const {
        const Interval wanted{GuestAddress{address}, Bytes{size}};
        for (const MemoryRange& each : map_)
            if (each.kind == MemoryKind::flash && !wanted.empty() && each.range.contains(wanted))
                return &each;
        return nullptr;
    }
    /// The debugger is about to change what runs.
    void changes() {
        seen_.reset();
        reverse_.leaves();
    }

    /// Stops for which nothing is to be executed.
    DebugStop without_running(std::span<const HartOrder> orders) {
        using Reason = DebugStop::Reason;
        const auto seen = std::exchange(seen_, std::nullopt);
        if (std::exchange(interrupted_, false))
            return {.reason = Reason::interrupted, .hart = emulator_.progress().turn.hart};
        // A debugger that takes the access for one that is still to come steps over it, with the watchpoint taken away.
        if (seen && orders[seen->first] == HartOrder::step && points_.watchpoint(seen->second) == nullptr)
            return {.reason = Reason::step, .hart = seen->first};
        return {};
    }
    /// All harts run; `hart` is to make one step.
    template <class Poll>
    DebugStop run_all(std::optional<std::size_t> hart, Poll poll, std::uint64_t limit) {
        if (!hart) return stop_of(poll(limit));
        for (std::uint64_t n = 0; n != std::min(limit, most_of_others); ++n) {
            const Stopped stopped = poll(1);
            if (const DebugStop stop = stop_of(stopped); stop.reason != DebugStop::Reason::none) return stop;
            if (stopped.executed == 1 && stopped.hart == *hart)
                return {.reason = DebugStop::Reason::step, .hart = *hart};
        }
        return {};
    }

    /// One instruction of this hart. In turn, where it is its turn: then others go on as if nothing had been.
    template <class Run>
    Stopped step(std::size_t hart, Run run) {
        const std::optional<std::size_t> again = reverse_.step_here();
        bool in_turn = again == hart;
        if constexpr (requires(const Hart& view) { view.waiting(); })
            in_turn = in_turn ||
                      (!again && emulator_.progress().turn.hart == hart && !emulator_.hart(hart).waiting());
        return in_turn ? run(1) : reverse_.step(hart);
    }
    /// Only some harts run, one instruction each in turn.
    template <class Run>
    DebugStop run_some(std::span<const HartOrder> orders, Run run, std::uint64_t limit) {
        for (std::uint64_t n = 0; n < std::min(limit, most_of_others); ++n) {
            bool any = false;
            for (std::size_t hart = 0; hart != orders.size(); ++hart) {
                if (orders[hart] == HartOrder::stay) continue;
                const Stopped stopped = step(hart, run);
                if (const DebugStop stop = stop_of(stopped); stop.ends()) return stop;
                // A hart that waits has nothing to step.
                if (orders[hart] == HartOrder::step) return {.reason = DebugStop::Reason::step, .hart = hart};
                any = any || stopped.executed != 0;
            }
            if (!any && !pass_to_deadline()) return {.reason = DebugStop::Reason::asleep};
        }
        return {};
    }

    /// A record of what ran knows nothing of time that passes so.
    bool pass_to_deadline() {
        if constexpr (requires { emulator_.pass_to_deadline(); })
            return !reverse_.on() && emulator_.pass_to_deadline();
        return false;
    }

    DebugStop stop_of(const Stopped& stopped) {
        last_ = stopped;
        const DebugStop stop = stop_for(stopped);
        if (stopped.reason == StopReason::watchpoint && Registers::steps_over_watchpoints)
            seen_ = {stop.hart, stop.watchpoint};
        return stop;
    }
    DebugStop stop_for(const Stopped& stopped) const {
        using Reason = DebugStop::Reason;
        DebugStop stop{.hart = stopped.hart, .pc = stopped.pc};
        switch (stopped.reason) {
        case StopReason::limit:
        case StopReason::trapping: break;
        case StopReason::asleep: stop.reason = Reason::asleep; break;
        case StopReason::asked: stop.reason = Reason::interrupted; break;
        case StopReason::closed: stop.reason = Reason::closed; break;
        case StopReason::idle: stop.reason = Reason::idle; break;
        case StopReason::finished:
            stop.reason = stopped.finish->kind == Finish::reset ? Reason::reset : Reason::finished;
            stop.code = stopped.finish->kind == Finish::fail
                            ? static_cast<std::uint8_t>(std::clamp<unsigned>(stopped.finish->code, 1, 255))
                            : std::uint8_t{0};
            break;
        case StopReason::breakpoint:
            stop.reason = Reason::breakpoint;
            stop.address = stopped.pc;
            if (const auto* point = points_.breakpoint(stopped.pc)) stop.kind = point->kind;
            break;
        case StopReason::watchpoint: {
            const auto* point = points_.watchpoint(stopped.seen->watchpoint);
            stop.reason = point != nullptr ? Reason::watchpoint : Reason::interrupted;
            stop.kind = point != nullptr ? point->kind : PointKind::write;
            stop.address = point != nullptr ? std::max(point->address, stopped.seen->address.value) : 0;
            if constexpr (TranslatesForDebugger<Hart>) stop.address = point != nullptr ? point->address : 0;
            stop.watchpoint = stopped.seen->watchpoint;
            break;
        }
        }
        return stop;
    }

    E& emulator_;
    Points<E> points_;
    std::function<Expected<void>()> reset_;
    std::vector<DebugRegister> registers_;  // ascending by number
    std::size_t general_ = 0;
    std::vector<MemoryRange> map_;
    std::string description_, map_xml_;
    std::optional<std::pair<std::size_t, std::size_t>>
        seen_;  // a hart that is behind a watched access, the watchpoint
    Reverse<E> reverse_{emulator_};
    bool interrupted_ = false;
    bool goes_back_ = false;  // on a way back since `resumes`
    Stopped last_;
};

}  // namespace wirewrap::debug
