// Moments of one running machine, kept in memory one behind the other, to any of which it goes back: a copy of its memory as
// it was at the last of them, and for each of them the pages that the next one found changed.
//
//     moment 0              moment 1              moment 2            now
//     [ what pages were ]   [ what pages were ]   [ the copy ]        [ the machine ]
//
//     Moments<E, std::uint64_t> moments(emulator, 256_MiB);         // what is kept beside the copy
//     moments.keep(emulator.progress().executed);                   // now, with a note
//     …                                                             // run
//     moments.go_to(0);                                             // there again; later moments are gone
//
// To keep one, and to go to one, all memory that the machine ever used is compared with the copy. That works with every
// backend, and costs nothing in between. The oldest moments go when the changes take more than the limit; the copy takes as
// much again as the memory that the machine has used.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/zeroes.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/hostmem/os.hpp>
#include <wirewrap/machine/blocks.hpp>
#include <wirewrap/state/blocks.hpp>
#include <wirewrap/state/data_map.hpp>
#include <wirewrap/state/dirty_pages.hpp>
#include <wirewrap/state/running.hpp>
#include <wirewrap/state/save.hpp>

namespace wirewrap::state {

namespace detail {

/// Memory that is all zero until it is used.
class Blank {
public:
    static Expected<Blank> create(Bytes size) {
        Blank blank;
        if (size == Bytes{}) return blank;
        const auto memory = hostmem::os::map(nullptr, size, PROT_READ | PROT_WRITE,
                                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE);
        if (!memory)
            return fail("cannot map ", size,
                        " for a copy of the machine's memory: ", hostmem::os::text(memory.error()),
                        "; raise the limit on address space (ulimit -v)");
        blank.bytes_ = {*memory, size.count};
        return blank;
    }
    Blank() = default;
    Blank(Blank&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
    Blank& operator=(Blank&& other) noexcept {
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    ~Blank() {
        if (!bytes_.empty()) std::ignore = hostmem::os::unmap(bytes_.data(), Bytes{bytes_.size()});
    }
    std::span<std::byte> bytes() const { return bytes_; }

private:
    std::span<std::byte> bytes_;
};

}  // namespace detail

/// The emulator must outlive it, and its memory stay where it is.
template <Restorable E, class Note>
class Moments {
    using Machine = typename E::MachineType;
    using B = typename Machine::BoardType;
    static constexpr std::size_t blocks = ram_blocks<B>.size();

public:
    /// Fails where the host gives no addresses for a copy of the machine's memory.
    static Expected<Moments> create(E& emulator, Bytes limit) {
        Moments moments(emulator, limit);
        for (const MemoryBlock& block : emulator.machine().memory_blocks()) {
            const std::size_t number = detail::declared_number<B>(block.id);
            auto copy = detail::Blank::create(Bytes{block.bytes.size()});
            if (!copy) return std::unexpected(copy.error());
            moments.blocks_[number] = {block, std::move(*copy)};
        }
        return moments;
    }

    std::size_t size() const { return moments_.size(); }
    const Note& note(std::size_t n) const { return moments_[n].note; }
    /// What is kept beside the copy of the machine's memory.
    Bytes changes() const { return changes_; }
    Bytes limit() const { return limit_; }
    void clear() {
        moments_.clear();
        changes_ = {};
    }

    /// The machine as it is now. There is always room for it, and at times none for the oldest.
    void keep(Note note) {
        each_difference(
            [&](std::size_t number, Bytes at, std::span<std::byte> now, std::span<std::byte> copy) {
                if (!moments_.empty()) add(moments_.back(), number, at, copy);
                std::ranges::copy(now, copy.begin());
            });
        moments_.push_back({.note = std::move(note), .components = Components<E>(*emulator_)});
        while (changes_ > limit_ && moments_.size() > 1) {
            changes_ -= size_of(moments_.front());
            moments_.pop_front();
        }
    }

