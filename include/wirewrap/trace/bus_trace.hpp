// Who reads and writes what on a machine's bus: a policy of the machine that gives the accesses one asks for to a function, and
// an observer of its harts, by which it knows who they are of.
//
//     auto machine = Machine<Handheld, hostmem::Anonymous, trace::BusTrace>::create().value();
//     auto& bus = machine.policy<trace::BusTrace>();
//     hart.observe(&bus);                                               // of riscv::Observed<trace::BusTrace>
//     bus.begin({.ranges = {uart}, .loads = false}, [&](const trace::BusAccess& access) { … });
//
// An access that goes through is told behind it: of a hart, of a device that masters the bus (for the hart whose instruction
// set it going), of the host. While nothing is asked for, a machine is as fast as without; from then on its harts ask it for each
// access, and for each fetch where fetches are asked for. Memory that is handed out whole (`ram_span`: atomic operations of harts,
// loaders) is told as a store.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
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
};

struct BusAccess {
    Access access{};
    GuestAddress address;
    Bytes width;
    std::optional<std::uint64_t> hart{};  // nothing: the host, or a hart that is not observed
    std::uint64_t pc = 0;                 // of its instruction
    std::uint64_t instructions = 0;       // begun by observed harts up to then

    friend bool operator==(const BusAccess&, const BusAccess&) = default;
};

/// What was loaded or stored, as memory has it now. Nothing where a look would change a device, or beyond 8 bytes.
template <class Machine>
std::optional<std::uint64_t> value_of(const Machine& machine, const BusAccess& access) {
    std::array<std::byte, 8> bytes{};
    if (access.width.count > bytes.size()) return std::nullopt;
    if (!machine.debug_read(access.address, std::span(bytes).first(access.width.count))) return std::nullopt;
    return read_memory<std::uint64_t>(bytes.data());
}

/// For one thread at a time, as the machine.
class BusTrace {
public:
    using Call = std::function<void(const BusAccess&)>;

    void begin(BusFilter filter, Call call) {
        filter_ = std::move(filter);
        call_ = std::move(call);
    }
    void end() { call_ = nullptr; }

    // ---- hooks of harts

    void executes(const riscv::NextInstruction& next) {
        now_.hart = next.hart;
        now_.pc = next.pc;
        ++now_.instructions;
    }
    void came_back(std::uint64_t, const riscv::RunResult&) {
        now_.hart.reset();
        now_.pc = 0;
    }

    // ---- hooks of the machine

    bool wants_accesses() const { return call_ != nullptr; }
    bool wants_fetches() const { return call_ != nullptr && filter_.fetches; }
    void accessed(Access access, GuestAddress address, std::size_t width) {
        if (call_) look(access, {address, Bytes{width}});
    }
    void spanned(GuestAddress address, Bytes size) {
        if (call_) look(Access::store, {address, size});
    }

private:
    [[gnu::noinline, gnu::cold]] void look(Access access, Interval range) {
        const bool asked = access == Access::load    ? filter_.loads
                           : access == Access::store ? filter_.stores
                                                     : filter_.fetches;
        const auto touches = [&](const Interval& each) { return each.overlaps(range); };
        if (!asked || (!filter_.ranges.empty() && !std::ranges::any_of(filter_.ranges, touches)) ||
            (!filter_.widths.empty() &&
             std::ranges::find(filter_.widths, range.size.count) == filter_.widths.end()))
            return;
        BusAccess told = now_;
        told.access = access;
        told.address = range.base;
        told.width = range.size;
        call_(told);
    }

    BusFilter filter_{};
    Call call_{};
    BusAccess now_{};
};

}  // namespace wirewrap::trace
