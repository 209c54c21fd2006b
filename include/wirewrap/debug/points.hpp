// The breakpoints and watchpoints of a debugger on a machine and its harts.
//
//     Points<E> points(emulator);
//     points.change(true, PointKind::software, 0x8000'1000, 4);
//     points.arm();                                 // before the harts run
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <wirewrap/board/traits.hpp>
#include <wirewrap/debug/hart_check.hpp>
#include <wirewrap/debug/stop.hpp>
#include <wirewrap/emulator/stopped.hpp>
#include <wirewrap/machine/machine.hpp>
#include <wirewrap/state/watchpoints.hpp>

namespace wirewrap::debug {

namespace detail {
template <class Machine, class P>
inline constexpr bool has_policy = false;
template <class B, class Backend, class... Ps, class P>
inline constexpr bool has_policy<Machine<B, Backend, Ps...>, P> = (std::is_same_v<P, Ps> || ...);
}  // namespace detail

/// Watchpoints are those of the machine's policy: hits end the emulator's run behind the access.
template <class E>
class Points {
    using Hart = typename E::Hart;
    static constexpr std::size_t harts = board_harts<typename E::MachineType::BoardType>;

public:
    static constexpr bool has_breakpoints = HasBreakpoints<Hart>;
    static constexpr bool has_watchpoints = detail::has_policy<typename E::MachineType, state::Watchpoints>;

    struct Point {
        PointKind kind{};
        std::uint64_t address = 0, length = 0;
        std::size_t watchpoint = 0;  // of the policy
    };

    explicit Points(E& emulator) : emulator_(emulator) {
        if constexpr (has_watchpoints)
            watch().on_hit([this](const state::WatchHit& hit) {
                emulator_.stop_behind({hit.access, hit.address, hit.width, hit.watchpoint});
            });
    }
    Points(const Points&) = delete;
    Points& operator=(const Points&) = delete;
    ~Points() {
        clear();
        if constexpr (has_watchpoints) watch().on_hit({});
    }

    /// Sets one, or takes one away. `seen`: where it is when addresses are translated. Nothing: there are none of this kind;
    /// false: it cannot be, or is not there.
    std::optional<bool> change(bool set, PointKind kind, std::uint64_t address, std::uint64_t length,
                               std::uint64_t physical) {
        const bool breaks = kind == PointKind::software || kind == PointKind::hardware;
        if (breaks ? !has_breakpoints : !has_watchpoints) return std::nullopt;
        const auto there = std::ranges::find_if(points_, [&](const Point& each) {
            return each.kind == kind && each.address == address && each.length == length;
        });
        if (set == (there != points_.end())) return set;  // setting again is no mistake
        if (set) {
            if (length == 0 || (breaks && length > 8)) return false;
            Point point{kind, address, length};
            if constexpr (has_watchpoints)
                if (!breaks)
                    point.watchpoint = watch().add(
                        {GuestAddress{physical}, Bytes{length}},
                        {.load = kind != PointKind::write, .store = kind != PointKind::read});
            points_.push_back(point);
        } else {
            take_away(*there);
            points_.erase(there);
        }
        return true;
    }
    void clear() {
        for (const Point& each : points_) take_away(each);
        points_.clear();
        arm();
    }

    /// Tells the harts.
    void arm() {
        if constexpr (has_breakpoints) {
            std::vector<std::uint64_t> addresses;
            for (const Point& each : points_)
                if (each.kind == PointKind::software || each.kind == PointKind::hardware)
                    addresses.push_back(each.address);
            for (std::size_t n = 0; n != harts; ++n) emulator_.hart(n).set_breakpoints(addresses);
        }
    }

    /// The one that the policy knows by this number.
    const Point* watchpoint(std::size_t number) const {
        const auto there = std::ranges::find_if(points_, [&](const Point& each) {
            return each.kind >= PointKind::write && each.watchpoint == number;
        });
        return there != points_.end() ? &*there : nullptr;
    }
    /// One for execution there, software before hardware.
    const Point* breakpoint(std::uint64_t address) const {
        const Point* found = nullptr;
        for (const Point& each : points_)
            if (each.address == address && each.kind <= PointKind::hardware &&
                (found == nullptr || each.kind < found->kind))
                found = &each;
        return found;
    }

private:
    auto& watch() { return emulator_.machine().template policy<state::Watchpoints>(); }
    void take_away(const Point& point) {
        if constexpr (has_watchpoints)
            if (point.kind >= PointKind::write) watch().remove(point.watchpoint);
    }

    E& emulator_;
    std::vector<Point> points_;
};

}  // namespace wirewrap::debug
