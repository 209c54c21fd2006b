// Commands between the sections of a stream. They are for a QEMU that reads the stream while it is written and answers,
// except for one: from machine types 10.0 on, SWITCHOVER_START says before the last pages that the guest stands still.
//
//     | 0x08 | number, 2 bytes | length, 2 bytes | `length` bytes |
//
// Source: QEMU 7.2 and 10.0, migration/savevm.c; SWITCHOVER_START seen in streams of QEMU 10.0.13 and 11.1.3.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include <wirewrap/base/error.hpp>
#include <wirewrap/qemu/stream_format.hpp>

namespace wirewrap::qemu {

constexpr std::string_view name_of_command(std::uint16_t number) {
    constexpr std::array<std::string_view, 12> names{"",
                                                     "OPEN_RETURN_PATH",
                                                     "PING",
                                                     "POSTCOPY_ADVISE",
                                                     "POSTCOPY_LISTEN",
                                                     "POSTCOPY_RUN",
                                                     "POSTCOPY_RAM_DISCARD",
                                                     "POSTCOPY_RESUME",
                                                     "PACKAGED",
                                                     "RECV_BITMAP",
                                                     "ENABLE_COLO",
                                                     "SWITCHOVER_START"};
    return number < names.size() ? names[number] : std::string_view();
}

/// Reads one, from behind its first byte. Fails for all that a file has no answer to.
template <class Input>
Expected<void> read_command(Input& input) {
    input.reading("a command");
    const auto at = input.position() - 1;
    const auto number = input.template number<std::uint16_t>();
    const auto length = input.template number<std::uint16_t>();
    if (!input.ok()) return std::unexpected(input.error());
    if (number == format::command::switchover_start && length == 0) return {};
    const std::string_view name = name_of_command(number);
    if (number == format::command::switchover_start || name.empty())
        return fail("the stream has command ", number, " with ", Bytes{length}, " at byte ", at,
                    ", which no QEMU up to 11.1 writes: it is damaged, or of a newer one");
    return fail(
        "the stream has command ", name, " at byte ", at,
        ": it was written with a capability (postcopy-ram, return-path, x-colo) for a QEMU that reads it "
        "meanwhile and answers; write it with default capabilities");
}

}  // namespace wirewrap::qemu
