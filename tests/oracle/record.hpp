// What was measured of QEMU, one record for each machine: the form of tests/data/qemu-7.2-boards.json, which is described
// in tests/data/README.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/error.hpp>

namespace oracle {

/// `size` bytes of a RAM block from `offset` on, at guest address `base`.
struct Window {
    std::uint64_t base = 0;
    std::uint64_t size = 0;
    std::uint64_t offset = 0;
    std::string block{};  // named only where a machine has no default RAM id

    friend bool operator==(const Window&, const Window&) = default;
};
using Windows = std::vector<Window>;

/// A start of QEMU with `-m SIZE`.
struct Probe {
    std::uint64_t size = 0;  // 0: the default
    bool started = false;
    bool refused_by_payload = false;  // it would have started with other firmware
    std::uint64_t ram_size = 0;       // as QEMU reports it
    Windows wired{};                  // before devices, ROM and holes are taken out
    Windows visible{};                // after
};

struct Record {
    std::string board;  // target/machine
    std::string alias;  // empty: none
    std::optional<std::string> ram_id{};
    std::uint64_t default_size = 0;
    std::vector<std::string> ram_regions{};  // without a RAM id: the blocks whose size follows -m
    Windows ram_map{};                       // without a RAM id: every RAM block at the default size
    std::vector<Probe> probes{};
};

/// Errors: the file cannot be read, is no JSON, or lacks what a record must have.
wirewrap::Expected<std::vector<Record>> read_records(const std::string& path);

/// The same, of the text itself.
wirewrap::Expected<std::vector<Record>> parse_records(std::string_view text);

}  // namespace oracle
