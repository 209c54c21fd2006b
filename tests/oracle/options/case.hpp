// Command lines about RAM and what came of them: the form of tests/data/qemu-7.2-options.json, which is described in
// tests/data/README.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/board/releases.hpp>

namespace oracle {

struct MemdevRecord {
    std::uint64_t size = 0;
    bool merge = true, dump = true, prealloc = false, share = false, reserve = true;
    std::string policy{};
    std::vector<unsigned> host_nodes{};

    friend bool operator==(const MemdevRecord&, const MemdevRecord&) = default;
};

struct OptionCase {
    std::string target;
    std::vector<std::string> argv;
    bool ok = false;
    std::string error{};
    bool unprivileged = false;    // not as root
    bool host_dependent = false;  // on the host's nodes, huge pages or persistent memory
    std::uint64_t ram_size = 0, plugged_size = 0;
    std::map<std::string, MemdevRecord> memdev{};
    std::vector<std::pair<std::string, std::uint64_t>> ram_blocks{};  // in order of their names
    std::map<std::string, std::uint64_t> files{};                     // created or resized

    /// The machine after -machine or -M, with its target: "x86_64/pc".
    std::string board() const;
    /// For sentences.
    std::string text() const;
};

/// Errors: the file cannot be read, is no JSON, or lacks what a case must have.
wirewrap::Expected<std::vector<OptionCase>> read_option_cases(const std::string& path);

/// What is deliberately unlike QEMU: tests/data/option_deviations.json. An entry holds where QEMU takes a command line and
/// the board refuses it with a sentence that contains `error`, where the board takes it and QEMU's refusal contains `refusal`,
/// or where both take it and differ in one of `fields`.
///
/// | key      | says                                                                                    |
/// |----------|-----------------------------------------------------------------------------------------|
/// | `fields` | `verdict`, or some of `ram_size`, `plugged_size`, `memdev`, `ram_blocks`, `files`       |
/// | `error`  | `verdict` only: what the board's refusal says                                           |
/// | `refusal`| `verdict` only, in the place of `error`: what QEMU's refusal says                       |
/// | `boards` | patterns with `*`, of target/machine as in the case; left out: every board              |
/// | `argv`   | texts that some argument contains, each; left out: any command line                     |
/// | `live`   | true: only //tests/config:qemu_options_test comes by it, which asks QEMU itself         |
/// | `nodes`  | true: only a host that says it has one NUMA node is sure to come by it                  |
/// | `since`  | the release of QEMU that first was seen to do so; left out: 7.2                         |
/// | `until`  | the last release of QEMU that was seen to do so; left out: it still does                |
/// | `reason` | why, in a sentence                                                                      |
struct OptionDeviation {
    std::vector<std::string> fields{};
    std::string error{};
    std::vector<std::string> boards{};
    std::vector<std::string> argv{};
    std::string reason{};
    bool live = false;
    std::string refusal{};
    bool nodes = false;
    wirewrap::QemuReleases releases{};
    /// `refused`: what the board's refusal says, if it refuses.
    bool covers(const OptionCase& one, std::string_view what, std::string_view refused) const;
};
wirewrap::Expected<std::vector<OptionDeviation>> read_option_deviations(const std::string& path);

}  // namespace oracle
