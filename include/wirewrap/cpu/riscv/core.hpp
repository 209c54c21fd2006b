// The state of a hart and the rare events of its life: entering a page of code, faults, traps. What instructions do is in
// instructions.hpp and system_instructions.hpp and works on this class; `Hart` (hart.hpp) is the door for everybody else.
//
// A program counter exists only as a slot: `slot / 8 + bias` is the address of its code, because a slot of 16 bytes stands for
// 2 bytes of code. Whatever leaves the loop writes `pc` and `budget` first and answers with `leave`.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <optional>
#include <type_traits>
#include <utility>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/reservations.hpp>
#include <wirewrap/cpu/riscv/bus_watchers.hpp>
#include <wirewrap/cpu/riscv/code_cache.hpp>
#include <wirewrap/cpu/riscv/code_source.hpp>
#include <wirewrap/cpu/riscv/cut_run.hpp>
#include <wirewrap/cpu/riscv/entered_pages.hpp>
#include <wirewrap/cpu/riscv/interrupt_inputs.hpp>
#include <wirewrap/cpu/riscv/isa.hpp>
#include <wirewrap/cpu/riscv/regions.hpp>
#include <wirewrap/cpu/riscv/registers.hpp>
#include <wirewrap/cpu/riscv/single_slots.hpp>
#include <wirewrap/cpu/riscv/translation.hpp>
#include <wirewrap/cpu/riscv/trap.hpp>

namespace wirewrap::riscv {

template <class C>
struct SystemInstructions;
template <class C>
struct HeardFetches;

template <HartBus Bus, class Translation, class Regions = NoRegions>
class Core {
    friend SystemInstructions<Core>;
    friend HeardFetches<Core>;

public:
    /// Loads and stores ask the policy where a virtual address is.
    static constexpr bool translates = !Translation::identity;
    static constexpr Extensions extensions = extensions_of<Translation>;

    Core(Bus& machine, std::uint64_t hart_id, std::size_t code_pages, const Handlers& shell)
        : bus(machine), handlers(shell), inputs(machine, hart_id), cache_(code_pages) {
        leave.handler = handler_of(handlers, Op::leave_4);
        if constexpr (GivesDirectWindow<Bus>) {
            const DirectWindow window = bus.direct_window();
            constexpr std::uint64_t widest = sizeof(std::uint64_t);
            if (window.size.count >= widest)
                ram_ = {window.base.value, window.size.count - (widest - 1), window.memory};
        }
        if constexpr (KeepsReservations<Bus>) bus.reservations().add(reservation);
        scratch_.fill(Slot{.handler = handler_of(handlers, Op::page_end_4)});
        reset(0);
    }
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;
    ~Core() {
        if constexpr (KeepsReservations<Bus>) bus.reservations().remove(reservation);
    }

    void reset(std::uint64_t start) {
        x.fill(0);
        floats = {};
        pc = start;
        privileged = {};
        privileged.csrs.mhartid = inputs.hart();
        name_features();
        waiting = false;
        reservation.end();
        retired = 0;
        forget_code();
        protection_changed();
    }

    /// What the type of the hart says about its CSRs.
    void name_features() {
        privileged.csrs.satp_modes = Translation::satp_modes;
        privileged.csrs.extensions = extensions;
    }

    /// RAM that loads and stores may access by themselves: memory + (address - base) where that is less than `reach`,
    /// for any width.
    struct Direct {
        std::uint64_t base = 0, reach = 0;
        std::byte* memory = nullptr;
    };

    // What every instruction touches comes first.
    Registers x{};
    std::uint64_t bias = 0;  // code address minus slot address / 8
    Bus& bus;
    Slot leave;  // ends the loop
    Direct direct;
    Direct open_direct;               // the part of it in which loads and stores need not ask PMP either
    const Slot* last_loop = nullptr;  // where the last near jump backward went (fast/operations.hpp)

    [[no_unique_address]] std::conditional_t<extensions.floating, FloatRegisters, NoFloatRegisters> floats{};
    [[no_unique_address]] Translation translation;
    const Handlers& handlers;
    [[no_unique_address]] typename Regions::template State<Core> regions;

    std::uint64_t pc = 0;      // of the next instruction; in the loop, of one that asks the bus
    std::int64_t quantum = 0;  // the budget that this stay in the loop began with
    std::int64_t budget = 0;   // what was left of it when the loop was left
    static constexpr std::int64_t untouched = -1;  // behind an instruction that was executed alone
    std::int64_t trapped = 0;  // instructions of this stay that trapped: at most one, a trap leaves the loop
    std::uint64_t ran = 0;  // instructions of this run of the hart before this stay, those that trapped too
    std::uint64_t retired = 0;  // instructions retired before this stay

