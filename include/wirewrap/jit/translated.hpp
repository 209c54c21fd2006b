// Translation of guest code into host code at run time, as a policy of a hart: code that is executed often runs as x86-64
// code, everything else in the interpreter, and nobody can tell which from what a program computes or from what it counts.
//
//     template <class Bus>
//     using Rv64 = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, jit::Translated>;
//
//     Rv64<Virt> hart(machine, {.reset_pc = 0x1000});
//     hart.regions().objection();         // why nothing is translated on this host, or an empty text
//
// The hart looks at where each stay in its loop begins, which is a sample of where time goes. A block that was seen twice
// becomes a region (region.hpp) or a new entry of one that has it already. Regions reach each other through tables of
// targets, one for each privilege mode, that were found to be valid in it; they are emptied whenever the hart forgets
// which pages it may execute. On a hart with page tables the regions of a physical page are those of one virtual address; at
// others the page is interpreted, until it is seen often there.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/cpu/riscv/edges.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/jit/code_memory.hpp>
#include <wirewrap/jit/emitter.hpp>
#include <wirewrap/jit/interpret.hpp>
#include <wirewrap/jit/page_regions.hpp>
#include <wirewrap/jit/region.hpp>
#include <wirewrap/jit/target_table.hpp>

namespace wirewrap::jit {

namespace detail {
struct Nothing {};
struct AsksNobody {};
/// As regions.hpp says.
struct AsksTheBus {
    static constexpr bool asks_the_bus = true;
};
}  // namespace detail

/// RAM of which somebody keeps account by pages of 4 KiB: a byte for each says whether stores to it may be done without asking
/// the bus, as they may once the bus has heard of one.
struct PagesOfStores {
    const std::byte* memory = nullptr;
    std::span<const std::uint8_t> free;
};

/// `CodeBytes`: the most host code that a hart keeps; when it is full all is forgotten. Only what is used takes memory.
/// `Fuzzing`: it can count edges and ask about stores, and translates what it comes to at once, for a run is short.
template <std::size_t CodeBytes, bool Fuzzing = false>
struct TranslatedWithin {
    /// Instructions between two looks at the interrupt inputs. A stay costs about 50 ns and ends anywhere, so that the interpreter
    /// executes what is left of a block: a twelfth of a boot of Linux when stays were a quarter as long, and nothing to be gained
    /// when they are longer.
    static constexpr std::uint64_t quantum = 16384;

    template <class C>
    class State : public std::conditional_t<Fuzzing, detail::AsksTheBus, detail::AsksNobody> {
    public:
        static constexpr bool begins_always = Fuzzing;  // what edges are counted by may be stale

        /// Why nothing is translated on this host.
        const std::optional<Error>& objection() const { return objection_; }
        /// From now on nothing more is translated. Before the first run: nothing at all.
        void interpret_only() { objection_ = Error{"guest code is interpreted, as was asked for"}; }
        /// Regions that were translated, and bytes of host code.
        std::uint64_t regions() const { return translated_; }
        std::size_t code_size() const { return emitter_ ? emitter_->used() : 0; }

        /// From now on edges are counted there, however code is executed. Between runs.
        void count_edges(const riscv::EdgeCounters& counters)
            requires Fuzzing
        {
            stale_ = stale_ || counters != edges_;
            edges_ = counters;
            counters_ = counters.data();
        }
        /// From now on stores to RAM go by this account. Between runs; it must outlive the hart.
        void ask_about_stores(const PagesOfStores& pages)
            requires Fuzzing
        {
            pages_of_stores_ = pages;
            stale_ = true;
        }

        void decoded(C& core, riscv::CodePage& page, std::size_t first) {
            if constexpr (Fuzzing) {
                if (!edges_.present()) return;
                translate_at_once(core, page, first);
                mark_source(core, page, riscv::end_of_run(page, first));
            }
        }
        /// An instruction that lies in two pages, say.
        void alone(const C& core, std::uint64_t pc, const riscv::Instruction& instruction)
            requires Fuzzing
        {
            count_edge(core, pc, {instruction});
        }

        void cleared(riscv::CodePage& page) {
            if (pages_.erase(&page) != 0) forgotten();
        }
        /// The hart no longer knows which pages it may execute.
        void forgotten() {
            for (TargetTable& mode : targets_) mode.forget();
        }
        void forgotten(std::uint64_t address) {
            for (TargetTable& mode : targets_) mode.forget(address);
        }

