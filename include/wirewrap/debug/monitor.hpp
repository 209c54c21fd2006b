// What a person can ask of the machine through the debugger, `monitor …` in GDB: where everything is, resets, snapshots.
//
//     std::string said = monitor_command(emulator, ranges, reset, "info devices");
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/error.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/debug/memory_map.hpp>
#include <wirewrap/emulator/clock.hpp>
#include <wirewrap/state/restore.hpp>
#include <wirewrap/state/running.hpp>
#include <wirewrap/state/save.hpp>

namespace wirewrap::debug {

namespace detail {

inline std::string_view next_word(std::string_view& line) {
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    const std::string_view word = line.substr(0, line.find(' '));
    line.remove_prefix(word.size());
    while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
    return word;
}

template <class B>
std::string list_map() {
    std::string text;
    for (const Region& region : board_regions<B>) {
        if (!region.placed) continue;
        text += sentence(region.range, " ", name_of(region.kind), " ", region.name).view();
        if (region.space != memory_space) text += ", a port";
        text += '\n';
    }
    return text;
}

template <class B>
std::string list_devices() {
    std::string text;
    for (const Region& region : board_regions<B>) {
        if (region.kind != RegionKind::device) continue;
        text +=
            sentence(region.name, " at ", region.range.base, ", ", region.registers, " of registers").view();
        for (const Wire& wire : board_wires<B>)
            if (wire.source == region.name)
                text += sentence(", ", wire.pin, " to ", wire.sink, " ", wire.line).view();
        text += '\n';
    }
    return text.empty() ? "the board has no devices\n" : text;
}

inline std::string said(const Expected<void>& done, std::string_view when_done) {
    return (done ? std::string(when_done) : done.error().message) + "\n";
}

}  // namespace detail

/// What is shown beside a thread.
template <class E>
std::string describe_hart(E& emulator, std::size_t number) {
    auto& hart = emulator.hart(number);
    std::string text(sentence(board_cpu_words<typename E::MachineType::BoardType>.name, number).view());
    if constexpr (requires {
                      hart.privilege();
                      hart.waiting();
                  }) {
        constexpr std::string_view modes[] = {"user", "supervisor", "reserved", "machine"};
        text += sentence(", ", modes[static_cast<std::size_t>(hart.privilege()) & 3], " mode").view();
        if (hart.waiting()) text += ", waits for an interrupt";
    } else if constexpr (requires { std::string(hart.debug_state()); }) {
        text += ", " + std::string(hart.debug_state());
    }
    return text;
}

/// The answer, whole lines.
template <class E>
std::string monitor_command(E& emulator, std::span<const MemoryRange> ranges,
                            const std::function<Expected<void>()>& reset, std::string_view line) {
    using Machine = typename E::MachineType;
    using B = typename Machine::BoardType;
    constexpr std::string_view help = "info map          what is at which address\n"
                                      "info devices      devices and where their pins lead\n"
                                      "info harts        where the harts are\n"
                                      "system            the board, its memory, how far it has come\n"
                                      "reset             as after power-on, with what was loaded\n"
                                      "save FILE         writes a snapshot\n"
                                      "restore FILE      goes back to one\n"
                                      "reverse on [MIB]  records what happens, so that one can go backwards\n"
                                      "reverse off       stops that; reverse alone says how far it reaches\n"
                                      "help              this\n";
    const std::string_view command = detail::next_word(line);
    if (command == "help" || command.empty()) return std::string(help);
    if (command == "info") {
        if (line == "devices") return detail::list_devices<B>();
        if (line == "map") {
            std::string text;
            for (const MemoryRange& each : ranges)
                if (each.name == B::ram.id)
                    text += sentence(each.range, " main RAM ", each.name, "\n").view();
            return text + detail::list_map<B>();
        }
        if (line == "harts") {
            std::string text;
            for (std::size_t n = 0; n != emulator.harts(); ++n) {
                text += describe_hart(emulator, n);
                text += sentence(", at ", GuestAddress{static_cast<std::uint64_t>(emulator.hart(n).pc())},
                                 "\n")
                            .view();
            }
            return text;
        }
        return std::string(
            sentence("there is info map, info devices and info harts, and no info ", line, "\n").view());
    }
    if (command == "system")
        return std::string(sentence(board_name<B>, ": ", emulator.machine().ram_size(), " of RAM, ",
                                    emulator.harts(), " harts, ", emulator.progress().executed,
                                    " instructions executed, time ", emulator.machine().time(), " of ",
                                    ticks_per_second(emulator.clock(), board_timebase<B>),
                                    " ticks a second\n")
                               .view());
    if (command == "reset" || command == "system_reset")
        return reset ? detail::said(reset(), "the machine is as after power-on")
                     : "this program did not say how its machine is reset\n";
    if (command == "save" || command == "restore") {
        const std::string path(line);
        if (path.empty()) return std::string(sentence("write ", command, " FILE\n").view());
        if constexpr (state::Restorable<E>) {
            if (command == "save") {
                const auto saved = state::save(emulator, path);
                return saved ? "saved\n" : saved.error().message + "\n";
            }
            const auto snapshot = state::Snapshot::open(path);
            if (!snapshot) return snapshot.error().message + "\n";
            return detail::said(state::restore(emulator, *snapshot), "restored");
        } else {
            return "not all harts and devices of this machine can give their state, so it cannot be saved or "
                   "restored\n";
        }
    }
    return std::string(sentence("there is no command ", command, " here:\n", help).view());
}

}  // namespace wirewrap::debug
