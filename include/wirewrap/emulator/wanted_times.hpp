// When the devices of a machine next want to be told a time: the soonest of their deadlines, or of their alarms.
//
//     WantedTimes<Machine, TickDeadlines> wanted;
//     wanted.soonest(machine, now);                                  // all ones: never
//     if (wanted.tell(machine, now, [&] { machine.set_time(now); })) …       // one of them had come
//
// A device that was told the time it wanted and still wants the same one has not understood, and wants nothing more of it: a
// machine that sleeps would otherwise wait for ever for what has been, and nobody would hear of deadlines that are to come.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>

#include <wirewrap/base/abilities.hpp>
#include <wirewrap/board/traits.hpp>

namespace wirewrap {

struct TickDeadlines {
    template <class D>
    static constexpr bool of = KeepsTime<D>;
    static std::uint64_t next(const auto& device) { return device.deadline(); }
    static std::uint64_t soonest(const auto& machine) { return machine.deadline(); }
};
struct WallAlarms {
    template <class D>
    static constexpr bool of = KeepsWallClock<D>;
    static std::uint64_t next(const auto& device) { return device.alarm_due(); }
    static std::uint64_t soonest(const auto& machine) { return machine.alarm_due(); }
};

template <class Machine, class Kind>
class WantedTimes {
    static constexpr std::size_t entries = std::max<std::size_t>(
        board_regions<typename Machine::BoardType>.size(), 1);
    static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

public:
    std::uint64_t soonest(Machine& machine, std::uint64_t now) const {
        if (!any_stayed_) [[likely]]
            return Kind::soonest(machine);
        std::uint64_t soonest = never;
        each(machine, [&](std::size_t entry, std::uint64_t time) {
            if (time > now || time != stayed_[entry]) soonest = std::min(soonest, time);
        });
        return soonest;
    }
    /// Calls `tell()`. True when a device wanted that before.
    template <class Tell>
    bool tell(Machine& machine, std::uint64_t now, Tell tell) {
        if (soonest(machine, now) > now) {
            tell();
            return false;
        }
        std::array<std::uint64_t, entries> before{};
        each(machine, [&](std::size_t entry, std::uint64_t time) { before[entry] = time; });
        tell();
        any_stayed_ = false;
        each(machine, [&](std::size_t entry, std::uint64_t time) {
            const bool stayed = time <= now && time == before[entry];
            stayed_[entry] = stayed ? time : never;
            any_stayed_ = any_stayed_ || stayed;
        });
        return true;
    }
    /// There may be such a device.
    bool any_stayed() const { return any_stayed_; }
    /// The machine is in another state: none has been told.
    void forget() {
        stayed_.fill(never);
        any_stayed_ = false;
    }

private:
    template <class Visit>
    static void each(Machine& machine, Visit visit) {
        machine.devices().each([&]<std::size_t I>(auto& device) {
            if constexpr (Kind::template of<std::remove_cvref_t<decltype(device)>>)
                visit(I, Kind::next(device));
        });
    }

    std::array<std::uint64_t, entries> stayed_ = [] {
        std::array<std::uint64_t, entries> none{};
        none.fill(never);
        return none;
    }();
    bool any_stayed_ = false;
};

}  // namespace wirewrap
