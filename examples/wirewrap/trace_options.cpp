#include "examples/wirewrap/trace_options.hpp"

#include <cstdint>

#include <wirewrap/config/number.hpp>

namespace command {

using namespace wirewrap;

Expected<Interval> range_of(std::string_view text) {
    constexpr std::string_view forms =
        " is no range of addresses: write FIRST..LAST, START+SIZE or LAST-SIZE, as 0x80000000+0x1000";
    const auto first = config::scan_number(text);
    std::string_view rest = text.substr(first.length);
    const bool list = rest.starts_with("..");
    const char sign = list || rest.empty() ? '\0' : rest.front();
    if (first.length == 0 || first.negative || !first.fits || (!list && sign != '+' && sign != '-'))
        return fail(text, forms);
    rest.remove_prefix(list ? 2 : 1);
    const auto second = config::scan_number(rest);
    if (second.length != rest.size() || second.negative || !second.fits || rest.empty())
        return fail(text, forms);
    const std::uint64_t a = first.magnitude, b = second.magnitude;
    if (list ? b < a : b == 0 || (sign == '-' ? b - 1 > a : b - 1 > ~a))
        return fail(text, " is an empty range, or reaches beyond the last address");
    if (list) return Interval{GuestAddress{a}, Bytes{b - a + 1}};
    return Interval{GuestAddress{sign == '+' ? a : a - (b - 1)}, Bytes{b}};
}

Expected<void> take_log_items(std::string_view value, RunRequest& request) {
    TraceRequest& trace = request.trace;
    return each_part(value, [&](std::string_view item) -> Expected<void> {
        if (item == "in_asm")
            trace.in_asm = true;
        else if (item == "exec")
            trace.exec = true;
        else if (item == "int")
            trace.interrupts = true;
        else if (item != "nochain")
            return fail(
                "there is no ", item,
                " in the log, which has in_asm (instructions of a block when it is "
                "new), exec (each block), int (traps) and nochain (which exec always is): leave it out");
        return {};
    });
}
Expected<void> take_log_file(std::string_view value, RunRequest& request) {
    request.trace.log = value;
    return {};
}
Expected<void> take_log_filter(std::string_view value, RunRequest& request) {
    return each_part(value, [&](std::string_view part) -> Expected<void> {
        const auto range = range_of(part);
        if (!range) return std::unexpected(range.error());
        request.trace.only.push_back(*range);
        return {};
    });
}
Expected<void> take_single(std::string_view, RunRequest& request) {
    request.trace.single = true;
    return {};
}

}  // namespace command