    Privileged privileged;
    InterruptInputs<Bus, extensions.timer> inputs;
    bool waiting = false;  // in WFI
    bool paused = false;   // this stay ended with PAUSE, or a WFI that does not wait

    std::atomic<bool> stop = false;  // asked for from outside

    /// The reservation of LR: a store-conditional succeeds when it is still held, and memory holds this value there.
    Reservation reservation;
    std::uint8_t reserved_width = 0;
    std::uint64_t reserved_address = 0, reserved_value = 0;
    std::uint64_t reserved_at = 0;  // instructions before it, as `retired` counts

    std::uint64_t pc_of(const Slot* slot) const {
        return (reinterpret_cast<std::uintptr_t>(slot) >> 3) + bias;
    }

    /// The slot of the instruction at `target`, which may be anywhere.
    [[gnu::always_inline]] const Slot* enter(std::uint64_t target, std::int64_t now) {
        const Slot* const slot = known(target);
        return slot != nullptr ? slot : enter_slowly(target, now);
    }
    /// The same when its page was entered in this mode before; otherwise nullptr, and nothing has changed.
    [[gnu::always_inline]] const Slot* known(std::uint64_t target) {
        const std::uint64_t* const found = entered_.find(target / page_size, key_of(target));
        if (found == nullptr) [[unlikely]]
            return nullptr;
        bias = *found;
        return reinterpret_cast<const Slot*>((target - bias) << 3);
    }

    /// Whether PMP lets loads and stores do all of `accesses` there.
    bool permitted(std::uint64_t address, std::uint64_t size, std::uint8_t accesses) const {
        return window_.holds(address, size) || permitted_exactly(address, size, accesses);
    }
    /// Where loads and stores of any kind and width are permitted.
    const Window& data_window() const { return window_; }
    /// The same with the rights of `mode`.
    const Window& window_of(Privilege mode) { return windows_.of(privileged.csrs.pmp, mode); }
    /// Loads and stores may not go to memory unasked.
    bool checked() const { return checked_; }
    /// No other hart holds a reservation, and nobody wants to hear of accesses. Otherwise every access asks the bus, and
    /// regions must not be executed.
    bool alone() const { return alone_; }

    /// The physical address of an access that the policy's cache does not answer, or the exception that it takes. A page of
    /// the direct window that may be accessed so as a whole is remembered; elsewhere somebody may watch.
    template <Access Kind>
    [[gnu::noinline]] std::expected<std::uint64_t, Refused> translate(std::uint64_t address,
                                                                      std::uint64_t width) {
        static_assert(TranslatesFor<Translation, Core>);
        const Translated physical = translation.translate(*this, address, Kind);
        if (!physical) return std::unexpected(Refused{physical.error(), address});
        constexpr bool stores = Kind == Access::store;
        const std::uint8_t needs = stores ? Pmp::write : Pmp::read;
        const std::uint64_t page = *physical & ~(page_size - 1);
        if (permitted(page, page_size, needs)) {
            const std::uint64_t offset = page - direct.base;
            if (offset < direct.reach && direct.reach - offset > page_size - sizeof(std::uint64_t))
                translation.cache.learn(Kind, address, direct.memory + offset);
        } else if (!permitted(*physical, width, needs)) {
            const std::uint64_t part = privileged.csrs.pmp.refused_part(*physical, width, needs,
                                                                        privileged.data_mode());
            return std::unexpected(Refused{stores ? Cause::store_access_fault : Cause::load_access_fault,
                                           address + (part - *physical)});
        }
        return *physical;
    }
    /// The host memory of an aligned doubleword of RAM that nobody watches, or nullptr.
    const std::byte* direct_word(std::uint64_t physical) const {
        const std::uint64_t offset = physical - direct.base;
        return offset < direct.reach ? direct.memory + offset : nullptr;
    }

    /// To be called before the bus is asked by the instruction in `slot`, which is paid for.
    [[gnu::always_inline]] void asks_bus(const Slot* slot, std::int64_t now) {
        pc = pc_of(slot);
        tell_progress(now + slot->left);
    }
    [[gnu::always_inline]] void tell_progress(std::int64_t unpaid) {
        if constexpr (FollowsProgress<Bus>) bus.progress(ran + static_cast<std::uint64_t>(quantum - unpaid));
    }

