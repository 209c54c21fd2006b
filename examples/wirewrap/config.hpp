// wirewrap config: what QEMU's memory options come to on a board, after really allocating it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/board/layout.hpp>
#include <wirewrap/board/releases.hpp>
#include <wirewrap/config/allocation.hpp>

namespace command {

/// What there was while it was allocated.
struct ConfigAnswer {
    wirewrap::Bytes ram_size{};
    wirewrap::Bytes maxram_size{};
    wirewrap::Bytes plugged_size{};                                     // of memory devices
    std::vector<wirewrap::config::Memdev> memdev{};                     // every backend
    std::vector<std::pair<std::string, wirewrap::Bytes>> ram_blocks{};  // main RAM, then memory devices
    /// Where main RAM is wired, when an option moved it.
    std::optional<std::vector<wirewrap::RamWindow>> moved_windows{};
    std::vector<std::string> notes{};  // on options that say nothing about RAM
};

/// Configures and allocates; the memory is gone again when this returns.
wirewrap::Expected<ConfigAnswer> try_configuration(std::string_view board,
                                                   std::span<const std::string_view> options,
                                                   wirewrap::QemuRelease release = wirewrap::newest_qemu);

}  // namespace command
