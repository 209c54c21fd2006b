// What `-machine` may say, machine by machine: the properties that QEMU 7.2 gives each of its machines, and what their values
// look like. Those about RAM are read in machine_option.hpp; the others are looked at, so that a slip is found, and no more.
//
//     find_machine_property("hpet")->machines;                          // "x86_64/pc-* x86_64/isapc"
//     check_machine_property({"hpet", "maybe"}, "x86_64/microvm");       // an Error: microvm has no hpet
//
// Source: -machine NAME,help and qom-list of QEMU 7.2, every machine.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/machine_names.hpp>
#include <wirewrap/config/near_miss.hpp>
#include <wirewrap/config/property.hpp>

namespace wirewrap::config {

enum class MachineValue : std::uint8_t { text, on_off, on_off_auto, number, size, accelerators, members };

struct MachineProperty {
    std::string_view name;
    MachineValue value = MachineValue::text;
    std::string_view machines = "*";
    /// Why it is refused, because RAM would be another; empty for one that says nothing about RAM. `on_off`: `harmless` is not.
    std::string_view changes_ram = {};
    bool harmless = false;
};

namespace detail {

inline constexpr std::string_view with_pc = "x86_64/pc-* x86_64/isapc", pc_only = "x86_64/pc-*",
                                  with_x86 = "x86_64/pc-* x86_64/isapc x86_64/microvm",
                                  arm_virt = "aarch64/virt-*", pseries = "ppc64/pseries-*";
inline constexpr std::string_view aspeed =
    "aarch64/qcom-* aarch64/ast1030-evb aarch64/ast2500-evb aarch64/ast2600-evb aarch64/bletchley-bmc "
    "aarch64/fby35 "
    "aarch64/fby35-bmc aarch64/fp5280g2-bmc aarch64/fuji-bmc aarch64/g220a-bmc aarch64/palmetto-bmc "
    "aarch64/quanta-q71l-bmc aarch64/rainier-bmc aarch64/romulus-bmc aarch64/sonorapass-bmc "
    "aarch64/supermicrox11-bmc aarch64/tacoma-bmc aarch64/witherspoon-bmc";
inline constexpr std::string_view with_nvdimm =
    "x86_64/pc-* x86_64/isapc aarch64/virt-* ppc64/pseries-5.* ppc64/pseries-6.* ppc64/pseries-7.*";
inline constexpr std::string_view encrypts = "it encrypts the guest's RAM, which no backend here does";
inline constexpr std::string_view adds_cxl = "it adds windows of CXL memory, which no board here has";

}  // namespace detail

inline constexpr auto machine_properties = [] {
    using enum MachineValue;
    using namespace detail;
    return std::to_array<MachineProperty>({
        // About RAM: machine_option.hpp.
        {"type"},
        {"memory-backend"},
        {"memory", members},
        {"smp", members},
        {"mem-merge", on_off},
        {"dump-guest-core", on_off},
        {"hmat", on_off,
         "x86_64/pc-* x86_64/isapc x86_64/microvm aarch64/virt-* aarch64/sbsa-ref ppc64/pseries-* "
         "riscv32/virt "
         "riscv64/spike riscv64/virt"},
        {"max-ram-below-4g", size, with_pc},
        // Would make RAM another one.
        {"memory-encryption", text, "*", encrypts},
        {"confidential-guest-support", text, "*", encrypts},
        {"sgx-epc", members, with_x86, "it adds memory of enclaves, which no board here has"},
        {"cxl", on_off, with_pc, adds_cxl, false},
        {"cxl-fmw", members, with_pc, adds_cxl},
        {"highmem", on_off, arm_virt, "without it RAM ends below 4 GiB, and this board is the one with it",
         true},
        {"remap", text, "aarch64/mps3-an524",
         "it exchanges two memories of the board, which this board does not"},
        // Every machine.
        {"accel", accelerators},
        {"append"},
        {"boot", members},
        {"dt-compatible"},
        {"dtb"},
        {"dumpdtb"},
        {"firmware"},
        {"graphics", on_off},
        {"igd-passthru", on_off},
        {"initrd"},
        {"kernel"},
        {"kernel-irqchip"},
        {"kvm-shadow-mem", size},
        {"phandle-start", number},
        {"suppress-vmdesc", on_off},
        {"usb", on_off},
        // Some of them.
        {"acpi", on_off_auto, "x86_64/pc-* x86_64/isapc x86_64/microvm aarch64/virt-* loongarch64/virt"},
        {"aclint", on_off, "riscv32/virt riscv64/virt"},
        {"aes-key-wrap", on_off, "s390x/*"},
        {"aia", text, "riscv32/virt riscv64/virt"},
        {"aia-guests", text, "riscv32/virt riscv64/virt"},
        {"aux-ram-share", on_off, "*"},
        {"auto-kernel-cmdline", on_off, "x86_64/microvm"},
        {"auto-shutdown", on_off, "x86_64/x-remote"},
        {"bus-lock-ratelimit", number, with_x86},
        {"cap-ccf-assist", on_off, pseries},
        {"cap-cfpc", text, pseries},
        {"cap-dfp", on_off, pseries},
        {"cap-fwnmi", on_off, pseries},
        {"cap-hpt-max-page-size", number, pseries},
        {"cap-htm", on_off, pseries},
        {"cap-ibs", text, pseries},
        {"cap-large-decr", on_off, pseries},
        {"cap-nested-hv", on_off, pseries},
        {"cap-rpt-invalidate", on_off, pseries},
        {"cap-sbbc", text, pseries},
        {"cap-vsx", on_off, pseries},
        {"dea-key-wrap", on_off, "s390x/*"},
        {"default-bus-bypass-iommu", on_off, "x86_64/pc-* x86_64/isapc aarch64/virt-*"},
        {"dtb-kaslr-seed", on_off, arm_virt},
        {"dtb-randomness", on_off, arm_virt},
        {"execute-in-place", on_off, aspeed},
        {"fmc-model", text, aspeed},
        {"gic-version", text, arm_virt},
        {"hb-mode", on_off, "ppc64/powernv*"},
        {"host-model", text, pseries},
        {"host-serial", text, pseries},
        {"hpet", on_off, with_pc},
        {"i8042", on_off, with_pc},
        {"ic-mode", text, pseries},
        {"ioapic2", on_off_auto, "x86_64/microvm"},
        {"iommu", text, arm_virt},
        {"isa-serial", on_off, "x86_64/microvm"},
        {"its", on_off, arm_virt},
        {"kernel-addr", number, pseries},
        {"kvm-type", text, pseries},
        {"loadparm", text, "s390x/*"},
        {"max-cpu-compat", text, pseries},
        {"max-fw-size", size, with_pc},
        {"modern-hotplug-events", on_off, pseries},
        {"msel", number, "riscv64/sifive_u"},
        {"mte", on_off, arm_virt},
        {"nvdimm", on_off, with_nvdimm},
        {"nvdimm-persistence", text, with_nvdimm},
        {"pcie", on_off_auto, "x86_64/microvm"},
        {"pcspk-audiodev", text, with_pc},
        {"pflash0", text, "x86_64/pc-* aarch64/virt-* aarch64/sbsa-ref"},
        {"pflash1", text, "x86_64/pc-* aarch64/virt-* aarch64/sbsa-ref"},
        {"pic", on_off_auto, with_x86},
        {"pit", on_off_auto, with_x86},
        {"ras", on_off, arm_virt},
        {"resize-hpt", text, pseries},
        {"revb", on_off, "riscv64/sifive_e"},
        {"rtc", on_off_auto, "x86_64/microvm"},
        {"sata", on_off, with_pc},
        {"secure", on_off, "aarch64/virt-* aarch64/vexpress-* aarch64/xlnx-zcu102"},
        {"serial", number, "riscv64/sifive_u"},
        {"smbios-entry-point-type", text, with_pc},
        {"smbus", on_off, with_pc},
        {"smm", on_off_auto, with_x86},
        {"spi-model", text, aspeed},
        {"start-in-flash", on_off, "riscv64/sifive_u"},
        {"vfio-no-msix-emulation", on_off, pseries},
        {"vfio-user", on_off, "x86_64/x-remote"},
        {"via", text, "ppc64/mac99"},
        {"vic", on_off, "nios2/10m50-ghrd"},
        {"virtualization", on_off, "aarch64/virt-* aarch64/vexpress-a15 aarch64/xlnx-zcu102"},
        {"vmport", on_off_auto, with_pc},
        {"vsmt", number, pseries},
        {"x-oem-id", text, "x86_64/pc-* x86_64/isapc x86_64/microvm aarch64/virt-*"},
        {"x-oem-table-id", text, "x86_64/pc-* x86_64/isapc x86_64/microvm aarch64/virt-*"},
        {"x-option-roms", on_off, "x86_64/microvm"},
        {"x-vof", on_off, pseries},
    });
}();

/// The property, of which `boot.order` is a member of `boot`; nullptr when no machine has it.
constexpr const MachineProperty* find_machine_property(std::string_view name) {
    const std::string_view whole = name.substr(0, name.find('.'));
    const auto found = std::ranges::find(machine_properties, whole, &MachineProperty::name);
    return found == machine_properties.end() ? nullptr : &*found;
}

/// A near miss for a name that no machine has: with what -m calls memory.max-size, too.
inline std::vector<std::string_view> near_machine_properties(std::string_view name) {
    std::vector<std::string_view> names{"memory.size", "memory.max-size", "memory.slots", "smp.cpus",
                                        "smp.maxcpus"};
    if (name == "memory.maxmem" || name == "memory.max_size") return {"memory.max-size"};
    if (name == "smp.max-cpus") return {"smp.maxcpus"};
    for (const auto& property : machine_properties) names.push_back(property.name);
    return nearest(name, names);
}

namespace detail {
/// Of `memory`, all that there is is read elsewhere.
constexpr bool is_other_member(std::string_view name) {
    constexpr std::array<std::string_view, 7> boot{"boot.order",  "boot.once",        "boot.menu",
                                                   "boot.splash", "boot.splash-time", "boot.reboot-timeout",
                                                   "boot.strict"};
    if (name.starts_with("boot.")) return std::ranges::find(boot, name) != boot.end();
    return !name.starts_with("memory.");
}

inline Expected<void> check_value(const Property& p, const MachineProperty& known) {
    constexpr std::array<std::string_view, 8> accelerators{"tcg", "kvm", "qtest", "xen",
                                                           "hax", "hvf", "nvmm",  "whpx"};
    Expected<void> good;
    const auto check = [&](auto read) {
        if (!read) good = std::unexpected(read.error());
    };
    switch (known.value) {
    case MachineValue::text:
    case MachineValue::members: break;
    case MachineValue::on_off: check(read_switch(p)); break;
    case MachineValue::on_off_auto:
        if (p.value != "auto" && p.value != "on" && p.value != "off")
            return wrong(p, "write on, off or auto");
        break;
    case MachineValue::number: {
        const ScannedNumber number = scan_number(p.value);
        if (number.length == 0 || number.length != p.value.size()) return wrong(p, "write a whole number");
        break;
    }
    case MachineValue::size: check(read_size(p)); break;
    case MachineValue::accelerators:
        for (std::string_view rest = p.value;;) {
            const std::size_t end = std::min(rest.find(':'), rest.size());
            if (std::ranges::find(accelerators, rest.substr(0, end)) != accelerators.end()) return {};
            if (end == rest.size()) return wrong(p, "there is no such accelerator: write tcg or kvm");
            rest.remove_prefix(end + 1);
        }
    }
    return good;
}
}  // namespace detail

/// `p`: a property as written, `machine`: target/machine. Errors: no machine has it, this one has not, its value is none,
/// RAM would be another.
inline Expected<void> check_machine_property(const Property& p, std::string_view machine) {
    const MachineProperty* const known = find_machine_property(p.name);
    const bool is_member = p.name.find('.') != p.name.npos;
    if (known != nullptr && known->value == MachineValue::members && !is_member)
        return fail(p.name, "=", p.value, ": ", p.name, " has members: write one of them, such as ",
                    p.name == "memory" ? "memory.size"
                    : p.name == "smp"  ? "smp.cpus"
                                       : "boot.order");
    if (known == nullptr ||
        (is_member && (known->value != MachineValue::members || !detail::is_other_member(p.name))))
        return fail(p.name, " is no property of machines that is known here",
                    did_you_mean(near_machine_properties(p.name)));
    if (!named_in(known->machines, machine))
        return fail(p.name, " is no property of ", machine, ": leave it out");
    if (const auto good = detail::check_value(p, *known); !good) return good;
    if (known->changes_ram.empty()) return {};
    if (known->value == MachineValue::on_off && *read_switch(p) == known->harmless) return {};
    return fail(p.name, "=", p.value, ": ", known->changes_ram, ": leave it out");
}

}  // namespace wirewrap::config