    // ---- what an access that asked the bus may have changed

    /// To be called behind such an access, which was the instruction in `slot`. Answers with the next slot, or leaves: a
    /// stop was asked for, an interrupt can be taken, code is elsewhere.
    [[gnu::always_inline]] const Slot* behind_access(const Slot* slot, std::int64_t now, std::size_t length) {
        if (!undisturbed(one_by_one_, accesses_watched_)) [[unlikely]]
            return stop_at(pc_of(slot) + length, now + slot->left - 1);
        return slot + length / 2;
    }

    /// Nothing has happened that ends a stay in the loop, in which fetches and accesses were watched, or were not.
    [[gnu::always_inline]] bool undisturbed(bool fetches, bool accesses) const {
        if (stop.load(std::memory_order_relaxed)) return false;
        if constexpr (TellsStops<Bus>)
            if (bus.stop_requested()) return false;
        if constexpr (TellsMapChanges<Bus>)
            if (bus.map_version() != map_version_) return false;
        if constexpr (TellsWatchedFetches<Bus>)
            if (bus.watches_fetches() != fetches) return false;
        if constexpr (TellsWatchedAccesses<Bus>)
            if (accesses_watched(bus) != accesses) return false;
        return privileged.csrs.mie == 0 || privileged.takeable(pending()) == 0;
    }

    /// To be called before a stay in the loop: others may have run since the last one.
    void look_around() {
        if constexpr (TellsMapChanges<Bus>)
            if (const std::uint64_t version = bus.map_version(); version != map_version_) {
                map_version_ = version;
                code_may_have_changed();
            }
        if constexpr (KeepsReservations<Bus> || TellsWatchedAccesses<Bus>) {
            bool shared = accesses_watched_ = accesses_watched(bus);
            if constexpr (KeepsReservations<Bus>)
                shared = shared || bus.reservations().held_besides(reservation);
            if (shared == alone_) {
                alone_ = !shared;
                if constexpr (translates) translation.cache.forget();
                open_windows();
            }
        }
        const bool watched = fetches_watched(bus);
        if (watched != std::exchange(one_by_one_, watched)) forget_entries();
        unheard_ = alone_ && !one_by_one_;
    }
    /// Instructions are fetched from the bus one by one, as long as somebody wants to hear of it.
    bool one_by_one() const { return one_by_one_; }

    /// Takes over a reservation, from elsewhere, of a word at this physical address, where that is known.
    void restore_reservation(std::optional<std::uint64_t> place, std::uint64_t instructions_ago) {
        reservation.hold(place ? host_of(*place) : nullptr, reserved_width);
        reserved_at = retired - instructions_ago;
    }
    /// To be called when others may run. A reservation that was left lying, as by a comparison that failed, would have them
    /// ask the bus for every access; an LR/SC loop that has to succeed at last is of sixteen instructions.
    void let_go() {
        if constexpr (KeepsReservations<Bus>)
            if (reservation.held() && retired - reserved_at > 64 && bus.reservations().shared())
                reservation.end();
    }

    /// A store of this hart went through the bus: ends what others have reserved there.
    void tell_of_store(std::uint64_t physical, std::size_t width) {
        if constexpr (KeepsReservations<Bus>)
            if (!alone_)
                if (const std::byte* const memory = host_of(physical); memory != nullptr)
                    bus.reservations().stored(memory, width, &reservation);
    }

    // ---- leaving the loop

    /// The budget does not reach to the end of the run that starts at `slot`.
    [[gnu::noinline, gnu::cold]] const Slot* out_of_budget(const Slot* slot, std::int64_t now) {
        return stop_at(pc_of(slot), now + slot->left);
    }

    const Slot* stop_at(std::uint64_t next, std::int64_t now) {
        pc = next;
        budget = now;
        return &leave;
    }

    /// The instruction in `slot` traps; what was paid for those behind it is given back.
    [[gnu::noinline, gnu::cold]] const Slot* trap(const Slot* slot, std::int64_t now, Cause cause,
                                                  std::uint64_t value) {
        return trap_at(pc_of(slot), now + slot->left - 1, cause, value);
    }

    const Slot* trap_at(std::uint64_t where, std::int64_t now, Cause cause, std::uint64_t value) {
        if constexpr (HearsAccesses<decltype(regions)>) regions.traps(*this, cause, where, value);
        pc = privileged.take(cause, value, where);
        budget = now;
        trapped = 1;
        context_switched();
        return &leave;
    }

