// Policies watch a machine's memory: dirty tracking, watchpoints, traces. A policy is a type with the hooks it needs; a
// machine without policies, or with policies without hooks, has not one instruction more.
//
//     struct CountStores {
//         void ram_stored(Bytes, std::size_t) { ++stores; }
//         std::uint64_t stores = 0;
//     };
//     Machine<Handheld, hostmem::Anonymous, CountStores> machine = …;
//     machine.policy<CountStores>().stores;
//
// | hook                                          | called after                                                  |
// |-----------------------------------------------|---------------------------------------------------------------|
// | `ram_stored(Bytes offset, std::size_t width)` | a store into main RAM, `offset` bytes into the block          |
// | `accessed(Access, GuestAddress, width)`       | every load, store and fetch that went through                 |
//
// Main RAM that a hart or a loader reaches through `ram_span` counts as stored to over the whole span.
#pragma once

#include <cstddef>
#include <tuple>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/bytes.hpp>

namespace wirewrap {

template <class P>
concept Watches = requires(P& policy) { policy.ram_stored(Bytes{}, std::size_t{}); } ||
                  requires(P& policy) { policy.accessed(Access{}, GuestAddress{}, std::size_t{}); };

/// The policies of one machine. Empty ones take no space.
template <class... Ps>
struct Policies : Ps... {
    /// Some policy has a hook.
    static constexpr bool watch = (Watches<Ps> || ...);

    [[gnu::always_inline]] void ram_stored(Bytes offset, std::size_t width) {
        (call_ram_stored(static_cast<Ps&>(*this), offset, width), ...);
    }
    [[gnu::always_inline]] void accessed(Access access, GuestAddress address, std::size_t width) {
        (call_accessed(static_cast<Ps&>(*this), access, address, width), ...);
    }

private:
    template <class P>
    [[gnu::always_inline]] static void call_ram_stored(P& policy, Bytes offset, std::size_t width) {
        if constexpr (requires { policy.ram_stored(offset, width); }) policy.ram_stored(offset, width);
    }
    template <class P>
    [[gnu::always_inline]] static void call_accessed(P& policy, Access access, GuestAddress address,
                                                     std::size_t width) {
        if constexpr (requires { policy.accessed(access, address, width); })
            policy.accessed(access, address, width);
    }
};

template <>
struct Policies<> {
    static constexpr bool watch = false;

    [[gnu::always_inline]] static void ram_stored(Bytes, std::size_t) {}
    [[gnu::always_inline]] static void accessed(Access, GuestAddress, std::size_t) {}
};

}  // namespace wirewrap
