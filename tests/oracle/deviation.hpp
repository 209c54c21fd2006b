// The lists of what is deliberately unlike QEMU, one for each release: tests/data/board_deviations-7.2.json and -11.1.json.
// Each entry has its reason, and holds only where the board is stricter than QEMU.
//
//     {"boards": "s390x/s390-ccw-virtio-2.*", "field": "verdict", "not_multiple_of": 1048576,
//      "reason": "QEMU rounds the size down; the board refuses it"}
//
// | key               | says                                                                                           |
// |-------------------|------------------------------------------------------------------------------------------------|
// | `boards`          | names, or patterns with `*`: one, or a list                                                    |
// | `field`           | `verdict`, `ram_id`, `default_size`, `ram_size` or `windows`                                   |
// | `from`, `to`      | only for sizes from and up to these, both included: bytes after -m, rounded up to 8 KiB        |
// | `not_multiple_of` | only for sizes that are not multiples of this                                                  |
// | `as`              | `windows` only: what the board shows instead of QEMU's windows, see below                      |
// | `reason`          | why, in a sentence                                                                             |
//
// | field          | an entry can allow                                                                                |
// |----------------|---------------------------------------------------------------------------------------------------|
// | `verdict`      | the board refuses a size that QEMU takes; never the other way round                               |
// | `ram_id`       | the board has an id where QEMU has none                                                           |
// | `default_size` | the board has a default of its own where QEMU has no RAM id, and with it no converted board       |
// | `ram_size`     | the same for the size that QEMU reports                                                           |
// | `windows`      | `as: ram_map`: where QEMU shows its fixed block of that id, whatever -m says                      |
// |                | `as: unmeasured`: its RAM, which does not follow -m, where no RAM block was seen in the address space |
// |                | `as: part`: some of QEMU's windows, or parts of them                                              |
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/error.hpp>

namespace oracle {

enum class Field : std::uint8_t { board, alias, ram_id, default_size, verdict, ram_size, windows };
inline constexpr std::size_t field_count = 7;

std::string_view name_of(Field field);

struct Deviation {
    std::vector<std::string> boards;
    Field field{};
    std::optional<std::uint64_t> from{}, to{}, not_multiple_of{};
    std::string as{};
    std::string reason{};

    /// `size` is nothing for what does not depend on it.
    bool covers(std::string_view board, Field what, std::optional<std::uint64_t> size) const;
    bool names(std::string_view board) const;
};

wirewrap::Expected<std::vector<Deviation>> read_deviations(const std::string& path);
wirewrap::Expected<std::vector<Deviation>> parse_deviations(std::string_view text);

}  // namespace oracle
