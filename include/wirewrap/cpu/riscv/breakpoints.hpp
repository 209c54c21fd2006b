// Breakpoints of a hart: addresses before whose instruction `run` comes back. A policy for regions of code (regions.hpp)
// around another one, so that a hart without it has not one instruction more.
//
//     template <class Bus>
//     using Rv64 = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, riscv::Breakpoints<jit::Translated>>;
//
//     hart.set_breakpoints(std::array{0x8000'1000ull});
//     hart.run(1'000'000).reason;               // RunExit::breakpoint, and hart.pc() is 0x80001000
//     hart.run(1);                              // the instruction there
//
// Breakpoints have the addresses that the program counter has. A hart that has come back at one goes on behind it when it
// runs again. Where nothing can be fetched, the fault may come first. With breakpoints set, code of a page that holds one is
// interpreted, and regions that were compiled for one program are not entered; without, all is as fast as without this policy.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wirewrap/cpu/riscv/edges.hpp>
#include <wirewrap/cpu/riscv/regions.hpp>

namespace wirewrap::riscv {

template <class Inner = NoRegions>
struct Breakpoints {
    static constexpr std::uint64_t quantum = [] {
        if constexpr (requires { Inner::quantum; }) return Inner::quantum;
        return std::uint64_t{1024};
    }();

    template <class C>
    class State : public Inner::template State<C> {
        using Base = typename Inner::template State<C>;

    public:
        /// False when they are those that there are.
        bool set_breakpoints(std::span<const std::uint64_t> addresses) {
            std::vector<std::uint64_t> sorted(addresses.begin(), addresses.end());
            std::ranges::sort(sorted);
            const auto rest = std::ranges::unique(sorted);
            sorted.erase(rest.begin(), rest.end());
            if (sorted == addresses_) return false;
            addresses_ = std::move(sorted);
            // Not by `begins` only does code come to be translated: what is translated jumps to other pages.
            if constexpr (requires(Base& regions) { regions.leave_alone(breakpoints()); })
                Base::leave_alone(addresses_);
            return true;
        }
        std::span<const std::uint64_t> breakpoints() const { return addresses_; }

        /// Whether the hart has to come back before the instruction at `pc`, which it is about to execute.
        bool stops_at(std::uint64_t pc) {
            passes_ = told_ == pc && is_breakpoint(pc);
            told_ = none;
            if (passes_ || addresses_.empty() || !is_breakpoint(pc)) return false;
            told_ = pc;
            return true;
        }
        /// The instruction that is next was stopped at, and is now to be executed.
        bool passes() const { return passes_; }

        /// To be called when the hart was put elsewhere: a breakpoint that it came back at there is not the one here.
        void forget_stop() { told_ = none; }

        // ---- hooks of the hart

        void decoded(C& core, CodePage& page, std::size_t first) {
            if (addresses_.empty()) return Base::decoded(core, page, first);
            // Where code has several addresses, a page does not know by which it will be entered.
            const std::uint64_t base = core.pc_of(page.slots.data());
            for (const std::uint64_t address : addresses_)
                if (C::translates || address - base < page_size) mark(core, page, address % page_size / 2);
            // Edges are counted where nothing stops.
            if constexpr (requires(Base& counts, const EdgeCounters& edges) { counts.count_edges(edges); })
                if (!any_in_page_of(base)) Base::decoded(core, page, first);
        }

        const Slot* begins(C& core, const Slot* slot) {
            if constexpr (requires { Base::begins(core, slot); })
                // Where code has several addresses, a region is of one of them.
                if (addresses_.empty() || !any_in_page_of(core.pc_of(slot))) return Base::begins(core, slot);
            return slot;
        }

        Cursor enter(C& core, Cursor at) {
            if (at.slot->immediate != breakpoint_region) return Base::enter(core, at);
            const std::uint64_t pc = core.pc_of(at.slot);
            const std::int64_t unpaid = at.budget + at.slot->left;
            return {is_breakpoint(pc) ? core.stop_at(pc, unpaid) : core.single_step(pc, unpaid), unpaid};
        }

    private:
        static constexpr std::uint64_t none = 1;  // odd: nobody goes there

        bool is_breakpoint(std::uint64_t pc) const { return std::ranges::binary_search(addresses_, pc); }
        bool any_in_page_of(std::uint64_t pc) const {
            const auto first = std::ranges::lower_bound(addresses_, pc & ~(page_size - 1));
            return first != addresses_.end() && *first - (pc & ~(page_size - 1)) < page_size;
        }
        static void mark(C& core, CodePage& page, std::size_t index) {
            const void* const handler = page.slots[index].handler;
            if (handler == handler_of(core.handlers, Op::region_4) ||
                handler == handler_of(core.handlers, Op::undecoded_4) || page.absent[index])
                return;
            page.begin_region(index, breakpoint_region, core.handlers);
        }

        std::vector<std::uint64_t> addresses_;  // ascending
        std::uint64_t told_ = none;  // where the hart came back last, if it has executed nothing since
        bool passes_ = false;
    };
};

}  // namespace wirewrap::riscv