    /// `address` is that of the part of the access that failed.
    [[gnu::noinline, gnu::cold]] const Slot* bus_fault(const Slot* slot, std::int64_t now,
                                                       const BusFault& fault, std::uint64_t address) {
        return trap(slot, now, cause_of(fault), address);
    }

    [[gnu::noinline, gnu::cold]] const Slot* illegal(const Slot* slot, std::int64_t now) {
        return trap(slot, now, Cause::illegal_instruction, static_cast<std::uint32_t>(slot->immediate));
    }
    /// The same for an instruction whose slot does not hold all of its bits.
    [[gnu::noinline, gnu::cold]] const Slot* illegal_in_code(const Slot* slot, std::int64_t now) {
        std::uint32_t raw = 0;
        const std::uint64_t where = pc_of(slot);
        const std::int64_t rest = now + slot->left - 1;
        for (const std::uint64_t part : {where, where + 2}) {
            const Translated physical = fetched_from(part);
            const CodePage* const page = physical ? code_page(*physical) : nullptr;
            if (page != nullptr)
                raw |= std::uint32_t{page->halfword(part % page_size / 2)} << (part == where ? 0 : 16);
            if (!is_wide(static_cast<std::uint16_t>(raw))) break;
        }
        return trap_at(where, rest, Cause::illegal_instruction, raw);
    }

    // ---- code

    /// Decodes the run that starts at an undecoded slot.
    [[gnu::noinline, gnu::cold]] void decode_at(const Slot* slot) {
        CodePage& page = cache_.page_of(slot);
        const auto first = static_cast<std::size_t>(slot - page.slots.data());
        page.decode_run(first, handlers);
        regions.decoded(*this, page, first);
    }

    /// The page that holds a slot, which must be one of a page's.
    CodePage& page_of(const Slot* slot) { return cache_.page_of(slot); }
    /// Whether a slot is one of a page's.
    bool in_page(const Slot* slot) const { return cache_.holds(slot); }

    /// A slot that executes `plain`, which `CodePage::plain` made, in the place of `slot`: to be entered, unpaid.
    const Slot* in_place_of(const Slot* slot, const Slot& plain) {
        scratch_[0] = plain;
        return standing_at(pc_of(slot), scratch_.data());
    }

    /// A slot that holds the instruction of a decoded slot alone, of a page that was entered.
    const Slot* alone(const Slot* slot) {
        const std::uint64_t where = pc_of(slot);
        budget = untouched;
        return standing_at(where, singles_.of(where, cache_.page_of(slot), slot, handlers));
    }
    /// Whether the last instruction of a run may be executed so.
    bool stands_alone(const Slot* slot) const {
        return slot->left == 1 && cache_.holds(slot) && slot->handler != handler_of(handlers, Op::region_4) &&
               slot->handler != handler_of(handlers, Op::fetch_fault_4);
    }
    /// The slot of the next instruction, if it was executed alone before and there is nothing to do first; else nullptr.
    [[gnu::always_inline]] const Slot* alone_again() {
        const Slot* const slot = singles_.find(pc);
        if (slot == nullptr || waiting || !unheard_ || !undisturbed(false, false)) [[unlikely]]
            return nullptr;
        if constexpr (KeepsReservations<Bus>)
            if (bus.reservations().shared() && bus.reservations().held_besides(reservation)) [[unlikely]]
                return nullptr;
        budget = untouched;
        return standing_at(pc, slot);
    }
    /// A run that ends with the budget, from a decoded slot whose own goes on. Of handlers of sequences one might end behind it.
    const Slot* cut(const Slot* slot) {
        if (quantum == 1 || handlers.longest != 1) return alone(slot);
        return standing_at(pc_of(slot), cut_.of(cache_.page_of(slot), slot, quantum, handlers));
    }
    /// A slot that holds the instruction at `where` alone, for those that cannot be executed where they are.
    [[gnu::noinline, gnu::cold]] const Slot* single_step(std::uint64_t where, std::int64_t now) {
        std::uint32_t raw = 0;
        bool wide = false;
        for (const std::uint64_t part : {where, where + 2}) {
            const Translated physical = fetched_from(part);
            if (!physical) return fetch_fault(where, part, now, physical.error());
            const CodePage* const page = code_page(*physical);
            const std::size_t index = part % page_size / 2;
            if (page == nullptr || page->absent[index]) return fetch_fault(where, part, now);
            raw |= std::uint32_t{page->halfword(index)} << (part == where ? 0 : 16);
            wide = is_wide(static_cast<std::uint16_t>(raw));
            if (!wide) break;
        }
        return alone_at(where, raw, wide, now > 0);
    }

