// A hart that counts the edges of its guest (edges.hpp), interpreted: a policy for regions of code (regions.hpp), so that a hart
// without it has not one instruction more. On x86-64 `jit::TranslatedForFuzzing` counts the same edges in translated code.
//
//     template <class Bus>
//     using Rv64 = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, riscv::CountedEdges>;
//
//     hart.regions().count_edges(riscv::EdgeCounters(map));      // until others are set; between runs
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <wirewrap/cpu/riscv/edges.hpp>
#include <wirewrap/cpu/riscv/regions.hpp>

namespace wirewrap::riscv {

struct CountedEdges {
    template <class C>
    class State {
    public:
        void count_edges(const EdgeCounters& counters) { counters_ = counters; }

        // ---- hooks of the hart

        void decoded(C& core, CodePage& page, std::size_t first) {
            const std::size_t last = end_of_run(page, first);
            if (last == halfwords_per_page ||
                page.slots[last].handler == handler_of(core.handlers, Op::region_4))
                return;
            const auto source = EdgeSource::at(page, last, C::extensions);
            if (!source.counts()) return;
            // What is decoded again and again, as changing code is, must not take more and more memory.
            if (sources_.size() == most_sources) {
                forget_all_ = true;
                return;
            }
            sources_.push_back({source, page.plain(last, core.handlers)});
            page.begin_region(last, static_cast<std::int32_t>(sources_.size() - 1), core.handlers);
        }
        static void cleared(CodePage&) {}

        const Slot* begins(C& core, const Slot* slot) {
            if (!forget_all_) return slot;
            forget_all_ = false;
            const std::uint64_t pc = core.pc;
            core.forget_code();
            sources_.clear();
            return core.enter(pc, core.quantum);
        }

        Cursor enter(C& core, Cursor at) {
            const Marked& marked = sources_[static_cast<std::size_t>(at.slot->immediate)];
            count(core, core.pc_of(at.slot), marked.source);
            return {core.in_place_of(at.slot, marked.plain), at.budget + at.slot->left};
        }
        void alone(C& core, std::uint64_t pc, const Instruction& instruction) {
            count(core, pc, {instruction});
        }

    private:
        static constexpr std::size_t most_sources = std::size_t{1} << 18;

        struct Marked {
            EdgeSource source;
            Slot plain;
        };

        void count(const C& core, std::uint64_t pc, const EdgeSource& source) const {
            if (counters_.present() && source.counts()) counters_.count(pc, source.target(core.x, pc));
        }

        EdgeCounters counters_;
        std::vector<Marked> sources_;  // by number of a marked slot
        bool forget_all_ = false;
    };
};

}  // namespace wirewrap::riscv
