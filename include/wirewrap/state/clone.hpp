// Clones of a machine: machines of the same board whose RAM begins as the original's, page by page only where they store.
//
//     auto original = Machine<Handheld, hostmem::Memfd>::create({.ram_size = 1_GiB}).value();
//     …                                                    // load it, let it boot
//     auto one = state::clone(original), two = state::clone(original);
//
// The original must not run while clones do: what it stores appears in pages that a clone has not stored to. Clones know
// nothing of each other. Devices are copied, so they hold values and what `attach` gives them, and no pointers into a machine:
// the copy's would lead into the original. An emulator of a clone begins with `state::copy_running`.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

#include <wirewrap/base/error.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/machine/machine.hpp>
#include <wirewrap/state/copy_on_write.hpp>
#include <wirewrap/state/dirty_pages.hpp>
#include <wirewrap/state/running.hpp>
#include <wirewrap/state/touched_pages.hpp>

namespace wirewrap::state {

namespace detail {
template <class M>
constexpr Text clone_objection() {
    if constexpr (Clonable<typename M::BackendType>)
        return {};
    else
        return sentence(
            "this ", board_name<typename M::BoardType>,
            " cannot be cloned: its memory is not shared, or has no descriptor by which another mapping ",
            "can begin with it; use hostmem::Memfd, hostmem::Shm or hostmem::SharedFile");
}
}  // namespace detail

/// A machine on memory that other mappings can begin with.
template <class M>
concept ClonableMachine = Accepted<Says<fixed_text<&detail::clone_objection<M>>()>>;

/// A machine with the original's memory, devices, bank pages and time, and with policies `Ps` of its own, by default dirty
/// tracking for `ResetPoint`. Fails when the host has no room to promise.
template <class... Ps, ClonableMachine M>
auto clone(M& original) {
    using B = typename M::BoardType;
    using Clone = std::conditional_t<sizeof...(Ps) == 0, Machine<B, CopyOnWrite, DirtyPages<>>,
                                     Machine<B, CopyOnWrite, Ps...>>;
    typename Clone::Options options{.ram_size = original.ram_size()};
    if (original.ram_memory()) {
        options.memory.descriptor = original.ram_memory()->descriptor();
        options.memory.offset = original.ram_memory()->backing().plan().offset;
    }
    Expected<Clone> made = Clone::create(options);
    if (!made) return made;
    const auto from = original.memory_blocks();
    const auto to = made->memory_blocks();
    const TouchedPages touched;
    for (std::size_t i = 0; i != from.size(); ++i) {
        if (from[i].id == B::ram.id) continue;
        touched.each_in(from[i].bytes, [&](std::size_t offset, std::size_t size) {
            std::ranges::copy(from[i].bytes.subspan(offset, size), to[i].bytes.subspan(offset).begin());
        });
    }
    made->select_banks(original.bank_pages());
    made->put_devices(original.devices());
    return made;
}

/// Harts and clock of one emulator to another whose machine is a clone of the first one's, or a copy of it; and how far its loop
/// has come, where both tell: how many harts there are, whose turn it is.
template <RunningMachine From, RunningMachine To>
void copy_running(From& from, To& to) {
    static_assert(std::is_same_v<typename From::MachineType::BoardType, typename To::MachineType::BoardType>,
                  "copy_running takes two machines of one board");
    to.clock() = from.clock();
    for (std::size_t i = 0; i != board_harts<typename From::MachineType::BoardType>; ++i) {
        to.hart(i).set_state(from.hart(i).state());
        to.hart(i).forget_code();
    }
    // Typing does not know the machine's type.
    if constexpr (requires {
                      to.set_progress({from.progress().turn, from.progress().executed, from.progress().typing,
                                       from.progress().harts});
                  }) {
        const auto progress = from.progress();
        (void)to.set_progress({progress.turn, progress.executed, progress.typing, progress.harts});
    }
}

}  // namespace wirewrap::state
