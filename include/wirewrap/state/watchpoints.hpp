// Watchpoints, a policy of a machine: addresses at which loads, stores or fetches are noticed. Hits are recorded, or given
// to a function.
//
//     auto machine = Machine<Handheld, hostmem::Anonymous, Watchpoints>::create().value();
//     auto& watch = machine.policy<Watchpoints>();
//     watch.add({at(0x8000'1000), 16_B}, {.store = true});
//     machine.store<std::uint32_t>(at(0x8000'1004), 1);
//     watch.hits().front().address;                          // 0x80001004
//
// A hart fetches each instruction from the machine as long as a watchpoint for fetches is set, and then only: one hit for
// each instruction of which a byte is watched. In a function given to `on_hit`, `pc()` and `x()` of the hart that makes the
// access are exact, and `request_stop()` of hart or machine stops it behind this instruction.
//
// While nothing is watched a hart is as fast as without this policy, translated code too. From then on it asks the machine
// for each access, and one far from all watchpoints costs a subtraction and a comparison more. Memory that is handed out
// whole (`ram_span`: atomic operations of harts, loaders) hits as a store.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/interval.hpp>

namespace wirewrap::state {

/// Which accesses a watchpoint notices.
struct WatchedAccesses {
    bool load = false;
    bool store = false;
    bool fetch = false;
};

struct WatchHit {
    std::size_t watchpoint = 0;  // as `add` numbered it
    Access access{};
    GuestAddress address;
    Bytes width{};

    friend bool operator==(const WatchHit&, const WatchHit&) = default;
};

/// For one thread at a time, as the machine.
class Watchpoints {
public:
    /// How many hits are kept until `forget_hits()`; later ones are counted only.
    static constexpr std::size_t kept_hits = 1024;

    /// Watches a range; the number by which hits and `remove` know it.
    std::size_t add(Interval range, WatchedAccesses accesses) {
        points_.push_back({range, accesses, next_});
        find_bounds();
        return next_++;
    }
    void remove(std::size_t watchpoint) {
        std::erase_if(points_, [&](const Point& point) { return point.number == watchpoint; });
        find_bounds();
    }
    /// Called with each hit, after the access; hits are not recorded then. Nothing: they are again.
    void on_hit(std::function<void(const WatchHit&)> call) { call_ = std::move(call); }

    const std::vector<WatchHit>& hits() const { return hits_; }
    /// Hits that were not kept because too many were.
    std::uint64_t unkept_hits() const { return unkept_; }
    void forget_hits() {
        hits_.clear();
        unkept_ = 0;
    }

    // ---- hooks of the machine

    /// Something is watched. Until then harts access RAM by themselves.
    bool wants_accesses() const { return reach_ != 0; }
    /// Some watchpoint is for fetches, which harts then tell of.
    bool wants_fetches() const { return fetches_; }

    [[gnu::always_inline]] void accessed(Access access, GuestAddress address, std::size_t width) {
        // One of 8 bytes that starts 7 before the first watched byte reaches it; what a master of the bus copies in one may be
        // longer and start anywhere before. The width of a hart's access is a constant here.
        if (width > widest || address.value - lowest_ < reach_) [[unlikely]]
            look(access, {address, Bytes{width}});
    }
    void spanned(GuestAddress address, Bytes size) {
        if (!points_.empty()) look(Access::store, {address, size});
    }

private:
    struct Point {
        Interval range;
        WatchedAccesses accesses;
        std::size_t number = 0;

        bool notices(Access access) const {
            return access == Access::load    ? accesses.load
                   : access == Access::store ? accesses.store
                                             : accesses.fetch;
        }
    };

    static constexpr std::uint64_t widest = 8;  // of an access of a hart

    void find_bounds() {
        std::uint64_t first = ~std::uint64_t{0}, last = 0;
        fetches_ = false;
        for (const Point& point : points_) {
            if (point.range.empty()) continue;
            fetches_ = fetches_ || point.accesses.fetch;
            first = std::min(first, point.range.base.value);
            last = std::max(last, point.range.last().value);
        }
        lowest_ = first - std::min(first, widest - 1);
        reach_ = first > last ? 0 : last - lowest_ + (last - lowest_ != ~std::uint64_t{0} ? 1 : 0);
    }

    [[gnu::noinline, gnu::cold]] void look(Access access, Interval range) {
        // Who is called may add and remove watchpoints, this one too, and name somebody else to be called. What is added has
        // not seen this access.
        for (std::size_t number = 0, end = next_; number != end; ++number) {
            const auto point = std::ranges::lower_bound(points_, number, {}, &Point::number);
            if (point == points_.end() || point->number >= end) return;
            number = point->number;
            if (!point->notices(access) || !point->range.overlaps(range)) continue;
            const WatchHit hit{number, access, range.base, range.size};
            if (const auto call = call_)
                call(hit);
            else if (hits_.size() == kept_hits)
                ++unkept_;
            else
                hits_.push_back(hit);
        }
    }

    bool fetches_ = false;
    std::uint64_t lowest_ = 0, reach_ = 0;  // of addresses at which an access may touch a watchpoint
    std::vector<Point> points_;
    std::vector<WatchHit> hits_;
    std::uint64_t unkept_ = 0;
    std::size_t next_ = 0;
    std::function<void(const WatchHit&)> call_;
};

}  // namespace wirewrap::state
