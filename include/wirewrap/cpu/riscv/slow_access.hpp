// Loads, stores and atomics that are not in RAM which the hart may access by itself: protection, the bus, the part that
// failed, and what the access may have changed for the hart.
//
//     at.slot = SlowAccess<C>::template load<std::int32_t>(core, at.slot, at.budget, address, 4);
//
// The answer is the next slot, or the one that leaves the loop: after a trap, and behind an access that asked for a stop,
// raised an interrupt or moved code. While the bus is asked, `core.pc` is the address of the instruction and the guest's
// registers are in `core.x`, for whoever hears of the access.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/reservations.hpp>
#include <wirewrap/cpu/riscv/core.hpp>

namespace wirewrap::riscv {

template <class C>
class SlowAccess {
    using Bus = std::remove_cvref_t<decltype(std::declval<C&>().bus)>;

public:
    /// T is the type in memory; a signed one is sign-extended.
    template <class T>
    [[gnu::noinline]] static const Slot* load(C& core, const Slot* slot, std::int64_t now,
                                              std::uint64_t address, std::size_t length) {
        core.asks_bus(slot, now);
        std::uint64_t physical = address;
        if (const Slot* const trapped = refused<Access::load>(core, slot, now, address, sizeof(T), physical))
            [[unlikely]]
            return trapped;
        const auto value = core.bus.template load<std::make_unsigned_t<T>>(GuestAddress{physical});
        if (!value) [[unlikely]]
            return core.bus_fault(slot, now, value.error(),
                                  address + failed_part(core, physical, value.error()));
        core.x[slot->rd] = static_cast<std::uint64_t>(static_cast<T>(*value));
        return core.behind_access(slot, now, length);
    }

    template <class T>
    [[gnu::noinline]] static const Slot* store(C& core, const Slot* slot, std::int64_t now,
                                               std::uint64_t address, T value, std::size_t length) {
        core.asks_bus(slot, now);
        std::uint64_t physical = address;
        if (const Slot* const trapped = refused<Access::store>(core, slot, now, address, sizeof(T), physical))
            [[unlikely]]
            return trapped;
        const OwnReservation own(core, address, sizeof(T));
        const auto stored = core.bus.template store<T>(GuestAddress{physical}, value);
        if (!stored) [[unlikely]]
            return core.bus_fault(slot, now, stored.error(),
                                  address + failed_part(core, physical, stored.error()));
        core.tell_of_store(physical, sizeof(T));
        return core.behind_access(slot, now, length);
    }

    /// Host memory of an aligned operand, which is read, or read and written, at once. nullptr: `slot` is the next one.
    static std::byte* atomic(C& core, const Slot*& slot, std::int64_t now, std::uint64_t address,
                             std::size_t width, bool writes) {
        core.asks_bus(slot, now);
        const auto fail = [&](Cause load, Cause store) {
            slot = core.trap(slot, now, writes ? store : load, address);
            return nullptr;
        };
        if (address % width != 0)
            return fail(Cause::load_address_misaligned, Cause::store_address_misaligned);
        std::uint64_t physical = address;
        if constexpr (C::translates) {
            const Translated found = writes ? core.template translate<Access::store>(address, width)
                                            : core.template translate<Access::load>(address, width);
            if (!found) return fail(found.error(), found.error());
            physical = *found;
        } else if (const std::uint8_t needs = writes ? Pmp::read | Pmp::write : Pmp::read;
                   core.checked() && !core.permitted(address, width, needs)) {
            return fail(Cause::load_access_fault, Cause::store_access_fault);
        }
        const OwnReservation own(core, address, width);
        std::byte* const host = writes ? writable_word(core, physical, width)
                                       : readable_word(core, physical, width);
        if (host == nullptr) return fail(Cause::load_access_fault, Cause::store_access_fault);
        if (writes) core.tell_of_store(physical, width);
        return host;
    }

private:
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

    /// Finds the physical address. Otherwise the slot after the trap.
    template <Access Kind>
    [[gnu::always_inline]] static const Slot* refused(C& core, const Slot* slot, std::int64_t now,
                                                      std::uint64_t address, std::size_t width,
                                                      std::uint64_t& physical) {
        if constexpr (C::translates) {
            const Translated found = core.template translate<Kind>(address, width);
            if (!found) [[unlikely]]
                return core.trap(slot, now, found.error(), address);
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
        if (!writable) {
            if constexpr (requires { core.bus.memory_extent(address, Bytes{size}); })
                return core.bus.memory_extent(address, Bytes{size}) == Bytes{size};
            else if constexpr (requires { core.bus.memory_view(address, Bytes{size}); })
                return !core.bus.memory_view(address, Bytes{size}).empty();
        }
        return writable_word(core, physical, size) != nullptr;
    }

    static std::byte* writable_word(C& core, std::uint64_t physical, std::size_t width) {
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