        /// From now on nothing is translated in the pages of these addresses, ascending, until there are others: who stops there has
        /// to be asked. What was translated there is to be forgotten.
        void leave_alone(std::span<const std::uint64_t> addresses) {
            left_alone_.assign(addresses.begin(), addresses.end());
        }

        /// A stay in the loop begins at `slot`. Answers with the slot to begin at.
        const riscv::Slot* begins(C& core, const riscv::Slot* slot) {
            if constexpr (Fuzzing)
                if (stale_ || entries_.size() > most_entries) return forget_all(core);
            if (objection_ || !core.in_page(slot)) return slot;
            riscv::CodePage& page = core.page_of(slot);
            const auto index = static_cast<std::size_t>(slot - page.slots.data());
            if (index >= riscv::halfwords_per_page || !page.decoded(index) || is_region_of(core, slot))
                return slot;
            // A stay that a trap or the like has ended says little of where time goes.
            if (core.budget > std::int64_t{riscv::CodePage::longest_run}) return slot;
            std::uint8_t enough = 2;
            const std::uint64_t address = core.pc_of(slot) - 2 * index;
            const auto known = pages_.find(&page);
            const bool elsewhere = known != pages_.end() && known->second.address() != address;
            if (known != pages_.end() && !elsewhere && known->second.find(index)) {
                if (!emitter_->has_room(1)) return forget_all(core);
                open(core, slot, known->second, index);
                Emitter::settle();
                return slot;
            }
            // From inside a block the way round to its start is short. Turns end anywhere: translated from there, a loop would
            // be two blocks.
            if (known != pages_.end() && !elsewhere && leads_in(core, page, known->second, index))
                return slot;
            // A page that is at several addresses should not be translated for each of them in turn.
            if (elsewhere || (known != pages_.end() && known->second.copies()[index] != 0)) enough = 8;
            std::uint8_t& seen = seen_of(slot);
            if (++seen < enough) return slot;
            seen = 0;
            if (!elsewhere) return translate(core, page, slot, index);
            page.clear(core.handlers);
            cleared(page);
            return slot;
        }

        riscv::Cursor enter(C& core, riscv::Cursor at) {
            const Entry& entry = entries_[static_cast<std::size_t>(at.slot->immediate)];
            const std::int64_t unpaid = at.budget + at.slot->left;
            if constexpr (Fuzzing)
                if (entry.code == nullptr) return interpreted(core, at.slot, entry, unpaid);
            if (core.checked() && core.data_window() != window_) follow_window(core);
            // One page may be at several addresses; its code was translated for one of them.
            if constexpr (C::translates)
                if (core.pc_of(at.slot) != entry.pc) return interpreted(core, at.slot, entry, unpaid);
            if (unpaid < entry.charge || !core.alone() || (core.checked() && !checked_limits_.present))
                return interpreted(core, at.slot, entry, unpaid);
            table_ = targets_of(core).data();
            return emitter_->enter(core.x.data() + 16, unpaid, entry.code);
        }

    private:
        struct Entry {
            const void* code;
            std::int64_t charge;  // instructions of its block
            std::uint64_t pc;     // where it begins
            riscv::Slot plain;    // what to do when the budget does not reach so far
            [[no_unique_address]] std::conditional_t<Fuzzing, riscv::EdgeSource, detail::Nothing> source{};
        };
        /// Jumps out of translated code to a place until that is translated: each leaves and comes back, which costs about a
        /// thousandth of a translation.
        static constexpr std::uint8_t often = 200;
        static constexpr std::size_t most_entries = std::size_t{1} << 20;

        /// Executes the instruction of an entry as the interpreter does.
        riscv::Cursor interpreted(C& core, const riscv::Slot* slot, const Entry& entry, std::int64_t unpaid) {
            if constexpr (Fuzzing) count_edge(core, core.pc_of(slot), entry.source);
            return {core.in_place_of(slot, entry.plain), unpaid};
        }
        void count_edge(const C& core, std::uint64_t pc, const riscv::EdgeSource& source) {
            if (edges_.present() && source.counts()) edges_.count(pc, source.target(core.x, pc));
        }
        /// Lets the interpreter come by here before it executes the branch or indirect jump at `index`.
        void mark_source(C& core, riscv::CodePage& page, std::size_t index) {
            if (index == riscv::halfwords_per_page ||
                page.slots[index].handler == handler_of(core.handlers, Op::region_4))
                return;
            const auto source = riscv::EdgeSource::at(page, index, C::extensions);
            if (!source.counts()) return;
            const auto number = static_cast<std::int32_t>(entries_.size());
            entries_.push_back({.code = nullptr,
                                .charge = 0,
                                .pc = 0,
                                .plain = page.plain(index, core.handlers),
                                .source = source});
            page.begin_region(index, number, core.handlers);
        }
        /// Or opens what was translated before.
        void translate_at_once(C& core, riscv::CodePage& page, std::size_t index) {
            const riscv::Slot* const slot = page.slots.data() + index;
            const std::uint64_t address = core.pc_of(slot) - 2 * index;
            if (objection_ || !page.decoded(index) || (emitter_ && !emitter_->has_room(most_steps))) return;
            const auto known = pages_.find(&page);
            if (known == pages_.end() || (known->second.address() == address && !known->second.find(index))) {
                translate(core, page, slot, index);
            } else if (known->second.address() == address && open(core, slot, known->second, index)) {
                Emitter::settle();
            }
        }
        /// The slot stands for an instruction whose edges are counted, and for no region.
        bool is_source(const riscv::Slot* slot) const {
            if constexpr (Fuzzing)
                return slot->immediate >= 0 &&
                       entries_[static_cast<std::size_t>(slot->immediate)].code == nullptr;
            else
                return false;
        }

