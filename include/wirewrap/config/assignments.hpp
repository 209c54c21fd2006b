// The grammar of `-machine` and `-smp`: `first,name=value,name.member=value`, where every later entry has a value and a
// comma within a value is written twice.
//
//     parse_assignments("pc,memory.size=1G,mem-merge=off", "type");   // {type, pc}, {memory.size, 1G}, {mem-merge, off}
//
// It differs from `key_values` in what it refuses: names are names, and there is no short form of name=on. Source: measured
// on QEMU 7.2.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/key_values.hpp>
#include <wirewrap/config/property.hpp>

namespace wirewrap::config {

namespace detail {
/// Parts with points between: a part is a letter or an underscore with letters, digits, '-' and '_' after it, or a number.
constexpr bool is_assigned_name(std::string_view name) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    while (true) {
        const std::size_t end = std::min(name.find('.'), name.size());
        const std::string_view part = name.substr(0, end);
        bool good = !part.empty(), number = good;
        for (const char c : part) {
            number = number && digit(c);
            good = good && (letter(c) || digit(c) || c == '-');
        }
        if (!good || !(number || letter(part.front()))) return false;
        if (end == name.size()) return true;
        name.remove_prefix(end + 1);
    }
}
}  // namespace detail

/// In the order of writing, repeated names and all.
inline Expected<Properties> parse_assignments(std::string_view text, std::string_view implied) {
    Properties properties;
    bool first = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("=,"), text.size());
        const std::string_view name = text.substr(0, end);
        const bool has_value = end != text.size() && text[end] == '=';
        if (first && !has_value && !name.empty()) {
            properties.push_back({.name = std::string(implied), .value = std::string(name)});
            text.remove_prefix(std::min(end + 1, text.size()));
        } else if (!detail::is_assigned_name(name)) {
            return fail(name.empty() ? std::string("an empty entry") : std::string(name),
                        " is no name: write NAME=VALUE, with letters, digits, '-' and '_' in the name");
        } else if (!has_value) {
            return fail(name, " has no value: write ", name, "=VALUE");
        } else {
            text.remove_prefix(end + 1);
            properties.push_back({.name = std::string(name), .value = detail::take_value(text)});
        }
        first = false;
    }
    return properties;
}

/// The last word on each name, in the order of the first ones.
inline Properties last_words(const Properties& said) {
    std::map<std::string_view, std::size_t> places;
    Properties last;
    for (const Property& property : said) {
        const auto [place, first] = places.try_emplace(property.name, last.size());
        if (first)
            last.push_back(property);
        else
            last[place->second] = property;
    }
    return last;
}

}  // namespace wirewrap::config