    /// Code that was decoded is compared with memory before it is entered again.
    void code_may_have_changed() {
        ++fences_;
        forget_entries();
    }
    /// The same at once, for FENCE.I, where few pages are concerned and all of them are as they were.
    void instruction_fence() {
        ++fences_;
        singles_.forget();
        if (!entered_.still(bus, fences_)) forget_entries();
    }

    /// As after FENCE.I, and whatever the bytes say.
    void forget_code() {
        cache_.forget_all();
        forget_entries();
    }

    // ---- privilege, CSRs

    /// A trap or a return from one. It ends the reservation: the LR of one context is no business of
    /// another's SC.
    void context_switched() {
        reservation.end();
        mode_changed();
    }

    /// To be called after a change of privilege, PMP, or of the rights of data accesses.
    void mode_changed() {
        const Privilege data = privileged.data_mode();
        window_ = window_of(data);
        checked_ = Translation::identity && !window_.everything();
        if constexpr (translates) {
            const bool readable = (privileged.csrs.mstatus & status::mxr) != 0;
            if (readable != std::exchange(mxr_, readable)) translation.cache.forget();
            translation.cache.select(data_context(data));
        }
        open_windows();
        context_ = static_cast<std::uint64_t>(privileged.mode) | (checked_ ? 4 : 0);
        singles_.select(context_);
    }

    void protection_changed() {
        windows_ = {};
        translation_changed();
        mode_changed();
    }
    /// To be called after a change of satp, or of what its tables say.
    void translation_changed() {
        forget_entries();
        if constexpr (translates) {
            translation.cache.forget();
            if constexpr (requires { translation.forgotten(); }) translation.forgotten();
        }
    }

    std::uint64_t pending() const { return inputs.pending(privileged.csrs); }

private:
    const Slot* alone_at(std::uint64_t where, std::uint32_t raw, bool wide, bool executes) {
        const Instruction instruction = wide ? decode(raw, extensions)
                                             : decode_compressed(static_cast<std::uint16_t>(raw), extensions);
        scratch_[0] = make_slot(instruction, handlers, checked_);
        if constexpr (requires { regions.fetched(raw); }) regions.fetched(raw);
        if constexpr (requires { regions.alone(*this, where, instruction); })
            if (executes) regions.alone(*this, where, instruction);
        return standing_at(where, scratch_.data());
    }
    /// A slot outside of pages, for the instruction at `where`.
    const Slot* standing_at(std::uint64_t where, const Slot* slot) {
        bias = where - (reinterpret_cast<std::uintptr_t>(slot) >> 3);
        return slot;
    }

    [[gnu::noinline, gnu::cold]] bool permitted_exactly(std::uint64_t address, std::uint64_t size,
                                                        std::uint8_t accesses) const {
        return privileged.csrs.pmp.allows(address, size, accesses, privileged.data_mode());
    }

    /// The host memory behind an address, to know it by; nullptr where the bus does not show it.
    const std::byte* host_of(std::uint64_t physical) const {
        if (const std::uint64_t offset = physical - ram_.base; offset < ram_.reach)
            return ram_.memory + offset;
        if constexpr (requires { bus.memory_view(GuestAddress{physical}, Bytes{1}); })
            return bus.memory_view(GuestAddress{physical}, Bytes{1}).data();
        return nullptr;
    }

    /// What loads and stores may do without asking.
    void open_windows() {
        direct = alone_ && !asks_the_bus(regions) ? ram_ : Direct{};
        open_direct = {};
        if (translates || direct.reach == 0 || window_.empty) return;
        constexpr std::uint64_t margin = sizeof(std::uint64_t) - 1;
        const std::uint64_t first = std::max(direct.base, window_.first);
        const std::uint64_t last = std::min(direct.base + (direct.reach - 1) + margin, window_.last);
        if (first <= last && last - first >= margin)
            open_direct = {first, last - first - margin + 1, direct.memory + (first - direct.base)};
    }

    bool supervisor_trapped(std::uint64_t bit) const {
        return privileged.mode == Privilege::supervisor && (privileged.csrs.mstatus & bit) != 0;
    }

    /// The table of the cache that accesses with the rights of `mode` go by.
    std::size_t data_context(Privilege mode) const {
        if (mode == Privilege::supervisor && (privileged.csrs.mstatus & status::sum) != 0) return 2;
        return static_cast<std::size_t>(mode);
    }
    /// No larger page than one of 4 KiB may be remembered of this address.
    bool translation_of_page(std::uint64_t address) const {
        if constexpr (requires { translation.is_small(address); })
            return translation.is_small(address);
        else
            return false;
    }

