// The host memory of the blocks that a board has beside main RAM: `ram` and `rom` entries of its map, and the contents of
// devices such as flash. One piece of memory holds them all, each from a page of its own on; the board only declared them.
//
// Their sizes are in the board's type. On a machine whose main RAM is `Fixed` they are fixed too, so that it makes no
// system call; otherwise they are anonymous memory.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <wirewrap/base/error.hpp>
#include <wirewrap/board/block_list.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/hostmem/fixed.hpp>
#include <wirewrap/hostmem/rules.hpp>
#include <wirewrap/machine/device_at.hpp>
#include <wirewrap/machine/owned.hpp>

namespace wirewrap {

/// A piece of memory that has a name in snapshots and streams.
struct MemoryBlock {
    std::string_view id;
    std::span<std::byte> bytes;
    bool writable = true;  // by the guest
};

/// Host memory comes in pages; a block of a few bytes has a page to itself, of which the guest sees its own bytes.
template <class Backend>
constexpr Bytes host_size(Bytes size) {
    if constexpr (Backend::size) return size;
    return rule::MultipleOf{hostmem::smallest_page}.above(size).value_or(size);
}

namespace detail {

/// Where each block begins in the memory of all of them; main RAM, block 0, is elsewhere. Last: how large it is.
template <class B>
constexpr std::array<Bytes, block_count<B> + 1> block_offsets() {
    std::array<Bytes, block_count<B> + 1> offsets{};
    Bytes next{};
    for (std::size_t i = 0; i != board_regions<B>.size(); ++i)
        if (board_regions<B>[i].has_block()) {
            offsets[block_numbers<B>[i]] = next;
            next +=
                rule::MultipleOf{hostmem::smallest_page}.above(board_regions<B>[i].range.size).value_or(next);
        }
    offsets.back() = next;
    return offsets;
}

template <class B, class Backend>
struct BlocksTag;

template <class B, class Backend>
struct BlocksBackend {
    using type = hostmem::Anonymous;
};
template <class B, class Backend>
    requires(Backend::size.has_value() && block_count<B> > 1)
struct BlocksBackend<B, Backend> {
    using type = hostmem::Fixed<block_offsets<B>().back(), BlocksTag<B, Backend>>;
};

}  // namespace detail

/// One block for each map entry that has one.
template <class B, hostmem::Backend Backend>
class Blocks {
    using Memory = typename detail::BlocksBackend<B, Backend>::type;
    static constexpr auto offsets = detail::block_offsets<B>();

public:
    /// Allocates all of them, or none and an Error that names the board and the entries.
    static Expected<Blocks> allocate() {
        Blocks blocks;
        if constexpr (block_count<B> > 1) {
            auto memory = hostmem::allocate<Memory>(offsets.back());
            if (!memory)
                return fail(board_name<B>, ": ", offsets.back(), " for ",
                            listing(
                                block_count<B> - 1, [](std::size_t i) { return id_of(i + 1); }, " and "),
                            ": ", memory.error().message);
            blocks.memory_ = std::optional(std::move(*memory));
        }
        return blocks;
    }

    /// Host memory of the block of map entry `i`; empty where the entry has none.
    std::span<std::byte> bytes(std::size_t i) const {
        if (!board_regions<B>[i].has_block() || !memory_) return {};
        return memory_->span().subspan(offsets[block_numbers<B>[i]].count,
                                       board_regions<B>[i].range.size.count);
    }

    /// The id of block `number`, which is not main RAM.
    static constexpr std::string_view id_of(std::size_t number) {
        for (std::size_t i = 0; i != board_regions<B>.size(); ++i)
            if (board_regions<B>[i].has_block() && block_numbers<B>[i] == number)
                return board_regions<B>[i].name;
        return {};
    }

private:
    detail::Owned<hostmem::HostMemory<Memory>> memory_;
};

}  // namespace wirewrap
