// What somebody may have meant: names that are a few keystrokes from what was written.
//
//     edit_distance("vrit", "virt");                        // 1: neighbours swapped
//     spelled(nearest("bords", commands));                  // "boards"
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/text.hpp>

namespace command {

/// Insertions, deletions, substitutions and swaps of neighbours that lead from one text to the other: Levenshtein's
/// distance with Damerau's swaps ("optimal string alignment").
inline std::size_t edit_distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> before(to.size() + 1), last(to.size() + 1), row(to.size() + 1);
    for (std::size_t j = 0; j <= to.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            row[j] = std::min(
                {last[j] + 1, row[j - 1] + 1, last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[to.size()];
}

/// The candidates nearest to `text`, at most three, when they are near at all: `key` is what is compared, `name` what is
/// given back.
template <class Candidates, class Key = std::identity, class Name = std::identity>
std::vector<std::string_view> nearest(std::string_view text, const Candidates& candidates, Key key = {},
                                      Name name = {}) {
    constexpr std::size_t most = 3, longest = 64;
    std::vector<std::string_view> result;
    if (text.size() > longest) return result;
    std::size_t bound = std::max<std::size_t>(1, text.size() / 3);
    for (const auto& candidate : candidates) {
        const std::size_t distance = edit_distance(text, std::invoke(key, candidate));
        if (distance > bound) continue;
        if (distance < bound) result.clear();
        bound = distance;
        if (result.size() < most) result.push_back(std::invoke(name, candidate));
    }
    return result;
}

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
