// What overlays leave nothing of: an entry that the guest can see nowhere was put there by mistake.
//
//     memory_map(rom<"boot">(at(0x0), 4_KiB), overlay(reserved<"peripherals">(at(0x0), 64_KiB)))
//     // twice: rom boot [0x0, 0x1000) is wholly hidden by overlay peripherals [0x0, 0x10000); take it out, or ...
//
// A block that a mirror or a bank shows elsewhere is seen there, so it may be hidden at its own place.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include <wirewrap/base/interval.hpp>
#include <wirewrap/base/sort.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/board/mistakes.hpp>
#include <wirewrap/board/placement.hpp>
#include <wirewrap/board/region.hpp>

namespace wirewrap::check {

/// The overlays of a board by address, to look under them.
class Overlays {
public:
    constexpr explicit Overlays(std::span<const Region> regions, std::size_t space = memory_space) {
        for (const Region& region : regions)
            if (hides(region) && region.space == space && !region.range.empty() && !region.range.wraps())
                sorted_.push_back(&region);
        wirewrap::detail::sort(sorted_.data(), sorted_.size(), [](const Region* a, const Region* b) {
            return a->range.base.value < b->range.base.value;
        });
        for (std::size_t i = 0; i != sorted_.size(); ++i) {
            const GuestAddress last = sorted_[i]->range.last();
            if (!stretches_.empty() && begins_within(sorted_[i]->range.base, stretches_.back().last)) {
                stretches_.back().end = i + 1;
                stretches_.back().last = std::max(stretches_.back().last, last);
            } else {
                stretches_.push_back({sorted_[i]->range.base, last, i, i + 1});
            }
        }
    }

    constexpr bool empty() const { return sorted_.empty(); }

    /// What hides all of `range`: "overlay a [0x0, 0x10)", or "overlays a [0x0, 0x8) to b [0x8, 0x10)" of several that
    /// leave nothing between them. Empty when some of it can be seen.
    constexpr Text that_hide(Interval range) const {
        if (range.empty() || range.wraps()) return {};
        const std::size_t found = around(range.base);
        if (found == stretches_.size() || stretches_[found].last < range.last()) return {};
        std::size_t first = stretches_[found].begin, last = stretches_[found].end - 1;
        while (!sorted_[first]->range.overlaps(range)) ++first;
        while (!sorted_[last]->range.overlaps(range)) --last;
        const Region &a = *sorted_[first], &b = *sorted_[last];
        if (a.range.contains(range.base) && a.range.last() >= range.last())
            return sentence("overlay ", a.name, " ", a.range);
        return sentence("overlays ", a.name, " ", a.range, " to ", b.name, " ", b.range);
    }

private:
    /// For loads and stores, and at all times.
    static constexpr bool hides(const Region& region) {
        return region.overlay && region.takes_loads && region.takes_stores && !region.changes();
    }

    /// Overlays without a gap between them.
    struct Stretch {
        GuestAddress base;
        GuestAddress last;
        std::size_t begin;
        std::size_t end;
    };

    static constexpr bool begins_within(GuestAddress base, GuestAddress last) {
        return base <= last || base.value - last.value == 1;
    }

    /// Not a pointer, which g++ 12 with -fsanitize=undefined cannot compare in a constant expression.
    constexpr std::size_t around(GuestAddress address) const {
        std::size_t first = 0;
        for (std::size_t end = stretches_.size(); first != end;) {
            const std::size_t middle = first + (end - first) / 2;
            if (stretches_[middle].last < address)
                first = middle + 1;
            else
                end = middle;
        }
        if (first == stretches_.size() || address < stretches_[first].base) return stretches_.size();
        return first;
    }

    std::vector<const Region*> sorted_;
    std::vector<Stretch> stretches_;
};

/// Some mirror or bank shows bytes of the block; of main RAM, whose name is empty there.
constexpr bool shown_elsewhere(const Subject& subject, RegionKind kind, std::string_view block) {
    if (kind != RegionKind::ram && kind != RegionKind::rom) return false;
    for (const Region& region : subject.regions)
        if (((region.kind == RegionKind::mirror) || (region.kind == RegionKind::bank && !block.empty())) &&
            region.source == block)
            return true;
    return false;
}

constexpr void hidden_entries(Mistakes& mistakes, const Subject& subject) {
    const Overlays overlays(subject.regions), over_ports(subject.regions, port_space);
    if (overlays.empty() && over_ports.empty()) return;
    for (const Region& region : subject.regions) {
        if (region.overlay || !region.placed) continue;
        const Text above = (region.space == port_space ? over_ports : overlays).that_hide(region.range);
        if (!above.empty() && !shown_elsewhere(subject, region.kind, region.name))
            tell(mistakes, subject, called(region), " is wholly hidden by ", above,
                 "; take it out, or let the overlay leave something of it");
    }
}

/// Windows of main RAM, where no mirror shows it either. A hidden mirror is no mistake: boards that boot from flash at 0
/// have RAM wired there too (ARM Versatile Express). Asked for the default size only: sizes of RAM that end under a device
/// are harmless.
constexpr void hidden_ram(Mistakes& mistakes, const Subject& subject, const RamWindows& windows) {
    const Overlays overlays(subject.regions);
    if (overlays.empty() || shown_elsewhere(subject, RegionKind::ram, {})) return;
    for (const RamWindow& window : windows)
        if (window.mirror) return;
    for (const RamWindow& window : windows) {
        const Text above = overlays.that_hide(window.range());
        if (!above.empty())
            tell(mistakes, subject, "main RAM ", subject.ram_id, " ", window.range(), " is wholly hidden by ",
                 above, "; move it, or let the overlay leave something of it");
    }
}

}  // namespace wirewrap::check
