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
// Blocks have the numbers of the board's list of blocks: 0 is main RAM, then the map's in its order. Memory that somebody
// reaches through `ram_span` counts as stored to over the whole span, and may be stored to without another word until
// `give_back`: a policy that tells later what was stored to must count it each time. An atomic operation of a hart is a
// store like another. `attach` gives an Expected<void>; when it fails there is no machine.
//
// A member that has the name of a hook and another form would never be called, so the compiler refuses it with a sentence;
// and a policy without any hook.
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device_slips.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/hooks.hpp>
#include <wirewrap/base/said_by.hpp>
#include <wirewrap/base/verdict.hpp>

namespace wirewrap {

namespace check {

struct RamStored {
    WIREWRAP_MEMBER_NAME(ram_stored);
    template <class P>
    static constexpr bool fits = requires(P& policy) {
        { policy.ram_stored(Bytes{}, std::size_t{}) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void ram_stored(Bytes offset, std::size_t width)";
};
struct BlockStored {
    WIREWRAP_MEMBER_NAME(block_stored);
    template <class P>
    static constexpr bool fits = requires(P& policy) {
        { policy.block_stored(std::size_t{}, Bytes{}, std::size_t{}) } -> std::same_as<void>;
    };
    static constexpr std::string_view form =
        "void block_stored(std::size_t block, Bytes offset, std::size_t width)";
};
struct Accessed {
    WIREWRAP_MEMBER_NAME(accessed);
    template <class P>
    static constexpr bool fits = requires(P& policy) {
        { policy.accessed(Access{}, GuestAddress{}, std::size_t{}) } -> std::same_as<void>;
    };
    static constexpr std::string_view form =
        "void accessed(Access access, GuestAddress address, std::size_t width)";
};
struct Spanned {
    WIREWRAP_MEMBER_NAME(spanned);
    template <class P>
    static constexpr bool fits = requires(P& policy) {
        { policy.spanned(GuestAddress{}, Bytes{}) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void spanned(GuestAddress address, Bytes size)";
};
struct WantsFetches {
    WIREWRAP_MEMBER_NAME(wants_fetches);
    template <class P>
    static constexpr bool fits = requires(const P& policy) {
        { policy.wants_fetches() } -> std::same_as<bool>;
    };
    static constexpr std::string_view form = "bool wants_fetches() const";
};
struct Lent {
    WIREWRAP_MEMBER_NAME(lent);
    template <class P>
    static constexpr bool fits = requires(P& policy) {
        { policy.lent(std::size_t{}, Bytes{}, Bytes{}) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void lent(std::size_t block, Bytes offset, Bytes size)";
};
struct GivenBack {
    WIREWRAP_MEMBER_NAME(given_back);
    template <class P>
    static constexpr bool fits = requires(P& policy) {
        { policy.given_back(std::size_t{}, Bytes{}, Bytes{}) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void given_back(std::size_t block, Bytes offset, Bytes size)";
};
struct AttachBlocks {
    WIREWRAP_MEMBER_NAME(attach);
    template <class P>
    static constexpr bool fits = requires(P& policy, std::span<const Bytes> blocks) {
        { policy.attach(blocks) } -> std::same_as<Expected<void>>;
    };
    static constexpr std::string_view form = "Expected<void> attach(std::span<const Bytes> blocks)";
};

namespace slip {
struct RamStore {
    WIREWRAP_MEMBER_NAME(ram_store);
};
struct RamStores {
    WIREWRAP_MEMBER_NAME(ram_stores);
};
struct RamStoed {
    WIREWRAP_MEMBER_NAME(ram_stoed);
};
struct RamWritten {
    WIREWRAP_MEMBER_NAME(ram_written);
};
struct Ramstored {
    WIREWRAP_MEMBER_NAME(ramstored);
};
struct BlockStore {
    WIREWRAP_MEMBER_NAME(block_store);
};
struct BlockStores {
    WIREWRAP_MEMBER_NAME(block_stores);
};
struct BlocksStored {
    WIREWRAP_MEMBER_NAME(blocks_stored);
};
struct Blockstored {
    WIREWRAP_MEMBER_NAME(blockstored);
};
struct Acessed {
    WIREWRAP_MEMBER_NAME(acessed);
};
struct Accesed {
    WIREWRAP_MEMBER_NAME(accesed);
};
struct Accesses {
    WIREWRAP_MEMBER_NAME(on_access);
};
struct Spaned {
    WIREWRAP_MEMBER_NAME(spaned);
};
struct Spanneds {
    WIREWRAP_MEMBER_NAME(spannned);
};
}  // namespace slip

/// Everything that can be wrong with a type that shall be a policy.
template <class P>
struct PolicyCheck {
    static constexpr Mistakes mistakes() {
        Mistakes all;
        if constexpr (!std::is_class_v<P> || std::is_final_v<P>) {
            all.push_back(sentence(type_name<P>(), " is no class that can be inherited from, which is how a "
                                                   "machine holds its policies"));
        } else {
            using namespace slip;
            slips<P>(all, "a machine",  //
                     Slip<RamStore>{RamStored::text}, Slip<RamStores>{RamStored::text},
                     Slip<RamStoed>{RamStored::text}, Slip<RamWritten>{RamStored::text},
                     Slip<Ramstored>{RamStored::text},  //
                     Slip<BlockStore>{BlockStored::text}, Slip<BlockStores>{BlockStored::text},
                     Slip<BlocksStored>{BlockStored::text}, Slip<Blockstored>{BlockStored::text},  //
                     Slip<Acessed>{Accessed::text}, Slip<Accesed>{Accessed::text},
                     Slip<Accesses>{Accessed::text},  //
                     Slip<Spaned>{Spanned::text}, Slip<Spanneds>{Spanned::text},
                     Slip<Atach>{AttachBlocks::text}, Slip<Attatch>{AttachBlocks::text});
            each<P, RamStored, BlockStored, Accessed, Spanned, WantsFetches, Lent, GivenBack, AttachBlocks>(
                all);
            if constexpr (!std::is_default_constructible_v<P> || !std::movable<P>)
                all.push_back(sentence(type_name<P>(),
                                       " cannot be made without arguments, or not be moved, as a "
                                       "machine does with its policies"));
        }
        return all;
    }

private:
    template <class T, class... Hooks>
    static constexpr void each(Mistakes& all) {
        (hooks_together<T, Hooks>(all, "a policy"), ...);
        if constexpr (!(Hooks::template fits<T> || ...))
            if (all.empty()) {
                const std::string_view names[] = {Hooks::text...};
                all.push_back(sentence(type_name<T>(),
                                       " has no hook, so it would hear of nothing; a policy has ",
                                       listing(sizeof...(Hooks), [&](std::size_t i) { return names[i]; })));
            }
    }
};

}  // namespace check

namespace check {
/// Of several at once: g++ 12 tells nothing of a concept that is asked of each type of a pack.
template <class... Ps>
struct PoliciesCheck {
    static constexpr Mistakes mistakes() {
        Mistakes all;
        const auto append = [&](const Mistakes& more) { all.insert(all.end(), more.begin(), more.end()); };
        (append(PolicyCheck<Ps>::mistakes()), ...);
        append(twice());
        return all;
    }

private:
    template <class P>
    static constexpr std::size_t times = (std::size_t{std::is_same_v<P, Ps>} + ... + 0);

    static constexpr Mistakes twice() {
        Mistakes all;
        if constexpr (((times<Ps> > 1) || ...)) {
            Text name;
            ((times<Ps> > 1 ? void(name = type_name<Ps>()) : void()), ...);
            all.push_back(sentence(name,
                                   " is twice among the policies of a machine, which finds them by their "
                                   "types; take one out, or inherit another type from it"));
        }
        return all;
    }
};
}  // namespace check

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
}  // namespace detail

/// The policies of one machine. Empty ones take no space.
template <class... Ps>
    requires ArePolicies<Ps...>
struct Policies : Ps... {
    /// Some policy hears of accesses to main RAM.
    static constexpr bool watch = (Watches<Ps> || ...);
    static constexpr bool watch_blocks = (detail::WatchesBlocks<Ps> || ...);

    [[gnu::always_inline]] void ram_stored(Bytes offset, std::size_t width) {
        (call_ram_stored(static_cast<Ps&>(*this), offset, width), ...);
    }
    bool wants_fetches() const { return (call_wants_fetches(static_cast<const Ps&>(*this)) || ...); }
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
    static constexpr bool watch = false, watch_blocks = false;

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
