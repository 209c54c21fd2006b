// The devices of a machine: one object for each device entry of the map, the levels of their interrupt wires, and the
// time that some of them keep. Everything is found by the number of the map entry, a constant.
//
//     DeviceSet<Handheld> devices;
//     devices.at<2>();                                           // the Ns16550a, if that is entry 2
//     devices.propagate<2>();                                    // its pins may have changed: the wires follow
//     devices.interrupt_lines(0);                                // what has come of it at hart 0
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/device.hpp>
#include <wirewrap/board/hana.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/machine/blocks.hpp>
#include <wirewrap/machine/device_bus.hpp>
#include <wirewrap/machine/device_kinds.hpp>
#include <wirewrap/machine/interrupts.hpp>

namespace wirewrap {

template <class B>
class DeviceSet {
    static constexpr std::size_t region_count = board_regions<B>.size();
    static constexpr auto& kinds = detail::device_kinds<B>;
    template <class D>
    static constexpr bool tells_time = KeepsTime<D> && requires(const D& device) {
        { device.time() } -> std::same_as<std::uint64_t>;
    };

public:
    static constexpr std::size_t none = ~std::size_t{0};

    /// The number of the first map entry whose device type satisfies `Is<D>::value`; `none` when there is none.
    template <template <class> class Is>
    static consteval std::size_t find() {
        std::size_t found = none;
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            const bool is[] = {Is<detail::DeviceAt<B, I>>::value..., false};
            for (std::size_t i = 0; i != region_count && found == none; ++i)
                if (is[i]) found = i;
        }(std::make_index_sequence<region_count>{});
        return found;
    }

    template <std::size_t I>
    auto& at() {
        return alike<I>(0);
    }
    template <std::size_t I>
    const auto& at() const {
        return boost::hana::at_c<kinds.kind[I]>(devices_).devices[kinds.place[I]];
    }
    /// Of the devices of the type of entry `I` the one `k` behind it, by their addresses.
    template <std::size_t I>
    [[gnu::always_inline]] auto& alike(std::size_t k) {
        return boost::hana::at_c<kinds.kind[I]>(devices_).devices[kinds.place[I] + k];
    }

    /// Gives each device that keeps its contents in a block that block, and takes the first levels of all pins.
    template <class Blocks>
    void connect(const Blocks& blocks) {
        attach(blocks);
        propagate_all();
    }

    /// Gives each device that keeps its contents in a block that block; levels stay as they are.
    template <class Blocks>
    void attach(const Blocks& blocks) {
        for_each([&]<std::size_t I, class D>() { attach_one<I>(blocks); });
    }
    template <std::size_t I, class Blocks>
    void attach_one(const Blocks& blocks) {
        if constexpr (StoresInBlock<detail::DeviceAt<B, I>>) attach(at<I>(), blocks[block_numbers<B>[I]]);
    }
    /// The blocks belong to somebody else now.
    void detach() {
        for_each([&]<std::size_t I, class D>() {
            if constexpr (StoresInBlock<D>) attach(at<I>(), std::span<std::byte>{});
        });
    }
    /// Lets the wires follow the pins of entry `I`.
    template <std::size_t I>
    [[gnu::always_inline]] void propagate() {
        interrupts_.template propagate<I>(*this);
    }
    /// No pin of a device in a row has another level than its wires have.
    template <class Row>
    [[gnu::always_inline]] bool settled(std::size_t k) {
        return interrupts_.template settled<Row::entries>(alike<Row::entry>(k), k);
    }

    /// Calls `change(device)` and lets the interrupt levels follow; a device that takes lines is told theirs, for it may be
    /// another one now. Gives what `change` gives.
    template <std::size_t I, class Change>
    decltype(auto) update(Change&& change) {
        struct Settle {
            DeviceSet& devices;
            ~Settle() {
                if constexpr (TakesLines<detail::DeviceAt<B, I>>)
                    devices.interrupts_.template tell_sink<I>(devices);
                devices.propagate<I>();
            }
        } propagate_after{*this};
        return std::forward<Change>(change)(at<I>());
    }

    void request_stop() { stop_.requested = stop_.asked = true; }
    void device_wants_stop() { stop_.requested = stop_.wanted = true; }
    bool stop_requested() const { return stop_.requested; }
    /// It was `request_stop()`, not only a device.
    bool stop_asked() const { return stop_.asked; }
    void clear_stop() { stop_.requested = stop_.asked = stop_.wanted = false; }

    std::uint64_t interrupt_lines(std::size_t hart) const { return interrupts_.lines(hart); }

