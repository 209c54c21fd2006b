// The RAM of a machine as another process is given it: which guest addresses are which bytes of which descriptor.
// Only for a machine whose backend is shared memory with a descriptor; with another one the other process would see
// other bytes, and the guest would wait for ever.
//
//     guest     [ RAM, low part )      hole      [ RAM, high part )          one region for each window, cut where
//                     |                                |                     backends change
//     file      [ 0 … 2 GiB )                   [ 2 GiB … )
//
//     auto ram = vhost::SharedRam::of(machine);          // Machine<Virt, hostmem::Memfd>
//     ram->regions()[0].base;                            // 0x80000000
//     ram->bytes(at(0x8000'1000), 4_KiB);                // host memory
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/hostmem/parts.hpp>
#include <wirewrap/vhost/protocol.hpp>

namespace wirewrap::vhost {

namespace detail {

inline constexpr auto not_shared = fixed_text<[] {
    return sentence(
        "vhost-user gives the RAM of a machine to another process, so its backend must be shared and have a "
        "descriptor: use hostmem::Memfd, hostmem::SharedFile or hostmem::Shm");
}>();

/// Nothing against a backend of several parts, which are looked at when it is there.
template <class Backend>
struct SharingObjection {
    static constexpr bool parts = requires(const typename Backend::Memory& memory) { memory.parts(); };
    static constexpr bool shares = Backend::shared && Backend::has_descriptor && Backend::writable;
    static constexpr auto text = [] {
        if constexpr (parts || shares)
            return FixedText<0>();
        else
            return not_shared;
    }();
    using type = Says<text>;
};

}  // namespace detail

/// A machine whose RAM another process can be given.
template <class M>
concept SharesRam = Accepted<typename detail::SharingObjection<typename M::BackendType>::type>;

/// A stretch of guest RAM, and where another process finds it.
struct SharedRegion {
    GuestAddress base;
    std::span<std::byte> bytes;
    int descriptor = -1;
    Bytes offset{};  // in the file behind the descriptor

    Interval range() const { return {base, Bytes{bytes.size()}}; }
    MemoryRegion message() const {
        return {base.value, bytes.size(), reinterpret_cast<std::uintptr_t>(bytes.data()), offset.count};
    }
};

/// Valid as long as the machine.
class SharedRam {
public:
    /// Fails when a part of a backend that has several is not shared, or has no descriptor.
    template <SharesRam M>
    static Expected<SharedRam> of(M& machine) {
        SharedRam ram;
        auto& memory = machine.ram_memory();
        if (!memory) return fail(board_name<typename M::BoardType>, " has no RAM to share");
        const std::vector<hostmem::MemoryPart> parts = hostmem::parts_of(*memory);
        for (const hostmem::MemoryPart& part : parts)
            if (!part.shared || !part.descriptor)
                return fail(board_name<typename M::BoardType>, ": memory backend ", part.id,
                            " is not shared, or has no ", "descriptor: ", detail::not_shared.view());
        for (const auto& window : machine.ram_windows())
            for (const hostmem::MemoryPart& part : parts) {
                const Bytes first = std::max(window.offset, part.offset);
                const Bytes end = std::min(window.offset + window.size, part.offset + part.size);
                if (first >= end) continue;
                ram.regions_.push_back({.base = window.base + (first - window.offset),
                                        .bytes = memory->span().subspan(first.count, (end - first).count),
                                        .descriptor = *part.descriptor,
                                        .offset = part.descriptor_offset + (first - part.offset)});
            }
        return ram;
    }

    std::span<const SharedRegion> regions() const { return regions_; }
    /// The host memory of [address, address + size) when all of it is in one region; otherwise empty.
    std::span<std::byte> bytes(GuestAddress address, Bytes size) const {
        for (const SharedRegion& region : regions_)
            if (region.range().contains(Interval{address, size}))
                return region.bytes.subspan((address - region.base).count, size.count);
        return {};
    }

private:
    std::vector<SharedRegion> regions_;
};

}  // namespace wirewrap::vhost
