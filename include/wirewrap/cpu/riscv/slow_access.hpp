// Loads, stores and atomics that are not in RAM which the hart may access by itself: protection, the bus, the part that
// failed, and what the access may have changed for the hart.
//
//     at.slot = SlowAccess<C>::template load<std::int32_t>(core, at.slot, at.budget, address, 4);
//
// The answer is the next slot, or the one that leaves the loop: after a trap, and behind an access that asked for a stop,
// raised an interrupt or moved code. While the bus is asked, `core.pc` is the address of the instruction and the guest's
// registers are in `core.x`, for whoever hears of the access. Regions that hear of accesses (regions.hpp) are told
// `access_begins`, `access_at` when its physical address is known, and `access_done`, of atomics `atomic_done`, or, of a trap,
// `traps`. An atomic operand in main RAM is stored to before those who hear of stores are told, and an SC that fails is none; in
// other memory they are told when it is found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/reservations.hpp>
#include <wirewrap/cpu/riscv/core.hpp>
#include <wirewrap/cpu/riscv/floating.hpp>
#include <wirewrap/cpu/riscv/shared_memory.hpp>
#include <wirewrap/cpu/riscv/word_place.hpp>

namespace wirewrap::riscv {

/// The register file of what is loaded.
enum class Into : std::uint8_t { x, f };

template <class C>
class SlowAccess {
    using Bus = std::remove_cvref_t<decltype(std::declval<C&>().bus)>;

public:
    /// T is the type in memory; a signed one is sign-extended, and one of `Into::f` boxed.
    template <class T, Into Kind = Into::x>
    [[gnu::noinline]] static const Slot* load(C& core, const Slot* slot, std::int64_t now,
                                              std::uint64_t address, std::size_t length) {
        core.asks_bus(slot, now);
        begins(core, Access::load, address, sizeof(T));
        if constexpr (C::translates)
            if (spans_pages(address, sizeof(T)))
                return load_across<T, Kind>(core, slot, now, address, length);
        std::uint64_t physical = address;
        if (const Slot* const trapped = refused<Access::load>(core, slot, now, address, sizeof(T), physical))
            [[unlikely]]
            return trapped;
        goes_to(core, physical);
        const auto value = core.bus.template load<std::make_unsigned_t<T>>(GuestAddress{physical});
        if (!value) [[unlikely]]
            return core.bus_fault(slot, now, value.error(),
                                  address + failed_part(core, physical, value.error()));
        is_done(core, *value);
        deliver<Kind>(core, slot, static_cast<T>(*value));
        return core.behind_access(slot, now, length);
    }

    template <class T>
    [[gnu::noinline]] static const Slot* store(C& core, const Slot* slot, std::int64_t now,
                                               std::uint64_t address, T value, std::size_t length) {
        core.asks_bus(slot, now);
        begins(core, Access::store, address, sizeof(T), value);
        if constexpr (C::translates)
            if (spans_pages(address, sizeof(T)))
                return store_across<T>(core, slot, now, address, value, length);
        std::uint64_t physical = address;
        if (const Slot* const trapped = refused<Access::store>(core, slot, now, address, sizeof(T), physical))
            [[unlikely]]
            return trapped;
        goes_to(core, physical);
        const OwnReservation own(core, address, sizeof(T));
        const auto stored = core.bus.template store<T>(GuestAddress{physical}, value);
        if (!stored) [[unlikely]]
            return core.bus_fault(slot, now, stored.error(),
                                  address + failed_part(core, physical, stored.error()));
        is_done(core, value);
        core.tell_of_store(physical, sizeof(T));
        return core.behind_access(slot, now, length);
    }

    /// Memory for one atomic access.
    struct Word {
        std::byte* memory = nullptr;  // nullptr: there is none
        std::uint64_t physical = 0;
        std::uint8_t width = 0;  // in bytes
        bool told = false;       // those who hear of stores have been told of one already
        /// Where to go on when there is none. Not by reference: one to the cursor would keep that of the whole loop in memory.
        const Slot* next = nullptr;