    /// Back to one of them. Those behind it are gone. Gives the number of pages that had to be copied.
    std::size_t go_to(std::size_t n) {
        std::size_t pages = 0;
        each_difference(
            [&](std::size_t number, Bytes at, std::span<std::byte> now, std::span<std::byte> copy) {
                std::ranges::copy(copy, now.begin());
                emulator_->machine().changed(number, at, Bytes{now.size()});
                ++pages;
            });
        for (; moments_.size() - 1 > n; moments_.pop_back()) {
            Moment& before = moments_[moments_.size() - 2];
            pages += before.pages.size();
            put_back(before);
        }
        moments_[n].components.put_into(*emulator_);
        for (std::size_t i = 0; i != board_harts<B>; ++i) {
            if constexpr (requires { emulator_->hart(i).code_may_have_changed(); })
                emulator_->hart(i).code_may_have_changed();
            else
                emulator_->hart(i).forget_code();
        }
        return pages;
    }

private:
    struct Page {
        std::size_t block = 0;
        Bytes offset{};
        bool zero = false;  // else its bytes are the next ones of the moment
    };
    struct Moment {
        Note note;
        Components<E> components;
        std::vector<Page> pages{};  // that the moment behind it found changed, as they are here
        std::vector<std::byte> bytes{};
    };
    struct Block {
        MemoryBlock block{};
        detail::Blank copy{};  // as it was at the last moment
    };

    Moments(E& emulator, Bytes limit) : emulator_(&emulator), limit_(limit) {}

    static Bytes size_of(const Moment& moment) {
        return Bytes{moment.pages.size() * sizeof(Page) + moment.bytes.size()};
    }
    void add(Moment& moment, std::size_t number, Bytes at, std::span<const std::byte> bytes) {
        changes_ -= size_of(moment);
        moment.pages.push_back({number, at, all_zero(bytes)});
        if (!moment.pages.back().zero) moment.bytes.insert(moment.bytes.end(), bytes.begin(), bytes.end());
        changes_ += size_of(moment);
    }
    void put_back(Moment& moment) {
        changes_ -= size_of(moment);
        std::span<const std::byte> bytes = moment.bytes;
        for (const Page& page : moment.pages) {
            const Block& there = blocks_[page.block];
            const auto now = page_of(there.block.bytes, page.offset),
                       copy = page_of(there.copy.bytes(), page.offset);
            if (page.zero) {
                std::ranges::fill(now, std::byte{0});
            } else {
                std::ranges::copy(bytes.first(now.size()), now.begin());
                bytes = bytes.subspan(now.size());
            }
            std::ranges::copy(now, copy.begin());
            emulator_->machine().changed(page.block, page.offset, Bytes{now.size()});
        }
        moment.pages = {};
        moment.bytes = {};
    }
    static std::span<std::byte> page_of(std::span<std::byte> block, Bytes at) {
        return block.subspan(at.count, std::min<std::size_t>(tracked_page.count, block.size() - at.count));
    }

    /// Calls `visit(block, offset, page now, page of the copy)` where they differ. Pages that neither has are not made.
    template <class Visit>
    void each_difference(Visit visit) {
        const auto host = HostView::open();
        for (std::size_t number = 0; number != blocks; ++number) {
            const std::span<std::byte> now = blocks_[number].block.bytes, copy = blocks_[number].copy.bytes();
            if (now.empty()) continue;
            ByteRanges there =
                DataMap::of(emulator_->machine(), blocks_[number].block, host).within(0, now.size());
            for (const auto& range : DataMap(copy, -1, host).within(0, now.size()))
                there.add(range.begin, range.end);
            for (const auto& range : there)
                for (Bytes at{range.begin}; at < Bytes{range.end}; at += tracked_page) {
                    const auto page = page_of(now, at), before = page_of(copy, at);
                    if (std::memcmp(page.data(), before.data(), page.size()) != 0)
                        visit(number, at, page, before);
                }
        }
    }

    E* emulator_;
    Bytes limit_, changes_{};
    std::array<Block, blocks> blocks_{};
    std::deque<Moment> moments_;
};

}  // namespace wirewrap::state