    std::uint64_t key_of(std::uint64_t target) const { return target / page_size << 3 | context_; }

    void forget_translation(std::uint64_t address) {
        translation.cache.forget(address);
        entered_.forget(address / page_size);
        singles_.forget();
        forget_page(regions, address);
    }
    void forget_entries() {
        entered_.forget();
        singles_.forget();
        if constexpr (requires { regions.forgotten(); }) regions.forgotten();
    }

    /// A fetch that fails counts as an attempt at an instruction, so that a loop of such traps ends.
    const Slot* fetch_fault(std::uint64_t where, std::uint64_t missing, std::int64_t now,
                            Cause cause = Cause::instruction_access_fault) {
        if (now == 0) return stop_at(where, 0);
        return trap_at(where, now - 1, cause, missing);
    }

    [[gnu::noinline, gnu::cold]] const Slot* enter_slowly(std::uint64_t target, std::int64_t now) {
        if (one_by_one_) return stop_at(target, now);
        const Translated physical = fetched_from(target);
        if (!physical) return fetch_fault(target, target, now, physical.error());
        const std::uint64_t first = *physical & ~(page_size - 1);
        const auto verdict = privileged.csrs.pmp.judge(first, first + (page_size - 1), Pmp::execute,
                                                       privileged.mode);
        if (verdict == Pmp::Verdict::mixed) return single_step(target, now);
        CodePage* const page = code_page(*physical);
        if (page == nullptr) return fetch_fault(target, target, now);
        bias = (target & ~(page_size - 1)) - (reinterpret_cast<std::uintptr_t>(page->slots.data()) >> 3);
        entered_.enter(target / page_size, key_of(target), bias, *page, first);
        return reinterpret_cast<const Slot*>((target - bias) << 3);
    }

    /// Where the halfword at `where` is, if it may be executed; otherwise the exception.
    Translated fetched_from(std::uint64_t where) {
        Translated physical = where;
        if constexpr (translates) physical = translation.translate(*this, where, Access::fetch);
        if (physical && !privileged.csrs.pmp.allows(*physical, 2, Pmp::execute, privileged.mode))
            return std::unexpected(Cause::instruction_access_fault);
        return physical;
    }

    /// The page of the halfword at the physical address `first`, or nullptr when the bus does not give it.
    CodePage* code_page(std::uint64_t first) {
        const std::uint64_t base = first & ~(page_size - 1);
        const std::uint64_t key = base / page_size | std::uint64_t{checked_} << 63;
        CodePage* page = cache_.find(key);
        if (page != nullptr && page->valid_since == fences_) return page;
        if (page == nullptr) {
            if (!bus.template fetch<std::uint16_t>(GuestAddress{first})) return nullptr;
            page = &cache_.claim(key);
            forget_entries();  // one of them may lead to the page that had to go
            read_code(bus, base, page->bytes, page->absent);
            page->checked = checked_;
            clear(*page);
        } else if (!unchanged(bus, *page, base)) {
            std::array<std::byte, page_size> bytes;
            std::bitset<halfwords_per_page> absent;
            read_code(bus, base, bytes, absent);
            if (bytes != page->bytes || absent != page->absent) {
                page->bytes = bytes;
                page->absent = absent;
                clear(*page);
            }
        }
        page->valid_since = fences_;
        return page;
    }

    void clear(CodePage& page) {
        page.clear(handlers);
        regions.cleared(page);
        singles_.forget();
    }

    bool mxr_ = false;           // as the cache of translations was filled
    std::uint64_t context_ = 0;  // distinguishes entries by privilege and by what loads and stores must ask
    Direct ram_;                 // what the bus gave
    Window window_;              // of loads and stores
    bool alone_ = true;  // nobody has to hear of accesses to RAM: no reservation of another hart, no policy
    bool checked_ = false, one_by_one_ = false, accesses_watched_ = false;
    bool unheard_ = false;  // neither of accesses to RAM nor of fetches, as of the last stay in the loop
    std::uint64_t map_version_ = 0;
    EnteredPages entered_;
    std::array<Slot, 3> scratch_{};  // one instruction and what comes after it
    SingleSlots singles_;
    CutRun cut_;
    CodeCache cache_;
    std::uint64_t fences_ = 0;
    DataWindows windows_;
};

}  // namespace wirewrap::riscv
