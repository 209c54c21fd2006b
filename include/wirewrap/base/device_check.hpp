// Everything that can be wrong with a type that shall be a device, found by the compiler and told in sentences.
//
//     struct Watchdog { … void tick(std::uint64_t); … };
//     device<"wdt", Watchdog>(at(0x1000), 4_KiB)
//     // Watchdog has tick, but no deadline; a device that follows the timer has std::uint64_t deadline() const
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <wirewrap/base/abilities.hpp>
#include <wirewrap/base/access_rule.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/device_hooks.hpp>
#include <wirewrap/base/device_slips.hpp>
#include <wirewrap/base/hooks.hpp>
#include <wirewrap/base/member_kind.hpp>
#include <wirewrap/base/register_check.hpp>
#include <wirewrap/base/slips.hpp>
#include <wirewrap/base/text.hpp>

namespace wirewrap::check {

/// The machine makes its devices, and moves with them.
template <class D>
constexpr void device_objects(Mistakes& mistakes) {
    if constexpr (!std::is_default_constructible_v<D>)
        mistakes.push_back(sentence(type_name<D>(),
                                    " cannot be made without arguments, as a machine makes its "
                                    "devices; give it a public default constructor"));
    if constexpr (!std::is_move_constructible_v<D> || !std::is_move_assignable_v<D>)
        mistakes.push_back(sentence(type_name<D>(),
                                    " cannot be moved, but a machine is a value that moves with "
                                    "its devices; let it be copied or moved"));
}

template <class D>
constexpr bool device_rules(Mistakes& mistakes) {
    const std::size_t before = mistakes.size();
    if constexpr (!hook::Registers::fits<D>)
        mistakes.push_back(sentence(type_name<D>(),
                                    member_kind<hook::Registers, D>() == MemberKind::none
                                        ? " has no registers"
                                        : " has registers that are no constant of type Bytes",
                                    "; a device has static constexpr Bytes registers, what it decodes"));
    else if (Bytes(D::registers) == Bytes{})
        mistakes.push_back(
            sentence(type_name<D>(), " has registers of 0 bytes; a device decodes 1 byte at least"));
    if constexpr (!hook::Rule::fits<D>)
        mistakes.push_back(
            sentence(type_name<D>(),
                     member_kind<hook::Rule, D>() == MemberKind::none
                         ? " has no access"
                         : " has an access that is no constant of type AccessRule",
                     "; a device has static constexpr AccessRule access{.widths = {4}} or other widths"));
    else {
        constexpr AccessRule rule = D::access;
        bool fits_somewhere = false, widths_in_order = rule.has_bus_widths();
        for (const std::size_t width : rule.widths)
            if (width != 0 && width != 1 && width != 2 && width != 4 && width != 8)
                mistakes.push_back(sentence(type_name<D>(), " has an access of ", width,
                                            " bytes; a bus moves 1, 2, 4 or 8 bytes"));
        if (mistakes.size() == before && !widths_in_order)
            mistakes.push_back(
                sentence(type_name<D>(), " has an access without a width; a bus moves 1, 2, 4 or 8 bytes"));
        if constexpr (hook::Registers::fits<D>) {
            for (const std::size_t width : rule.widths)
                fits_somewhere = fits_somewhere || (width != 0 && Bytes{width} <= Bytes(D::registers));
            if (mistakes.size() == before && !fits_somewhere)
                mistakes.push_back(
                    sentence(type_name<D>(), " has registers of ", Bytes(D::registers),
                             ", into which none of its access widths fits; allow a narrower one"));
        }
    }
    return mistakes.size() == before;
}

/// `Hook` is `Read` or `Write`.
template <class D, class Hook>
constexpr void device_transfers(Mistakes& mistakes) {
    // Of a final class a template cannot be seen, but whether it takes what it has to.
    constexpr bool unseen = std::is_final_v<D> && member_kind<Hook, D>() == MemberKind::none;
    if constexpr (!unseen && member_kind<Hook, D>() == MemberKind::none) {
        mistakes.push_back(sentence(type_name<D>(), " has no ", Hook::text, "; a device has ", Hook::form));
    } else if constexpr (member_kind<Hook, D>() == MemberKind::function) {
        mistakes.push_back(sentence(type_name<D>(), " has a ", Hook::text,
                                    " that is no template; a device has ", Hook::form));
    } else if constexpr (hook::Rule::fits<D>) {
        constexpr AccessRule rule = D::access;
        const auto width = [&]<class T>(T) {
            if constexpr (rule.allows(sizeof(T)) && !Hook::template gives<D, T>)
                return true;
            else
                return false;
        };
        const std::array<bool, 4> wrong{width(std::uint8_t{}), width(std::uint16_t{}), width(std::uint32_t{}),
                                        width(std::uint64_t{})};
        std::array<std::size_t, 4> widths{};
        std::size_t count = 0;
        for (std::size_t i = 0; i != wrong.size(); ++i)
            if (wrong[i]) widths[count++] = std::size_t{1} << i;
        if (count != 0)
            mistakes.push_back(sentence(type_name<D>(), " has a ", Hook::text,
                                        " that does not take accesses of ",
                                        listing(count, [&](std::size_t i) { return widths[i]; }),
                                        " bytes, which its access allows; a device has ", Hook::form,
                                        ", public, or allows fewer widths"));
    }
}

/// More pins than these are not looked at in pairs: numbered names of one generator do not repeat.
inline constexpr std::size_t pins_compared = 128;
/// The interrupt controllers with the most inputs that are wired by number have 1024.
inline constexpr std::size_t most_lines = std::size_t{1} << 16;

template <class D>
constexpr void device_pins(Mistakes& mistakes) {
    if constexpr (hook::Outputs::fits<D> && hook::Output::fits<D>) {
        const auto& pins = D::outputs;
        if (pins.size() > pins_compared) return;
        for (std::size_t i = 0; i != pins.size(); ++i) {
            const std::string_view pin = pins[i];
            bool plain = !pin.empty(), twice = false;
            for (const char c : pin)
                plain = plain && c > ' ' && c <= '~' && c != '"' && c != '\'' && c != '`' && c != '\\';
            for (std::size_t j = 0; j != i; ++j) twice = twice || std::string_view(pins[j]) == pin;
            if (!plain)
                mistakes.push_back(sentence(type_name<D>(), " has a pin ", i,
                                            " with an empty name or other than plain characters; wires name "
                                            "it, so use letters and digits"));
            else if (twice)
                mistakes.push_back(sentence(type_name<D>(), " has two pins ", pin,
                                            "; wires tell pins apart by "
                                            "their names, so rename one"));
        }
    }
    if constexpr (hook::Inputs::fits<D>)
        if (std::size_t{D::inputs} > most_lines)
            mistakes.push_back(sentence(type_name<D>(), " has ", std::size_t{D::inputs},
                                        " inputs; a device has ", most_lines, " at most"));
}

template <class D>
constexpr void device_abilities(Mistakes& mistakes) {
    hooks_together<D, hook::Outputs, hook::Output>(mistakes, "a device that drives pins");
    hooks_together<D, hook::Inputs, hook::Input>(mistakes, "a device that takes interrupt lines");
    hooks_together<D, hook::Tick, hook::Deadline>(mistakes, "a device that follows the timer");
    if constexpr (KeepsTime<D>) hooks_together<D, hook::Time>(mistakes, "a device that follows the timer");
    hooks_together<D, hook::WallClock, hook::AlarmDue>(mistakes,
                                                       "a device that follows the clock on the wall");
    hooks_together<D, hook::Stop>(mistakes, "a device that ends the run of the machine");
    hooks_together<D, hook::Reset>(mistakes, "a device that can be reset");
    hooks_together<D, hook::Controls, hook::Control>(mistakes, "a device that drives windows of the map");
    hooks_together<D, hook::WantsBus, hook::UseBus>(mistakes, "a device that masters the bus");
    if constexpr (means_hook<D, hook::ReadsMemory>())
        hooks_together<D, hook::ReadsMemory, hook::Attach>(mistakes,
                                                           "a device that is memory part of the time");
    if constexpr (means_hook<D, hook::TakeStored>())
        hooks_together<D, hook::TakeStored, hook::Attach>(mistakes,
                                                          "a device that reports stores to its block");
    else
        hooks_together<D, hook::Attach>(mistakes, "a device that keeps its contents in a block");
    hooks_together<D, hook::State>(mistakes, "a device that can be saved");
    hooks_together<D, hook::RegisterMap>(mistakes, "a device that declares its registers");
}

template <class D>
struct DeviceCheck {
    static constexpr Mistakes mistakes() {
        Mistakes all;
        if constexpr (!std::is_class_v<D> || !std::same_as<D, std::remove_cv_t<D>>) {
            all.push_back(sentence(type_name<D>(), " is no class; a device is a class with registers"));
        } else if constexpr (!requires { sizeof(D); }) {
            all.push_back(
                sentence(type_name<D>(), " is not complete here; define it before the map that has it"));
        } else {
            device_rules<D>(all);
            device_transfers<D, hook::Read>(all);
            device_transfers<D, hook::Write>(all);
            device_objects<D>(all);
            device_abilities<D>(all);
            device_pins<D>(all);
            if constexpr (hook::RegisterMap::fits<D> && hook::Registers::fits<D>)
                register_map_rules(all, type_name<D>(), D::register_map, D::registers);
            slips<D, DeviceSlips, hook::Names>(all, "a machine");
        }
        return all;
    }
};

}  // namespace wirewrap::check
