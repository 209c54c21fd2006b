// Members whose names are slips for names that mean something: a compiler without reflection can only ask for names that
// it is given, so they stand in lists. One with reflection finds those that are near, too: see near_members.hpp.
//
//     struct Names { static constexpr int frequency = 0, tune = 0; };
//     #define RADIO_SLIPS(SLIP) SLIP(frequenzy, frequency) SLIP(tunee, tune)
//     WIREWRAP_SLIPS(RadioSlips, RADIO_SLIPS);
//     slips<Radio, RadioSlips, Names>(mistakes, "a receiver");
//     // Radio has a member tunee, which a receiver never looks at; write tune, or give it another name
#pragma once

#include <string_view>
#include <type_traits>

#include <wirewrap/base/hooks.hpp>
#include <wirewrap/base/member_kind.hpp>
#include <wirewrap/base/text.hpp>
#ifdef __cpp_impl_reflection
#include <wirewrap/base/near_members.hpp>
#endif

#define WIREWRAP_SLIP_MEMBER(name, meant) static constexpr int name = 0;
#define WIREWRAP_SLIP_LOOKUP(name, meant) &Joined::name;
#define WIREWRAP_SLIP_NAME(name, meant)                                                                      \
    struct name##_name {                                                                                     \
        WIREWRAP_MEMBER_NAME_OF(Names, name);                                                                \
    };
#define WIREWRAP_SLIP_TELL(name, meant) tell.template operator()<name##_name>(#meant);

/// LIST(SLIP) is SLIP(name, meant) for each slip. All names are looked up in one expression first: the classes without a
/// slip, which are nearly all, shall cost next to nothing.
#define WIREWRAP_SLIPS(Slips, LIST)                                                                          \
    struct Slips {                                                                                           \
        struct Names {                                                                                       \
            LIST(WIREWRAP_SLIP_MEMBER)                                                                       \
        };                                                                                                   \
        template <class Joined>                                                                              \
        static constexpr bool none = requires { LIST(WIREWRAP_SLIP_LOOKUP) };                                \
        LIST(WIREWRAP_SLIP_NAME)                                                                             \
        template <class Tell>                                                                                \
        static constexpr void each(Tell tell) {                                                              \
            LIST(WIREWRAP_SLIP_TELL)                                                                         \
        }                                                                                                    \
    }

namespace wirewrap::check {

constexpr Text slip(const Text& type, std::string_view name, std::string_view who, std::string_view meant) {
    return sentence(type.view(), " has a member ", name, ", which ", who, " never looks at; write ", meant,
                    ", or give it another name");
}

/// Tells of each member of T that is a slip; data may have any name. `Names` has the names that are not.
template <class T, class Slips, class Names>
constexpr void slips(Mistakes& mistakes, std::string_view who) {
    const auto tell = [&]<class Name>(std::string_view meant) {
        constexpr MemberKind kind = member_kind<Name, T>();
        if constexpr (kind == MemberKind::function || kind == MemberKind::unclear ||
                      kind == MemberKind::constant)
            mistakes.push_back(slip(type_name<T>(), Name::text, who, meant));
    };
    if constexpr (std::is_final_v<T>)
        Slips::each(tell);
    else if constexpr (!Slips::template none<wirewrap::detail::WithNames<T, typename Slips::Names>>)
        Slips::each(tell);
#ifdef __cpp_impl_reflection
    for (const NearMember& member : near_members<T, Names, typename Slips::Names>)
        mistakes.push_back(slip(type_name<T>(), member.name, who, member.meant));
#endif
}

}  // namespace wirewrap::check