        explicit operator bool() const { return memory != nullptr; }
    };
    /// An aligned operand, which is read, or read and written, at once, with `atomic_done` behind it.
    static Word atomic(C& core, const Slot* slot, std::int64_t now, std::uint64_t address, std::size_t width,
                       bool writes) {
        core.asks_bus(slot, now);
        begins(core, writes ? Access::store : Access::load, address, width);
        const auto fail = [&](Cause load, Cause store) {
            return Word{.next = core.trap(slot, now, writes ? store : load, address)};
        };
        if (address % width != 0)
            return fail(Cause::load_address_misaligned, Cause::store_address_misaligned);
        std::uint64_t physical = address;
        if constexpr (C::translates) {
            const auto found = writes ? core.template translate<Access::store>(address, width)
                                      : core.template translate<Access::load>(address, width);
            if (!found) return fail(found.error().cause, found.error().cause);
            physical = *found;
        } else if (const std::uint8_t needs = writes ? Pmp::read | Pmp::write : Pmp::read;
                   core.checked() && !core.permitted(address, width, needs)) {
            return fail(Cause::load_access_fault, Cause::store_access_fault);
        }
        goes_to(core, physical);
        Word word = writes ? atomic_word(core, physical, width)
                           : Word{readable_word(core, physical, width), physical,
                                  static_cast<std::uint8_t>(width), true};
        if (!word) return fail(Cause::load_access_fault, Cause::store_access_fault);
        word.next = slot;
        return word;
    }
    /// The slot behind an atomic instruction whose operand was found so and is done. `made()`: the AtomicValues of it, for who hears.
    template <class Made>
    [[gnu::always_inline]] static const Slot* behind_atomic(C& core, const Slot* slot, std::int64_t now,
                                                            std::size_t length, Made made) {
        if constexpr (heard) core.regions.atomic_done(made());
        return core.behind_access(slot, now, length);
    }

    /// Memory that the guest may write, for one atomic access of `width` bytes, `atomic_done` behind it.
    static Word atomic_word(C& core, std::uint64_t physical, std::size_t width) {
        Word word{nullptr, physical, static_cast<std::uint8_t>(width), false};
        if constexpr (WaitsForAtomics<Bus>) {
            word.memory = core.bus.atomic_word(GuestAddress{physical}, width);
        } else {
            if constexpr (GivesAtomicWords<Bus>)
                word.memory = word_place(core.bus, GuestAddress{physical}, width);
            word.told = word.memory == nullptr;
            if (word.told) {
                const bool held = core.reservation.held();
                word.memory = told_word(core, physical, width);
                keep_own(core, held, word);
            }
        }
        return word;
    }
    /// `stored`: something was. Those who hear of stores find it there.
    static void atomic_done(C& core, const Word& word, bool stored) {
        const bool held = core.reservation.held();
        if constexpr (WaitsForAtomics<Bus>)
            core.bus.atomic_done(stored ? word.width : 0);
        else if constexpr (GivesAtomicWords<Bus>)
            if (stored && !word.told) (void)core.bus.atomic_word(GuestAddress{word.physical}, word.width);
        keep_own(core, held, word);
        if (stored) core.tell_of_store(word.physical, word.width);
    }

private:
    static constexpr bool heard = HearsAccesses<decltype(std::declval<C&>().regions)>;

    static void begins(C& core, Access access, std::uint64_t address, std::size_t width, auto... stored) {
        if constexpr (heard) core.regions.access_begins(core, access, address, width, stored...);
    }
    static void goes_to(C& core, std::uint64_t physical) {
        if constexpr (heard) core.regions.access_at(physical);
    }
    template <class T>
    static void is_done(C& core, T value) {
        if constexpr (heard) core.regions.access_done(static_cast<std::make_unsigned_t<T>>(value));
    }

    template <Into Kind, class T>
    [[gnu::always_inline]] static void deliver(C& core, const Slot* slot, T value) {
        if constexpr (Kind == Into::f) {
            core.floats[slot->rd] = Floating<C>::boxed(value);
            core.privileged.csrs.touch_floating();
        } else {
            core.x[slot->rd] = static_cast<std::uint64_t>(value);
        }
    }