    std::uint64_t time() const {
        std::uint64_t now = now_;
        for_each([&]<std::size_t I, class D>() {
            if constexpr (tells_time<D>) now = at<I>().time();
        });
        return now;
    }
    /// What `set_time` said last.
    std::uint64_t told() const { return now_; }
    void set_time(std::uint64_t now) {
        now_ = now;
        noticing_stops([&] {
            for_each([&]<std::size_t I, class D>() {
                if constexpr (KeepsTime<D>) {
                    at<I>().tick(now);
                    propagate<I>();
                }
            });
        });
    }
    std::uint64_t deadline() const {
        std::uint64_t soonest = never;
        for_each([&]<std::size_t I, class D>() {
            if constexpr (KeepsTime<D>) soonest = std::min(soonest, at<I>().deadline());
        });
        return soonest;
    }

    void set_wall_clock(std::uint64_t nanoseconds) {
        noticing_stops([&] {
            for_each([&]<std::size_t I, class D>() {
                if constexpr (KeepsWallClock<D>) {
                    at<I>().wall_clock(nanoseconds);
                    propagate<I>();
                }
            });
        });
    }
    std::uint64_t alarm_due() const {
        std::uint64_t soonest = never;
        for_each([&]<std::size_t I, class D>() {
            if constexpr (KeepsWallClock<D>) soonest = std::min(soonest, at<I>().alarm_due());
        });
        return soonest;
    }

    void reset() {
        for_each([&]<std::size_t I, class D>() {
            if constexpr (Resettable<D>) at<I>().reset();
        });
        // Who was reset has forgotten what it was told, and who was not still says what it said.
        interrupts_.tell_again(*this);
    }

    /// Calls `visit.operator()<I>(device)` for every device, I its map entry, and lets no interrupt level follow: for what
    /// gives or takes the state of all of them at once, the levels among it.
    template <class Visit>
    void each(Visit visit) {
        for_each([&]<std::size_t I, class D>() { visit.template operator()<I>(at<I>()); });
    }

    /// What the bus moved last, in every lane, on boards whose open bus reads that; it stays where the devices are.
    std::uint64_t last_moved() const { return last_moved_; }
    void set_last_moved(std::uint64_t value) { last_moved_ = value; }

    /// What is not any device's: the levels of the wires, the time that `set_time` said, what stays on the bus.
    template <class Archive>
    void state(Archive& archive) {
        archive.group("levels", interrupts_);
        archive.field("now", now_);
        if constexpr (board_unmapped<B>.kind == Unmapped::Kind::last)
            archive.field("last_moved", last_moved_);
    }

    /// For `InterruptLevels`, which hands levels to devices by their number.
    template <std::size_t I>
    auto& device_at() {
        return at<I>();
    }

private:
    /// Time, or a line that time moved, can make it want a stop.
    template <class D>
    struct StopsInTime
        : std::bool_constant<WantsStop<D> && (KeepsTime<D> || KeepsWallClock<D> || TakesLines<D>)> {};
    /// Calls `change()`. A device that wants a stop because of it, as a watchdog does, gets one; who wanted it before has been heard.
    template <class Change>
    void noticing_stops(Change change) {
        if constexpr (find<StopsInTime>() != none) {
            const auto wanted = [&] {
                std::array<bool, region_count> wanted{};
                for_each([&]<std::size_t I, class D>() {
                    if constexpr (StopsInTime<D>::value) wanted[I] = at<I>().wants_stop();
                });
                return wanted;
            };
            const auto before = wanted();
            change();
            const auto after = wanted();
            for (std::size_t i = 0; i != after.size(); ++i)
                if (after[i] && !before[i]) device_wants_stop();
        } else {
            change();
        }
    }

    static constexpr std::uint64_t never = ~std::uint64_t{0};

    /// Calls `visit.operator()<I, D>()` for every device, I its map entry and D its type.
    template <class Visit>
    static void for_each(Visit visit) {
        detail::each_entry<region_count>([&]<std::size_t I>() { visit_one<I>(visit); });
    }
    template <std::size_t I, class Visit>
    static void visit_one(Visit& visit) {
        using D = detail::DeviceAt<B, I>;
        if constexpr (!std::same_as<D, NoDevice>) visit.template operator()<I, D>();
    }

    template <class D>
    static void attach(D& device, std::span<std::byte> block) {
        if constexpr (requires { device.attach(block, board_byte_order<B>); })
            device.attach(block, board_byte_order<B>);
        else
            device.attach(block);
    }
    void propagate_all() {
        for_each([&]<std::size_t I, class D>() { propagate<I>(); });
    }

    /// What was asked of a machine stays with it when it is given copies of other devices; what those want comes with them.
    struct Stop {
        Stop() = default;
        Stop(const Stop& other) { *this = other; }
        Stop(Stop&&) noexcept = default;
        Stop& operator=(const Stop& other) {
            wanted = other.wanted;
            requested = asked || wanted;
            return *this;
        }
        Stop& operator=(Stop&&) noexcept = default;
        ~Stop() = default;

        bool requested = false;  // one of:
        bool asked = false, wanted = false;
    };

    InterruptLevels<B> interrupts_;
    std::uint64_t now_ = 0;
    std::uint64_t last_moved_ = 0;
    Stop stop_;
    typename detail::DevicesOf<B>::type devices_;
};

}  // namespace wirewrap
