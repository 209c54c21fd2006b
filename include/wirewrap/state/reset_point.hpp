// A moment of a running machine to which it goes back as often as one likes, by copying the pages that were stored to since:
// the way test rigs and fuzzers start the same routine thousands of times a second.
//
//     auto machine = state::clone(original).value();                     // with dirty tracking
//     Emulator<decltype(machine), riscv::Hart> emulator(machine);
//     state::copy_running(template_emulator, emulator);
//     ResetPoint point(emulator, original.memory_blocks());              // now, and where its memory is kept
//     for (const Input& input : inputs) {
//         …                                                              // store the input, run
//         point.reset();                                                 // costs what the run has stored to
//     }
//
// Only memory that nobody stores to can be gone back to: that of the original, which stands still, or a copy. Memory that is
// handed out (`ram_span`) is put back at every reset, so the span of an input can be kept; give back what is long and no
// longer used. When somebody else took pages of its client, a reset compares all memory with what it was: slow, and right.
// Pages that the original does not have are not made by a reset either.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/zeroes.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/machine/blocks.hpp>
#include <wirewrap/state/blocks.hpp>
#include <wirewrap/state/data_map.hpp>
#include <wirewrap/state/dirty_pages.hpp>
#include <wirewrap/state/original_pages.hpp>
#include <wirewrap/state/running.hpp>
#include <wirewrap/state/save.hpp>

namespace wirewrap::state {

/// `Dirty` is the machine's policy that tracks pages; the point takes them as one of its clients. A point that was moved
/// from does nothing.
template <Restorable E, class Dirty = DirtyPages<>>
class ResetPoint {
    using Machine = typename E::MachineType;
    using B = typename Machine::BoardType;

public:
    /// The state of `emulator` now. `memory` is equal to its memory and stays as it is: blocks with `id` and `bytes`, such
    /// as `memory_blocks()` of the original. Both must outlive the point, and stay where they are.
    template <class Blocks>
    ResetPoint(E& emulator, const Blocks& memory, std::size_t client = 0)
        : emulator_(&emulator), components_(emulator), client_(client) {
        for (const auto& block : memory) from_[detail::declared_number<B>(block.id)] = block.bytes;
        for (const MemoryBlock& block : machine().memory_blocks())
            to_[detail::declared_number<B>(block.id)] = block.bytes;
        if (from_[0].size() == to_[0].size()) originals_ = detail::OriginalPages(machine(), from_[0]);
        dirty().forget(client_);
        takes_ = takes();
    }
    ResetPoint(ResetPoint&& other) noexcept
        : emulator_(std::exchange(other.emulator_, nullptr)), components_(std::move(other.components_)),
          client_(other.client_), takes_(other.takes_), from_(other.from_), to_(other.to_),
          originals_(std::move(other.originals_)) {}
    ResetPoint& operator=(ResetPoint&&) = delete;

    /// Back to the moment when the point was made. Gives the number of pages that had to be copied.
    std::size_t reset() {
        if (emulator_ == nullptr) return 0;
        const bool sure = takes() == takes_;
        std::size_t pages = dirty().take(client_, [&](DirtyPage page) { put_back(page); });
        if (!sure) pages += compare_all();
        takes_ = takes();
        components_.put_into(*emulator_);
        for (std::size_t i = 0; i != board_harts<B>; ++i) {
            if constexpr (requires { emulator_->hart(i).code_may_have_changed(); })
                emulator_->hart(i).code_may_have_changed();
            else
                emulator_->hart(i).forget_code();
        }
        return pages;
    }

private:
    Machine& machine() { return emulator_->machine(); }
    Dirty& dirty() { return machine().template policy<Dirty>(); }
    std::uint64_t takes() {
        if constexpr (requires { dirty().takes(client_); })
            return dirty().takes(client_);
        else
            return 0;
    }

    void put_back(DirtyPage page) {
        const std::span<std::byte> to = to_[page.block];
        const std::size_t size = std::min<std::size_t>(tracked_page.count, to.size() - page.offset.count);
        if (page.block == 0 && !originals_.known(page.offset)) [[unlikely]] {
            if (const auto kind = originals_.look(page.offset); kind != detail::OriginalPages::data) {
                if (kind == detail::OriginalPages::zero) std::memset(to.data() + page.offset.count, 0, size);
                return;
            }
        }
        std::memcpy(to.data() + page.offset.count, from_[page.block].data() + page.offset.count, size);
    }

    /// Puts back what differs, wherever it may be; how many pages that were.
    [[gnu::noinline, gnu::cold]] std::size_t compare_all() {
        std::size_t pages = 0;
        const auto host = HostView::open();
        for (const MemoryBlock& block : machine().memory_blocks()) {
            const std::size_t number = detail::declared_number<B>(block.id);
            for (const auto& range : DataMap::of(machine(), block, host).within(0, block.bytes.size()))
                for (Bytes at{range.begin}; at < Bytes{range.end}; at += tracked_page) {
                    const std::size_t size = std::min<std::size_t>(tracked_page.count, range.end - at.count);
                    const auto now = block.bytes.subspan(at.count, size);
                    if (number == 0 && !originals_.known(at) &&
                        originals_.look(at) != detail::OriginalPages::data) {
                        if (all_zero(now)) continue;
                    } else if (std::memcmp(now.data(), from_[number].data() + at.count, size) == 0) {
                        continue;
                    }
                    put_back({number, at});
                    ++pages;
                }
        }
        return pages;
    }

    E* emulator_;
    Components<E> components_;
    std::size_t client_;
    std::uint64_t takes_ = 0;
    std::array<std::span<const std::byte>, ram_blocks<B>.size()> from_{};
    std::array<std::span<std::byte>, ram_blocks<B>.size()> to_{};
    detail::OriginalPages originals_;
};

}  // namespace wirewrap::state
