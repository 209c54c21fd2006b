// The way of an access through a machine. Main RAM is in line; everything else is a call out of line, which finds the
// device by halving the map, each step a comparison with a constant, and calls it directly, or asks the address space.
//
//     read(a) ── first window of main RAM? ──yes──> memcpy                         inline, a handful of instructions
//                        │no
//                        v   (out of line)
//                flat view of the map ── device ──> read<T>/write<T> ──> wires, windows, masters follow
//                        │ memory, or nothing
//                        v
//                AddressSpace::load / store
//
// It owns what an access needs: RAM, blocks, devices, policies, and an address space for memory and for ports.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <utility>

#include <wirewrap/address_space/address_space.hpp>
#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/reservations.hpp>
#include <wirewrap/machine/blocks.hpp>
#include <wirewrap/machine/device_access.hpp>
#include <wirewrap/machine/device_bus.hpp>
#include <wirewrap/machine/device_set.hpp>
#include <wirewrap/machine/main_ram.hpp>
#include <wirewrap/machine/policy.hpp>
#include <wirewrap/machine/window_wires.hpp>

namespace wirewrap {

template <class B, hostmem::Backend Backend, class... Ps>
class SystemBus {
    static constexpr std::size_t region_count = board_regions<B>.size();
    /// The board reads where nothing answers what was moved last.
    static constexpr bool keeps_last = board_unmapped<B>.kind == Unmapped::Kind::last;

public:
    static constexpr std::endian byte_order = board_byte_order<B>;

    SystemBus(Bytes ram_size, std::optional<hostmem::HostMemory<Backend>> memory, Blocks<B, Backend> blocks)
        : ram_(ram_size, std::move(memory)), blocks_(std::move(blocks)) {
        const auto spans = block_spans();
        const RamWindows placed = ram_size == Bytes{} ? RamWindows{} : B::ram.placement.windows(ram_size);
        space_ = {spans, placed, states_};
        if constexpr (has_ports<B>) ports_ = {spans, {}, states_};
        devices_.connect(blocks_);
        follow_all();
    }
    /// A bus that was moved from has no memory, and devices that have none either.
    SystemBus(SystemBus&& other) noexcept
        : ram_(std::move(other.ram_)), policies_(std::move(other.policies_)),
          blocks_(std::move(other.blocks_)), devices_(std::move(other.devices_)), states_(other.states_),
          space_(std::exchange(other.space_, {})), ports_(std::exchange(other.ports_, {})) {
        other.devices_.detach();
    }
    SystemBus& operator=(SystemBus&& other) noexcept {
        ram_ = std::move(other.ram_);
        policies_ = std::move(other.policies_);
        blocks_ = std::move(other.blocks_);
        devices_ = std::move(other.devices_);
        states_ = other.states_;
        space_ = std::exchange(other.space_, {});
        ports_ = std::exchange(other.ports_, {});
        other.devices_.detach();
        return *this;
    }

    // ---- accesses

    template <AccessWord T, std::endian Order, Access Kind>
    [[gnu::always_inline]] Loaded<T> read(GuestAddress address) {
        Bytes offset;
        if (ram_.in_first_window(address, sizeof(T), offset)) [[likely]] {
            const T value = read_memory<T, Order>(ram_.first_window(offset));
            moved(value);
            policies_.accessed(Kind, address, sizeof(T));
            return value;
        }
        if constexpr (MainRam<B, Backend>::may_be_split)
            if (ram_.in_second_window(address, sizeof(T), offset)) {
                const T value = read_memory<T, Order>(ram_.at(offset));
                moved(value);
                policies_.accessed(Kind, address, sizeof(T));
                return value;
            }
        const Outcome outcome = read_slow<memory_space, T, Order, Kind>(address);
        if (outcome.reason == FaultReason::none) [[likely]]
            return static_cast<T>(outcome.value);
        return std::unexpected(BusFault{address, sizeof(T), Kind, outcome.reason});
    }

