// Every option of a QEMU command line: whether a value comes after it, and what is done with it here.
//
//     takes_value("-display");                        // true
//     find_command_option("--nographic")->use;        // CommandUse::nothing: says nothing about RAM
//
// Source: measured on QEMU 7.2.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include <wirewrap/config/near_miss.hpp>

namespace wirewrap::config {

/// `memory`: read; `file`: read, and the words in it; `nothing`: taken over with its value, and nothing is done with it;
/// `refused`: RAM would be another, or there would be no machine.
enum class CommandUse : std::uint8_t { memory, file, nothing, refused };

struct CommandOption {
    std::string_view name;
    bool value = true;
    CommandUse use = CommandUse::nothing;
    std::string_view targets = "*";  // machines that have it
    std::string_view why = {};       // of what is refused
};

namespace detail {
inline constexpr std::string_view prints = "it prints something and starts no machine: leave it out";
inline constexpr std::string_view fills_ram =
    "it fills RAM with what was saved, and here RAM is only made: leave it out";
inline constexpr std::string_view ram_of_xen = "RAM would be Xen's: leave it out";
inline constexpr std::string_view x86_only = "x86_64/*";
inline constexpr std::string_view with_openbios = "ppc64/* sparc/* sparc64/* m68k/*";
inline constexpr std::string_view with_semihosting =
    "aarch64/* m68k/* mips64el/* nios2/* riscv32/* riscv64/* xtensa/* xtensaeb/*";
}  // namespace detail

inline constexpr auto command_options = [] {
    using enum CommandUse;
    using namespace detail;
    constexpr bool alone = false;
    return std::to_array<CommandOption>({
        {"-m", true, memory},
        {"-object", true, memory},
        {"-machine", true, memory},
        {"-M", true, memory},
        {"-mem-path", true, memory},
        {"-mem-prealloc", alone, memory},
        {"-numa", true, memory},
        {"-smp", true, memory},
        {"-device", true, memory},
        {"-global", true, memory},
        {"-overcommit", true, memory},
        {"-cpu", true, memory},
        {"-accel", true, memory},
        {"-readconfig", true, file},
        {"-incoming", true, refused, "*", fills_ram},
        {"-loadvm", true, refused, "*", fills_ram},
        {"-set", true, refused, "*",
         "it changes another option after that was read: write the value where it belongs"},
        {"-xen-attach", alone, refused, "*", ram_of_xen},
        {"-xen-domid", true, refused, "*", ram_of_xen},
        {"-xen-domid-restrict", alone, refused, "*", ram_of_xen},
        {"-h", alone, refused, "*", prints},
        {"-help", alone, refused, "*", prints},
        {"-version", alone, refused, "*", prints},
        {"-audio-help", alone, refused, "*", prints},
        {"-D"},
        {"-L"},
        {"-S", alone},
        {"-acpitable", true, nothing, "x86_64/*"},
        {"-action"},
        {"-add-fd"},
        {"-append"},
        {"-async-teardown", alone},
        {"-audio"},
        {"-audiodev"},
        {"-bios"},
        {"-blockdev"},
        {"-boot"},
        {"-cdrom"},
        {"-chardev"},
        {"-chroot"},
        {"-compat"},
        {"-d"},
        {"-daemonize", alone},
        {"-debugcon"},
        {"-dfilter"},
        {"-display"},
        {"-drive"},
        {"-dtb"},
        {"-dump-vmstate"},
        {"-echr"},
        {"-enable-kvm", alone},
        {"-enable-sync-profile", alone},
        {"-fda"},
        {"-fdb"},
        {"-fsdev"},
        {"-full-screen", alone},
        {"-fw_cfg"},
        {"-g", true, nothing, with_openbios},
        {"-gdb"},
        {"-hda"},
        {"-hdb"},
        {"-hdc"},
        {"-hdd"},
        {"-icount"},
        {"-initrd"},
        {"-iscsi"},
        {"-k"},
        {"-kernel"},
        {"-mon"},
        {"-monitor"},
        {"-msg"},
        {"-mtdblock"},
        {"-name"},
        {"-net"},
        {"-netdev"},
        {"-nic"},
        {"-no-acpi", alone, nothing, "x86_64/pc-* x86_64/isapc x86_64/microvm aarch64/virt-*"},
        {"-no-fd-bootchk", alone, nothing, x86_only},
        {"-no-hpet", alone, nothing, "x86_64/pc-* x86_64/isapc"},
        {"-no-reboot", alone},
        {"-no-shutdown", alone},
        {"-no-user-config", alone},
        {"-nodefaults", alone},
        {"-nographic", alone},
        {"-old-param", alone, nothing, "aarch64/*"},
        {"-only-migratable", alone},
        {"-option-rom"},
        {"-parallel"},
        {"-pflash"},
        {"-pidfile"},
        {"-plugin"},
        {"-portrait", alone},
        {"-preconfig", alone},
        {"-prom-env", true, nothing, with_openbios},
        {"-qmp"},
        {"-qmp-pretty"},
        {"-qtest"},
        {"-qtest-log"},
        {"-rotate"},
        {"-rtc"},
        {"-runas"},
        {"-s", alone},
        {"-sandbox"},
        {"-sd"},
        {"-seed"},
        {"-semihosting", alone, nothing, with_semihosting},
        {"-semihosting-config", true, nothing, with_semihosting},
        {"-serial"},
        {"-singlestep", alone},
        {"-smbios", true, nothing, "x86_64/* aarch64/*"},
        {"-snapshot", alone},
        {"-spice"},
        {"-tpmdev", true, nothing, "x86_64/* aarch64/* ppc64/*"},
        {"-trace"},
        {"-usb", alone},
        {"-usbdevice"},
        {"-uuid"},
        {"-vga"},
        {"-virtfs"},
        {"-vnc"},
        {"-watchdog-action"},
        {"-win2k-hack", alone, nothing, x86_only},
    });
}();

/// Options may begin with two dashes as well. They are whole words: `-m64` and `-m=64` are none.
constexpr std::string_view one_dash(std::string_view word) {
    return word.starts_with("--") ? word.substr(1) : word;
}

/// nullptr when there is none of that name.
constexpr const CommandOption* find_command_option(std::string_view word) {
    const auto found = std::ranges::find(command_options, one_dash(word), &CommandOption::name);
    return found == command_options.end() ? nullptr : &*found;
}

/// True for an option whose value is the next word.
constexpr bool takes_value(std::string_view word) {
    const CommandOption* const option = find_command_option(word);
    return option != nullptr && option->value;
}

/// Names of options that come near.
inline std::vector<std::string_view> near_command_options(std::string_view word) {
    return nearest(one_dash(word), command_options, &CommandOption::name, &CommandOption::name);
}

}  // namespace wirewrap::config
