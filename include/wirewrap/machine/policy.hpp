// Policies watch a machine's memory: dirty tracking, watchpoints, traces. A policy is a type with the hooks it needs; a
// machine without policies has not one instruction more.
//
//     struct CountStores {
//         void ram_stored(Bytes, std::size_t) { ++stores; }
//         std::uint64_t stores = 0;
//     };
//     Machine<Handheld, hostmem::Anonymous, CountStores> machine = …;
//     machine.policy<CountStores>().stores;
//
// | hook                                                   | called                                                      |
// |--------------------------------------------------------|-------------------------------------------------------------|
// | `ram_stored(Bytes offset, std::size_t width)`          | after a store into main RAM, `offset` bytes into the block  |
// | `block_stored(std::size_t block, Bytes offset, width)` | after a store into another block, by its number             |
// | `accessed(Access, GuestAddress, width)`                | after every load, store and fetch that went through         |
// | `wants_fetches()`: a bool                              | by harts: whether they shall ask for each instruction       |
// | `wants_accesses()`: a bool                             | by harts: whether they shall ask for accesses to RAM        |
// | `spanned(GuestAddress, Bytes)`                         | when host memory is handed out, before anyone uses it       |
// | `lent(std::size_t block, Bytes offset, Bytes size)`    | the same, by block: stores may come at any time from now on |
// | `given_back(std::size_t block, Bytes offset, Bytes)`   | by `give_back`: no more of them                             |
// | `attach(std::span<const Bytes> blocks)`                | once, by `create`: the size of each block, main RAM first   |
//
// A hart keeps decoded code, so `accessed` hears of its fetches only while a policy's `wants_fetches()` says true: then each
// instruction is fetched from the machine before it is executed, one `accessed(Access::fetch, pc, 2 or 4)` for each, and
// the hart is some thirty times slower. Asked for at each access that is not RAM and some thousand instructions at the
// latest, so that it may change its mind.
//
// A policy that hears of accesses costs harts their way into RAM, for good. One that has `wants_accesses()` says when: while
// that is false, harts access RAM by themselves and are as fast as without it, translated code too.
//
// Blocks have the numbers of the board's list of blocks: 0 is main RAM, then the map's in its order. Memory that somebody
// reaches through `ram_span` counts as stored to over the whole span, and may be stored to without another word until
// `give_back`: a policy that tells later what was stored to must count it each time. An atomic operation of a hart is a
// store like another. `attach` gives an Expected<void>; when it fails there is no machine.
//
// A member that has the name of a hook and another form would never be called, so the compiler refuses it with a sentence;
// and a policy without any hook.
#pragma once

#include <cstddef>
#include <span>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/said_by.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/machine/policy_check.hpp>

namespace wirewrap {

/// Types with hooks that fit. One that has none, or has a member of a hook's name and another form, is refused.
template <class... Ps>
concept ArePolicies = Accepted<typename SaidBy<check::PoliciesCheck<Ps...>>::type>;
template <class P>
concept Policy = ArePolicies<P>;

/// Hears of single accesses, so memory may not be handed to harts for longer than one.
template <class P>
concept Watches = check::RamStored::fits<P> || check::Accessed::fits<P>;

namespace detail {
template <class P>
concept WatchesBlocks = check::BlockStored::fits<P>;
template <class P>
concept WatchesAtTimes = Watches<P> && check::WantsAccesses::fits<P>;
}  // namespace detail

/// The policies of one machine. Empty ones take no space.
template <class... Ps>
    requires ArePolicies<Ps...>
struct Policies : Ps... {
    /// Some policy hears of accesses to main RAM, always or while it wants to.
    static constexpr bool watch = ((Watches<Ps> && !detail::WatchesAtTimes<Ps>) || ...);
    static constexpr bool watch_at_times = !watch && (detail::WatchesAtTimes<Ps> || ...);
    static constexpr bool watch_blocks = (detail::WatchesBlocks<Ps> || ...);

