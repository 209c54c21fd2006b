// The devices of a machine and everything that hangs on them: interrupt wires, windows that follow them, the bus for those
// that master it, what they store into their blocks, and whether the machine is to stop. The address spaces live here too,
// for windows change them.
//
//     store to a device ──> wires ──> stored bytes, stop ──> windows ──> masters
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include <wirewrap/address_space/address_space.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/device.hpp>
#include <wirewrap/base/fixed_array.hpp>
#include <wirewrap/base/reservations.hpp>
#include <wirewrap/machine/device_bus.hpp>
#include <wirewrap/machine/device_kinds.hpp>
#include <wirewrap/machine/device_set.hpp>
#include <wirewrap/machine/interrupts.hpp>
#include <wirewrap/machine/policy.hpp>
#include <wirewrap/machine/port_space.hpp>
#include <wirewrap/machine/time_source.hpp>
#include <wirewrap/machine/window_wires.hpp>

namespace wirewrap {

/// `Path` derives from it and is what masters get for a bus.
template <class Path, class B, class... Ps>
class WiredDevices {
protected:
    static constexpr std::size_t region_count = board_regions<B>.size();

public:
    /// Calls `change(device)`, or `change(device, bus)` where the host has something that the device masters the bus for, and
    /// lets everything follow that hangs on the device. Gives what `change` gives.
    template <std::size_t I, class Change>
    decltype(auto) update(Change&& change) {
        struct Follow {
            WiredDevices& bus;
            ~Follow() {
                // A device that was assigned to as a whole has lost its block.
                bus.devices_.template attach_one<I>(bus.space_.blocks());
                bus.template after<I, Access::store>();
            }
        } follow{*this};
        using D = detail::DeviceAt<B, I>;
        using Bus = BusForDevice<Path>;
        if constexpr (requires(D& device, Bus& bus) { std::forward<Change>(change)(device, bus); }) {
            Bus bus(static_cast<Path&>(*this));
            return devices_.template update<I>([&](D& device) -> decltype(auto) {
                const detail::Busy busy(busy_[I]);
                return std::forward<Change>(change)(device, bus);
            });
        } else {
            return devices_.template update<I>(std::forward<Change>(change));
        }
    }
    /// After a change of many devices: policies know what they stored, windows are where they say, masters get the bus.
    void follow_all() {
        follow_each();
        serve_masters();
    }
    void reset() {
        devices_.reset();
        devices_.attach(space_.blocks());
        for (std::size_t i = 0; i != region_count; ++i)
            if (board_regions<B>[i].kind == RegionKind::bank) states_.reset_page(i);
        windows_changed();
        follow_all();
    }
    void put_devices(const DeviceSet<B>& devices) {
        devices_ = devices;
        devices_.attach(space_.blocks());
        follow_all();
    }

    /// Banks and windows are as `states` says; those that follow a device are as it says.
    WindowStates<B>& states() { return states_; }
    const WindowStates<B>& states() const { return states_; }
    void windows_changed() {
        space_.follow(states_);
        if constexpr (has_ports<B>) ports_.follow(states_);
    }

    std::uint64_t map_version() const {
        if constexpr (has_ports<B>) return space_.version() + ports_.version();
        return space_.version();
    }
    /// The platform's time, as it is now while harts run.
    std::uint64_t time() const {
        const std::uint64_t told = devices_.time();
        return source_ ? told + (source_.ticks(progress_) - devices_.told()) : told;
    }
    void follow(const TimeSource& source) {
        source_ = source;
        progress_ = 0;
    }
    void progress(std::uint64_t executed) { progress_ = executed; }
    void deadline_in(std::uint64_t ticks) {
        if (!source_ || source_.horizon == 0) return;
        const std::uint64_t now = source_.ticks(progress_);
        if (now < source_.horizon && ticks < source_.horizon - now) devices_.device_wants_stop();
    }

