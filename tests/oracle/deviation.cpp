#include <tests/oracle/deviation.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <set>

#include <nlohmann/json.hpp>

namespace oracle {

using nlohmann::json;
using wirewrap::fail;

namespace {

constexpr std::array<std::string_view, field_count> field_names{
    "board", "alias", "ram_id", "default_size", "verdict", "ram_size", "windows"};

const std::set<std::string> window_kinds{"ram_map", "unmeasured", "part"};

/// `*` stands for any characters, none among them.
bool matches(std::string_view pattern, std::string_view name) {
    const std::size_t star = pattern.find('*');
    if (star == pattern.npos) return pattern == name;
    if (!name.starts_with(pattern.substr(0, star))) return false;
    for (std::size_t skip = star; skip <= name.size(); ++skip)
        if (matches(pattern.substr(star + 1), name.substr(skip))) return true;
    return false;
}

wirewrap::Expected<Deviation> deviation_in(const json& source) {
    static const std::set<std::string> known{"boards",          "field", "from",  "to",
                                             "not_multiple_of", "as",    "reason"};
    for (const auto& [key, value] : source.items())
        if (!known.contains(key)) return fail("it has the unknown key ", std::string_view(key));
    Deviation deviation;
    const json& boards = source.at("boards");
    if (boards.is_string())
        deviation.boards.push_back(boards);
    else
        deviation.boards = boards;
    const std::string field = source.at("field");
    const auto named = std::ranges::find(field_names, field);
    if (named == field_names.end()) return fail("it has the unknown field ", std::string_view(field));
    deviation.field = static_cast<Field>(named - field_names.begin());
    if (deviation.field == Field::board || deviation.field == Field::alias)
        return fail("nothing can be unlike QEMU in the field ", std::string_view(field));
    for (const auto& [key, bound] : {std::pair{"from", &deviation.from}, std::pair{"to", &deviation.to},
                                     std::pair{"not_multiple_of", &deviation.not_multiple_of}})
        if (source.contains(key)) *bound = source[key].get<std::uint64_t>();
    if (deviation.not_multiple_of == 0) return fail("it is for sizes that are not multiples of 0 bytes");
    deviation.as = source.value("as", "");
    const bool windows = deviation.field == Field::windows;
    if (windows && !window_kinds.contains(deviation.as))
        return fail("it is about windows, and `as` is none of ram_map, unmeasured and part");
    if (!windows && !deviation.as.empty()) return fail("it has `as`, and is not about windows");
    deviation.reason = source.at("reason");
    if (deviation.reason.empty()) return fail("it has no reason");
    return deviation;
}

}  // namespace

std::string_view name_of(Field field) { return field_names[static_cast<std::size_t>(field)]; }

bool Deviation::names(std::string_view board) const {
    return std::ranges::any_of(boards, [&](const std::string& pattern) { return matches(pattern, board); });
}

bool Deviation::covers(std::string_view board, Field what, std::optional<std::uint64_t> size) const {
    if (what != field || !names(board)) return false;
    if (!size) return !from && !to && !not_multiple_of;
    return *size >= from.value_or(0) && *size <= to.value_or(~std::uint64_t{0}) &&
           (!not_multiple_of || *size % *not_multiple_of != 0);
}

wirewrap::Expected<std::vector<Deviation>> parse_deviations(std::string_view text) {
    std::vector<Deviation> deviations;
    const auto wrong = [&](std::string_view why) {
        return fail("deviation ", deviations.size() + 1, " is not well formed: ", why,
                    "; tests/oracle/deviation.hpp describes the form");
    };
    try {
        for (const json& source : json::parse(text)) {
            auto deviation = deviation_in(source);
            if (!deviation) return wrong(deviation.error().message);
            deviations.push_back(*std::move(deviation));
        }
    } catch (const json::exception& error) { return wrong(error.what()); }
    return deviations;
}

wirewrap::Expected<std::vector<Deviation>> read_deviations(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file)
        return fail(std::string_view(path), " cannot be read; name a list of deviations with --deviations");
    return parse_deviations(text);
}

}  // namespace oracle