    [[gnu::always_inline]] void ram_stored(Bytes offset, std::size_t width) {
        (call_ram_stored(static_cast<Ps&>(*this), offset, width), ...);
    }
    bool wants_fetches() const { return (call_wants_fetches(static_cast<const Ps&>(*this)) || ...); }
    bool wants_accesses() const { return (call_wants_accesses(static_cast<const Ps&>(*this)) || ...); }
    void block_stored(std::size_t block, Bytes offset, std::size_t width) {
        (call_block_stored(static_cast<Ps&>(*this), block, offset, width), ...);
    }
    [[gnu::always_inline]] void accessed(Access access, GuestAddress address, std::size_t width) {
        (call_accessed(static_cast<Ps&>(*this), access, address, width), ...);
    }
    [[gnu::always_inline]] void spanned(GuestAddress address, Bytes size) {
        (call_spanned(static_cast<Ps&>(*this), address, size), ...);
    }
    void lent(std::size_t block, Bytes offset, Bytes size) {
        (call_lent(static_cast<Ps&>(*this), block, offset, size), ...);
    }
    void given_back(std::size_t block, Bytes offset, Bytes size) {
        (call_given_back(static_cast<Ps&>(*this), block, offset, size), ...);
    }
    Expected<void> attach(std::span<const Bytes> blocks) {
        Expected<void> result;
        (call_attach(static_cast<Ps&>(*this), blocks, result), ...);
        return result;
    }

private:
    template <class P>
    [[gnu::always_inline]] static void call_ram_stored(P& policy, Bytes offset, std::size_t width) {
        if constexpr (check::RamStored::fits<P>) policy.ram_stored(offset, width);
    }
    template <class P>
    static void call_block_stored(P& policy, std::size_t block, Bytes offset, std::size_t width) {
        if constexpr (check::BlockStored::fits<P>) policy.block_stored(block, offset, width);
    }
    template <class P>
    [[gnu::always_inline]] static void call_accessed(P& policy, Access access, GuestAddress address,
                                                     std::size_t width) {
        if constexpr (check::Accessed::fits<P>) policy.accessed(access, address, width);
    }
    template <class P>
    static bool call_wants_fetches(const P& policy) {
        if constexpr (check::WantsFetches::fits<P>)
            return policy.wants_fetches();
        else
            return false;
    }
    template <class P>
    static bool call_wants_accesses(const P& policy) {
        if constexpr (check::WantsAccesses::fits<P>)
            return policy.wants_accesses();
        else
            return false;
    }
    template <class P>
    [[gnu::always_inline]] static void call_spanned(P& policy, GuestAddress address, Bytes size) {
        if constexpr (check::Spanned::fits<P>) policy.spanned(address, size);
    }
    template <class P>
    static void call_lent(P& policy, std::size_t block, Bytes offset, Bytes size) {
        if constexpr (check::Lent::fits<P>) policy.lent(block, offset, size);
    }
    template <class P>
    static void call_given_back(P& policy, std::size_t block, Bytes offset, Bytes size) {
        if constexpr (check::GivenBack::fits<P>) policy.given_back(block, offset, size);
    }
    template <class P>
    static void call_attach(P& policy, std::span<const Bytes> blocks, Expected<void>& result) {
        if constexpr (check::AttachBlocks::fits<P>)
            if (result) result = policy.attach(blocks);
    }
};

template <>
struct Policies<> {
    static constexpr bool watch = false, watch_at_times = false, watch_blocks = false;

    [[gnu::always_inline]] static void ram_stored(Bytes, std::size_t) {}
    static bool wants_fetches() { return false; }
    static void block_stored(std::size_t, Bytes, std::size_t) {}
    [[gnu::always_inline]] static void accessed(Access, GuestAddress, std::size_t) {}
    [[gnu::always_inline]] static void spanned(GuestAddress, Bytes) {}
    static void lent(std::size_t, Bytes, Bytes) {}
    static void given_back(std::size_t, Bytes, Bytes) {}
    static Expected<void> attach(std::span<const Bytes>) { return {}; }
};

}  // namespace wirewrap
