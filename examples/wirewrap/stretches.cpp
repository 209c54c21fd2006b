#include "examples/wirewrap/stretches.hpp"

#include <bit>
#include <cmath>
#include <cstdint>

#include <fmt/core.h>
#include <range/v3/algorithm/any_of.hpp>
#include <range/v3/algorithm/sort.hpp>
#include <range/v3/range/conversion.hpp>
#include <range/v3/view/concat.hpp>
#include <range/v3/view/filter.hpp>
#include <range/v3/view/transform.hpp>

#include <wirewrap/base/text.hpp>

namespace command {

using namespace wirewrap;

namespace {

Stretch stretch_of(const BoardDescription& board, const FlatRange& segment) {
    const Region& region = board.regions[segment.region];
    const bool shows = region.kind == RegionKind::mirror || region.kind == RegionKind::bank;
    std::string_view source;
    if (shows) source = region.source.empty() ? board.ram_id : region.source;
    return {.range = segment.range,
            .kind = name_of(region.kind),
            .name = region.name,
            .source = source,
            .offset = region.source_offset + segment.offset,
            .overlay = region.overlay};
}

Stretch stretch_of(const BoardDescription& board, const RamWindow& window) {
    return {.range = window.range(),
            .kind = window.mirror ? "mirror" : "ram",
            .name = board.ram_id,
            .source = window.mirror ? board.ram_id : std::string_view{},
            .offset = window.offset};
}

bool is_mirror_of_ram(const BoardDescription& board, const FlatRange& segment) {
    const Region& region = board.regions[segment.region];
    return region.shows_main_ram();
}

}  // namespace

std::vector<Stretch> stretches_of(const BoardDescription& board, Bytes ram_size) {
    const auto stretch = [&](const auto& part) { return stretch_of(board, part); };
    // Mirrors that are entries of the map are there already, with their names.
    const auto is_no_entry = [&](const RamWindow& window) {
        return !ranges::any_of(board.flat_view, [&](const FlatRange& segment) {
            return is_mirror_of_ram(board, segment) && window.range().contains(segment.range);
        });
    };
    const auto windows = board.ram_windows(ram_size);
    auto result = ranges::views::concat(board.flat_view | ranges::views::transform(stretch),
                                        windows | ranges::views::filter(is_no_entry) |
                                            ranges::views::transform(stretch)) |
                  ranges::to<std::vector>();
    ranges::sort(result, {}, [](const Stretch& s) { return s.range.base; });
    return result;
}

std::vector<Stretch> with_holes(const BoardDescription& board, const std::vector<Stretch>& stretches) {
    std::vector<Stretch> result;
    const auto hole = [&](GuestAddress from, Bytes size) {
        if (size != Bytes{})
            result.push_back(
                {.range = {from, size}, .kind = "unmapped", .name = {}, .source = {}, .offset = {}});
    };
    GuestAddress next{0};
    for (const Stretch& stretch : stretches) {
        hole(next, stretch.range.base - next);
        result.push_back(stretch);
        next = stretch.range.base + stretch.range.size;
    }
    if (stretches.empty() || next == GuestAddress{0}) return result;  // nothing at all, or to the very end
    // 2^64 wraps to 0, and so the difference is right for 64 address bits too.
    const GuestAddress end{board.address_bits == 64 ? 0 : std::uint64_t{1} << board.address_bits};
    hole(next, end - next);
    return result;
}

std::string extent(const Stretch& hole) {
    constexpr std::string_view units[] = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    const std::uint64_t size = hole.range.size.count;
    const unsigned exact = static_cast<unsigned>(std::countr_zero(size)) / 10;
    if (size >> 10 * exact < 10'000) return sentence(hole.range.size, " unmapped").string();
    const unsigned unit = static_cast<unsigned>(std::bit_width(size) - 1) / 10;
    const double scaled = static_cast<double>(size) / std::exp2(10 * unit);
    return fmt::format("≈ {:.1f} {} unmapped", scaled, units[unit]);
}

std::string remark(const BoardDescription& board, const Stretch& stretch) {
    Text text;
    if (!stretch.source.empty())
        text = sentence("shows ", stretch.source, " from offset ", GuestAddress{stretch.offset.count});
    else if (stretch.kind == "ram" && stretch.name == board.ram_id)
        text = sentence("from offset ", GuestAddress{stretch.offset.count});
    for (const Wire& wire : board.wires)
        if (wire.source == stretch.name)
            text.append(
                sentence(text.empty() ? "" : ", ", wire.pin, " → ", wire.sink, " ", wire.line).view());
    if (stretch.overlay) text.append(text.empty() ? "overlay" : ", overlay");
    return text.string();
}

}  // namespace command