        bool is_left_alone(std::uint64_t address) const {
            const auto first = std::ranges::lower_bound(left_alone_,
                                                        address / riscv::page_size * riscv::page_size);
            return first != left_alone_.end() && *first / riscv::page_size == address / riscv::page_size;
        }

        TargetTable& targets_of(const C& core) {
            return targets_[static_cast<std::size_t>(core.privileged.mode) * 2 + core.checked()];
        }

        /// A region begins at the slot, and was translated for the address at which it is now.
        bool is_region_of(const C& core, const riscv::Slot* slot) const {
            if (slot->handler != handler_of(core.handlers, Op::region_4)) return false;
            if (slot->immediate == riscv::breakpoint_region) return true;
            if (is_source(slot)) return false;
            return !C::translates ||
                   entries_[static_cast<std::size_t>(slot->immediate)].pc == core.pc_of(slot);
        }

        const riscv::Slot* translate(C& core, riscv::CodePage& page, const riscv::Slot* slot,
                                     std::size_t head) {
            if (is_left_alone(core.pc_of(slot))) return slot;
            if (!emitter_ && !begin(core)) return slot;
            const std::uint64_t address = core.pc_of(slot) - 2 * head;
            PageRegions& regions = pages_.try_emplace(&page, address).first->second;
            const Steps steps = find_region(page, head, C::extensions, &regions.copies());
            const auto first = std::ranges::find(steps, head, &Step::index);
            if (first == steps.end() || ends_translation(first->op)) return slot;
            if (!emitter_->has_room(steps.size())) return forget_all(core);

            std::vector<Interpreted>& interpreted = interpreted_.emplace_back(steps.size());
            for (std::size_t i = 0; i != steps.size(); ++i) {
                const Op op = page.checked ? riscv::checked_form(steps[i].code.op) : steps[i].code.op;
                interpreted[i] = {.call = interpreters<C>[static_cast<std::size_t>(op)],
                                  .slot = page.slots.data() + steps[i].index,
                                  .unpaid = steps[i].unpaid,
                                  .plain = page.plain(steps[i].index, core.handlers)};
            }
            const Place place{.slots = page.slots.data(),
                              .address = address,
                              .limits = page.checked ? &checked_limits_ : &limits_,
                              .limits_change = page.checked};
            Translation made = emitter_->translate(steps, place, interpreted);
            if (made.blocks.empty()) {
                objection_ = Error{
                    "the assembler of translated code failed; guest code is interpreted from here on"};
                return slot;
            }
            ++translated_;
            std::erase_if(made.blocks, [&](const Block& block) {
                return ends_translation(std::ranges::lower_bound(steps, block.index, {}, &Step::index)->op);
            });
            regions.add(steps, std::move(made));
            for (const Step& step : steps)
                if (step.index == head || step.return_point)
                    open(core, page.slots.data() + step.index, regions, step.index);
            Emitter::settle();
            return slot;
        }

        /// Lets the interpreter and other regions enter the block of a region at `index`, the halfword of `slot`. False: no
        /// region has one there, or there is no room. To be settled.
        bool open(C& core, const riscv::Slot* slot, const PageRegions& regions, std::size_t index) {
            const auto way = regions.find(index);
            if (!way || !emitter_->has_room(1)) return false;
            riscv::CodePage& page = core.page_of(slot);
            if (slot->handler == handler_of(core.handlers, Op::undecoded_4)) core.decode_at(slot);
            if (!page.decoded(index) ||
                (slot->handler == handler_of(core.handlers, Op::region_4) && !is_source(slot)))
                return false;
            const auto number = static_cast<std::int32_t>(entries_.size());
            entries_.push_back({.code = emitter_->entry(way->region->map, *way->block),
                                .charge = way->block->charge,
                                .pc = regions.address() + 2 * index,
                                .plain = page.plain(index, core.handlers)});
            if constexpr (Fuzzing) entries_.back().source = riscv::EdgeSource::at(page, index, C::extensions);
            page.begin_region(index, number, core.handlers);
            return true;
        }

