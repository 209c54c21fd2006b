// What somebody may have meant: names that are a few keystrokes from what was written.
//
//     edit_distance("vrit", "virt");                        // 1: neighbours swapped
//     spelled(nearest("bords", commands));                  // "boards"
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/text.hpp>
#include <wirewrap/config/near_miss.hpp>

namespace command {

using wirewrap::config::edit_distance;
using wirewrap::config::nearest;

/// "a, b or c".
inline wirewrap::Text spelled(const std::vector<std::string_view>& names) {
    return wirewrap::listing(names.size(), [&](std::size_t i) { return names[i]; });
}

/// What somebody wrote, for a sentence on a terminal: never empty, and without characters that would move the cursor.
inline std::string in_quotes(std::string_view text) {
    std::string result = "'";
    for (const char c : text) result += static_cast<unsigned char>(c) < ' ' || c == '\x7f' ? '?' : c;
    return result + "'";
}

}  // namespace command
