// What an option may say, as a table: the name of each setting, how it is read, and the member it is kept in. The table reads
// an option, refuses what is not in it with the name that comes near, and prints its help.
//
//     inline constexpr std::array cache_settings{
//         setting<&NumaCache::node, read_any_number>("node-id", "NUMBER", "the node whose memory it is for"),
//         setting<&NumaCache::size, read_bytes>("size", "SIZE", "how large it is")};
//
//     apply(settings(cache_settings), properties, cache, "-numa hmat-cache");
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/near_miss.hpp>
#include <wirewrap/config/property.hpp>

namespace wirewrap::config {

template <class Target>
struct Setting {
    std::string_view name;
    std::string_view value;  // what is written after =, as help shows it
    std::string_view help;
    Expected<void> (*put)(const Property&, Target&);
    bool each = false;  // every occurrence adds something; otherwise the last word counts
    bool required = false;
};

namespace detail {
template <class Target, class Member>
Target target_of(Member Target::*);
}  // namespace detail

/// A setting that `Reader` makes the value of `Member` of.
template <auto Member, auto Reader>
constexpr auto setting(std::string_view name, std::string_view value, std::string_view help,
                       bool required = false) {
    using Target = decltype(detail::target_of(Member));
    return Setting<Target>{
        .name = name,
        .value = value,
        .help = help,
        .put = [](const Property& p, Target& target) { return store(Reader, p, target.*Member); },
        .required = required};
}

/// The same of a member of a member: `Path` leads there.
template <auto Reader, auto Outer, auto... Path>
constexpr auto setting_in(std::string_view name, std::string_view value, std::string_view help,
                          bool required = false) {
    using Target = decltype(detail::target_of(Outer));
    return Setting<Target>{
        .name = name,
        .value = value,
        .help = help,
        .put = [](const Property& p,
                  Target& target) { return store(Reader, p, ((target.*Outer).*....*Path)); },
        .required = required};
}

/// One table or several behind one another: those that hold for all, and those of a kind.
template <class Target>
using Settings = std::vector<Setting<Target>>;

template <class Target, std::size_t N, std::size_t... More>
Settings<Target> settings(const std::array<Setting<Target>, N>& table,
                          const std::array<Setting<Target>, More>&... more) {
    Settings<Target> all(table.begin(), table.end());
    (all.insert(all.end(), more.begin(), more.end()), ...);
    return all;
}

namespace detail {

/// What a table's entry is, whatever it is a table for.
struct SettingFacts {
    std::string_view name;
    bool each, required;
};

inline constexpr std::size_t replaced = ~std::size_t{0};  // by a later word

/// Which entry each property is, or `replaced`.
inline Expected<std::vector<std::size_t>> choose_settings(const std::vector<SettingFacts>& table,
                                                          const Properties& properties,
                                                          std::string_view whose) {
    std::vector<std::size_t> chosen, last(table.size(), replaced);  // of each entry, the last property
    for (const Property& p : properties) {
        std::size_t entry = 0;
        while (entry != table.size() && table[entry].name != p.name) ++entry;
        if (entry == table.size()) {
            std::vector<std::string_view> names;
            for (const SettingFacts& one : table) names.push_back(one.name);
            const auto near = nearest(p.name, names);
            Text remedy = did_you_mean(near);
            if (near.empty() && names.size() <= 3)
                remedy = sentence(": write ", listing(names.size(), [&](std::size_t i) { return names[i]; }));
            return fail(p.short_form.empty() ? p.name : p.short_form, " is no property of ", whose, remedy);
        }
        if (!table[entry].each && last[entry] != replaced) chosen[last[entry]] = replaced;
        last[entry] = chosen.size();
        chosen.push_back(entry);
    }
    std::vector<std::string_view> required;
    for (const SettingFacts& one : table)
        if (one.required) required.push_back(one.name);
    for (std::size_t entry = 0; entry != table.size(); ++entry)
        if (table[entry].required && last[entry] == replaced)
            return fail(table[entry].name, " is missing: write ",
                        listing(required.size(), [&](std::size_t i) { return required[i]; }, " and "));
    return chosen;
}

}  // namespace detail

/// Puts what `properties` say into `target`. `whose`: for the sentence about a name that is not in the table, such as
/// "memory-backend-ram". Only the word that counts is read: QEMU does not look at those before it either.
template <class Target>
Expected<void> apply(const Settings<Target>& table, const Properties& properties, Target& target,
                     std::string_view whose) {
    std::vector<detail::SettingFacts> facts;
    for (const auto& one : table) facts.push_back({one.name, one.each, one.required});
    const auto chosen = detail::choose_settings(facts, properties, whose);
    if (!chosen) return std::unexpected(chosen.error());
    for (std::size_t i = 0; i != properties.size(); ++i) {
        if ((*chosen)[i] == detail::replaced) continue;
        if (const auto stored = table[(*chosen)[i]].put(properties[i], target); !stored) return stored;
    }
    return {};
}

/// A line for each setting.
template <class Target>
std::string help_of(const Settings<Target>& table) {
    std::size_t widest = 0;
    for (const auto& one : table) widest = std::max(widest, one.name.size() + one.value.size() + 1);
    std::string text;
    for (const auto& one : table) {
        std::string line = "  ";
        line.append(one.name).append("=").append(one.value);
        line.resize(std::max(line.size(), widest + 4), ' ');
        text.append(line).append(one.help).append("\n");
    }
    return text;
}

}  // namespace wirewrap::config
