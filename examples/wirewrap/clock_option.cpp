#include "examples/wirewrap/clock_option.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <wirewrap/config/key_values.hpp>
#include <wirewrap/config/number.hpp>
#include <wirewrap/emulator/clock.hpp>

namespace command {

using namespace wirewrap;

namespace {

/// A switch that has one position here.
Expected<void> only(const config::Property& property, std::string_view position, std::string_view why) {
    if (property.value == position) return {};
    if (property.value != "on" && property.value != "off")
        return fail(std::string_view(property.name), "=", std::string_view(property.value),
                    " is no switch: write ", position, ", or leave it out");
    return fail(why, ": write ", std::string_view(property.name), "=", position, ", or leave it out");
}

Expected<unsigned> shift_of(std::string_view value) {
    if (value == "auto")
        return fail("auto lets the guest's time follow the host's, so that no run is like another one; here "
                    "time goes "
                    "by instructions alone: write shift=0 to ",
                    VirtualClock::most_shift, ", for 2 to the power of that many nanoseconds each");
    const auto number = config::whole_number(value);
    if (!number || *number > VirtualClock::most_shift)
        return fail(value, " is no shift: write 0 to ", VirtualClock::most_shift,
                    ", for 2 to the power of that many nanoseconds an instruction");
    return static_cast<unsigned>(*number);
}

}  // namespace

Expected<void> take_instruction_count(std::string_view value, RunRequest& request) {
    const auto properties = config::parse_key_values(value, "shift");
    if (!properties) return std::unexpected(properties.error());
    request.shift.reset();
    const bool counted = std::ranges::find(*properties, "shift", &config::Property::name) !=
                         properties->end();
    const auto is_sleep = [](const config::Property& property) { return property.name == "sleep"; };
    for (const config::Property& property : *properties) {
        const std::string_view name = property.name;
        if (name == "shift") {
            const auto shift = shift_of(property.value);
            if (!shift) return std::unexpected(shift.error());
            request.shift = *shift;
        } else if (name == "sleep") {
            // As QEMU has it: without a shift no instructions are counted, and this says nothing.
            if (!counted && (property.value == "on" || property.value == "off")) continue;
            if (const auto took = only(
                    property, "off",
                    "where all harts wait, time jumps to the next timer: it does not pass as "
                    "the host's does");
                !took)
                return took;
        } else if (name == "align") {
            if (const auto took = only(property, "off", "the guest's time does not wait for the host's");
                !took)
                return took;
        } else if (name == "rr" || name == "rrfile" || name == "rrsnapshot") {
            return fail("there are no records of runs in files; a run is the same again when the same is "
                        "typed at the "
                        "same instructions, and a debugger goes back in one by `monitor reverse on`: leave ",
                        name, " out");
        } else {
            return fail("there is no ", name, ": there are shift, sleep and align");
        }
    }
    if (!counted && !std::ranges::all_of(*properties, is_sleep))
        return fail("it does not say how long an instruction takes: add shift=0");
    return {};
}

Expected<void> take_wall_clock(std::string_view value, RunRequest& request) {
    constexpr auto known = std::to_array<std::string_view>({"base=utc", "base=utc,clock=host", "clock=host"});
    if (std::ranges::find(known, value) == known.end())
        return fail("the guest has the host's time: write base=utc or clock=host, or leave it out");
    request.host_wall_clock = true;
    return {};
}

Expected<void> check_clock(const RunRequest& request) {
    if (!request.shift) return {};
    if (request.host_wall_clock)
        return fail("-icount makes every run the same, with a clock on the wall that begins on 2020-01-01, "
                    "and -rtc asks "
                    "for the host's: leave one of them out");
    if (request.threads)
        return fail("-icount counts the instructions of harts that have turns, and with thread=multi each "
                    "has a thread: "
                    "leave one of them out");
    return {};
}

}  // namespace command
