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
// Only memory that nobody stores to can be gone back to: that of the original, which stands still, or a copy.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/machine/blocks.hpp>
#include <wirewrap/state/blocks.hpp>
#include <wirewrap/state/dirty_pages.hpp>
#include <wirewrap/state/running.hpp>
#include <wirewrap/state/save.hpp>

namespace wirewrap::state {

/// `Dirty` is the machine's policy that tracks pages; the point takes them as one of its clients.
template <Restorable E, class Dirty = DirtyPages<>>
class ResetPoint {
    using Machine = typename E::MachineType;
    using B = typename Machine::BoardType;

public:
    /// The state of `emulator` now. `memory` is equal to its memory and stays as it is: blocks with `id` and `bytes`, such
    /// as `memory_blocks()` of the original. Both must outlive the point.
    template <class Blocks>
    ResetPoint(E& emulator, const Blocks& memory, std::size_t client = 0)
        : emulator_(emulator), components_(emulator), client_(client) {
        for (const auto& block : memory) from_[detail::declared_number<B>(block.id)] = block.bytes;
        for (const MemoryBlock& block : emulator.machine().memory_blocks())
            to_[detail::declared_number<B>(block.id)] = block.bytes;
        dirty().forget(client_);
    }

    /// Back to the moment when the point was made. Gives the number of pages that had to be copied.
    std::size_t reset() {
        const std::size_t pages = dirty().take(client_, [&](DirtyPage page) {
            const std::span<std::byte> to = to_[page.block];
            const std::size_t size = std::min<std::size_t>(tracked_page.count, to.size() - page.offset.count);
            std::memcpy(to.data() + page.offset.count, from_[page.block].data() + page.offset.count, size);
        });
        components_.put_into(emulator_);
        for (std::size_t i = 0; i != board_harts<B>; ++i) {
            if constexpr (requires { emulator_.hart(i).code_may_have_changed(); })
                emulator_.hart(i).code_may_have_changed();
            else
                emulator_.hart(i).forget_code();
        }
        return pages;
    }

private:
    Dirty& dirty() { return emulator_.machine().template policy<Dirty>(); }

    E& emulator_;
    Components<E> components_;
    std::size_t client_;
    std::array<std::span<const std::byte>, ram_blocks<B>.size()> from_{};
    std::array<std::span<std::byte>, ram_blocks<B>.size()> to_{};
};

}  // namespace wirewrap::state
