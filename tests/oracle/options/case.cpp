#include <tests/oracle/options/case.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include <nlohmann/json.hpp>

namespace oracle {

using nlohmann::json;
using wirewrap::Expected;
using wirewrap::fail;

namespace {

/// `*` stands for any text.
bool matches(std::string_view pattern, std::string_view text) {
    const std::size_t star = pattern.find('*');
    if (star == pattern.npos) return pattern == text;
    const std::string_view head = pattern.substr(0, star), tail = pattern.substr(star + 1);
    if (!text.starts_with(head)) return false;
    for (std::size_t skip = head.size(); skip <= text.size(); ++skip)
        if (matches(tail, text.substr(skip))) return true;
    return false;
}

std::string first_line(const json& record, const char* key) {
    if (!record.contains(key) || record.at(key).empty()) return {};
    return record.at(key).at(0).get<std::string>();
}

OptionCase case_of(const json& record) {
    OptionCase one{.target = record.at("target"), .argv = record.at("argv"), .ok = record.at("ok")};
    one.error = first_line(record, "error");
    one.unprivileged = record.value("unprivileged", false);
    one.host_dependent = record.value("host_dependent", false) || record.value("host_limited", false);
    if (record.contains("summary")) {
        one.ram_size = record.at("summary").at("base-memory");
        one.plugged_size = record.at("summary").value("plugged-memory", std::uint64_t{0});
    }
    const json memdevs = record.value("memdev", json::array()),
               blocks = record.value("ramblocks", json::array());
    for (const json& memdev : memdevs)
        one.memdev[memdev.at("id")] = {.size = memdev.at("size"),
                                       .merge = memdev.at("merge"),
                                       .dump = memdev.at("dump"),
                                       .prealloc = memdev.at("prealloc"),
                                       .share = memdev.at("share"),
                                       .reserve = memdev.at("reserve"),
                                       .policy = memdev.at("policy"),
                                       .host_nodes = memdev.at("host-nodes")};
    for (const json& block : blocks) one.ram_blocks.emplace_back(block.at(0), block.at(1));
    std::ranges::sort(one.ram_blocks);
    const json files = record.value("files", json::object());
    for (const auto& [name, size] : files.items()) one.files[name] = size;
    return one;
}

template <class Make>
auto read_list(const std::string& path, Make make) -> Expected<std::vector<decltype(make(json{}))>> {
    std::ifstream file(path);
    if (!file)
        return fail("cannot read ", path, "; name a file of the form that tests/data/README.md describes");
    std::vector<decltype(make(json{}))> list;
    try {
        for (const json& record : json::parse(file)) list.push_back(make(record));
    } catch (const json::exception& error) {
        return fail(path, ", record ", list.size(), ": ", std::string_view(error.what()));
    }
    return list;
}

/// Of "10.0".
wirewrap::QemuRelease release_of(const std::string& text) {
    wirewrap::QemuRelease release{};
    std::sscanf(text.c_str(), "%u.%u", &release.number, &release.minor_number);
    return release;
}

}  // namespace

std::string OptionCase::board() const {
    for (std::size_t i = 0; i + 1 < argv.size(); ++i) {
        if (argv[i] != "-machine" && argv[i] != "--machine" && argv[i] != "-M") continue;
        const std::string machine = argv[i + 1].substr(0, argv[i + 1].find(','));
        return target + "/" + machine.substr(machine.starts_with("type=") ? 5 : 0);
    }
    return target;
}

std::string OptionCase::text() const {
    std::string all = target + ":";
    for (const std::string& word : argv) all += word.empty() ? " ''" : " " + word;
    return all;
}

Expected<std::vector<OptionCase>> read_option_cases(const std::string& path) {
    return read_list(path, case_of);
}

bool OptionDeviation::covers(const OptionCase& one, std::string_view what, std::string_view refused) const {
    const auto contains = [](std::string_view text, std::string_view part) {
        return text.find(part) != text.npos;
    };
    const auto given = [&](const std::string& part) {
        return std::ranges::any_of(one.argv, [&](const std::string& word) { return contains(word, part); });
    };
    const auto named = [&](const std::string& pattern) { return matches(pattern, one.board()); };
    return std::ranges::find(fields, what) != fields.end() &&
           (what != "verdict" || (one.ok ? refusal.empty() && contains(refused, error)
                                         : !refusal.empty() && contains(one.error, refusal))) &&
           (boards.empty() || std::ranges::any_of(boards, named)) && std::ranges::all_of(argv, given);
}

Expected<std::vector<OptionDeviation>> read_option_deviations(const std::string& path) {
    using Texts = std::vector<std::string>;
    return read_list(path, [](const json& entry) {
        const OptionDeviation one{.fields = entry.at("fields"),
                                  .error = entry.value("error", ""),
                                  .boards = entry.value("boards", Texts{}),
                                  .argv = entry.value("argv", Texts{}),
                                  .reason = entry.at("reason"),
                                  .live = entry.value("live", false),
                                  .refusal = entry.value("refusal", ""),
                                  .nodes = entry.value("nodes", false),
                                  .releases = {.first = release_of(entry.value("since", "0.0")),
                                               .last = entry.contains("until")
                                                           ? release_of(entry.at("until"))
                                                           : wirewrap::QemuReleases{}.last}};
        if (one.fields == Texts{"verdict"} && one.refusal.empty()) static_cast<void>(entry.at("error"));
        return one;
    });
}

}  // namespace oracle
