// The hooks of policies, their names and forms, and what can be wrong with a type that shall be a policy, told in sentences.
//
//     struct CountStores { void ram_stored(int); };
//     // CountStores has a member ram_stored that does not fit or is not public; a policy has void ram_stored(Bytes offset,
//     // std::size_t width)
#pragma once

#include <concepts>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/hooks.hpp>
#include <wirewrap/base/member_kind.hpp>
#include <wirewrap/base/slips.hpp>
#include <wirewrap/base/text.hpp>

namespace wirewrap {

namespace check {

struct HookNames {
    static constexpr int ram_stored = 0, block_stored = 0, accessed = 0, spanned = 0, wants_fetches = 0,
                         wants_accesses = 0, lent = 0, given_back = 0, attach = 0;
};
struct RamStored {
    WIREWRAP_MEMBER_NAME_OF(HookNames, ram_stored);
    template <class P>
    static constexpr bool fits = requires(P& policy) {
        { policy.ram_stored(Bytes{}, std::size_t{}) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void ram_stored(Bytes offset, std::size_t width)";
};
struct BlockStored {
    WIREWRAP_MEMBER_NAME_OF(HookNames, block_stored);
    template <class P>
    static constexpr bool fits = requires(P& policy) {
        { policy.block_stored(std::size_t{}, Bytes{}, std::size_t{}) } -> std::same_as<void>;
    };
    static constexpr std::string_view form =
        "void block_stored(std::size_t block, Bytes offset, std::size_t width)";
};
struct Accessed {
    WIREWRAP_MEMBER_NAME_OF(HookNames, accessed);
    template <class P>
    static constexpr bool fits = requires(P& policy) {
        { policy.accessed(Access{}, GuestAddress{}, std::size_t{}) } -> std::same_as<void>;
    };
    static constexpr std::string_view form =
        "void accessed(Access access, GuestAddress address, std::size_t width)";
};
struct Spanned {
    WIREWRAP_MEMBER_NAME_OF(HookNames, spanned);
    template <class P>
    static constexpr bool fits = requires(P& policy) {
        { policy.spanned(GuestAddress{}, Bytes{}) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void spanned(GuestAddress address, Bytes size)";
};
struct WantsFetches {
    WIREWRAP_MEMBER_NAME_OF(HookNames, wants_fetches);
    template <class P>
    static constexpr bool fits = requires(const P& policy) {
        { policy.wants_fetches() } -> std::same_as<bool>;
    };
    static constexpr std::string_view form = "bool wants_fetches() const";
};
struct WantsAccesses {
    WIREWRAP_MEMBER_NAME_OF(HookNames, wants_accesses);
    template <class P>
    static constexpr bool fits = requires(const P& policy) {
        { policy.wants_accesses() } -> std::same_as<bool>;
    };
    static constexpr std::string_view form = "bool wants_accesses() const";
};
struct Lent {
    WIREWRAP_MEMBER_NAME_OF(HookNames, lent);
    template <class P>
    static constexpr bool fits = requires(P& policy) {
        { policy.lent(std::size_t{}, Bytes{}, Bytes{}) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void lent(std::size_t block, Bytes offset, Bytes size)";
};
struct GivenBack {
    WIREWRAP_MEMBER_NAME_OF(HookNames, given_back);
    template <class P>
    static constexpr bool fits = requires(P& policy) {
        { policy.given_back(std::size_t{}, Bytes{}, Bytes{}) } -> std::same_as<void>;
    };
    static constexpr std::string_view form = "void given_back(std::size_t block, Bytes offset, Bytes size)";
};
struct AttachBlocks {
    WIREWRAP_MEMBER_NAME_OF(HookNames, attach);
    template <class P>
    static constexpr bool fits = requires(P& policy, std::span<const Bytes> blocks) {
        { policy.attach(blocks) } -> std::same_as<Expected<void>>;
    };
    static constexpr std::string_view form = "Expected<void> attach(std::span<const Bytes> blocks)";
};

// clang-format off
#define WIREWRAP_POLICY_SLIPS(SLIP) \
    SLIP(ram_store, ram_stored) SLIP(ram_stores, ram_stored) SLIP(ram_stoed, ram_stored) \
    SLIP(ram_written, ram_stored) SLIP(ramstored, ram_stored) \
    SLIP(block_store, block_stored) SLIP(block_stores, block_stored) SLIP(blocks_stored, block_stored) \
    SLIP(blockstored, block_stored) \
    SLIP(acessed, accessed) SLIP(accesed, accessed) SLIP(on_access, accessed) \
    SLIP(spaned, spanned) SLIP(spannned, spanned) \
    SLIP(atach, attach) SLIP(attatch, attach) \
    SLIP(want_fetches, wants_fetches) \
    SLIP(want_accesses, wants_accesses) \
    SLIP(lend, lent) \
    SLIP(giveback, given_back) SLIP(give_back, given_back)
// clang-format on
WIREWRAP_SLIPS(PolicySlips, WIREWRAP_POLICY_SLIPS);
#undef WIREWRAP_POLICY_SLIPS

/// Everything that can be wrong with a type that shall be a policy.
template <class P>
struct PolicyCheck {
    static constexpr Mistakes mistakes() {
        Mistakes all;
        if constexpr (!std::is_class_v<P> || std::is_final_v<P>) {
            all.push_back(sentence(type_name<P>(), " is no class that can be inherited from, which is how a "
                                                   "machine holds its policies"));
        } else {
            slips<P, PolicySlips, HookNames>(all, "a machine");
            each<P, RamStored, BlockStored, Accessed, Spanned, WantsFetches, WantsAccesses, Lent, GivenBack,
                 AttachBlocks>(all);
            if constexpr (!std::is_default_constructible_v<P> || !std::is_move_constructible_v<P> ||
                          !std::is_move_assignable_v<P>)
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

/// Of several at once: g++ 12 tells nothing of a concept that is asked of each type of a pack.
template <class... Ps>
struct PoliciesCheck {
    static constexpr Mistakes mistakes() {
        Mistakes all;
        const auto append = [&](const Mistakes& more) {
            for (const Text& each : more) all.push_back(each);
        };
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

}  // namespace wirewrap
