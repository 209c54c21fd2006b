// Members whose names are nearly names that mean something. With reflection a class lists its members itself, so slips are
// found that stand in no list; a compiler without it sees nothing here.
//
//     struct Names { static constexpr int deadline = 0, tick = 0; };
//     struct Watchdog { void ticc(std::uint64_t); };
//     near_members<Watchdog, Names, DeviceSlips::Names>  // {{"ticc", "tick"}}
#pragma once

#include <wirewrap/base/language.hpp>

#ifdef __cpp_impl_reflection

#include <algorithm>
#include <cstddef>
#include <meta>
#include <span>
#include <string_view>
#include <vector>

namespace wirewrap::check {

struct NearMember {
    const char* name;
    const char* meant;
};

namespace near {

/// One becomes the other by `edits` at most: a letter inserted, deleted, exchanged, or swapped with its neighbour.
constexpr bool within(std::size_t edits, std::string_view a, std::string_view b) {
    while (!a.empty() && !b.empty() && a.front() == b.front()) a.remove_prefix(1), b.remove_prefix(1);
    if (edits == 0 || a.empty() || b.empty()) return a.size() + b.size() <= edits;
    const bool swapped = a.size() > 1 && b.size() > 1 && a[0] == b[1] && a[1] == b[0];
    return within(edits - 1, a.substr(1), b) || within(edits - 1, a, b.substr(1)) ||
           within(edits - 1, a.substr(1), b.substr(1)) ||
           (swapped && within(edits - 1, a.substr(2), b.substr(2)));
}

/// Appends the names of the public functions, function templates and static data of a class and its public bases. What is
/// private was not meant for others: the flash has a constant `ready` of its own, which is no slip for `read`.
consteval void append_names(std::vector<std::string_view>& names, std::meta::info type) {
    const auto anyone = std::meta::access_context::unprivileged();
    for (const std::meta::info member : members_of(type, anyone))
        if (has_identifier(member) &&
            (is_function(member) || is_function_template(member) || is_variable(member)))
            names.push_back(identifier_of(member));
    for (const std::meta::info base : bases_of(type, anyone)) append_names(names, type_of(base));
}

consteval std::vector<std::string_view> names_of(std::meta::info type) {
    std::vector<std::string_view> names;
    append_names(names, type);
    return names;
}

/// A letter doubled in place of nothing or of another, or two neighbours swapped.
constexpr bool mistyped(std::string_view name, std::string_view meant) {
    std::size_t begin = 0;
    while (begin != name.size() && begin != meant.size() && name[begin] == meant[begin]) ++begin;
    std::string_view wrong = name.substr(begin), right = meant.substr(begin);
    while (!wrong.empty() && !right.empty() && wrong.back() == right.back())
        wrong.remove_suffix(1), right.remove_suffix(1);
    if (wrong.size() == 2 && right.size() == 2) return wrong[0] == right[1] && wrong[1] == right[0];
    return wrong.size() == 1 && right.size() <= 1 && begin != 0 && name[begin - 1] == wrong[0];
}

/// The one of `names` that is nearest to `name`, or nothing where none is near. One edit of a short name often makes another
/// word, `ready` of `read` and `timer` of `time`, so that those only count as slips which nobody means.
constexpr std::string_view nearest(std::string_view name, std::span<const std::string_view> names) {
    for (const std::string_view each : names)
        if (each.size() < 6 ? mistyped(name, each) : within(1, name, each)) return each;
    for (const std::string_view each : names)
        if (each.size() >= 8 && within(2, name, each)) return each;
    return {};
}

consteval std::vector<NearMember> members(std::meta::info type, std::meta::info known,
                                          std::meta::info listed) {
    const std::vector<std::string_view> names = names_of(known), apart = names_of(listed);
    std::vector<NearMember> found;
    for (const std::string_view name : names_of(type))
        if (!std::ranges::contains(names, name) && !std::ranges::contains(apart, name) &&
            !std::ranges::contains(found, name, &NearMember::name))
            if (const std::string_view meant = nearest(name, names); !meant.empty())
                found.push_back({std::define_static_string(name), std::define_static_string(meant)});
    return found;
}

}  // namespace near

/// The public functions and static data of T whose names are no static data of `Names`, but near to one. Those of `Listed`
/// are told of by a list, and left out.
template <class T, class Names, class Listed>
inline constexpr std::span<const NearMember> near_members = std::define_static_array(
    near::members(^^T, ^^Names, ^^Listed));

}  // namespace wirewrap::check

#endif
