// What a class has under a name, of whatever kind and signature: how a member that was meant for a hook and does not fit
// is told apart from one that is not there.
//
//     struct Tick { WIREWRAP_MEMBER_NAME(tick); };
//     struct Watchdog { void tick(int, int); };
//     static_assert(member_kind<Tick, Watchdog>() == MemberKind::function);
//
// A name is found in a class that inherits from the class in question and from one that has it for certain: when both do,
// it is ambiguous. That sees overloads, templates and private members, which `requires { &T::tick; }` does not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <wirewrap/base/text.hpp>

// The one thing that a template cannot take is a name.
#define WIREWRAP_MEMBER_NAME(name)                                                                           \
    struct Probe {                                                                                           \
        static constexpr int name = 0;                                                                       \
    };                                                                                                       \
    WIREWRAP_MEMBER_NAME_ALONE(name)

// The same where `Names` has all the names that will be asked for: a class is then inherited from once for all of them.
#define WIREWRAP_MEMBER_NAME_OF(Names, name)                                                                 \
    using Probe = Names;                                                                                     \
    WIREWRAP_MEMBER_NAME_ALONE(name)

#define WIREWRAP_MEMBER_NAME_ALONE(name)                                                                     \
    [[maybe_unused]] static constexpr std::string_view text = #name;                                         \
    template <class T>                                                                                       \
    static constexpr bool one = requires { &T::name; };                                                      \
    template <class T>                                                                                       \
    static constexpr bool object = requires(T& object) { object.name; };                                     \
    template <class T>                                                                                       \
    static constexpr bool type = requires { typename T::name; };                                             \
    template <class T>                                                                                       \
    using Pointer = decltype(&T::name)

namespace wirewrap {

enum class MemberKind : std::uint8_t {
    none,
    data,      // or a type: nothing that is called
    constant,  // static data
    function,  // one function, static or not
    unclear,   // several functions, a template, or something private
};

namespace detail {

template <class T, class Probe>
struct WithNames : T, Probe {};

template <class Name, class T>
inline constexpr bool has_member = !Name::template one<WithNames<T, typename Name::Probe>>;
// A class that cannot be inherited from has only what can be seen from outside.
template <class Name, class T>
    requires(!std::is_class_v<T> || std::is_final_v<T>)
inline constexpr bool has_member<Name, T> = Name::template one<T> || Name::template object<T> ||
                                            Name::template type<T>;

}  // namespace detail

template <class Name, class T>
constexpr MemberKind member_kind() {
    if constexpr (!detail::has_member<Name, T>) {
        return MemberKind::none;
    } else if constexpr (Name::template one<T>) {
        using Pointer = typename Name::template Pointer<T>;
        if constexpr (std::is_member_function_pointer_v<Pointer> ||
                      std::is_function_v<std::remove_pointer_t<Pointer>>)
            return MemberKind::function;
        else
            return std::is_member_pointer_v<Pointer> ? MemberKind::data : MemberKind::constant;
    } else if constexpr (Name::template object<T> || Name::template type<T>) {
        return MemberKind::data;
    } else {
        return MemberKind::unclear;
    }
}

/// The name of a type as the compiler spells it, without what would be escaped in a diagnostic.
template <class T>
constexpr Text type_name() {
    const std::string_view function =
        __PRETTY_FUNCTION__;  // "… [with T = Watchdog; …]" or "… [T = Watchdog]"
    Text name;
    std::size_t begin = 0;
    while (function.substr(begin, 4) != "T = ") ++begin;
    std::size_t end = function.size() - 1;
    for (std::size_t i = begin; i != end; ++i)
        if (function[i] == ';') end = i, --i;
    for (const char c : function.substr(begin + 4, end - begin - 4))
        if (c != '"' && c != '\'' && c != '`' && c != '\\') name.append({&c, 1});
    return name;
}

}  // namespace wirewrap
