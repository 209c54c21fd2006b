// Hooks: members that a type may have and that are called if they fit. A member that has a hook's name and does not fit
// would be passed over in silence, so it is a mistake, told in a sentence.
//
//     struct Tick {
//         WIREWRAP_MEMBER_NAME(tick);
//         static constexpr std::string_view form = "void tick(std::uint64_t now)";
//         template <class D>
//         static constexpr bool fits = requires(D& d, std::uint64_t now) { { d.tick(now) } -> std::same_as<void>; };
//     };
//     hooks_together<Watchdog, Tick, Deadline>(mistakes, "a device that follows the timer");
//     // Watchdog has tick, but no deadline; a device that follows the timer has std::uint64_t deadline() const
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include <wirewrap/base/member_kind.hpp>
#include <wirewrap/base/text.hpp>

namespace wirewrap::check {

using Mistakes = std::vector<Text>;

/// A hook whose name data often have (`output`, `state`), so that what is neither visibly a function nor visibly not one,
/// as private members are, is left alone.
template <class Hook>
concept NameOfData = Hook::name_of_data;

/// A hook that is a constant of the class, not a function.
template <class Hook>
concept ConstantHook = Hook::is_constant;

/// T has a member of the hook's name that was meant for it, as far as its kind tells.
template <class T, class Hook>
constexpr bool means_hook() {
    constexpr MemberKind kind = member_kind<Hook, T>();
    if constexpr (ConstantHook<Hook>)
        return kind == MemberKind::constant;
    else
        return kind == MemberKind::function || (kind == MemberKind::unclear && !NameOfData<Hook>);
}

/// Whether T has a member with the name of one of the hooks, of whatever kind.
template <class T, class... Hooks>
inline constexpr bool names_some = (wirewrap::detail::has_member<Hooks, T> || ...);

template <class T, class Hook>
constexpr void hook_fits(Mistakes& mistakes, std::string_view first, std::string_view who) {
    if constexpr (!Hook::template fits<T>) {
        if constexpr (member_kind<Hook, T>() == MemberKind::none)
            mistakes.push_back(sentence(type_name<T>(), " has ", first, ", but no ", Hook::text, "; ", who,
                                        " has ", Hook::form));
        else
            mistakes.push_back(sentence(type_name<T>(), " has a member ", Hook::text,
                                        " that does not fit or is not public; ", who, " has ", Hook::form));
    }
}

/// When T has any of these hooks it has all of them, as they are called.
template <class T, class... Hooks>
constexpr void hooks_together(Mistakes& mistakes, std::string_view who) {
    // Most classes have the names of few hooks, and those of the others shall cost a compiler next to nothing.
    if constexpr (names_some<T, Hooks...>) {
        std::string_view first;
        (void)((means_hook<T, Hooks>() ? (first = Hooks::text, true) : false) || ...);
        if (!first.empty()) (hook_fits<T, Hooks>(mistakes, first, who), ...);
    }
}

}  // namespace wirewrap::check
