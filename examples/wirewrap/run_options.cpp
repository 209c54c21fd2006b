#include "examples/wirewrap/run_options.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>

#include <wirewrap/config/key_values.hpp>
#include <wirewrap/console.hpp>

#include "examples/wirewrap/clock_option.hpp"
#include "examples/wirewrap/disk_option.hpp"
#include "examples/wirewrap/flash_option.hpp"
#include "examples/wirewrap/network_option.hpp"
#include "examples/wirewrap/spelling.hpp"
#include "examples/wirewrap/trace_options.hpp"

namespace command {

using namespace wirewrap;

namespace {

using Take = Expected<void> (*)(std::string_view value, RunRequest& request);

Expected<void> nothing_new(std::string_view, RunRequest&) { return {}; }

/// What only one or two values of an option mean on this board.
template <std::size_t N>
Expected<void> one_of(std::string_view value, const std::array<std::string_view, N>& known,
                      std::string_view why) {
    if (std::ranges::find(known, value) != known.end()) return {};
    return fail(why, ": write ", listing(N, [&](std::size_t i) { return known[i]; }), ", or leave it out");
}

Expected<void> take_display(std::string_view value, RunRequest&) {
    return one_of<1>(value, {"none"}, "the board has no screen");
}
Expected<void> take_monitor(std::string_view value, RunRequest&) {
    return one_of<2>(value, {"none", "null"}, "there is no monitor (Ctrl-A x leaves)");
}
Expected<void> take_parallel(std::string_view value, RunRequest&) {
    return one_of<2>(value, {"none", "null"}, "the board has no parallel port");
}
Expected<void> take_network(std::string_view value, RunRequest&) {
    return one_of<1>(value, {"none"}, "networks are said by -netdev and -device virtio-net-device");
}
/// QEMU's accelerator is its translator, of which a few things can be chosen.
Expected<void> take_accelerator(std::string_view value, RunRequest& request) {
    const auto properties = config::parse_key_values(value, "accel");
    if (!properties) return std::unexpected(properties.error());
    for (const config::Property& property : *properties) {
        const std::string_view given = property.value;
        Expected<void> took;
        if (property.name == "accel") {
            took = one_of<1>(given, {"tcg"}, "guest code is translated or interpreted");
        } else if (property.name == "thread") {
            request.threads = given == "multi";
            took = one_of<2>(given, {"multi", "single"},
                             "thread says whether each hart has a thread of its own");
        } else if (property.name == "one-insn-per-tb") {
            request.trace.single = given == "on";
            took = one_of<2>(given, {"on", "off"}, "one-insn-per-tb is a switch");
        } else if (property.name != "tb-size" && property.name != "split-wx") {
            took = fail("tcg has no property ", property.name,
                        ": it has thread, one-insn-per-tb, tb-size and split-wx");
        }
        if (!took) return took;
    }
    return {};
}
Expected<void> take_action(std::string_view value, RunRequest& request) {
    if (value == "reboot=shutdown") request.no_reboot = true;
    return one_of<2>(value, {"reboot=shutdown", "reboot=reset"}, "nothing else can be chosen");
}
Expected<void> take_no_reboot(std::string_view, RunRequest& request) {
    request.no_reboot = true;
    return {};
}
Expected<void> take_debugger(std::string_view value, RunRequest& request) {
    if (value == "none") {
        request.debugger.reset();
        return {};
    }
    auto place = debug::parse_place(value);
    if (!place) return std::unexpected(place.error());
    request.debugger = std::move(*place);
    return {};
}
Expected<void> take_debugger_here(std::string_view, RunRequest& request) {
    return take_debugger("tcp::1234", request);
}
Expected<void> take_halted(std::string_view, RunRequest& request) {
    request.halted = true;
    return {};
}
Expected<void> take_initrd(std::string_view value, RunRequest& request) {
    request.initrd = value;
    return {};
}

Expected<void> take_snapshot(std::string_view, RunRequest& request) {
    request.all_snapshot = true;
    return {};
}
Expected<void> take_tree(std::string_view value, RunRequest& request) {
    request.tree = value;
    return {};
}

Expected<void> take_serial(std::string_view value, RunRequest& request) {
    using Kind = console::SerialPlace::Kind;
    auto place = console::parse_serial(value);
    if (!place) return std::unexpected(place.error());
    const bool first = !request.serial.has_value();
    if (!first && place->kind != Kind::nobody)
        return fail(
            "the board has one serial port, and it was said already where that is: leave the second one out");
    if (first) request.serial = std::move(*place);
    return {};
}

/// The hart of the board is RV64GC with M, S and U mode, page tables and physical memory protection; so much of `rv64` it is.
Expected<void> take_cpu(std::string_view value, RunRequest&) {
    constexpr auto there = std::to_array<std::string_view>(
        {"i",   "m",    "a",     "f",        "d",      "c",           "g",          "s",    "u",
         "mmu", "sv39", "sv48",  "sv57",     "Zicsr",  "Zifencei",    "pmp",        "sstc", "zba",
         "zbb", "zbs",  "zicsr", "zifencei", "zicntr", "Zihintpause", "zihintpause"});
    constexpr auto missing = std::to_array<std::string_view>(
        {"e",     "q",       "v",     "h",      "j",       "Counters", "Zfh",   "Zfhmin", "Zve32f", "Zve64f",
         "Zfinx", "Zdinx",   "zfh",   "zfhmin", "zbc",     "zbkb",     "zbkc",  "zbkx",   "zicbom", "zicboz",
         "zihpm", "svinval", "svade", "svadu",  "svnapot", "svpbmt",   "smaia", "ssaia",  "epmp"});
    constexpr std::string_view hart =
        "the hart is RV64GC with Zba, Zbb, Zbs, M, S and U mode, page tables and PMP, without V and H";
    const auto properties = config::parse_key_values(value, "model");
    if (!properties) return std::unexpected(properties.error());
    for (const config::Property& property : *properties) {
        if (property.name == "model") {
            if (property.value != "rv64" && property.value != "rv64i" && property.value != "any")
                return fail(hart, ", and no ", property.value, ": write rv64, or leave it out");
            continue;
        }
        const bool has = std::ranges::find(there, property.name) != there.end();
        const bool known = has || std::ranges::find(missing, property.name) != missing.end();
        if (!known) return fail(property.name, " is no property of a hart that is known here: leave it out");
        const bool on = property.value == "on" || property.value == "true" || property.value == "yes";
        const bool off = property.value == "off" || property.value == "false" || property.value == "no";
        if (!on && !off) return fail(property.name, "=", property.value, " is no switch: write on or off");
        if (on != has)
            return fail(hart, ": ", property.name, has ? " cannot be taken away" : " is not there",
                        ": leave it out");
    }
    return {};
}

/// What `-machine` says that is not about RAM.
Expected<void> take_machine(std::string_view value, RunRequest& request) {
    const auto properties = config::parse_key_values(value, "type");
    if (!properties) return {};  // told where the others are read
    for (const config::Property& property : *properties) {
        if (property.name != "dumpdtb") continue;
        if (property.value.empty())
            return fail("-machine ", value, ": dumpdtb=FILE needs the name of a file");
        request.dump_tree = property.value;
    }
    return {};
}

struct RunOption {
    std::string_view name;
    bool has_value;
    Take take;
};
constexpr std::array taken{
    RunOption{"-nographic", false, nothing_new},
    RunOption{"-nodefaults", false, nothing_new},
    RunOption{"-no-user-config", false, nothing_new},
    RunOption{"-name", true, nothing_new},
    RunOption{"-display", true, take_display},
    RunOption{"-vga", true, take_display},
    RunOption{"-monitor", true, take_monitor},
    RunOption{"-qmp", true, take_monitor},
    RunOption{"-parallel", true, take_parallel},
    RunOption{"-serial", true, take_serial},
    RunOption{"-netdev", true, take_netdev},
    RunOption{"-net", true, take_network},
    RunOption{"-nic", true, take_network},
    RunOption{"-accel", true, take_accelerator},
    RunOption{"-action", true, take_action},
    RunOption{"-rtc", true, take_wall_clock},
    RunOption{"-icount", true, take_instruction_count},
    RunOption{"-no-reboot", false, take_no_reboot},
    RunOption{"-s", false, take_debugger_here},
    RunOption{"-S", false, take_halted},
    RunOption{"-gdb", true, take_debugger},
    RunOption{"-d", true, take_log_items},
    RunOption{"-D", true, take_log_file},
    RunOption{"-dfilter", true, take_log_filter},
    RunOption{"-singlestep", false, take_single},
    RunOption{"-cpu", true, take_cpu},
    RunOption{"-initrd", true, take_initrd},
    RunOption{"-dtb", true, take_tree},
    RunOption{"-drive", true, take_drive},
    RunOption{"-pflash", true, take_pflash},
    RunOption{"-device", true, take_device},
    RunOption{"-snapshot", false, take_snapshot},
    RunOption{"-global", true, take_global},
};

/// Options of QEMU for what is not here.
struct Missing {
    std::string_view name, why;
};
constexpr std::array missing{
    Missing{"-trace",
            "there are no events of devices to trace; -d in_asm,exec shows what the guest executes"},
    Missing{"-enable-kvm", "guest code is translated or interpreted"},
    Missing{"-semihosting", "there is no semihosting"},
    Missing{"-semihosting-config", "there is no semihosting"},
    Missing{"-no-shutdown", "a guest that powers off ends the run"},
    Missing{"-daemonize", "the run stays in the foreground"},
    Missing{"-loadvm", "snapshots are files here: use --restore FILE"},
    Missing{"-incoming", "streams are read by `wirewrap ram`"},
    Missing{"-chardev", "-serial says where the serial port is"},
    Missing{"-blockdev", "use -drive file=FILE,if=none,id=NAME,format=raw"},
    Missing{"-hda", "use -drive file=FILE,if=virtio,format=raw"},
    Missing{"-hdb", "use -drive file=FILE,if=virtio,format=raw"},
    Missing{"-cdrom", "use -drive file=FILE,if=virtio,format=raw,readonly=on"},
    Missing{"-sd", "the board has no slot for a card"},
    Missing{"-fsdev", "no folder of the host can be shared with the guest"},
    Missing{"-virtfs", "no folder of the host can be shared with the guest"},
    Missing{"-usb", "the board has no USB"},
    Missing{"-usbdevice", "the board has no USB"},
    Missing{"-audiodev", "the board has no sound"},
    Missing{"-fw_cfg", "the board has no fw_cfg"},
    Missing{"-boot", "the firmware decides what it boots"},
    Missing{"-L", "give -bios the whole path of a file"},
    Missing{"-vnc", "the board has no screen"},
    Missing{"-spice", "the board has no screen"},
};

constexpr std::array<std::string_view, 7> ram_with_value{"-m",    "-object",   "-machine", "-M",
                                                         "-numa", "-mem-path", "-smp"};
constexpr std::array<std::string_view, 14> kept_with_value{
    "-bios",      "-kernel",   "-append",  "-restore",           "-save",    "-qemu",     "-save-after",
    "-spike-log", "-coverage", "-symbols", "-function-coverage", "-bus-log", "-bus-json", "-bus-filter"};

bool contains(std::span<const std::string_view> list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

}  // namespace

Expected<void> take_run_options(std::vector<std::string_view>& words, RunRequest& request) {
    std::vector<std::string_view> others;
    for (std::size_t i = 0; i != words.size(); ++i) {
        const std::string_view option = words[i].starts_with("--") ? words[i].substr(1) : words[i];
        const bool last = i + 1 == words.size();
        if (option == "-mem-prealloc") {
            request.ram_options.emplace_back(option);
            continue;
        }
        if (contains(ram_with_value, option)) {
            request.ram_options.emplace_back(option);
            if (last) continue;
            request.ram_options.emplace_back(words[++i]);
            if (option != "-machine" && option != "-M") continue;
            if (const auto took = take_machine(words[i], request); !took)
                return std::unexpected(took.error());
            continue;
        }
        if (const auto none = std::ranges::find(missing, option, &Missing::name); none != missing.end())
            return fail("run does not take ", in_quotes(words[i]), ": ", none->why);
        const auto known = std::ranges::find(taken, option, &RunOption::name);
        if (known != taken.end()) {
            if (known->has_value && last)
                return fail(option, " needs a value after it; see `wirewrap run --help`");
            const std::string_view value = known->has_value ? words[++i] : std::string_view{};
            if (known->has_value && value.empty())
                return fail(option, " has an empty value; see `wirewrap run --help`");
            if (const auto took = known->take(value, request); !took)
                return fail(option, " ", value, ": ", took.error().message);
            continue;
        }
        others.push_back(words[i]);
        // The value of another option stays with it, whatever it looks like.
        if (contains(kept_with_value, option) && !last) others.push_back(words[++i]);
    }
    words = std::move(others);
    return {};
}

}  // namespace command