    DeviceSet<B>& devices() { return devices_; }
    const DeviceSet<B>& devices() const { return devices_; }
    Policies<Ps...>& policies() { return policies_; }
    const Policies<Ps...>& policies() const { return policies_; }
    const AddressSpace<B>& space() const { return space_; }
    Reservations& reservations() { return reservations_; }

    /// Lets the policies know that the first `width` bytes of a piece were stored to.
    void stored(const MemoryPiece& piece, std::size_t width) {
        reservations_.stored(piece.data, width);
        if (piece.block == 0)
            policies_.ram_stored(piece.offset, width);
        else if constexpr (Policies<Ps...>::watch_blocks)
            policies_.block_stored(piece.block, piece.offset, width);
    }

protected:
    /// Makes the address spaces over these blocks, main RAM first.
    WiredDevices(const typename AddressSpace<B>::Blocks& blocks, const RamWindows& placed)
        : space_(blocks, placed, states_), ports_(detail::ports_over<B>(blocks, states_)) {}
    /// What was moved from has no memory, and devices that have none either.
    WiredDevices(WiredDevices&& other) noexcept
        : policies_(std::move(other.policies_)), devices_(std::move(other.devices_)), states_(other.states_),
          space_(std::exchange(other.space_, {})), ports_(std::exchange(other.ports_, {})) {
        other.devices_.detach();
    }
    WiredDevices& operator=(WiredDevices&& other) noexcept {
        policies_ = std::move(other.policies_);
        devices_ = std::move(other.devices_);
        states_ = other.states_;
        space_ = std::exchange(other.space_, {});
        ports_ = std::exchange(other.ports_, {});
        other.devices_.detach();
        return *this;
    }
    /// Wires the devices to the blocks, once whoever masters the bus finds a whole machine.
    void connect() {
        devices_.connect(space_.blocks());
        follow_all();
    }

    template <std::size_t Space>
    auto& space_of() {
        if constexpr (Space == memory_space)
            return space_;
        else
            return ports_;
    }

    /// Before an access to the device of entry `I`: one that keeps time is told what time it is.
    template <std::size_t I>
    [[gnu::always_inline]] void before() {
        using D = detail::DeviceAt<B, I>;
        if constexpr (KeepsTime<D> || KeepsWallClock<D>)
            if (source_) [[unlikely]]
                catch_up<D>();
    }
    template <class D>
    void catch_up() {
        if constexpr (KeepsTime<D>)
            if (const std::uint64_t now = source_.ticks(progress_); now != devices_.told())
                devices_.set_time(now);
        if constexpr (KeepsWallClock<D>) devices_.set_wall_clock(source_.nanoseconds(progress_));
        follow_each();
    }
    void follow_each() {
        detail::each_entry<region_count>([&]<std::size_t I>() {
            device_stored<I>();
            follow_windows<I>();
        });
    }
    /// A store to a device that keeps time may have made a deadline that whoever runs the harts has not seen.
    template <class D>
    void look_at_deadlines() {
        bool sooner = false;
        if constexpr (KeepsTime<D>) sooner = devices_.deadline() < source_.horizon;
        if constexpr (KeepsWallClock<D>) sooner = sooner || devices_.alarm_due() != ~std::uint64_t{0};
        if (sooner) devices_.device_wants_stop();
    }

