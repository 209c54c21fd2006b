#include "examples/wirewrap/bus_filter.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

#include <wirewrap/config/number.hpp>

#include "examples/wirewrap/spelling.hpp"
#include "examples/wirewrap/trace_options.hpp"

namespace command {

using namespace wirewrap;

namespace {

/// The ranges that have this name; none: nothing has.
std::vector<Interval> ranges_of(std::string_view name, const std::vector<files::Place>& places) {
    std::vector<Interval> ranges;
    for (const files::Place& each : places)
        if (each.entry == name) ranges.push_back(each.range);
    return ranges;
}

Expected<void> add_part(std::string_view part, const std::vector<files::Place>& places,
                        trace::BusFilter& filter) {
    constexpr std::string_view width = "width=";
    if (part == "loads" || part == "stores" || part == "fetches") {
        (part == "loads" ? filter.loads : part == "stores" ? filter.stores : filter.fetches) = true;
        return {};
    }
    if (part.starts_with(width)) {
        const auto number = config::whole_number(part.substr(width.size()));
        if (!number || *number == 0) return fail(part, " is no width of an access: write bytes, as width=4");
        filter.widths.push_back(*number);
        return {};
    }
    if (!part.empty() && part.front() >= '0' && part.front() <= '9') {
        const auto range = range_of(part);
        if (!range) return std::unexpected(range.error());
        filter.ranges.push_back(*range);
        return {};
    }
    const auto ranges = ranges_of(part, places);
    filter.ranges.insert(filter.ranges.end(), ranges.begin(), ranges.end());
    if (!ranges.empty()) return {};
    std::vector<std::string_view> names;
    for (const files::Place& each : places)
        if (std::ranges::find(names, each.entry) == names.end()) names.push_back(each.entry);
    return fail(
        "there is no ", in_quotes(part), " here; there are loads, stores, fetches, width=BYTES, ranges ",
        "such as 0x80000000+0x1000, and ", listing(names.size(), [&](std::size_t i) { return names[i]; }));
}

}  // namespace

Expected<trace::BusFilter> read_bus_filter(std::string_view text, const std::vector<files::Place>& places) {
    trace::BusFilter filter{.loads = false, .stores = false};
    const auto read = each_part(text, [&](std::string_view part) { return add_part(part, places, filter); });
    if (!read) return std::unexpected(read.error());
    if (!filter.loads && !filter.stores && !filter.fetches) filter.loads = filter.stores = true;
    return filter;
}

}  // namespace command