    template <AccessWord T, std::endian Order>
    [[gnu::always_inline]] Stored store(GuestAddress address, T value) {
        Bytes offset;
        if (ram_.in_first_window(address, sizeof(T), offset)) [[likely]] {
            write_memory<T, Order>(ram_.first_window(offset), value);
            moved(value);
            policies_.ram_stored(ram_.block_offset(offset), sizeof(T));
            policies_.accessed(Access::store, address, sizeof(T));
            return {};
        }
        if constexpr (MainRam<B, Backend>::may_be_split)
            if (ram_.in_second_window(address, sizeof(T), offset)) {
                write_memory<T, Order>(ram_.at(offset), value);
                moved(value);
                policies_.ram_stored(offset, sizeof(T));
                policies_.accessed(Access::store, address, sizeof(T));
                return {};
            }
        const FaultReason reason = store_slow<memory_space, T, Order>(address, value);
        if (reason == FaultReason::none) [[likely]]
            return {};
        return std::unexpected(BusFault{address, sizeof(T), Access::store, reason});
    }

    // Out of line, but not `cold`: g++ 12 would make code for size of it, calls of comparisons included, and firmware that
    // drives devices lives here.
    template <std::size_t Space, AccessWord T, std::endian Order, Access Kind>
    [[gnu::noinline]] Outcome read_slow(GuestAddress address) {
        const Outcome outcome = dispatch<Space, T, Order, Kind>(address, T{});
        if constexpr (keeps_last)
            if (outcome.reason == FaultReason::none) moved(static_cast<T>(outcome.value));
        return outcome;
    }
    template <std::size_t Space, AccessWord T, std::endian Order>
    [[gnu::noinline]] FaultReason store_slow(GuestAddress address, T value) {
        const FaultReason reason = dispatch<Space, T, Order, Access::store>(address, value).reason;
        if constexpr (keeps_last)
            if (reason == FaultReason::none) moved(value);
        return reason;
    }

    /// Memory as loads see it to `to`, whole or not at all.
    Stored copy_out(GuestAddress address, std::span<std::byte> to) {
        return copy<Access::load>(address, to.size(), [&](const MemoryPiece& piece, std::size_t done) {
            std::ranges::copy(piece.first(piece.size), to.begin() + static_cast<std::ptrdiff_t>(done));
        });
    }
    /// The other way, into what the guest may write.
    Stored copy_in(GuestAddress address, std::span<const std::byte> from) {
        return copy<Access::store>(address, from.size(), [&](const MemoryPiece& piece, std::size_t done) {
            if (!piece.writable) return;
            std::ranges::copy(from.subspan(done, piece.size), piece.data);
            stored(piece, piece.size);
        });
    }

    // ---- devices