    /// Everything that hangs on the device of entry `I`, after an access or a change of it.
    template <std::size_t I, Access Kind>
    [[gnu::always_inline]] void after() {
        follow_device<I, Kind>();
        serve_masters();
    }
    /// The same after an access to device `k` of a row, on whose wires mostly nothing changes.
    template <class Row, Access Kind>
    [[gnu::always_inline]] void after_row(std::size_t k) {
        if constexpr (Row::count == 1) {
            after<Row::entry, Kind>();
        } else if (devices_.template settled<Row>(k)) [[likely]] {
            serve_masters();
        } else {
            [&]<std::size_t... K>(std::index_sequence<K...>) {
                static constexpr void (*ways[])(WiredDevices&) = {
                    [](WiredDevices& bus) { bus.template after<Row::entries[K], Kind>(); }...};
                ways[k](*this);
            }(std::make_index_sequence<Row::count>{});
        }
    }
    template <std::size_t I, Access Kind>
    [[gnu::always_inline]] void follow_device() {
        devices_.template propagate<I>();
        changed<I, Kind>();
        each_behind_wires<I>();
    }
    template <std::size_t I, Access Kind>
    [[gnu::always_inline]] void changed() {
        using D = detail::DeviceAt<B, I>;
        device_stored<I>();
        if constexpr (Kind == Access::store) {
            if constexpr (WantsStop<D>)
                if (devices_.template at<I>().wants_stop()) devices_.device_wants_stop();
            if constexpr (KeepsTime<D> || KeepsWallClock<D>)
                if (source_.horizon != 0) look_at_deadlines<D>();
        }
        follow_windows<I>();
    }
    /// What hangs on the devices that hear of entry `I` by wires: what a line did to them counts as a store to them.
    template <std::size_t I>
    [[gnu::always_inline]] void each_behind_wires() {
        if constexpr (!board_regions<B>[I].outputs.empty()) {
            constexpr auto behind = fixed_array<[] {
                constexpr auto reached = InterruptLevels<B>::reached_from(I);
                std::vector<std::size_t> entries;
                for (std::size_t i = 0; i != region_count; ++i)
                    if (reached[i] && detail::followed<B>[i]) entries.push_back(i);
                return entries;
            }>();
            [&]<std::size_t... N>(std::index_sequence<N...>) {
                (changed<behind[N], Access::store>(), ...);
            }(std::make_index_sequence<behind.size()>{});
        }
    }
    template <std::size_t I>
    [[gnu::always_inline]] void follow_windows() {
        using D = detail::DeviceAt<B, I>;
        if constexpr (ReadsAsMemory<D>) {
            auto& space = space_of<board_regions<B>[I].space>();
            if (const bool now = devices_.template at<I>().reads_memory(); now != space.reads_as_memory(I))
                space.read_as_memory(I, now);
        }
        if (follow_controls<B, I>(devices_.template at<I>(), states_)) windows_changed();
    }

    /// Gives the bus to every device that wants it, until none does. Two that wake each other for ever go on at the next
    /// access or tick.
    [[gnu::always_inline]] void serve_masters() {
        if constexpr (detail::has_masters<B>)
            for (int round = 0; round != 16 && serve_each_master(); ++round) {}
    }
    bool serve_each_master() {
        bool served = false;
        detail::each_entry<region_count>([&]<std::size_t I>() {
            if constexpr (MastersBus<detail::DeviceAt<B, I>>) {
                auto& device = devices_.template at<I>();
                if (busy_[I] || !device.wants_bus()) return;
                served = true;
                BusForDevice<Path> bus(static_cast<Path&>(*this));
                {
                    const detail::Busy busy(busy_[I]);
                    device.use_bus(bus);
                }
                follow_device<I, Access::store>();
            }
        });
        return served;
    }

    /// A device that stores into its block says where, for the policies.
    template <std::size_t I>
    void device_stored() {
        if constexpr (ReportsStores<detail::DeviceAt<B, I>> && Policies<Ps...>::watch_blocks)
            if (const auto range = devices_.template at<I>().take_stored(); range.size != Bytes{})
                policies_.block_stored(block_numbers<B>[I], range.offset, range.size.count);
    }

    using PortSpace = detail::PortSpace<B>;
    [[no_unique_address]] Policies<Ps...> policies_;
    DeviceSet<B> devices_;
    WindowStates<B> states_;
    AddressSpace<B> space_;
    [[no_unique_address]] PortSpace ports_;
    std::array<bool, region_count> busy_{};  // devices that hold the bus
    Reservations reservations_;              // of harts, which stay with this bus
    TimeSource source_{};                    // while harts run
    std::uint64_t progress_ = 0;             // instructions of the hart that runs
};

}  // namespace wirewrap
