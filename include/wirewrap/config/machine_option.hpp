// `-machine [type=]NAME,…`: the RAM's backend, what the machine says of all backends, sizes and CPUs for those who do not
// write -m and -smp.
//
//     MachineWords words;
//     add_machine_words(words, "pc,memory-backend=m0,mem_merge=off");
//     add_smp_words(words, "2,maxcpus=4");                                   // smp.cpus and smp.maxcpus
//     const auto machine = read_machine_option(words);
//     *machine->type, *machine->memory_backend, machine->backends.merge;     // "pc", "m0", false
//
// Options add up, and the last word on a property counts, so nothing is read before all are there.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/config/assignments.hpp>
#include <wirewrap/config/backend_object.hpp>
#include <wirewrap/config/machine_properties.hpp>
#include <wirewrap/config/memory_option.hpp>
#include <wirewrap/config/property.hpp>
#include <wirewrap/config/setting.hpp>

namespace wirewrap::config {

struct MachineOption {
    std::optional<std::string> type{};            // the machine
    std::optional<std::string> memory_backend{};  // an id
    MemoryOption memory{};                        // memory.size, memory.max-size, memory.slots
    BackendDefaults backends{};                   // mem-merge, dump-guest-core
    bool hmat = false;
    std::optional<Bytes> ram_below_4g{};  // max-ram-below-4g; left out or 0: as the board has it
    Properties smp{};                     // cpus and the like, the last word on each
    Properties others{};  // what says nothing about RAM; the machine decides whether it has that
};

/// What all options said, one after the other.
struct MachineWords {
    Properties said{};
};

inline Expected<void> add_machine_words(MachineWords& words, std::string_view text) {
    auto properties = parse_assignments(text, "type");
    if (!properties) return std::unexpected(properties.error());
    std::ranges::move(*properties, std::back_inserter(words.said));
    return {};
}

/// `-smp` is short for `-machine smp.…`.
inline Expected<void> add_smp_words(MachineWords& words, std::string_view text) {
    auto properties = parse_assignments(text, "cpus");
    if (!properties) return std::unexpected(properties.error());
    for (Property& p : *properties) {
        p.name.insert(0, "smp.");
        words.said.push_back(std::move(p));
    }
    return {};
}

namespace detail {

/// QEMU takes 0 to 4 GiB, and a RAM that ends within a page crashes it.
inline Expected<Bytes> read_split(const Property& p) {
    const auto size = read_size(p);
    if (!size || *size == Bytes{}) return size;
    constexpr Bytes least{1 << 20}, most{std::uint64_t{1} << 32}, page{4096};
    if (*size > most) return wrong(p, "it is where RAM ends below 4 GiB: use at most 4 GiB");
    if (*size < least)
        return wrong(p, "no firmware starts with less than ", least, ": use at least that much");
    if (*size % page != Bytes{}) return wrong(p, "RAM ends with a page: use a multiple of ", page);
    return size;
}

}  // namespace detail

inline constexpr std::array machine_settings{
    setting<&MachineOption::type, read_text>("type", "NAME", "the machine; may stand alone, first"),
    setting<&MachineOption::memory_backend, read_text>("memory-backend", "ID", "makes this backend main RAM"),
    setting_in<read_switch, &MachineOption::backends, &BackendDefaults::merge>(
        "mem-merge", "on|off", "KSM may share equal pages of RAM"),
    setting_in<read_switch, &MachineOption::backends, &BackendDefaults::dump>("dump-guest-core", "on|off",
                                                                              "core dumps hold RAM"),
    setting<&MachineOption::hmat, read_switch>("hmat", "on|off", "a table of what memory is like to whom"),
    setting_in<read_bytes, &MachineOption::memory, &MemoryOption::size>(
        "memory.size", "SIZE", "main RAM, where -m says nothing; a bare number counts bytes"),
    setting_in<read_bytes, &MachineOption::memory, &MemoryOption::maximum>("memory.max-size", "SIZE",
                                                                           "as maxmem after -m"),
    setting_in<read_count, &MachineOption::memory, &MemoryOption::slots>("memory.slots", "NUMBER",
                                                                         "as slots after -m"),
    setting<&MachineOption::ram_below_4g, detail::read_split>(
        "max-ram-below-4g", "SIZE", "where RAM ends below 4 GiB and goes on above")};

/// `memory`: what -m says, which is not read here when it is said there. Errors: a value is none; a property is written with
/// `-` and with `_`.
inline Expected<MachineOption> read_machine_option(const MachineWords& words,
                                                   const MemoryOption& memory = {}) {
    MachineOption machine;
    Properties about_ram;
    const auto table = settings(machine_settings);
    std::map<std::string, std::string, std::less<>> written;  // how each is, by its name
    for (Property& p : last_words(words.said)) {
        const std::string as_is = p.name;
        if (p.name.find('.') == p.name.npos) std::ranges::replace(p.name, '_', '-');
        if (const auto [other, first] = written.try_emplace(p.name, as_is); !first)
            return fail(other->second, " and ", as_is, " are the same property: leave one out");
        if (p.name.starts_with("smp.")) {
            p.name.erase(0, 4);
            machine.smp.push_back(std::move(p));
            continue;
        }
        const bool said_by_m = (p.name == "memory.size" && memory.asked()) ||
                               (p.name == "memory.max-size" && memory.maximum) ||
                               (p.name == "memory.slots" && memory.slots);
        if (said_by_m) continue;
        const bool known = std::ranges::find(table, p.name, &Setting<MachineOption>::name) != table.end();
        (known ? about_ram : machine.others).push_back(std::move(p));
    }
    if (const auto read = apply(table, about_ram, machine, "-machine"); !read)
        return std::unexpected(read.error());
    return machine;
}

namespace detail {
/// True for a property that says nothing about RAM, or for none.
constexpr bool is_other_machine_property(std::string_view name) {
    for (const auto& one : machine_settings)
        if (one.name == name) return false;
    return find_machine_property(name) != nullptr;
}
}  // namespace detail

}  // namespace wirewrap::config
