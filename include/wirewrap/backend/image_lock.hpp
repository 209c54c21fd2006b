// Keeps two from writing to one disk image, and one from reading what another writes. The locks are those of QEMU, so that each
// hears of the other: of the bytes behind 100 those are held whose permission one uses, behind 200 those that one does not grant.
//
//     if (!lock_image(file, ImageUse::writes)) …          // in use by another process, or by this one
//
//     byte     100 reads   101 writes   103 resizes       201 nobody else writes   203 nobody else resizes
//
// Source: QEMU 7.2, block/file-posix.c, RAW_LOCK_PERM_BASE and RAW_LOCK_SHARED_BASE; the bits of BLK_PERM_… in
// include/block/block-common.h.
#pragma once

#include <array>
#include <cstdint>

#include <wirewrap/backend/os.hpp>

namespace wirewrap::backend {

enum class ImageUse : std::uint8_t { reads, writes };

/// Until the open file is closed. False: somebody uses the image in a way that does not go together. File systems without
/// locks keep nobody out.
inline bool lock_image(const os::Descriptor& file, ImageUse use) {
    constexpr std::uint64_t using_it = 100, not_granting = 200;
    constexpr std::uint64_t reads = 0, writes = 1, resizes = 3;
    const bool writer = use == ImageUse::writes;
    // What goes with nothing else is held first and looked at then: of two who come at once, one at least sees the other.
    for (const std::uint64_t byte : {using_it + reads, not_granting + writes, not_granting + resizes})
        (void)os::share_byte(file, byte);
    if (writer) (void)os::share_byte(file, using_it + writes);
    bool taken = os::byte_is_shared(file, using_it + writes).value_or(false) ||
                 os::byte_is_shared(file, using_it + resizes).value_or(false) ||
                 os::byte_is_shared(file, not_granting + reads).value_or(false);
    if (writer) taken = taken || os::byte_is_shared(file, not_granting + writes).value_or(false);
    return !taken;
}

}  // namespace wirewrap::backend
