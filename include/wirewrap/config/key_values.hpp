// QEMU's list grammar: `first,key=value,key=value`, where a comma that is part of a value is written twice.
//
//     parse_key_values("1G,slots=2,maxmem=4G", "size");     // {size, 1G}, {slots, 2}, {maxmem, 4G}
//     parse_key_values("id=m0,mem-path=a,,b");              // {id, m0}, {mem-path, a,b}
//
// The key of a first entry without `=` is implied by most options.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/property.hpp>

namespace wirewrap::config {

namespace detail {
/// Takes a value, up to a single comma, off the front of `text`, with that comma.
inline std::string take_value(std::string_view& text) {
    std::string value;
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (c == ',') {
            if (!text.starts_with(',')) break;
            text.remove_prefix(1);
        }
        value += c;
    }
    return value;
}
}  // namespace detail

/// In the order of writing, repeated keys and all. An entry without `=`, which is not the first of an option that implies a
/// key, switches its key on, or off when it begins with `no`: QEMU 7.2 takes both and calls them deprecated. Error: an empty
/// key.
inline Expected<Properties> parse_key_values(std::string_view text, std::string_view implied = {}) {
    Properties properties;
    bool first = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("=,"), text.size());
        const std::string_view key = text.substr(0, end);
        const bool has_value = end != text.size() && text[end] == '=';
        if (has_value) {
            if (key.empty()) return fail("there is nothing before ", text, ": write NAME=VALUE");
            text.remove_prefix(end + 1);
            properties.push_back({std::string(key), detail::take_value(text)});
        } else if (first && !implied.empty()) {
            properties.push_back({std::string(implied), detail::take_value(text)});
        } else if (!key.empty()) {
            const bool off = key.starts_with("no") && key.size() > 2;
            properties.push_back({.name = std::string(off ? key.substr(2) : key),
                                  .value = off ? "off" : "on",
                                  .short_form = std::string(key)});
            text.remove_prefix(std::min(end + 1, text.size()));
        } else {
            return fail("an empty entry has no value: write NAME=VALUE");
        }
        first = false;
    }
    return properties;
}

}  // namespace wirewrap::config
