// Accesses on a bus as lines, with the names that the board has for addresses.
//
//     const auto places = files::places_of(describe_board<B>(), ram_size).value();
//     trace::BusLog log(places, sink);
//     bus.begin({}, [&](const trace::BusAccess& access) { log.write(access, trace::value_of(machine, access)); });
//
//     hart 0 0x80000010: store 1 0x10000000 uart0+0x0
//     hart 0 0x80000014: load  8 0x80001000 riscv_virt_board.ram+0x1000 = 0x2a
//     hart 0 0x80000018: load  8 0x0 refused, cause 5
//     host: store 4096 0x80000000 riscv_virt_board.ram+0x0
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/files/places.hpp>
#include <wirewrap/trace/bus_trace.hpp>
#include <wirewrap/trace/log.hpp>

namespace wirewrap::trace {

constexpr std::string_view name_of(Access access) {
    return access == Access::load ? "load" : access == Access::store ? "store" : "fetch";
}

/// The place that holds an address, of ascending ones; nullptr: the board has none there, as in mirrors.
inline const files::Place* place_of(const std::vector<files::Place>& places, GuestAddress address) {
    auto after = std::ranges::upper_bound(places, address.value, {},
                                          [](const files::Place& each) { return each.range.base.value; });
    if (after == places.begin() || !(--after)->range.contains(address)) return nullptr;
    return &*after;
}

class BusLog {
public:
    /// The places must outlive the log.
    BusLog(const std::vector<files::Place>& places, Log::Sink sink)
        : places_(places), log_(std::move(sink)) {}

    void write(const BusAccess& access, std::optional<std::uint64_t> value = std::nullopt) {
        if (access.hart)
            log_.text("hart ").decimal(*access.hart).text(" 0x").hex(access.pc);
        else
            log_.text("host");
        const std::string_view name = name_of(access.access);
        log_.text(": ").text(name).pad(name.size(), 6).decimal(access.width.count);
        log_.text(" 0x").hex(access.address.value);
        if (const files::Place* const place = place_of(places_, access.address))
            log_.text(" ").text(place->entry).text("+0x").hex(access.address.value - place->range.base.value);
        if (value) log_.text(" = 0x").hex(*value);
        if (access.cause) log_.text(" refused, cause ").decimal(static_cast<std::uint64_t>(*access.cause));
        log_.end();
    }
    void flush() { log_.flush(); }

private:
    const std::vector<files::Place>& places_;
    Log log_;
};

}  // namespace wirewrap::trace
