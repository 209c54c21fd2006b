// The three things a file can be for a guest, and which combination of QEMU's share=, readonly= and rom= means which.
//
//     share  readonly  rom    is
//     off    off       auto   copy_on_write   RAM; the file is opened for writing but never written
//     off    on        off    copy_on_write   RAM from a template that is only read
//     on     off       auto   shared          RAM; stores reach the file
//     any    on        auto   rom             stores are refused
//     any    off       on     -               refused: a ROM whose file could change
//     on     on        off    -               refused: stores would have nowhere to go
//
// rom=off says the same as auto where readonly=off; rom=on as auto where readonly=on.
#pragma once

#include <cstdint>
#include <optional>

#include <wirewrap/base/verdict.hpp>

namespace wirewrap::hostmem {

enum class FileUse : std::uint8_t { copy_on_write, shared, rom };

namespace rules {
/// `rom`: nothing for auto.
constexpr Verdict file_use(bool share, bool readonly, std::optional<bool> rom) {
    if (rom == true && !readonly)
        return refused(
            "rom=on needs readonly=on, so that the file is not opened for writing: add readonly=on, or "
            "leave rom out for RAM");
    if (rom == false && readonly && share)
        return refused(
            "rom=off with readonly=on and share=on would be RAM whose stores have nowhere to go: use "
            "share=off for a private copy, or readonly=off for stores that reach the file");
    return accepted();
}
}  // namespace rules

/// Of a combination that `rules::file_use` accepts.
constexpr FileUse file_use(bool share, bool readonly, std::optional<bool> rom) {
    if (rom.value_or(readonly)) return FileUse::rom;
    if (share) return FileUse::shared;
    return FileUse::copy_on_write;
}

}  // namespace wirewrap::hostmem
