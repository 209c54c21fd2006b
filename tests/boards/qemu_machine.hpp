// A machine of an installed QEMU, started for long enough to be asked about its RAM. Its CPU never runs.
//
//     const auto seen = ask_qemu("x86_64", "pc-q35-7.2", "-m 4G", "pc.ram");
//     seen->windows;                     // [0x0, 0xc0000), [0x100000, 0x80000000) and [0x100000000, 0x180000000)
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <wirewrap/board/placement.hpp>

#include <tests/examples/process.hpp>

namespace wirewrap::test {

struct SeenRam {
    std::string default_ram_id;  // empty: QEMU names none
    Bytes size;
    std::vector<RamWindow> windows;  // of the block asked for, where the guest sees it
};

inline std::string qemu_of(std::string_view target) { return "/usr/bin/qemu-system-" + std::string(target); }
inline bool is_installed(std::string_view target) { return std::filesystem::exists(qemu_of(target)); }

inline bool is_release(std::string_view target, const std::string& release) {
    return run_program({qemu_of(target), "--version"}).out.contains("version " + release + ".");
}

/// Releases add machines, rename them, and drop old ones.
inline bool has_machine(std::string_view target, std::string_view machine) {
    const Finished help = run_program({qemu_of(target), "-machine", "help"});
    return help.out.contains("\n" + std::string(machine) + " ");
}

namespace detail {

inline std::uint64_t hex(std::string_view digits) {
    std::uint64_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    return number;
}

/// A line of `info mtree -f`: "  0000000000100000-0000000007ffffff (prio 0, ram): pc.ram @0000000000100000".
inline std::optional<RamWindow> window_in(std::string_view line, std::string_view block) {
    const std::size_t first = line.find_first_not_of(' '), dash = line.find('-'), name = line.find("): ");
    if (first == line.npos || dash != first + 16 || name == line.npos || !line.contains("ram)"))
        return std::nullopt;
    std::string_view rest = line.substr(name + 3);
    if (!rest.starts_with(block)) return std::nullopt;
    rest.remove_prefix(block.size());
    std::uint64_t offset = 0;
    if (rest.starts_with(" @"))
        offset = hex(rest.substr(2));
    else if (!rest.empty())
        return std::nullopt;
    const std::uint64_t base = hex(line.substr(first)), last = hex(line.substr(dash + 1));
    return RamWindow{{base}, {last - base + 1}, {offset}};
}

/// The flat view of the address space "memory"; neighbours that go on in the RAM are joined.
inline std::vector<RamWindow> windows_in(const std::string& views, std::string_view block) {
    std::vector<RamWindow> windows;
    std::istringstream lines(views);
    bool of_memory = false;
    for (std::string line; std::getline(lines, line);) {
        while (line.ends_with('\r')) line.pop_back();
        if (line.starts_with("FlatView")) of_memory = false;
        if (line.starts_with(" AS \"memory\"")) of_memory = true;
        const auto window = of_memory ? window_in(line, block) : std::nullopt;
        if (!window) continue;
        if (!windows.empty() && windows.back().base + windows.back().size == window->base &&
            windows.back().offset + windows.back().size == window->offset)
            windows.back().size += window->size;
        else
            windows.push_back(*window);
    }
    return windows;
}

}  // namespace detail

/// Nothing when QEMU did not start or did not answer; `block` is the RAM block whose windows are wanted.
inline std::optional<SeenRam> ask_qemu(std::string_view target, std::string_view machine,
                                       std::vector<std::string> options, std::string_view block) {
    std::vector<std::string> words{
        qemu_of(target), "-machine", std::string(machine), "-accel", "tcg",     "-S",   "-nodefaults",
        "-display",      "none",     "-monitor",           "none",   "-serial", "none", "-qmp",
        "stdio"};
    words.insert(words.end(), options.begin(), options.end());
    const Finished finished = run_program(words, R"({"execute": "qmp_capabilities"}
{"execute": "query-machines", "id": "machines"}
{"execute": "query-memory-size-summary", "id": "size"}
{"execute": "human-monitor-command", "arguments": {"command-line": "info mtree -f"}, "id": "views"}
{"execute": "quit"}
)");
    SeenRam seen;
    bool answered = false;
    std::istringstream lines(finished.out);
    for (std::string line; std::getline(lines, line);) {
        const auto answer = nlohmann::json::parse(line, nullptr, false);
        if (answer.is_discarded() || !answer.contains("return") || !answer.contains("id")) continue;
        const auto& result = answer["return"];
        if (answer["id"] == "machines") {
            for (const auto& one : result)
                if (one.at("name") == machine) seen.default_ram_id = one.value("default-ram-id", "");
        } else if (answer["id"] == "size") {
            seen.size = {result.at("base-memory")};
        } else if (answer["id"] == "views") {
            seen.windows = detail::windows_in(result, block);
            answered = true;
        }
    }
    if (!answered) return std::nullopt;
    return seen;
}

}  // namespace wirewrap::test
