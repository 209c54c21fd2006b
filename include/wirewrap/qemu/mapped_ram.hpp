// RAM that has places of its own in the file: capability mapped-ram, from QEMU 9.0 on. In the list of blocks each one
// is followed by a head, a bitmap that says which of its pages are in the file, and room for all of them, which begins
// at a multiple of 1 MiB; the stream goes on behind that room. With multifd, several threads write into the same places.
//
//     | name, length | version, page, bitmap at, pages at | bitmap |    … | pages, `length` bytes | next name, …
//                      4 + 3 * 8 bytes                      ^bitmap at      ^pages at
//
// A page without a bit is of zeroes, whatever is at its place: what the guest had there before it cleared it.
//
// The bitmap is in words of the host that wrote it, the only part of a stream whose byte order the host decides. All
// hosts but s390x and old POWER are little-endian, and so it is read. Of a big-endian one, pages would be taken for
// others: QEMU gives no bit to a page of zeroes, so a page of zeroes whose bit is there in one order only shows it.
//
// Source: QEMU, docs/devel/migration/mapped-ram.rst and migration/ram.c; files of QEMU 10.0.13 and 11.1.3.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/zeroes.hpp>

namespace wirewrap::qemu {

/// Where a block's bitmap and pages are, in bytes from the start of the stream.
struct MappedPlace {
    std::uint64_t bitmap = 0, pages = 0;
    bool empty = false;  // the file has none of its pages
};

template <class Input>
class MappedRam {
    static constexpr unsigned word_bits = 64;

public:
    MappedRam(Input& input, Bytes page) : input_(input), page_(page), buffer_(page.count) {}

    /// Reads the head of a block in the list, and goes behind its pages.
    Expected<MappedPlace> read_place(std::string_view block, Bytes length) {
        if (!input_.seeks())
            return fail(
                "the stream was written with capability mapped-ram, so that pages have places of their own "
                "in the file, and comes through a pipe: copy it to a file, and read that");
        input_.reading("the head of a block with places of its own");
        const auto version = input_.template number<std::uint32_t>();
        const Bytes page{input_.template number<std::uint64_t>()};
        const auto bitmap = input_.template number<std::uint64_t>();
        const auto pages = input_.template number<std::uint64_t>();
        if (!input_.ok()) return std::unexpected(input_.error());
        if (version != 1)
            return fail("block ", block, " of the stream has places of version ", version,
                        " of its own, and only 1 is known here: QEMU 9.0 to 11.1 write it");
        if (page != page_)
            return fail("block ", block, " of the stream has places for pages of ", page,
                        ", and the stream counts in pages of ", page_);
        if (length % page != Bytes{})
            return fail("block ", block, " of the stream has ", length,
                        ", which is no whole number of pages of ", page);
        if (bitmap == 0 && pages == 0) return MappedPlace{.empty = true};
        // QEMU counts from the start of the file, and the stream may begin behind other things.
        const MappedPlace place{.bitmap = input_.position(), .pages = pages - bitmap + input_.position()};
        const std::uint64_t before = bitmap - place.bitmap;
        if (!listed_) before_ = before;
        listed_ = true;
        constexpr std::uint64_t longest = std::uint64_t{1} << 62;  // of a file
        if (before != before_ || pages < bitmap || pages - bitmap < bitmap_bytes(length) || pages > longest ||
            length > Bytes{longest})
            return fail("block ", block, " of the stream says that its bitmap is at byte ", bitmap, " and ",
                        length, " of pages at byte ", pages, ", which is not behind byte ", place.bitmap,
                        ": the stream is damaged");
        input_.go_to(place.pages + length.count);
        return place;
    }

    /// Gives `sink` the pages of block number `block`. The input is anywhere afterwards.
    template <class Sink>
    Expected<void> read_pages(std::size_t block, const MappedPlace& place, Bytes length, Sink& sink) {
        if (place.empty) return {};
        input_.reading("pages with places of their own");
        const std::uint64_t pages = length.count / page_.count;
        for (std::uint64_t first = 0; first < pages; first += words_.size() * word_bits) {
            const std::uint64_t count = std::min<std::uint64_t>(pages - first, words_.size() * word_bits);
            if (auto read = read_words(place.bitmap + first / 8, count); !read) return read;
            for (std::uint64_t i = 0; i != count; ++i)
                if (auto read = read_page(block, place, first + i, words_[i / word_bits], i % word_bits,
                                          sink);
                    !read)
                    return read;
            if (auto read = read_run(); !read) return read;
        }
        return {};
    }

private:
    static constexpr std::uint64_t bytes_of(std::uint64_t pages) {
        return (pages + word_bits - 1) / word_bits * sizeof(std::uint64_t);
    }
    std::uint64_t bitmap_bytes(Bytes length) const { return bytes_of(length.count / page_.count); }

    Expected<void> read_words(std::uint64_t at, std::uint64_t pages) {
        std::array<std::byte, sizeof words_> bytes;
        const auto some = std::span(bytes).first(bytes_of(pages));
        input_.go_to(at);
        input_.bytes_into(some);
        if (!input_.ok()) return std::unexpected(input_.error());
        for (std::size_t i = 0; i != some.size() / sizeof(std::uint64_t); ++i)
            words_[i] = read_memory<std::uint64_t, std::endian::little>(bytes.data() +
                                                                        i * sizeof(std::uint64_t));
        if (pages % word_bits != 0 && words_[pages / word_bits] >> pages % word_bits != 0)
            return fail("a bitmap of the stream, at byte ", at,
                        ", has bits for pages that its block does not have", why);
        return {};
    }

    template <class Sink>
    Expected<void> read_page(std::size_t block, const MappedPlace& place, std::uint64_t number,
                             std::uint64_t word, unsigned bit, Sink& sink) {
        const Bytes offset = page_ * number;
        if ((word >> bit & 1) == 0) {
            sink.fill(block, offset, page_, std::byte{});
            return {};
        }
        std::span<std::byte> to = sink.page(block, offset, page_);
        const std::uint64_t at = place.pages + offset.count;
        if ((swap_bytes(word) >> bit & 1) == 0) {
            if (to.empty()) to = buffer_;
            input_.go_to(at);
            input_.bytes_into(to);
            if (!input_.ok()) return std::unexpected(input_.error());
            if (all_zero(to))
                return fail("the stream has a bit for the page at ", at,
                            ", which is of zeroes and so has none", why);
            return {};
        }
        // One read for pages that lie behind each other here and there.
        if (!to.empty() && to.data() == run_.data() + run_.size() && at == run_at_ + run_.size()) {
            run_ = std::span(run_.data(), run_.size() + to.size());
            return {};
        }
        auto read = read_run();
        run_ = to, run_at_ = at;
        return read;
    }
    Expected<void> read_run() {
        if (run_.empty()) return {};
        input_.go_to(run_at_);
        input_.bytes_into(run_);
        run_ = {};
        if (!input_.ok()) return std::unexpected(input_.error());
        return {};
    }

    static constexpr std::string_view why = ": it was written on a big-endian host, which its bitmaps do not "
                                            "say, or is damaged; let QEMU read it there, and "
                                            "write it without mapped-ram";

    Input& input_;
    Bytes page_;
    std::array<std::uint64_t, 512> words_{};
    std::vector<std::byte> buffer_;  // for a page that goes nowhere
    std::span<std::byte> run_;       // pages that are yet to be read, from `run_at_` on
    std::uint64_t run_at_ = 0;
    std::uint64_t before_ = 0;  // bytes of the file before the stream
    bool listed_ = false;
};

}  // namespace wirewrap::qemu
