// Dirty tracking that harts may shorten: `DirtyPages`, and beside it a byte for each page of main RAM that says whether every
// client has the page already. A hart that looks at this byte before it stores need not ask the machine where it is set, and
// translated code does so in a few instructions, where with `DirtyPages` alone all code is interpreted.
//
//     auto machine = state::clone<state::MarkedPages<>>(original).value();
//     Emulator<decltype(machine), Rv64> emulator(machine);                    // harts with jit::TranslatedForFuzzing
//     auto& pages = machine.policy<state::MarkedPages<>>();
//     emulator.hart(0).regions().ask_about_stores({memory, pages.marks()});   // of each hart
//     pages.harts_look();                                                     // from now on they go into RAM by themselves
//     state::ResetPoint<decltype(emulator), state::MarkedPages<>> point(emulator, original.memory_blocks());
//
// `fuzz::Target` does all of it. Before `harts_look()` harts ask for each access, which is right for any hart; after it one that
// does not look would store behind this policy's back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/state/dirty_pages.hpp>

namespace wirewrap::state {

template <std::size_t Clients = 1>
class MarkedPages : private DirtyPages<Clients> {
    using Base = DirtyPages<Clients>;

public:
    using Base::clients, Base::dirty, Base::lent_ranges, Base::takes;

    /// By page of main RAM: not 0 where a store changes nothing for any client. It stays where it is when the machine moves.
    std::span<const std::uint8_t> marks() const { return {marks_.get(), marks_ != nullptr ? count_ : 0}; }
    /// Promises that every hart looks at `marks()` before it stores by itself.
    void harts_look() { looked_at_ = true; }

    /// As those of `DirtyPages`.
    template <class Each>
    std::size_t take(std::size_t client, Each&& each) {
        return Base::take(client, [&](DirtyPage page) {
            unmark(page);
            each(page);
        });
    }
    void forget(std::size_t client) {
        (void)take(client, [](DirtyPage) {});
    }

    // ---- hooks of the machine

    Expected<void> attach(std::span<const Bytes> blocks) {
        count_ = blocks.empty() ? 0
                                : blocks[0] / tracked_page + (blocks[0] % tracked_page != Bytes{} ? 1 : 0);
        // Zeroes that take no memory before they are used.
        marks_.reset(static_cast<std::uint8_t*>(std::calloc(count_ + 1, 1)));
        if (marks_ == nullptr)
            return fail("cannot allocate ", Bytes{count_ + 1}, " for the marks of ", count_,
                        " pages of main RAM; use less RAM, or raise the limit on address space (ulimit -v)");
        looked_at_ = false;
        return Base::attach(blocks);
    }
    [[gnu::always_inline]] void ram_stored(Bytes offset, std::size_t width) {
        Base::ram_stored(offset, width);
        if (width == 0) return;
        const std::size_t last = (offset.count + width - 1) / tracked_page.count;
        for (std::size_t page = offset / tracked_page; page <= last; ++page) marks_[page] = 1;
    }
    void block_stored(std::size_t block, Bytes offset, std::size_t width) {
        Base::block_stored(block, offset, width);
    }
    void lent(std::size_t block, Bytes offset, Bytes size) { Base::lent(block, offset, size); }
    void given_back(std::size_t block, Bytes offset, Bytes size) { Base::given_back(block, offset, size); }
    bool wants_accesses() const { return !looked_at_; }

private:
    struct Free {
        void operator()(std::uint8_t* memory) const { std::free(memory); }
    };

    void unmark(DirtyPage page) {
        if (page.block == 0) marks_[page.offset / tracked_page] = 0;
    }

    std::unique_ptr<std::uint8_t[], Free> marks_;
    std::size_t count_ = 0;
    bool looked_at_ = false;
};

}  // namespace wirewrap::state
