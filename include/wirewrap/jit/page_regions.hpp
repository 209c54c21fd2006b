// The regions of a page of code, at the address at which they were translated: which of them has a block that control may
// enter, and how often an instruction was translated.
//
//     PageRegions regions(0x80200000);
//     regions.add(steps, emitter.translate(steps, place, …));
//     if (const auto way = regions.find(index)) emitter.entry(way->region->map, *way->block);
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include <wirewrap/jit/emitter.hpp>
#include <wirewrap/jit/region.hpp>

namespace wirewrap::jit {

class PageRegions {
public:
    explicit PageRegions(std::uint64_t address) : address_(address) {}

    std::uint64_t address() const { return address_; }
    const Copies& copies() const { return copies_; }

    /// A block and the region that it belongs to; good until the next `add`.
    struct Way {
        const Translation* region;
        const Block* block;
    };
    /// Into the block at this halfword, if a region has one: the region that was translated last.
    std::optional<Way> find(std::size_t index) const {
        if (region_at_[index] == 0) return std::nullopt;
        const Translation& region = regions_[region_at_[index] - 1u];
        return Way{&region, &*std::ranges::lower_bound(region.blocks, index, {}, &Block::index)};
    }

    /// `made` from `steps`; its blocks in order of addresses.
    void add(const Steps& steps, Translation made) {
        for (const Step& step : steps) ++copies_[step.index];
        regions_.push_back(std::move(made));
        for (const Block& block : regions_.back().blocks)
            region_at_[block.index] = static_cast<std::uint16_t>(regions_.size());
    }

private:
    std::uint64_t address_;
    Copies copies_{};
    // By halfword, counted from 1. Each region has an instruction of its own to begin at, three times at most.
    std::array<std::uint16_t, riscv::halfwords_per_page> region_at_{};
    std::vector<Translation> regions_;
};

}  // namespace wirewrap::jit
