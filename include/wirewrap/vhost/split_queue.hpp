// The driver's side of a split virtqueue in guest RAM: buffers are put into the descriptor table and published in the
// available ring; the device gives them back through the used ring.
//
//     base            + 16 N             + 6 + 2 N, to 4 bytes
//      [ descriptors  )[ available ring   )[ used ring, 6 + 8 N )
//        driver writes   driver writes       device writes
//
// The fields are little-endian on every guest (virtio 1.0). The device is another process: what it writes is checked,
// and which descriptors belong together is remembered here, not read back.
//
// Source: virtio 1.1, 2.6 Split Virtqueues.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>

namespace wirewrap::vhost {

/// Where the parts of a queue of `size` descriptors are, from its start.
struct QueueLayout {
    std::uint16_t size = 128;

    constexpr Bytes descriptors() const { return {}; }
    constexpr Bytes available() const { return Bytes{16} * size; }
    constexpr Bytes used() const { return Bytes{(available().count + 6 + 2ull * size + 3) / 4 * 4}; }
    constexpr Bytes bytes() const { return used() + Bytes{6 + 8ull * size}; }

    /// A power of two up to 32768, virtio's limit.
    constexpr Verdict verdict() const {
        if (std::has_single_bit(size)) return accepted();
        return refused("a virtqueue has a power of two of descriptors, up to 32768, not ", size);
    }
};

/// A stretch of guest memory that the device reads, or writes.
struct Segment {
    GuestAddress address;
    std::uint32_t size = 0;
    bool device_writes = false;
};

class SplitQueue {
    static constexpr std::uint16_t has_next = 1, device_writes = 2;  // VIRTQ_DESC_F_NEXT, VIRTQ_DESC_F_WRITE
    static constexpr std::uint16_t no_notify = 1;                    // VIRTQ_USED_F_NO_NOTIFY

public:
    /// `memory`: `layout.bytes()` of guest RAM, aligned to 16 bytes. `layout` has been accepted.
    SplitQueue(std::span<std::byte> memory, QueueLayout layout) : memory_(memory), layout_(layout) {
        restart();
    }

    /// Empty, as before the first request: nothing that was in it is given back any more.
    void restart() {
        std::ranges::fill(memory_, std::byte{});
        next_.assign(layout_.size, 0);
        chain_length_.assign(layout_.size, 0);
        for (std::uint16_t i = 0; i != layout_.size; ++i) next_[i] = static_cast<std::uint16_t>(i + 1);
        first_free_ = 0;
        free_ = layout_.size;
        available_ = seen_ = 0;
    }

    const QueueLayout& layout() const { return layout_; }
    std::uint16_t free() const { return free_; }

    /// Puts a request into the table: what the device reads first, then what it writes. Its number until it is used;
    /// nothing when the table has no room.
    std::optional<std::uint16_t> add(std::span<const Segment> segments) {
        if (segments.empty() || segments.size() > free_) return std::nullopt;
        const std::uint16_t head = first_free_;
        std::uint16_t index = head;
        for (std::size_t i = 0; i != segments.size(); ++i) {
            const bool last = i + 1 == segments.size();
            std::byte* const entry = memory_.data() + layout_.descriptors().count + index * std::size_t{16};
            write_memory<std::uint64_t>(entry, segments[i].address.value);
            write_memory<std::uint32_t>(entry + 8, segments[i].size);
            write_memory<std::uint16_t>(
                entry + 12, static_cast<std::uint16_t>((last ? 0 : has_next) |
                                                       (segments[i].device_writes ? device_writes : 0)));
            write_memory<std::uint16_t>(entry + 14, last ? std::uint16_t{0} : next_[index]);
            if (!last) index = next_[index];
        }
        first_free_ = next_[index];
        last_of_.resize(layout_.size);
        last_of_[head] = index;
        chain_length_[head] = static_cast<std::uint16_t>(segments.size());
        free_ = static_cast<std::uint16_t>(free_ - segments.size());

        write_memory<std::uint16_t>(
            memory_.data() + layout_.available().count + 4 + 2 * (available_ % layout_.size), head);
        ++available_;
        return head;
    }

    /// Shows the device what was added. True when it wants to be kicked.
    bool publish() {
        field(layout_.available() + Bytes{2}).store(little(available_), std::memory_order_release);
        // The device may have stopped looking just before the store: its wish is read after it.
        std::atomic_thread_fence(std::memory_order_seq_cst);
        return (little(field(layout_.used()).load(std::memory_order_relaxed)) & no_notify) == 0;
    }

    struct Used {
        std::uint16_t head = 0;
        std::uint32_t written = 0;  // bytes, as the device says
    };
    /// The next request that the device is done with; nothing when there is none. An Error when the device gives back
    /// what it was not given.
    Expected<std::optional<Used>> take_used() {
        const std::uint16_t done = little(field(layout_.used() + Bytes{2}).load(std::memory_order_acquire));
        if (done == seen_) return std::nullopt;
        const std::byte* const entry = memory_.data() + layout_.used().count + 4 +
                                       std::size_t{8} * (seen_ % layout_.size);
        const auto id = read_memory<std::uint32_t>(entry);
        const auto written = read_memory<std::uint32_t>(entry + 4);
        if (static_cast<std::uint16_t>(done - seen_) > layout_.size || id >= layout_.size ||
            chain_length_[id] == 0)
            return fail("the device gives back request ", id, " of a virtqueue of ", layout_.size,
                        " descriptors (used index ", done, ", ", seen_, " seen), which it was not given");
        ++seen_;
        const auto head = static_cast<std::uint16_t>(id);
        next_[last_of_[head]] = first_free_;
        first_free_ = head;
        free_ = static_cast<std::uint16_t>(free_ + chain_length_[head]);
        chain_length_[head] = 0;
        return Used{head, written};
    }

private:
    static std::uint16_t little(std::uint16_t value) {
        return std::endian::native == std::endian::little ? value : swap_bytes(value);
    }
    std::atomic_ref<std::uint16_t> field(Bytes offset) const {
        return std::atomic_ref(*reinterpret_cast<std::uint16_t*>(memory_.data() + offset.count));
    }

    std::span<std::byte> memory_;
    QueueLayout layout_;
    std::vector<std::uint16_t> next_;          // of each descriptor: in its chain, or among the free ones
    std::vector<std::uint16_t> last_of_;       // of the chain that begins here
    std::vector<std::uint16_t> chain_length_;  // of the chain that begins here, while the device has it
    std::uint16_t first_free_ = 0, free_ = 0;
    std::uint16_t available_ = 0, seen_ = 0;  // counters of the rings, modulo 2^16
};

}  // namespace wirewrap::vhost