    /// A store of the hart to what it has reserved itself does not end the reservation, wherever it went through.
    class OwnReservation {
    public:
        OwnReservation(C& core, std::uint64_t address, std::size_t width) : core_(core) {
            if constexpr (KeepsReservations<Bus>)
                mine_ = core.reservation.held() && (address - core.reserved_address < core.reserved_width ||
                                                    core.reserved_address - address < width);
        }
        OwnReservation(const OwnReservation&) = delete;
        OwnReservation& operator=(const OwnReservation&) = delete;
        ~OwnReservation() {
            if constexpr (KeepsReservations<Bus>)
                if (mine_ && !core_.reservation.held())
                    core_.reservation.hold(core_.reservation.memory(), core_.reserved_width);
        }

    private:
        C& core_;
        bool mine_ = false;
    };

    /// The same where its memory is known: it was held before somebody was told of a store there.
    static void keep_own(C& core, bool held, const Word& word) {
        if (!held || core.reservation.held()) return;
        const auto mine = reinterpret_cast<std::uintptr_t>(core.reservation.memory());
        const auto there = reinterpret_cast<std::uintptr_t>(word.memory);
        if (there - mine < core.reserved_width || mine - there < word.width)
            core.reservation.hold(core.reservation.memory(), core.reserved_width);
    }

    // ---- accesses across the end of a page, which are two

    static constexpr bool spans_pages(std::uint64_t address, std::size_t width) {
        return address % page_size + width > page_size;
    }
    /// The physical addresses of both parts, of which the first has `split` bytes. The trap happens before either part does.
    template <Access Kind>
    static const Slot* refused_across(C& core, const Slot* slot, std::int64_t now, std::uint64_t address,
                                      std::size_t width, std::size_t split, std::uint64_t (&physical)[2]) {
        if (const Slot* const trapped = refused<Kind>(core, slot, now, address, split, physical[0]))
            return trapped;
        return refused<Kind>(core, slot, now, address + split, width - split, physical[1]);
    }
    template <class T, Into Kind>
    [[gnu::noinline]] static const Slot* load_across(C& core, const Slot* slot, std::int64_t now,
                                                     std::uint64_t address, std::size_t length) {
        using Bits = std::make_unsigned_t<T>;
        const std::size_t split = page_size - address % page_size;
        std::uint64_t physical[2]{};
        if (const Slot* const trapped = refused_across<Access::load>(core, slot, now, address, sizeof(T),
                                                                     split, physical))
            return trapped;
        Bits whole = 0;
        if (physical[1] == physical[0] + split) {  // neighbours, as without pages
            goes_to(core, physical[0]);
            const auto value = core.bus.template load<Bits>(GuestAddress{physical[0]});
            if (!value)
                return core.bus_fault(slot, now, value.error(),
                                      address + failed_part(core, physical[0], value.error()));
            whole = *value;
        } else {
            for (std::size_t i = 0; i != sizeof(T); ++i) {
                const std::uint64_t place = i < split ? physical[0] + i : physical[1] + (i - split);
                const auto byte = core.bus.template load<std::uint8_t>(GuestAddress{place});
                if (!byte) return core.bus_fault(slot, now, byte.error(), address + i);
                whole |= static_cast<Bits>(Bits{*byte} << (8 * i));
            }
        }
        is_done(core, whole);
        deliver<Kind>(core, slot, static_cast<T>(whole));
        return core.behind_access(slot, now, length);
    }
    template <class T>
    [[gnu::noinline]] static const Slot* store_across(C& core, const Slot* slot, std::int64_t now,
                                                      std::uint64_t address, T value, std::size_t length) {
        const std::size_t split = page_size - address % page_size;
        std::uint64_t physical[2]{};
        if (const Slot* const trapped = refused_across<Access::store>(core, slot, now, address, sizeof(T),
                                                                      split, physical))
            return trapped;
        const OwnReservation own(core, address, sizeof(T));
        if (physical[1] == physical[0] + split) {
            goes_to(core, physical[0]);
            const auto stored = core.bus.template store<T>(GuestAddress{physical[0]}, value);
            if (!stored)
                return core.bus_fault(slot, now, stored.error(),
                                      address + failed_part(core, physical[0], stored.error()));
            is_done(core, value);
            core.tell_of_store(physical[0], sizeof(T));
            return core.behind_access(slot, now, length);
        }
        for (std::size_t i = 0; i != sizeof(T); ++i) {
            const std::uint64_t place = i < split ? physical[0] + i : physical[1] + (i - split);
            const auto byte = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
            const auto stored = core.bus.template store<std::uint8_t>(GuestAddress{place}, byte);
            if (!stored) return core.bus_fault(slot, now, stored.error(), address + i);
            core.tell_of_store(place, 1);
        }
        is_done(core, value);
        return core.behind_access(slot, now, length);
    }

