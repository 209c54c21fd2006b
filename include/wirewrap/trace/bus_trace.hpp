// Who reads and writes what on a machine's bus: a policy of the machine that gives the accesses one asks for to a function, and
// an observer of its harts, by which it knows who they are of.
//
//     auto machine = Machine<Handheld, hostmem::Anonymous, trace::BusTrace>::create().value();
//     auto& bus = machine.policy<trace::BusTrace>();
//     hart.observe(&bus);                                               // of riscv::Observed<trace::BusTrace>
//     bus.begin({.ranges = {uart}, .loads = false}, [&](const trace::BusAccess& access) { … });
//
// An access is told behind it: of a hart, of a device that masters the bus (for the hart whose instruction set it going), of the
// host. A hart's has the value that was loaded or stored, in RAM or in a device's register, and one that was refused has the
// exception. While nothing is asked for, a machine is as fast as without; from then on its harts ask it for each access, and for
// each fetch where fetches are asked for. Memory that is handed out whole (`ram_span`: loaders) is told as a store.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/cpu/riscv/observed.hpp>

namespace wirewrap::trace {

/// Which accesses are told: those that fit all of it.
struct BusFilter {
    std::vector<Interval> ranges{};     // they touch one of them; none: anywhere
    std::vector<std::size_t> widths{};  // in bytes; none: any
    bool loads = true, stores = true, fetches = false;
    /// Those that were refused, too, by the address that the guest has where no other was found.
    bool faults = true;
};

struct BusAccess {
    Access access{};
    GuestAddress address;
    Bytes width;
    std::optional<std::uint64_t> hart{};   // nothing: the host, or a hart that is not observed
    std::uint64_t pc = 0;                  // of its instruction
    std::uint64_t instructions = 0;        // begun by observed harts up to then
    std::optional<std::uint64_t> value{};  // where the hart that made it is observed
    std::optional<riscv::Cause> cause{};   // it was refused, and this is the exception

    friend bool operator==(const BusAccess&, const BusAccess&) = default;
};

/// What was loaded or stored; as memory has it now, where the trace does not know. Nothing where a look would change a device, or
/// beyond 8 bytes, or of a load that was refused.
template <class Machine>
std::optional<std::uint64_t> value_of(const Machine& machine, const BusAccess& access) {
    if (access.value || access.cause) return access.value;
    std::array<std::byte, 8> bytes{};
    if (access.width.count > bytes.size()) return std::nullopt;
    if (!machine.debug_read(access.address, std::span(bytes).first(access.width.count))) return std::nullopt;
    return read_memory<std::uint64_t>(bytes.data());
}

/// For one thread at a time, as the machine.
class BusTrace {
public:
    using Call = std::function<void(const BusAccess&)>;

    /// Who is called may end it, or begin it anew.
    void begin(BusFilter filter, Call call) {
        filter_ = std::move(filter);
        call_ = call ? std::make_shared<const Call>(std::move(call)) : nullptr;
    }
    void end() {
        call_ = nullptr;
        held_.clear();
    }

    // ---- hooks of harts

    void executes(const riscv::NextInstruction& next) {
        now_.hart = next.hart;
        now_.pc = next.pc;
        ++now_.instructions;
        for (BusAccess& each : held_) {
            if (each.access != Access::fetch) continue;
            each = of_now(each.access, {each.address, each.width});
            if (each.width == Bytes{next.length()}) each.value = next.word;
        }
        tell_held();
    }
    void touched(const riscv::MadeAccess& made) {
        if (!call_ || (made.access == Access::fetch && !made.cause)) return;
        BusAccess told = of_now(made.access,
                                {GuestAddress{made.physical.value_or(made.address)}, Bytes{made.width}});
        told.hart = made.hart;
        told.pc = made.pc;
        told.value = made.value;
        told.cause = made.cause;
        // The machine has told of it, of an AMO as one store.
        const bool known = !held_.empty() && held_.back().address == told.address &&
                           held_.back().width == told.width;
        if (known && held_.back().access == told.access) held_.pop_back();
        if (!known || told.access == Access::store) tell_held();
        // What went over two pages has been told in parts.
        if (made.physical || made.cause) look(told);
    }
    void came_back(std::uint64_t, const riscv::RunResult&) {
        tell_held();
        now_.hart.reset();
        now_.pc = 0;
    }

    // ---- hooks of the machine

    bool wants_accesses() const { return call_ != nullptr; }
    bool wants_fetches() const { return call_ != nullptr && filter_.fetches; }
    void accessed(Access access, GuestAddress address, std::size_t width) {
        if (call_) hear(access, {address, Bytes{width}});
    }
    void spanned(GuestAddress address, Bytes size) {
        if (call_) hear(Access::store, {address, size});
    }

private:
    BusAccess of_now(Access access, Interval range) const {
        BusAccess made = now_;
        made.access = access;
        made.address = range.base;
        made.width = range.size;
        return made;
    }
    /// What an observed hart does is told when it says more of it.
    [[gnu::noinline, gnu::cold]] void hear(Access access, Interval range) {
        const BusAccess heard = of_now(access, range);
        if (now_.hart)
            held_.push_back(heard);
        else
            look(heard);
    }
    void tell_held() {
        for (std::size_t i = 0; i < held_.size(); ++i) look(BusAccess(held_[i]));
        held_.clear();
    }
    void look(const BusAccess& made) {
        const bool asked = made.access == Access::load    ? filter_.loads
                           : made.access == Access::store ? filter_.stores
                                                          : filter_.fetches;
        const Interval range{made.address, made.width};
        const auto touches = [&](const Interval& each) { return each.overlaps(range); };
        if (!call_ || !asked || (made.cause && !filter_.faults) ||
            (!filter_.ranges.empty() && !std::ranges::any_of(filter_.ranges, touches)) ||
            (!filter_.widths.empty() &&
             std::ranges::find(filter_.widths, made.width.count) == filter_.widths.end()))
            return;
        const auto call = call_;
        (*call)(made);
    }

    BusFilter filter_{};
    std::shared_ptr<const Call> call_{};
    BusAccess now_{};
    std::vector<BusAccess> held_{};
};

}  // namespace wirewrap::trace