        /// Whether the start of a block that goes on to `index` can be entered; it is opened where it was not.
        bool leads_in(C& core, riscv::CodePage& page, const PageRegions& regions, std::size_t index) {
            const Copies& copies = regions.copies();
            if (copies[index] == 0) return false;
            while (!regions.find(index)) {  // back by an instruction, of one or two halfwords
                const std::size_t length = index > 0 && copies[index - 1] != 0 ? 1 : 2;
                if (index < length || copies[index - length] == 0) return false;
                index -= length;
            }
            const riscv::Slot* const start = page.slots.data() + index;
            if (is_region_of(core, start)) return true;
            if (!open(core, start, regions, index)) return false;
            Emitter::settle();
            return true;
        }

        bool begin(C& core) {
            if (!__builtin_cpu_supports("bmi2")) {
                objection_ = Error{
                    "translated code needs a host with BMI2 (x86-64-v3); guest code is interpreted "
                    "instead, so use a newer host to have it translated"};
                return false;
            }
            if constexpr (GivesDirectWindow<std::remove_cvref_t<decltype(core.bus)>>) {
                ram_ = core.bus.direct_window();
                limits_ = RamLimits::of(ram_.base.value, ram_.memory, ram_.size.count);
            }
            if (!limits_.present) {
                objection_ = Error{
                    "translated code needs RAM that it may access without asking, and here is none: "
                    "a policy of the machine wants to hear of every access, or the RAM is too small; "
                    "guest code is interpreted instead"};
                return false;
            }
            auto memory = CodeMemory::create(Bytes{CodeBytes});
            if (!memory) {
                objection_ = memory.error();
                return false;
            }
            HartLayout layout{.core = &core,
                              .x = core.x.data(),
                              .bias = &core.bias,
                              .leave = &core.leave,
                              .host_minus_guest = limits_.host_minus_guest,
                              .targets = &table_,
                              .find = &find,
                              .pauses = pauses_.data()};
            if constexpr (C::translates) {
                layout.loads = core.translation.cache.place_of_table(Access::load);
                layout.stores = core.translation.cache.place_of_table(Access::store);
                layout.places = core.translation.cache.place_of_mask();
                layout.guesses = guesses_.data();
            }
            if constexpr (riscv::MarksStores<std::remove_cvref_t<decltype(core.bus)>>) {
                marks_ = core.bus.store_marks().table();
                layout.marks = &marks_;
                layout.mark = core.bus.store_marks().mark_of_store();
            }
            if constexpr (Fuzzing) {
                layout.edges = edges_;
                layout.counters = &counters_;
                if (!find_pages_of_stores()) return false;
                if (pages_of_stores_.memory != nullptr) layout.free_pages = &free_pages_;
            }
            emitter_ = std::make_unique<Emitter>(std::move(*memory), layout);
            return true;
        }

        bool find_pages_of_stores()
            requires Fuzzing
        {
            if (pages_of_stores_.memory == nullptr) return true;
            const auto offset = static_cast<std::uint64_t>(ram_.memory - pages_of_stores_.memory);
            const std::uint64_t first = ram_.base.value - offset;
            if (first % riscv::page_size != 0 || ram_.memory < pages_of_stores_.memory ||
                (offset + ram_.size.count + (riscv::page_size - 1)) / riscv::page_size >
                    pages_of_stores_.free.size()) {
                objection_ = Error{
                    "translated code accesses other RAM than that of which pages are accounted for; guest "
                    "code is interpreted instead, so give the account of main RAM"};
                return false;
            }
            free_pages_ = reinterpret_cast<std::uint64_t>(pages_of_stores_.free.data()) -
                          first / riscv::page_size;
            return true;
        }

        std::uint8_t& seen_of(const riscv::Slot* slot) {
            return seen_[reinterpret_cast<std::uintptr_t>(slot) / sizeof(riscv::Slot) % seen_.size()];
        }