    /// Finds the physical address. Otherwise the slot after the trap.
    template <Access Kind>
    [[gnu::always_inline]] static const Slot* refused(C& core, const Slot* slot, std::int64_t now,
                                                      std::uint64_t address, std::size_t width,
                                                      std::uint64_t& physical) {
        if constexpr (C::translates) {
            const auto found = core.template translate<Kind>(address, width);
            if (!found) [[unlikely]]
                return core.trap(slot, now, found.error().cause, found.error().value);
            physical = *found;
        } else if (core.checked()) {
            constexpr bool stores = Kind == Access::store;
            constexpr std::uint8_t needs = stores ? Pmp::write : Pmp::read;
            if (!core.permitted(address, width, needs)) [[unlikely]]
                return core.trap(slot, now, stores ? Cause::store_access_fault : Cause::load_access_fault,
                                 core.privileged.csrs.pmp.refused_part(address, width, needs,
                                                                       core.privileged.data_mode()));
        }
        return nullptr;
    }

    /// How far the part that the bus refused is from the start of the access: 0, or behind what is memory when that ends
    /// inside a misaligned access.
    [[gnu::noinline, gnu::cold]] static std::uint64_t failed_part(C& core, std::uint64_t physical,
                                                                  const BusFault& fault) {
        if (fault.reason == FaultReason::misaligned || physical % fault.width == 0) return 0;
        std::uint64_t good = fault.width - std::uint64_t{1};
        while (good != 0 && !is_memory(core, physical, good, fault.reason == FaultReason::read_only)) --good;
        return good;
    }
    static bool is_memory(C& core, std::uint64_t physical, std::uint64_t size, bool writable) {
        const GuestAddress address{physical};
        if (writable) {
            if constexpr (requires { core.bus.writable_extent(address, Bytes{size}); })
                return core.bus.writable_extent(address, Bytes{size}) == Bytes{size};
        } else {
            if constexpr (requires { core.bus.memory_extent(address, Bytes{size}); })
                return core.bus.memory_extent(address, Bytes{size}) == Bytes{size};
            else if constexpr (requires { core.bus.memory_view(address, Bytes{size}); })
                return !core.bus.memory_view(address, Bytes{size}).empty();
        }
        const Word word = atomic_word(core, physical, size);
        atomic_done(core, word, false);
        return word.memory != nullptr;
    }

    /// Of which those who hear of stores are told before it is made.
    static std::byte* told_word(C& core, std::uint64_t physical, std::size_t width) {
        if constexpr (GivesAtomicWords<Bus>)
            return core.bus.atomic_word(GuestAddress{physical}, width);
        else
            return core.bus.ram_span(GuestAddress{physical}, Bytes{width}).data();
    }

    /// For LR, which only reads: any memory will do, and who watches hears of a load.
    static std::byte* readable_word(C& core, std::uint64_t physical, std::size_t width) {
        const GuestAddress address{physical};
        if constexpr (requires { core.bus.memory_view(address, Bytes{width}); }) {
            const std::span<const std::byte> view = core.bus.memory_view(address, Bytes{width});
            if (view.empty()) return nullptr;
            const bool there = width == 4 ? core.bus.template load<std::uint32_t>(address).has_value()
                                          : core.bus.template load<std::uint64_t>(address).has_value();
            return there ? const_cast<std::byte*>(view.data()) : nullptr;
        } else {
            return core.bus.ram_span(address, Bytes{width}).data();
        }
    }
};

}  // namespace wirewrap::riscv
