// The RAM in a stream: a list of blocks, then pages in any order, each under the name of its block and its offset
// there. What becomes of them is the business of a `PageSink`.
//
//     word:  | offset in the block, a whole number of pages | flags |      one record; pages follow, or a fill byte
//
// Every length is compared before it is used, and nothing is allocated but the list of blocks, which is bounded.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/interval.hpp>
#include <wirewrap/qemu/mapped_ram.hpp>
#include <wirewrap/qemu/stream_format.hpp>
#include <wirewrap/qemu/stream_input.hpp>

namespace wirewrap::qemu {

/// A RAM block as the stream lists it.
struct StreamBlock {
    std::string id;
    Bytes length;

    friend bool operator==(const StreamBlock&, const StreamBlock&) = default;
};

/// blocks   the list, once, before the first page: an Error ends the reading
/// page     where the page at `offset` in a block of the list goes; empty: nowhere, it is read over. It is there when
///          the payload has been read
/// fill     the page at `offset` consists of this byte
template <class S>
concept PageSink = requires(S& sink, std::span<const StreamBlock> list, std::size_t block, Bytes offset,
                            Bytes page, std::byte value) {
    { sink.blocks(list) } -> std::same_as<Expected<void>>;
    { sink.page(block, offset, page) } -> std::same_as<std::span<std::byte>>;
    sink.fill(block, offset, page, value);
};

template <class Input, PageSink Sink>
class RamSection {
    // QEMU has 256 slots for memory devices and a few dozen ROMs; none of its machines comes near.
    static constexpr std::size_t most_blocks = 1024;
    static constexpr std::size_t none = ~std::size_t{0};

public:
    /// `page`: a power of two, 256 bytes or more. `mapped`: pages have places of their own.
    RamSection(Input& input, Bytes page, bool mapped, Sink& sink)
        : input_(input), page_(page), sink_(sink), mapped_(mapped), places_(input, page) {}

    /// Reads one payload. The list of blocks comes with the first one only.
    Expected<void> read_payload() {
        for (;;) {
            input_.reading("the pages of the RAM");
            const auto word = input_.template number<std::uint64_t>();
            if (!input_.ok()) return std::unexpected(input_.error());
            const std::uint64_t flags = word & (page_.count - 1);
            const Bytes offset{word & ~(page_.count - 1)};
            switch (flags & ~format::record::same_block) {
            case format::record::end: return {};
            case format::record::blocks:
                if (auto listed = read_blocks(offset); !listed) return listed;
                if (auto read = read_mapped_pages(); !read) return read;
                break;
            case format::record::fill:
            case format::record::page:
                if (auto read = read_page(flags, offset); !read) return read;
                break;
            default: return fail(refusal(flags));
            }
        }
    }

    const std::vector<StreamBlock>& blocks() const { return blocks_; }

private:
    Expected<void> read_blocks(Bytes total) {
        input_.reading("the list of RAM blocks");
        if (listed_)
            return fail("the stream lists its RAM blocks twice, the second time at byte ", input_.position());
        Bytes rest = total;
        while (rest != Bytes{}) {
            StreamBlock block{printable(input_.name()), {}};
            block.length = Bytes{input_.template number<std::uint64_t>()};
            if (!input_.ok()) return std::unexpected(input_.error());
            if (block.length == Bytes{} || block.length > rest)
                return fail(
                    "the stream lists RAM block ", block.id, " with ", block.length, ", where ", rest, " of ",
                    total,
                    " are left: it is damaged, or was written with a capability that adds to the list ",
                    "(postcopy-ram, x-ignore-shared, mapped-ram)");
            if (std::ranges::find(blocks_, block.id, &StreamBlock::id) != blocks_.end())
                return fail("the stream lists RAM block ", block.id, " twice");
            if (blocks_.size() == most_blocks)
                return fail("the stream lists more than ", most_blocks,
                            " RAM blocks; no machine of QEMU has as many");
            rest -= block.length;
            if (mapped_) {
                const auto place = places_.read_place(block.id, block.length);
                if (!place) return std::unexpected(place.error());
                at_.push_back(*place);
            }
            blocks_.push_back(std::move(block));
        }
        listed_ = true;
        // Behind the places of all blocks there is more, or they are cut short.
        if (mapped_) {
            const std::uint64_t behind = input_.position();
            input_.skip(1);
            input_.go_to(behind);
        }
        if (!input_.ok()) return std::unexpected(input_.error());
        return sink_.blocks(blocks_);
    }

    Expected<void> read_mapped_pages() {
        const std::uint64_t behind = input_.position();
        for (std::size_t i = 0; i != at_.size(); ++i) {
            if constexpr (requires { sink_.place(i, at_[i].pages); }) sink_.place(i, at_[i].pages);
            if (auto read = places_.read_pages(i, at_[i], blocks_[i].length, sink_); !read) return read;
        }
        if (mapped_) input_.go_to(behind);
        return {};
    }

    Expected<void> read_page(std::uint64_t flags, Bytes offset) {
        if ((flags & format::record::same_block) == 0) {
            const std::string id = printable(input_.name());
            if (!input_.ok()) return std::unexpected(input_.error());
            const auto found = std::ranges::find(blocks_, id, &StreamBlock::id);
            if (found == blocks_.end())
                return fail("the stream has a page of RAM block ", id, ", which it did not list");
            current_ = static_cast<std::size_t>(found - blocks_.begin());
        }
        if (current_ == none)
            return fail("the first page of the stream belongs to no RAM block, at byte ", input_.position());
        const StreamBlock& block = blocks_[current_];
        if (offset >= block.length || page_ > block.length - offset)
            return fail("the stream has a page at [", GuestAddress{offset.count}, ", ",
                        GuestAddress{offset.count + page_.count}, ") of RAM block ", block.id, ", which has ",
                        block.length);
        if ((flags & format::record::fill) != 0) {
            const auto value = std::byte{input_.template number<std::uint8_t>()};
            if (input_.ok()) sink_.fill(current_, offset, page_, value);
        } else if (const std::span<std::byte> to = sink_.page(current_, offset, page_); !to.empty()) {
            input_.bytes_into(to);
        } else {
            input_.skip(page_.count);
        }
        if (!input_.ok()) return std::unexpected(input_.error());
        return {};
    }

    Text refusal(std::uint64_t flags) const {
        const auto written_with = [&](std::string_view capability) {
            return sentence("the stream was written with capability ", capability, " (record at byte ",
                            input_.position() - 8, "), which is not read here: write it without");
        };
        if ((flags & format::record::xbzrle) != 0) return written_with("xbzrle");
        if ((flags & format::record::hook) != 0) return written_with("rdma-pin-all or another of RDMA");
        if ((flags & format::record::compressed) != 0) return written_with("compress");
        if ((flags & format::record::multifd) != 0) return written_with("multifd");
        return sentence("the stream has a RAM record of unknown kind ", GuestAddress{flags}, " at byte ",
                        input_.position() - 8, ": it is damaged, or counts in pages of another size than ",
                        page_);
    }

    Input& input_;
    Bytes page_;
    Sink& sink_;
    std::vector<StreamBlock> blocks_;
    std::size_t current_ = none;  // block of the record before, also of the payload before
    bool listed_ = false;
    bool mapped_;
    MappedRam<Input> places_;
    std::vector<MappedPlace> at_;  // of each block
};

}  // namespace wirewrap::qemu
