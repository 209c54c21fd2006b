// Pages that a stream should have and has not. QEMU sends each page of each block once at least, a page of zeroes as a
// byte; so what never came is somewhere else, and zeroes would be wrong in its place.
//
//     StreamContents seen;                                 // told of each page
//     seen.list(blocks), seen.page(0, 4_KiB, 4_KiB);
//     if (const auto missing = seen.missing(); !missing.empty()) return fail(not_whole(missing));
//
// | what leaves pages out                  | where they are                                 |
// |----------------------------------------|------------------------------------------------|
// | capability multifd                     | in the other channels; QEMU 7.2 does not say so |
// | a balloon's free-page-hint             | nowhere: the guest did not use them             |
// | a stream that is read in smaller pages | between those that were read                    |
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/qemu/ram_section.hpp>
#include <wirewrap/qemu/seen_pages.hpp>

namespace wirewrap::qemu {

/// Bytes of a block of which no page came.
struct MissingPages {
    std::string id;
    Bytes size;

    friend bool operator==(const MissingPages&, const MissingPages&) = default;
};

/// The pages of a stream that came, by the number of their block in its list.
class StreamContents {
public:
    void list(std::span<const StreamBlock> blocks) {
        blocks_.assign(blocks.begin(), blocks.end());
        seen_.assign(blocks.size(), SeenPages());
    }
    void page(std::size_t block, Bytes offset, Bytes size) { seen_[block].add(offset, size); }

    const std::vector<StreamBlock>& blocks() const { return blocks_; }
    Bytes missing(std::size_t block) { return blocks_[block].length - seen_[block].size(); }
    bool has(std::size_t block, Bytes offset, Bytes size) { return seen_[block].has(offset, size); }
    /// Blocks that are not whole; but those for whose numbers `passed_over` is true.
    std::vector<MissingPages> missing(auto passed_over) {
        std::vector<MissingPages> result;
        for (std::size_t i = 0; i != blocks_.size(); ++i)
            if (const Bytes size = missing(i); size != Bytes{} && !passed_over(i))
                result.push_back({blocks_[i].id, size});
        return result;
    }

private:
    std::vector<StreamBlock> blocks_;
    std::vector<SeenPages> seen_;
};

/// `remedy`: how to go on all the same.
inline Text not_whole(std::span<const MissingPages> missing, Bytes page, std::string_view remedy) {
    return sentence("no page came of ",
                    listing(
                        missing.size(),
                        [&](std::size_t i) { return sentence(missing[i].size, " of block ", missing[i].id); },
                        " and "),
                    ": the stream was written with capability multifd, so that pages are in its other "
                    "channels, or with a balloon's "
                    "free-page-hint, or counts in pages of another size than ",
                    page, "; write it without them, or ", remedy);
}

}  // namespace wirewrap::qemu
