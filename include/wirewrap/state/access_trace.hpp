// A trace of accesses, a policy of a machine: the last N loads, stores and fetches, oldest first.
//
//     auto machine = Machine<Handheld, hostmem::Anonymous, AccessTrace<1024>>::create().value();
//     …
//     for (const TracedAccess& access : machine.policy<AccessTrace<1024>>().last(16)) …
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/bytes.hpp>

namespace wirewrap::state {

struct TracedAccess {
    GuestAddress address;
    /// Bytes; 0: memory that was handed out whole. What a master of the bus copied in one may be long; 4 GiB and more count as
    /// one byte less than 4 GiB.
    std::uint32_t width = 0;
    Access access{};

    friend bool operator==(const TracedAccess&, const TracedAccess&) = default;
};

/// Keeps the last `Capacity` accesses, a power of two so that places wrap with a mask. For one thread at a time, as the
/// machine.
template <std::size_t Capacity>
    requires(Capacity != 0 && (Capacity & (Capacity - 1)) == 0)
class AccessTrace {
public:
    /// Accesses since the machine was made, kept or not.
    std::uint64_t count() const { return count_; }
    /// The last `most` that are kept, oldest first.
    std::vector<TracedAccess> last(std::size_t most = Capacity) const {
        const std::uint64_t kept = std::min<std::uint64_t>({count_, Capacity, most});
        std::vector<TracedAccess> result;
        for (std::uint64_t i = count_ - kept; i != count_; ++i) result.push_back(ring_[i % Capacity]);
        return result;
    }

    // ---- hooks of the machine

    [[gnu::always_inline]] void accessed(Access access, GuestAddress address, std::size_t width) {
        constexpr std::size_t longest = ~std::uint32_t{0};
        ring_[count_++ % Capacity] = {address, static_cast<std::uint32_t>(std::min(width, longest)), access};
    }
    void spanned(GuestAddress address, Bytes) { accessed(Access::store, address, 0); }

private:
    std::vector<TracedAccess> ring_ = std::vector<TracedAccess>(Capacity);
    std::uint64_t count_ = 0;
};

}  // namespace wirewrap::state
