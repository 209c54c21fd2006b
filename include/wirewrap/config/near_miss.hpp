// What somebody may have meant: names that are a few keystrokes from what was written.
//
//     edit_distance("vrit", "virt");                        // 1: neighbours swapped
//     nearest("shaer", names);                              // {"share"}
//     did_you_mean("shaer", names);                         // "; did you mean share?"
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/text.hpp>

namespace wirewrap::config {

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

/// The end of a sentence: "; did you mean a or b?", or nothing when no name is near.
inline Text did_you_mean(const std::vector<std::string_view>& near) {
    if (near.empty()) return Text{};
    return sentence("; did you mean ", listing(near.size(), [&](std::size_t i) { return near[i]; }), "?");
}

}  // namespace wirewrap::config
