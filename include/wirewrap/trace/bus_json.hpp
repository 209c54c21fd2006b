// Accesses on a bus as a trace that Perfetto and Chrome open: an event for each, on a track for each hart. A microsecond there is
// an instruction here.
//
//     trace::BusJson json(places, sink);
//     bus.begin({}, [&](const trace::BusAccess& access) { json.write(access, trace::value_of(machine, access)); });
//     …
//     json.finish();
//
// Source: "Trace Event Format", the JSON object form with instant events.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <wirewrap/files/places.hpp>
#include <wirewrap/trace/bus_log.hpp>
#include <wirewrap/trace/bus_trace.hpp>
#include <wirewrap/trace/log.hpp>

namespace wirewrap::trace {

class BusJson {
public:
    /// The places must outlive the trace.
    BusJson(const std::vector<files::Place>& places, Log::Sink sink)
        : places_(places), log_(std::move(sink)) {
        log_.text(R"({"displayTimeUnit":"ns","traceEvents":[)");
    }
    BusJson(const BusJson&) = delete;
    BusJson& operator=(const BusJson&) = delete;
    ~BusJson() { finish(); }

    void write(const BusAccess& access, std::optional<std::uint64_t> value = std::nullopt) {
        const std::uint64_t track = access.hart ? *access.hart + 1 : 0;
        if (named_.insert(track).second)
            event({{"ph", "M"},
                   {"name", "thread_name"},
                   {"pid", 1},
                   {"tid", track},
                   {"args", {{"name", access.hart ? "hart " + std::to_string(*access.hart) : "host"}}}});
        const files::Place* const place = place_of(places_, access.address);
        const std::string where(place != nullptr ? place->entry : "unnamed");
        nlohmann::json arguments{{"address", hex(access.address.value)}, {"width", access.width.count}};
        if (access.hart) arguments["pc"] = hex(access.pc);
        if (place != nullptr) arguments["offset"] = hex(access.address.value - place->range.base.value);
        if (value) arguments["value"] = hex(*value);
        if (access.cause) arguments["cause"] = static_cast<unsigned>(*access.cause);
        event({{"ph", "i"},
               {"s", "t"},
               {"name", std::string(name_of(access.access)) + " " + where},
               {"cat", where},
               {"pid", 1},
               {"tid", track},
               {"ts", access.instructions},
               {"args", std::move(arguments)}});
    }
    /// The end of the file; nothing is written behind it.
    void finish() {
        if (std::exchange(finished_, true)) return;
        log_.text("\n]}").end();
        log_.flush();
    }

private:
    static std::string hex(std::uint64_t value) { return files::number(value); }

    void event(const nlohmann::json& event) {
        if (finished_) return;
        if (!std::exchange(first_, false)) log_.text(",");
        log_.end();
        log_.text(event.dump());
    }

    const std::vector<files::Place>& places_;
    Log log_;
    std::set<std::uint64_t> named_{};
    bool first_ = true, finished_ = false;
};

}  // namespace wirewrap::trace
