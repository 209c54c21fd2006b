// Boards by name.
#pragma once

#include <optional>
#include <string_view>

#include <wirewrap/base/error.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/board/description.hpp>
#include <wirewrap/board/releases.hpp>

namespace command {

/// The board that a release of QEMU calls `name`: target and machine, `riscv64/virt`, where the machine may go by its alias;
/// or the machine alone, `virt`, when no other target has one of that name. Without a release it is the newest that has such a
/// board. The error names the boards that come near, or the release to ask for.
wirewrap::Expected<const wirewrap::BoardDescription*> find_board(
    std::string_view name, std::optional<wirewrap::QemuRelease> release = {});

/// After --qemu. Errors: it is none of those whose boards are known.
wirewrap::Expected<wirewrap::QemuRelease> read_release(std::string_view text);

/// "11.1".
wirewrap::Text spelled(wirewrap::QemuRelease release);

}  // namespace command
