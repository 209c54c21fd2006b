// Memory in bulk, for devices that master the bus: whole or not at all, over the borders of windows.
//
//     const Stored copied = path.copy_in(at(0x8000'0000), packet);      // or the first byte that is no memory
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <span>

#include <wirewrap/address_space/address_space.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/machine/wired_devices.hpp>

namespace wirewrap {

template <class Path, class B, class... Ps>
class BulkAccess : public WiredDevices<Path, B, Ps...> {
    using Base = WiredDevices<Path, B, Ps...>;

protected:
    using Base::Base;
    using Base::policies_, Base::space_;

public:
    using Base::stored;

    /// Memory as loads see it to `to`, whole or not at all.
    Stored copy_out(GuestAddress address, std::span<std::byte> to) {
        return copy<Access::load>(address, to.size(), [&](const MemoryPiece& piece, std::size_t done) {
            std::copy_n(piece.data, piece.size, to.data() + done);
        });
    }
    /// The other way, into what the guest may write.
    Stored copy_in(GuestAddress address, std::span<const std::byte> from) {
        return copy<Access::store>(address, from.size(), [&](const MemoryPiece& piece, std::size_t done) {
            if (!piece.writable) return;
            std::copy_n(from.data() + done, piece.size, piece.data);
            stored(piece, piece.size);
        });
    }

private:
    template <Access Kind, class Part>
    Stored copy(GuestAddress address, std::size_t size, Part part) {
        const auto fault = [&](GuestAddress where, FaultReason reason) {
            return std::unexpected(BusFault{where, 1, Kind, reason});
        };
        const auto each = [&](auto visit) -> Stored {
            for (std::size_t done = 0; done != size;) {
                const GuestAddress where = address + Bytes{done};
                if (where < address) return fault(where, FaultReason::straddles);
                MemoryPiece piece = space_.template memory<Kind>(where);
                if (!piece) return fault(where, FaultReason::not_memory);
                if (Kind == Access::store && !piece.writable && !piece.drops_stores)
                    return fault(where, FaultReason::read_only);
                piece.size = std::min<std::uint64_t>(piece.size, size - done);
                visit(piece, done);
                done += piece.size;
            }
            return {};
        };
        if (const Stored all = each([](const MemoryPiece&, std::size_t) {}); !all) return all;
        (void)each(part);
        if (size != 0) policies_.accessed(Kind, address, size);
        return {};
    }
};

}  // namespace wirewrap
