// What a machine can do with memory besides having RAM: NUMA nodes, memory devices, how much of both.
//
//     constexpr MachineFeatures pc = machine_features("x86_64/pc-i440fx-5.0");
//     pc.numa, pc.node_mem;          // true, true: -numa node,mem= was taken away with 5.1
//     pc.slots;                      // 256
//
// Source: measured on QEMU 7.2; hw/i386/pc.c, hw/arm/virt.c, hw/ppc/spapr.c, hw/riscv/numa.c.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include <wirewrap/base/bytes.hpp>

namespace wirewrap::config {

/// The levels of a CPU's place; a bit each in `MachineFeatures::cpu_levels`.
enum class CpuLevel : std::uint8_t {
    drawer = 128,
    book = 64,
    socket = 1,
    die = 2,
    cluster = 4,
    module = 32,
    core = 8,
    thread = 16
};

struct MachineFeatures {
    bool numa = false;                     // -numa at all
    bool node_mem = false;                 // -numa node,mem=
    bool nodes_in_a_row = false;           // each node has CPUs, whose indices follow one another
    std::optional<std::uint64_t> slots{};  // at most; left out: nobody counts
    bool memory_devices = false;           // -device pc-dimm
    bool devices_placed = false;           // which then have addresses, behind the RAM
    Bytes devices_above{};                 // room for them begins there, at the least
    Bytes device_granule{1};               // sizes and addresses of memory devices are multiples of it
    Bytes room_per_slot{};                 // addresses set aside for a slot, beside what maxmem says
    bool devices_count = true;             // towards where addresses end
    Bytes pci_window{};                    // behind RAM and memory devices
    Bytes addresses_end{};                 // where all of that ends at most; 0: nobody looks
    Bytes maximum_granule{1};              // maxmem is a multiple of it where it is more than the RAM
    bool no_maximum = false;               // neither slots nor maxmem
    bool prefers_sockets = false;          // -smp 2 is two sockets; otherwise two cores
    std::uint8_t cpu_levels = 0;           // what -numa cpu may name
    bool canonical_block_ids = false;      // file and memfd backends: RAM block /objects/ID

    constexpr bool has(CpuLevel level) const { return (cpu_levels & static_cast<std::uint8_t>(level)) != 0; }
};

/// The version at the end of a machine's name: `pc-i440fx-5.0`, `pseries-2.12-sxxm`.
struct MachineVersion {
    unsigned major = ~0u;  // without a version: newer than any
    unsigned minor = 0;

    friend constexpr auto operator<=>(const MachineVersion&, const MachineVersion&) = default;
};

constexpr MachineVersion machine_version(std::string_view name) {
    for (std::size_t dash = name.find('-'); dash != name.npos; dash = name.find('-', dash + 1)) {
        MachineVersion version{0, 0};
        std::size_t at = dash + 1;
        const auto digits = [&](unsigned& number) {
            const std::size_t begin = at;
            for (; at != name.size() && name[at] >= '0' && name[at] <= '9'; ++at)
                number = number * 10 + static_cast<unsigned>(name[at] - '0');
            return at != begin;
        };
        if (digits(version.major) && at != name.size() && name[at++] == '.' && digits(version.minor))
            return version;
    }
    return {};
}

/// `name`: target/machine, as a board is called.
constexpr MachineFeatures machine_features(std::string_view name) {
    const std::string_view target = name.substr(0, name.find('/'));
    const std::string_view machine = name.substr(std::min(target.size() + 1, name.size()));
    const MachineVersion version = machine_version(machine);
    const MachineVersion node_mem_left{5, 1}, cores_preferred{6, 2}, plain_block_ids{4, 0};
    const auto levels = [](auto... level) {
        return static_cast<std::uint8_t>((0u | ... | static_cast<unsigned>(level)));
    };
    const auto versioned = [&](MachineFeatures features) {
        features.numa = true;
        features.node_mem = version < node_mem_left;
        features.prefers_sockets = version < cores_preferred;
        features.canonical_block_ids = version < plain_block_ids;
        return features;
    };
    using enum CpuLevel;
    if (target == "x86_64" || target == "i386") {
        const std::uint8_t place = levels(socket, die, module, core, thread);
        if (machine.starts_with("pc-")) {
            // hw/i386/pc.c: memory devices came with 2.1, room for pages of 1 GiB with 2.2, and where they end counted since
            // 2.5. Addresses have 40 bits; since 7.1 RAM keeps below AMD's HyperTransport range, too.
            const MachineVersion devices{2, 1}, aligned{2, 2}, counted{2, 5}, below_hypertransport{7, 1};
            constexpr std::uint64_t gib = std::uint64_t{1} << 30;
            const bool has_devices = version >= devices, is_aligned = version >= aligned;
            return versioned({.slots = 256,
                              .memory_devices = has_devices,
                              .devices_placed = true,
                              .devices_above = Bytes{4 * gib},
                              .device_granule = Bytes{is_aligned ? 2u << 20 : 4096},
                              .room_per_slot = Bytes{is_aligned ? gib : 0},
                              .devices_count = version >= counted,
                              .pci_window = Bytes{(machine.starts_with("pc-q35") ? 32 : 2) * gib},
                              .addresses_end = Bytes{(version >= below_hypertransport ? 1012 : 1024) * gib},
                              .maximum_granule = Bytes{4096},
                              .no_maximum = !has_devices,
                              .cpu_levels = place});
        }
        if (machine == "isapc")
            return {.numa = true, .no_maximum = true, .prefers_sockets = true, .cpu_levels = place};
        if (machine == "microvm") return {.numa = true, .memory_devices = true, .cpu_levels = place};
    }
    // hw/arm/virt.c, virt_set_memmap: what maxmem and slots set aside counts, within the 40 bits of the default core.
    if (target == "aarch64" && machine.starts_with("virt-"))
        return versioned({.slots = 256,
                          .room_per_slot = Bytes{std::uint64_t{1} << 30},
                          .addresses_end = Bytes{std::uint64_t{1} << 40},
                          .cpu_levels = levels(socket, cluster, core, thread)});
    if (target == "aarch64" && machine == "sbsa-ref") return {.numa = true, .cpu_levels = levels(thread)};
    if (target.starts_with("riscv") && (machine == "virt" || machine == "spike"))
        return {.numa = true, .node_mem = true, .nodes_in_a_row = true, .cpu_levels = levels(core)};
    if (target == "ppc64" && machine.starts_with("pseries-"))
        return versioned({.slots = 32,
                          .memory_devices = true,
                          .maximum_granule = Bytes{256u << 20},
                          .cpu_levels = levels(core)});
    if (target == "loongarch64" && machine.starts_with("virt"))
        return {.numa = true, .node_mem = true, .cpu_levels = levels(thread)};
    return {};
}

}  // namespace wirewrap::config
