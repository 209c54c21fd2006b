// `-m [size=]SIZE[,slots=N][,maxmem=MAX]`, and `-machine memory.size=…,memory.slots=…,memory.max-size=…`, which say the same
// where -m says nothing.
//
//     MemoryOption memory;
//     add_memory_option(memory, "1G,slots=2");
//     add_memory_option(memory, "maxmem=4G");                 // options add up, and the last word on a key counts
//     ram_sizes(memory, 128_MiB);                             // {.ram = 1_GiB, .maximum = 4_GiB, .slots = 2}
//
// A bare size counts MiB; a bare maxmem counts bytes. Source: measured on QEMU 7.2.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/config/key_values.hpp>
#include <wirewrap/config/property.hpp>
#include <wirewrap/config/ram_size.hpp>
#include <wirewrap/config/setting.hpp>

namespace wirewrap::config {

struct MemoryOption {
    std::optional<Bytes> size{};           // 0 is as good as left out
    std::optional<Bytes> maximum{};        // of RAM and memory devices together
    std::optional<std::uint64_t> slots{};  // for memory devices

    /// The size, where one is asked for.
    constexpr std::optional<Bytes> asked() const { return size == Bytes{} ? std::nullopt : size; }
};

namespace detail {
inline Expected<Bytes> read_ram_size(const Property& p) { return read_size(p, ram_option_unit); }
}  // namespace detail

inline constexpr std::array memory_settings{
    setting<&MemoryOption::size, detail::read_ram_size>("size", "SIZE", "main RAM; a bare number counts MiB"),
    setting<&MemoryOption::slots, read_count>("slots", "NUMBER", "for memory devices"),
    setting<&MemoryOption::maximum, read_bytes>("maxmem", "SIZE", "of RAM and memory devices together")};

/// Every word is read, also one that a later word replaces.
inline Expected<void> add_memory_option(MemoryOption& memory, std::string_view text) {
    const auto properties = parse_key_values(text, "size");
    if (!properties) return std::unexpected(properties.error());
    for (const Property& property : *properties)
        if (const auto read = apply(settings(memory_settings), {property}, memory, "-m"); !read) return read;
    return {};
}

/// `-m` over what `-machine memory.…` says, key by key, whichever comes first on the command line.
constexpr MemoryOption over(const MemoryOption& memory, const MemoryOption& machine) {
    return {.size = memory.asked() ? memory.size
                    : machine.size ? machine.size
                                   : memory.size,
            .maximum = memory.maximum ? memory.maximum : machine.maximum,
            .slots = memory.slots ? memory.slots : machine.slots};
}

struct RamSizes {
    Bytes ram{};
    Bytes maximum{};
    std::uint64_t slots = 0;

    friend constexpr bool operator==(const RamSizes&, const RamSizes&) = default;
};

namespace rules {
/// `maximum`: where one was given.
constexpr Verdict maximum_memory(Bytes ram, std::optional<Bytes> maximum,
                                 std::optional<std::uint64_t> slots) {
    if (!maximum && slots)
        return refused("slots=", *slots,
                       " needs maxmem: say how large RAM and memory devices may be together");
    if (!maximum) return accepted();
    if (*maximum < ram)
        return refused("maxmem ", *maximum, " is less than the RAM size ", ram, ": use at least ", ram,
                       ", or leave maxmem out");
    if (*maximum == ram && slots.value_or(0) != 0)
        return refused("slots=", *slots, " are for memory devices, but maxmem ", *maximum,
                       " is the RAM size and leaves no room for any: use a larger maxmem, or no slots");
    return accepted();
}
}  // namespace rules

/// The sizes of a machine whose RAM is `backend` large where it is given and -m asks for nothing, otherwise what -m asks
/// for, otherwise `default_size`. The maximum is never less than the RAM.
inline Expected<RamSizes> ram_sizes(const MemoryOption& memory, Bytes default_size,
                                    std::optional<Bytes> backend = std::nullopt) {
    const auto ram = [&]() -> Expected<Bytes> {
        if (backend && !memory.asked()) return *backend;
        return requested_ram(memory.asked().value_or(Bytes{}), default_size);
    }();
    if (!ram) return std::unexpected(ram.error());
    if (const Verdict verdict = rules::maximum_memory(*ram, memory.maximum, memory.slots); !verdict)
        return std::unexpected(verdict.error());
    return RamSizes{*ram, memory.maximum.value_or(*ram), memory.slots.value_or(0)};
}

}  // namespace wirewrap::config