        static Found find(void* of, std::uint64_t target, std::int64_t budget) {
            C& core = *static_cast<C*>(of);
            State& self = core.regions;
            const riscv::Slot* const slot = core.enter(target, budget);
            if (!self.is_open(core, slot, target) && !self.opens_often(core, slot, target))
                return {nullptr, slot};
            const void* const code = self.entries_[static_cast<std::size_t>(slot->immediate)].code;
            self.targets_of(core).learn(target, code);
            return {code, slot};
        }
        /// A region begins at the slot of `target`, or does so from now on.
        bool is_open(C& core, const riscv::Slot* slot, std::uint64_t target) {
            if (slot->handler == handler_of(core.handlers, Op::region_4) && !is_source(slot))
                return slot->immediate != riscv::breakpoint_region && is_region_of(core, slot);
            if (!core.in_page(slot)) return false;
            const auto known = pages_.find(&core.page_of(slot));
            const std::size_t index = target % riscv::page_size / 2;
            if (known == pages_.end() || known->second.address() != target - 2 * index ||
                !open(core, slot, known->second, index))
                return false;
            Emitter::settle();
            return true;
        }

        /// Translated code has gone there so often that the rest of its way is translated, too.
        bool opens_often(C& core, const riscv::Slot* slot, std::uint64_t target) {
            if (objection_ || !core.in_page(slot) || !emitter_->has_room(detail::longest_region + 1))
                return false;
            riscv::CodePage& page = core.page_of(slot);
            const auto index = static_cast<std::size_t>(slot - page.slots.data());
            if (index >= riscv::halfwords_per_page || !page.decoded(index)) return false;
            std::uint8_t& seen = seen_of(slot);
            if (++seen < often) return false;
            seen = 0;
            const auto known = pages_.find(&page);
            if (known != pages_.end() && known->second.address() != target - 2 * index) return false;
            translate(core, page, slot, index);
            return is_region_of(core, slot) && slot->immediate != riscv::breakpoint_region;
        }

        /// Where memory is protected, translated code may access what is both RAM and open.
        void follow_window(const C& core) {
            window_ = core.data_window();
            const std::uint64_t first = std::max(ram_.base.value, window_.first);
            const std::uint64_t last = std::min(ram_.base.value + (ram_.size.count - 1), window_.last);
            checked_limits_ = {};
            if (!window_.empty && first < last)
                checked_limits_ = RamLimits::of(first, ram_.memory + (first - ram_.base.value),
                                                last - first + 1);
        }

        const riscv::Slot* forget_all(C& core) {
            const std::uint64_t pc = core.pc;
            core.forget_code();
            forgotten();
            pages_.clear();
            entries_.clear();
            interpreted_.clear();
            if constexpr (Fuzzing) {
                if (std::exchange(stale_, false)) emitter_.reset();
            }
            if (emitter_) emitter_->forget_all();
            return core.enter(pc, core.quantum);
        }

        std::unique_ptr<Emitter> emitter_;
        DirectWindow ram_{};
        RamLimits limits_, checked_limits_;
        const void* marks_ = nullptr;  // of stores, where there are such
        riscv::Window window_;         // that checked_limits_ were made for
        std::array<TargetTable, 8> targets_{};
        KnownTarget* table_ = nullptr;                       // of the mode that the hart is in
        std::vector<Entry> entries_;                         // by number of a marked slot
        std::vector<std::vector<Interpreted>> interpreted_;  // by region; translated code points there
        std::unordered_map<const riscv::CodePage*, PageRegions> pages_;
        std::array<std::uint8_t, 4096> seen_{};
        std::array<std::uint32_t, C::translates ? access_guesses : 0> guesses_{};
        std::array<std::uint32_t, loop_pauses> pauses_{};
        std::vector<std::uint64_t> left_alone_;  // ascending
        std::optional<Error> objection_;
        std::uint64_t translated_ = 0;

        // For fuzzing.
        static constexpr std::size_t most_steps = detail::longest_region + 1;
        riscv::EdgeCounters edges_;
        const std::uint8_t* counters_ = nullptr;  // translated code looks for it here
        PagesOfStores pages_of_stores_;
        std::uint64_t free_pages_ = 0;  // HartLayout::free_pages
        bool stale_ = false;            // what is translated was so for other counters or pages
    };
};

/// With room for 64 MiB of host code, which is that of about two million guest instructions.
using Translated = TranslatedWithin<std::size_t{64} << 20>;
/// The same for harts that are fuzzed: `regions().count_edges(…)`, `regions().ask_about_stores(…)`. The interpreter beside it
/// asks the bus for every access.
using TranslatedForFuzzing = TranslatedWithin<std::size_t{64} << 20, true>;

}  // namespace wirewrap::jit
