#include <tests/oracle/record.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include <nlohmann/json.hpp>

namespace oracle {

using nlohmann::json;

namespace {

Windows windows_in(const json& list) {
    Windows windows;
    for (const json& window : list)
        windows.push_back({window.at(0), window.at(1), window.at(2), window.size() > 3 ? window.at(3) : ""});
    return windows;
}

/// Several blocks become one RAM: each begins where the one before it, in the order of `regions`, ends.
void join_blocks(Windows& windows, const std::vector<std::string>& regions) {
    std::uint64_t begin = 0;
    std::map<std::string, std::uint64_t> begins;
    for (const std::string& region : regions) {
        begins[region] = begin;
        for (const Window& window : windows)
            if (window.block == region) begin = std::max(begin, begins[region] + window.offset + window.size);
    }
    for (Window& window : windows) window.offset += begins[window.block];
}

Probe probe_in(const json& source, const std::vector<std::string>& regions) {
    Probe probe{.size = source.at("size"), .started = source.at("ok")};
    if (!probe.started) {
        probe.refused_by_payload = source.value("cause", "") == "firmware";
        return probe;
    }
    probe.ram_size = source.at("ram_size");
    probe.visible = windows_in(source.at("ranges"));
    probe.wired = source.contains("windows") ? windows_in(source["windows"]) : probe.visible;
    for (Windows* windows : {&probe.visible, &probe.wired}) join_blocks(*windows, regions);
    return probe;
}

Record record_in(const json& source) {
    Record record{.board = source.at("target").get<std::string>() + "/" +
                           source.at("machine").get<std::string>(),
                  .alias = {},
                  .default_size = source.at("default_ram_size")};
    if (source.contains("alias") && !source["alias"].is_null()) record.alias = source["alias"];
    if (const json& id = source.at("default_ram_id"); !id.is_null()) record.ram_id = id;
    if (source.contains("ram_regions")) record.ram_regions = source["ram_regions"];
    if (source.contains("ram_map")) record.ram_map = windows_in(source["ram_map"]);
    for (const json& probe : source.at("probes"))
        record.probes.push_back(probe_in(probe, record.ram_regions));
    return record;
}

}  // namespace

wirewrap::Expected<std::vector<Record>> parse_records(std::string_view text) {
    std::vector<Record> records;
    try {
        for (const json& record : json::parse(text)) records.push_back(record_in(record));
    } catch (const json::exception& error) {
        return wirewrap::fail("record ", records.size() + 1,
                              " is not of the oracle's form: ", std::string_view(error.what()),
                              "; tests/data/README.md describes it");
    }
    return records;
}

wirewrap::Expected<std::vector<Record>> read_records(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file)
        return wirewrap::fail(std::string_view(path),
                              " cannot be read; name a file of measurements with --oracle");
    return parse_records(text);
}

}  // namespace oracle