    /// Calls `change(device)` and lets everything follow that hangs on the device. Gives what `change` gives.
    template <std::size_t I, class Change>
    decltype(auto) update(Change&& change) {
        struct Follow {
            SystemBus& bus;
            ~Follow() { bus.template after<I, Access::store>(); }
        } follow{*this};
        return devices_.template update<I>(std::forward<Change>(change));
    }
    /// After a change of many devices: windows are where they say, and masters get the bus.
    void follow_all() {
        each_entry([&]<std::size_t I>() { follow_windows<I>(); });
        serve_masters();
    }
    void reset() {
        devices_.reset();
        for (std::size_t i = 0; i != region_count; ++i)
            if (board_regions<B>[i].kind == RegionKind::bank) states_.reset_page(i);
        windows_changed();
        follow_all();
    }
    void put_devices(const DeviceSet<B>& devices) {
        devices_ = devices;
        devices_.attach(blocks_);
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
    std::uint64_t time() const { return devices_.time(); }

    // ---- parts

    MainRam<B, Backend>& ram() { return ram_; }
    const MainRam<B, Backend>& ram() const { return ram_; }
    const Blocks<B, Backend>& blocks() const { return blocks_; }
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

private:
    friend class BusForDevice<SystemBus>;

    typename AddressSpace<B>::Blocks block_spans() const {
        typename AddressSpace<B>::Blocks spans;
        spans[0] = ram_.span();
        for (std::size_t i = 0; i != region_count; ++i)
            if (board_regions<B>[i].has_block()) spans[block_numbers<B>[i]] = blocks_.bytes(i);
        return spans;
    }

    /// On boards where the last value stays on the bus: in every lane.
    template <AccessWord T>
    [[gnu::always_inline]] void moved(T value) {
        if constexpr (keeps_last) last_ = value * (~std::uint64_t{0} / static_cast<T>(~T{0}));
    }

    template <std::size_t Space>
    auto& space_of() {
        if constexpr (Space == memory_space)
            return space_;
        else
            return ports_;
    }

    /// The flat view in one direction and one space: where it is a constant, by halving it.
    template <std::size_t Space, class T, std::endian Order, Access Kind>
    [[gnu::always_inline]] Outcome dispatch(GuestAddress address, T value) {
        if constexpr (AddressSpace<B, Space>::changes)
            return dispatch_found<Space, T, Order, Kind>(address, value);
        else
            return halve<Space, 0, flat_view<B, Kind, Space>.size(), T, Order, Kind>(address, value);
    }
    template <std::size_t Space, std::size_t First, std::size_t End, class T, std::endian Order, Access Kind>
    [[gnu::always_inline]] Outcome halve(GuestAddress address, T value) {
        if constexpr (End - First > 1) {
            constexpr std::size_t middle = First + (End - First) / 2;
            // Numbers: with dozens of ranges compilers stop inlining comparisons of addresses.
            constexpr std::uint64_t border = flat_view<B, Kind, Space>[middle].range.base.value;
            if (address.value < border) return halve<Space, First, middle, T, Order, Kind>(address, value);
            return halve<Space, middle, End, T, Order, Kind>(address, value);
        } else if constexpr (First != End) {
            constexpr FlatRange range = flat_view<B, Kind, Space>[First];
            if constexpr (is_device<range.region>) {
                const std::uint64_t into = address.value - range.range.base.value;
                if constexpr (plain_registers<range, T, Kind>)
                    if (inside_registers<range.region, T>(into)) [[likely]] {
                        const Outcome outcome = access_registers<range.region, T, Order, Kind, true>(into,
                                                                                                     value);
                        if (outcome.reason == FaultReason::none) policies_.accessed(Kind, address, sizeof(T));
                        return outcome;
                    }
                if (into < range.range.size.count)
                    return access_window<First, Space, T, Order, Kind>(address, value);
            }
        }
        return access_memory<Space, T, Order, Kind>(address, value);
    }
    /// What is odd in a device's window: past its registers, unaligned, cut short, or by way of a mirror.
    template <std::size_t R, std::size_t Space, class T, std::endian Order, Access Kind>
    [[gnu::noinline]] Outcome access_window(GuestAddress address, T value) {
        constexpr FlatRange range = flat_view<B, Kind, Space>[R];
        const std::uint64_t into = address.value - range.range.base.value;
        return access_device<range.region, Space, T, Order, Kind>(address, range.offset.count + into,
                                                                  range.range.size.count - into, value);
    }
    /// The device takes accesses of this width, in one or as its entry says.
    template <std::size_t I, class T>
    static constexpr bool takes_in_one = detail::DeviceAt<B, I>::access.allows(sizeof(T)) &&
                                         Bytes{detail::DeviceAt<B, I>::registers} >= Bytes{sizeof(T)};
    template <std::size_t I, class T>
    static constexpr bool takes = [] {
        using D = detail::DeviceAt<B, I>;
        if (takes_in_one<I, T>) return true;
        return board_regions<B>[I].wide != WideAccess::fault && detail::narrower_width<D>(sizeof(T)) != 0;
    }();

    /// All registers of a device lie in sight from the start of a range, and it takes the width: what nearly every access
    /// to a device meets.
    template <FlatRange Range, class T, Access Kind>
    static constexpr bool plain_registers = [] {
        constexpr std::size_t I = Range.region;
        using D = detail::DeviceAt<B, I>;
        if constexpr (Kind == Access::fetch || board_regions<B>[I].kind != RegionKind::device ||
                      ReadsAsMemory<D>)
            return false;
        else
            return Range.offset == Bytes{} && board_regions<B>[I].period == Bytes{} &&
                   Range.range.size >= Bytes{D::registers} && takes_in_one<I, T>;
    }();
    /// One comparison for both ends where the access has to be aligned: turned right, what is unaligned becomes large.
    template <std::size_t I, class T>
    [[gnu::always_inline]] static bool inside_registers(std::uint64_t into) {
        using D = detail::DeviceAt<B, I>;
        constexpr std::uint64_t registers = Bytes{D::registers}.count;
        if constexpr (D::access.aligned)
            return std::rotr(into, std::countr_zero(sizeof(T))) < registers / sizeof(T);
        else
            return into <= registers - sizeof(T);
    }

    /// Where windows open and move: the range is looked up, and the entry's number leads to the device.
    template <std::size_t Space, class T, std::endian Order, Access Kind>
    Outcome dispatch_found(GuestAddress address, T value) {
        const FlatRange* const range = space_of<Space>().template find<Kind>(address);
        Outcome outcome;
        bool done = false;
        if (range != nullptr) {
            const Bytes into = address - range->range.base;
            const std::uint64_t offset = (range->offset + into).count;
            const std::uint64_t left = (range->range.size - into).count;
            each_entry([&]<std::size_t I>() {
                if constexpr (is_device<I> && board_regions<B>[I].space == Space)
                    if (range->region == I) {
                        outcome = access_device<I, Space, T, Order, Kind>(address, offset, left, value);
                        done = true;
                    }
            });
        }
        return done ? outcome : access_memory<Space, T, Order, Kind>(address, value);
    }

    /// The device whose registers entry `I` shows: its own, or those that a mirror names.
    template <std::size_t I>
    static constexpr std::size_t device_of = source_regions<B>[I];
    template <std::size_t I>
    static constexpr bool is_device = [] {
        constexpr std::size_t source = source_regions<B>[I];
        return source != main_ram_region && board_regions<B>[source].kind == RegionKind::device;
    }();

    /// `offset` bytes into the window of entry `I`, of which `left` bytes go on.
    template <std::size_t I, std::size_t Space, class T, std::endian Order, Access Kind>
    [[gnu::always_inline]] Outcome access_device(GuestAddress address, std::uint64_t offset,
                                                 std::uint64_t left, T value) {
        constexpr const Region& entry = board_regions<B>[I];
        constexpr std::size_t Target = device_of<I>;
        using D = detail::DeviceAt<B, Target>;
        if constexpr (ReadsAsMemory<D> && Kind != Access::store)
            if (space_of<Space>().reads_as_memory(I))
                return access_memory<Space, T, Order, Kind>(address, value);
        if constexpr (Kind == Access::fetch) {
            return {0, FaultReason::not_executable};
        } else {
            if (left < sizeof(T)) [[unlikely]]
                return {0, takes<Target, T> ? FaultReason::straddles : FaultReason::width};
            if constexpr (I != Target) {
                if constexpr (entry.period != Bytes{}) offset %= entry.period.count;
                offset += entry.source_offset.count;
            }
            const Outcome outcome = access_registers<Target, T, Order, Kind>(offset, value);
            if (outcome.reason == FaultReason::none) [[likely]]
                policies_.accessed(Kind, address, sizeof(T));
            return outcome;
        }
    }

    /// Registers have the byte order of the bus: the device sees values, not bytes. `Inside`: the checks are done.
    template <std::size_t I, class T, std::endian Order, Access Kind, bool Inside = false>
    [[gnu::always_inline]] Outcome access_registers(std::uint64_t offset, T value) {
        using D = detail::DeviceAt<B, I>;
        if constexpr (Order != byte_order) value = swap_bytes(value);
        BusForDevice<SystemBus> bus(*this);
        constexpr bool masters = detail::ReadsWithBus<D, T> || detail::WritesWithBus<D, T>;
        if constexpr (masters) {
            if (busy_[I]) return {0, FaultReason::refused};
            busy_[I] = true;
        }
        auto& device = devices_.template at<I>();
        Outcome outcome;
        if constexpr (!Inside)
            outcome = detail::access_registers<B, I, byte_order, T, Kind>(device, offset, value, bus);
        else if constexpr (Kind == Access::store)
            outcome = detail::write_register<T>(device, offset, value, bus);
        else
            outcome = detail::read_register<T>(device, offset, bus);
        if constexpr (masters) busy_[I] = false;
        if constexpr (Order != byte_order) outcome.value = swap_bytes(static_cast<T>(outcome.value));
        after<I, Kind>();
        return outcome;
    }

    /// What is no device: memory, or nothing. A function of its own, so that the way to a device keeps no registers for it.
    template <std::size_t Space, AccessWord T, std::endian Order, Access Kind>
    [[gnu::noinline]] Outcome access_memory(GuestAddress address, T value) {
        Outcome outcome;
        if constexpr (Kind == Access::store)
            outcome.reason = space_of<Space>().template store<T, Order>(
                address, value, [&](const MemoryPiece& piece, std::size_t width) { stored(piece, width); });
        else
            outcome = space_of<Space>().template load<T, Order, Kind>(address, last_);
        if (outcome.reason == FaultReason::none) policies_.accessed(Kind, address, sizeof(T));
        return outcome;
    }

    /// Everything that hangs on the device of entry `I`, after an access or a change of it.
    template <std::size_t I, Access Kind>
    [[gnu::always_inline]] void after() {
        using D = detail::DeviceAt<B, I>;
        devices_.template settle<I>();
        if constexpr (Kind == Access::store) {
            device_stored<I>();
            if constexpr (WantsStop<D>)
                if (devices_.template at<I>().wants_stop()) devices_.request_stop();
        }
        follow_windows<I>();
        serve_masters();
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

    template <std::size_t I>
    static constexpr bool masters_bus = MastersBus<detail::DeviceAt<B, I>>;
    static constexpr bool has_masters = []<std::size_t... I>(std::index_sequence<I...>) {
        return (masters_bus<I> || ...);
    }(std::make_index_sequence<region_count>{});

    /// Gives the bus to every device that wants it, until none does. Two that wake each other for ever go on at the next
    /// access or tick.
    [[gnu::always_inline]] void serve_masters() {
        if constexpr (has_masters)
            for (int round = 0; round != 16 && serve_each_master(); ++round) {}
    }
    bool serve_each_master() {
        bool any = false;
        each_entry([&]<std::size_t I>() {
            if constexpr (masters_bus<I>) {
                auto& device = devices_.template at<I>();
                if (busy_[I] || !device.wants_bus()) return;
                any = busy_[I] = true;
                BusForDevice<SystemBus> bus(*this);
                device.use_bus(bus);
                busy_[I] = false;
                devices_.template settle<I>();
                follow_windows<I>();
            }
        });
        return any;
    }

    /// A device that stores into its block says where, for the policies.
    template <std::size_t I>
    void device_stored() {
        if constexpr (ReportsStores<detail::DeviceAt<B, I>> && Policies<Ps...>::watch_blocks)
            if (const auto range = devices_.template at<I>().take_stored(); range.size != Bytes{})
                policies_.block_stored(block_numbers<B>[I], range.offset, range.size.count);
    }

    template <Access Kind, class Part>
    Stored copy(GuestAddress address, std::size_t size, Part part) {
        const auto fault = [&](GuestAddress where, FaultReason reason) {
            return std::unexpected(BusFault{where, 1, Kind, reason});
        };
        const auto each = [&](auto visit) -> Stored {
            for (std::size_t done = 0; done != size;) {
                const GuestAddress where = address + Bytes{done};
                if (where < address) return fault(where, FaultReason::straddles);
                MemoryPiece piece = space_.template memory<Kind>(where);
                if (!piece) return fault(where, FaultReason::not_memory);
                if (Kind == Access::store && !piece.writable && !piece.drops_stores)
                    return fault(where, FaultReason::read_only);
                piece.size = std::min<std::uint64_t>(piece.size, size - done);
                visit(piece, done);
                done += piece.size;
            }
            return {};
        };
        if (const Stored all = each([](const MemoryPiece&, std::size_t) {}); !all) return all;
        (void)each(part);
        if (size != 0) policies_.accessed(Kind, address, size);
        return {};
    }

    template <class Visit>
    static void each_entry(Visit visit) {
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            (visit.template operator()<I>(), ...);
        }(std::make_index_sequence<region_count>{});
    }

    struct NoPorts {
        friend bool operator==(const NoPorts&, const NoPorts&) = default;
    };

    MainRam<B, Backend> ram_;
    [[no_unique_address]] Policies<Ps...> policies_;
    Blocks<B, Backend> blocks_;
    DeviceSet<B> devices_;
    WindowStates<B> states_;
    AddressSpace<B> space_;
    [[no_unique_address]] std::conditional_t<has_ports<B>, AddressSpace<B, port_space>, NoPorts> ports_;
    std::array<bool, region_count> busy_{};
    std::uint64_t last_ = 0;
    Reservations reservations_;  // of harts, which stay with this bus
};

}  // namespace wirewrap
