// `-machine [type=]NAME,…`: the RAM's backend, and what the machine says of all backends.
//
//     MachineOption machine;
//     add_machine_option(machine, "pc,memory-backend=m0,mem-merge=off");
//     machine.type, machine.memory_backend, machine.backends.merge;       // "pc", "m0", false
#pragma once

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/backend_object.hpp>
#include <wirewrap/config/key_values.hpp>
#include <wirewrap/config/memory_option.hpp>
#include <wirewrap/config/property.hpp>

namespace wirewrap::config {

struct MachineOption {
    std::string type{};                           // empty: not said
    std::optional<std::string> memory_backend{};  // an id
    MemoryOption memory{};                        // memory.size, memory.max-size, memory.slots
    BackendDefaults backends{};                   // mem-merge, dump-guest-core
    bool hmat = false;
    std::string smp{};  // smp.cpus and the like, as after -smp
};

namespace detail {
/// Properties that say nothing about memory.
constexpr bool is_other_machine_property(std::string_view name) {
    constexpr std::array<std::string_view, 35> names{"accel",
                                                     "acpi",
                                                     "aclint",
                                                     "aia",
                                                     "append",
                                                     "dtb",
                                                     "dt-compatible",
                                                     "dumpdtb",
                                                     "firmware",
                                                     "graphics",
                                                     "gic-version",
                                                     "hpet",
                                                     "i8042",
                                                     "initrd",
                                                     "iommu",
                                                     "its",
                                                     "kernel",
                                                     "kernel-irqchip",
                                                     "kvm-type",
                                                     "loadparm",
                                                     "mte",
                                                     "nvdimm",
                                                     "pcspk-audiodev",
                                                     "pflash0",
                                                     "pflash1",
                                                     "phandle-start",
                                                     "pit",
                                                     "ras",
                                                     "sata",
                                                     "secure",
                                                     "smbus",
                                                     "smm",
                                                     "usb",
                                                     "virtualization",
                                                     "vmport"};
    return std::ranges::find(names, name) != names.end();
}
}  // namespace detail

/// Options add up; the last word on a property counts.
inline Expected<void> add_machine_option(MachineOption& machine, std::string_view text) {
    const auto properties = parse_key_values(text, "type");
    if (!properties) return std::unexpected(properties.error());
    for (const Property& p : *properties) {
        Expected<void> stored;
        const auto size = [](const Property& of) { return read_size(of); };
        if (p.name == "type")
            stored = store(read_text, p, machine.type);
        else if (p.name == "memory-backend")
            stored = store(read_text, p, machine.memory_backend);
        else if (p.name == "mem-merge")
            stored = store(read_switch, p, machine.backends.merge);
        else if (p.name == "dump-guest-core")
            stored = store(read_switch, p, machine.backends.dump);
        else if (p.name == "hmat")
            stored = store(read_switch, p, machine.hmat);
        else if (p.name == "memory.size")
            stored = store(size, p, machine.memory.size);
        else if (p.name == "memory.max-size")
            stored = store(size, p, machine.memory.maximum);
        else if (p.name == "memory.slots")
            stored = store(
                [](const Property& of) { return read_number(of, std::numeric_limits<std::uint64_t>::max()); },
                p, machine.memory.slots);
        else if (p.name.starts_with("smp."))
            machine.smp += (machine.smp.empty() ? "" : ",") + p.name.substr(4) + "=" + p.value;
        else if (!detail::is_other_machine_property(p.name))
            return fail(p.name, " is no property of machines that is known here");
        if (!stored) return stored;
    }
    return {};
}

}  // namespace wirewrap::config
