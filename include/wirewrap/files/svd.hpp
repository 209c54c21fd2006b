// The devices of a board in CMSIS-SVD 1.3, as debuggers and code generators read them: where each one is, which interrupts
// it raises, and the registers that its type declares (base/register_map.hpp). What has no declaration is a block without
// registers; devices with the same declaration refer to the first one.
//
//     <peripheral>
//       <name>uart0</name>
//       <baseAddress>0x10000000</baseAddress>
//       <addressBlock><offset>0x0</offset><size>0x100</size><usage>registers</usage></addressBlock>
//       <interrupt><name>uart0_irq</name><description>line 10 of plic</description><value>10</value></interrupt>
//       <registers>
//         <register><name>rbr</name>…
//
// Source: Arm, CMSIS-SVD 1.3.9, "SVD File Format", and the order of elements in CMSIS-SVD.xsd.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/files/places.hpp>
#include <wirewrap/files/xml.hpp>

namespace wirewrap::files {

namespace detail {

inline bool is_hart(const BoardDescription& board, std::string_view sink) {
    return std::ranges::find(board.regions, sink, &Region::name) == board.regions.end();
}

inline std::string svd_register(const DeviceRegister& each) {
    constexpr std::string_view access[] = {"read-write", "read-only", "write-only"};
    const bool many = each.count != 1;
    std::string text = "        <register>";
    if (many)
        text += element("dim", sentence(each.count).view()) + element("dimIncrement", number(each.stride));
    text += element("name", std::string(each.name) + (many ? "[%s]" : ""));
    if (!each.says.empty()) text += element("description", each.says);
    if (!each.alternate_of.empty()) text += element("alternateRegister", each.alternate_of);
    text += element("addressOffset", number(each.offset)) +
            element("size", sentence(8 * each.width.count).view()) +
            element("access", access[static_cast<std::size_t>(each.access)]);
    return text + "</register>\n";
}

/// Wires to interrupt controllers, or to harts where there is none: numbers of one kind only, for the format has one.
inline std::string svd_interrupts(const BoardDescription& board, std::string_view source) {
    const bool controlled = std::ranges::any_of(board.wires,
                                                [&](const Wire& w) { return !is_hart(board, w.sink); });
    std::string text;
    for (const Wire& wire : board.wires)
        if (wire.source == source && is_hart(board, wire.sink) != controlled)
            text += "      <interrupt>" +
                    element("name", identifier(wire.source) + "_" + identifier(wire.pin)) +
                    element("description", sentence("line ", wire.line, " of ", wire.sink).view()) +
                    element("value", sentence(wire.line).view()) + "</interrupt>\n";
    return text;
}

inline std::string_view svd_usage(const Region& region) {
    if (region.kind == RegionKind::reserved) return "reserved";
    return region.keeps_block ? "buffer" : "registers";
}

inline std::string svd_peripheral(const BoardDescription& board, const Place& place, std::string_view like) {
    const Region& region = *place.region;
    std::string text = "    <peripheral";
    if (!like.empty()) text += " derivedFrom=\"" + escaped(like) + "\"";
    text += ">\n      " + element("name", place.name) + element("description", region.name) +
            element("baseAddress", number(place.range.base)) + "\n      <addressBlock>" +
            element("offset", "0x0") + element("size", number(place.range.size)) +
            element("usage", svd_usage(region)) + "</addressBlock>\n" + svd_interrupts(board, region.name);
    if (like.empty() && !region.register_map.empty()) {
        text += "      <registers>\n";
        for (const DeviceRegister& each : region.register_map) text += svd_register(each);
        text += "      </registers>\n";
    }
    return text + "    </peripheral>\n";
}

}  // namespace detail

/// Errors: as places_of; a board without devices, for the format wants one at least.
inline Expected<std::string> svd(const BoardDescription& board, Bytes ram_size) {
    const auto places = places_of(board, ram_size);
    if (!places) return std::unexpected(places.error());
    std::string peripherals;
    std::vector<const Place*> described;
    for (const Place& place : *places) {
        if (place.kind != RegionKind::device && place.kind != RegionKind::reserved) continue;
        const auto& map = place.region->register_map;
        const std::string interrupts = detail::svd_interrupts(board, place.entry);
        const auto same = std::ranges::find_if(described, [&](const Place* other) {
            // One that raises nothing would inherit interrupts.
            return !map.empty() && other->region->register_map.data() == map.data() &&
                   detail::svd_interrupts(board, other->entry).empty() == interrupts.empty();
        });
        peripherals += detail::svd_peripheral(
            board, place, same == described.end() ? std::string_view{} : std::string_view((*same)->name));
        if (same == described.end()) described.push_back(&place);
    }
    if (peripherals.empty())
        return fail(
            board.name,
            " has no devices in its map, and an SVD file describes devices; add them to the map, or write "
            "another kind of file");
    return "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
           "<device schemaVersion=\"1.3\" xmlns:xs=\"http://www.w3.org/2001/XMLSchema-instance\" "
           "xs:noNamespaceSchemaLocation=\"CMSIS-SVD.xsd\">\n  " +
           element("name", identifier(board.name)) + element("version", "1.0") +
           element("description", title(board, ram_size)) + "\n  " + element("addressUnitBits", "8") +
           element("width", board.address_bits > 32 ? "64" : "32") + "\n  <peripherals>\n" + peripherals +
           "  </peripherals>\n</device>\n";
}

}  // namespace wirewrap::files
