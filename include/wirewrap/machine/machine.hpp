// A machine: a board wired to host memory. The board's type says what it is made of; `create` allocates the RAM through
// the backend, checks its size before the first allocation, and makes the devices.
//
//     auto machine = Machine<Handheld, hostmem::Anonymous>::create({.ram_size = 128_MiB});
//     if (!machine) return fail(machine.error().message);
//     if (!machine->store<std::uint32_t>(at(0x8000'0000), 42)) …        // a fault that is dropped is a warning
//     auto word = machine->load<std::uint32_t>(at(0x8000'0000));        // std::expected<std::uint32_t, BusFault>
//
// The contract:
//
// * Threads. A machine and all that belongs to it (devices, policies, harts, spans) is for one thread at a time. Different
//   machines have nothing in common. What a guest's RAM is read and written with from several threads at once, by
//   `std::atomic_ref` on a span or by another process on shared memory, is as ordered as those accesses make it.
// * Moving. A machine that was moved from has no memory: its sizes are 0, it has no blocks and no windows, its devices are
//   cut off from their blocks. It can be asked for that, assigned to and destroyed, and not accessed. Assigning to a machine
//   gives its memory back at once. Host memory does not move with the machine, so spans stay good; harts hold a reference
//   to the machine, so they do not follow.
// * Spans. `ram_span` is valid until the machine (or the one that its memory moved to) ends. Whoever keeps one may store
//   through it at any time: policies hear of the whole span when it is handed out, and those that track stores count its
//   pages as stored to until it is given back (`give_back`). `memory_view` and `debug_read` are looks, which nobody hears of.
// * A `const` machine can be looked at: `peek`, `memory_view`, `debug_read`, blocks, devices, policies.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/base/reservations.hpp>
#include <wirewrap/board/board.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/machine/backs_ram.hpp>
#include <wirewrap/machine/banks.hpp>
#include <wirewrap/machine/ports.hpp>
#include <wirewrap/machine/system_bus.hpp>

namespace wirewrap {

template <Board B, BacksRam<B> Backend, class... Ps>
    requires ArePolicies<Ps...>
class Machine : public Banks<Machine<B, Backend, Ps...>, B> {
    friend class Banks<Machine, B>;
    static constexpr Bytes default_size = Backend::size.value_or(B::ram.default_size);

public:
    using BoardType = B;
    using BackendType = Backend;
    static constexpr std::endian byte_order = board_byte_order<B>;

    struct Options {
        /// Main RAM; default: the backend's size if its type has one, else the board's default.
        std::optional<Bytes> ram_size{};
        /// Properties of the host memory.
        typename Backend::Options memory{};
    };

    /// With the RAM that the board or the backend names, which was checked when they were compiled, in memory without
    /// properties. What could have been asked for becomes no code of the program.
    static Expected<Machine> create() {
        return wired(default_size,
                     [] { return hostmem::allocate<Backend>(host_size<Backend>(default_size)); });
    }
    /// Allocates and wires everything. The sizes and options are checked before anything is allocated; an Error says
    /// which rule, what was asked and what to do, and leaves nothing behind.
    static Expected<Machine> create(const Options& options) {
        const Bytes size = options.ram_size.value_or(default_size);
        if (const Verdict verdict = ram_verdict<B>(size); !verdict) return std::unexpected(verdict.error());
        return wired(size,
                     [&] { return hostmem::allocate<Backend>(host_size<Backend>(size), options.memory); });
    }

    /// Reads a T at `address` in the board's byte order, or in `Order`. Unaligned addresses are fine in memory.
    template <AccessWord T, std::endian Order = byte_order>
    [[gnu::always_inline]] Loaded<T> load(GuestAddress address) {
        return bus_.template read<T, Order, Access::load>(address);
    }
    /// As `load`, of memory only: a device holds no instructions, but for one that is memory at the time.
    template <AccessWord T, std::endian Order = byte_order>
    [[gnu::always_inline]] Loaded<T> fetch(GuestAddress address) {
        return bus_.template read<T, Order, Access::fetch>(address);
    }
    /// Writes a T. A store that faults has written nothing.
    template <AccessWord T, std::endian Order = byte_order>
    [[nodiscard, gnu::always_inline]] Stored store(GuestAddress address, T value) {
        return bus_.template store<T, Order>(address, value);
    }
    /// A look at memory of any kind, that nobody hears of; registers of devices are not memory.
    template <AccessWord T, std::endian Order = byte_order>
    Loaded<T> peek(GuestAddress address) const {
        std::array<std::byte, sizeof(T)> bytes;
        if (auto seen = debug_read(address, bytes); !seen) return std::unexpected(seen.error());
        return read_memory<T, Order>(bytes.data());
    }
    /// The I/O ports, on a board that has them: `machine.ports().load<std::uint8_t>(at(0x3f8))`.
    auto ports()
        requires has_ports<B>
    {
        return Ports(bus_);
    }

    /// Host memory of [address, address + size) when all of it is memory that the guest can read and write, in one piece;
    /// otherwise empty. The contract above says how long it is good.
    std::span<std::byte> ram_span(GuestAddress address, Bytes size) {
        return bus_.lend(bus_.space().span(address, size), address, size);
    }
    /// As `ram_span`, of read-only memory too: for a loader, which writes what the guest may not.
    std::span<std::byte> memory_span(GuestAddress address, Bytes size) {
        return bus_.lend(bus_.space().contents(address), address, size);
    }
    /// Promises that nobody stores through what was handed out of these bytes any more; what was stored until now counts.
    void give_back(std::span<const std::byte> span) { bus_.give_back(span); }
    /// Memory of any kind as a load sees it, to look at.
    std::span<const std::byte> memory_view(GuestAddress address, Bytes size) const {
        return bus_.space().view(address, size);
    }
    /// How many bytes from `address` on are memory of any kind, over the borders of windows; at most `most`.
    Bytes memory_extent(GuestAddress address, Bytes most) const { return bus_.space().extent(address, most); }
    /// The same of memory that a store of the guest does not fault at.
    Bytes writable_extent(GuestAddress a, Bytes n) const { return bus_.space().writable_extent(a, n); }
    /// Copies memory of any kind, over the borders of windows. All or nothing: the fault names the first byte that is none.
    std::expected<void, BusFault> debug_read(GuestAddress address, std::span<std::byte> to) const {
        return bus_.space().read(address, to);
    }
    /// The other way: what the guest may not write is written too, and policies hear of it.
    [[nodiscard]] Stored debug_write(GuestAddress address, std::span<const std::byte> from) {
        return bus_.space().each_piece(address, from.size(), Access::store,
                                       [&](const MemoryPiece& piece, std::size_t done) {
                                           std::copy_n(from.data() + done, piece.size, piece.data);
                                           bus_.stored(piece, piece.size);
                                       });
    }
    /// Host memory of an aligned word for one atomic access of a hart, which counts as one store; nullptr where the guest
    /// may not write memory.
    std::byte* atomic_word(GuestAddress address, std::size_t width) {
        return bus_.atomic_word(address, width);
    }

    /// Grows whenever an address comes to show other memory than before.
    std::uint64_t map_version() const { return bus_.map_version(); }

    /// Asks the harts to stop behind the instruction they are at; it stays asked until it is cleared.
    void request_stop() { bus_.devices().request_stop(); }
    bool stop_requested() const { return bus_.devices().stop_requested(); }
    void clear_stop() { bus_.devices().clear_stop(); }
    /// What harts have reserved of this machine's memory.
    Reservations& reservations() { return bus_.reservations(); }
    /// Some policy wants to hear of every instruction that a hart fetches.
    bool watches_fetches() const { return bus_.policies().wants_fetches(); }
    /// Some policy wants to hear of every access of a hart to RAM now, which else may use `direct_window()`.
    bool watches_accesses() const
        requires(Policies<Ps...>::watch_at_times)
    {
        return bus_.policies().wants_accesses();
    }

    /// Tells the policies that `size` bytes were changed from outside, `offset` bytes into block `block` (0: main RAM, then
    /// those of the map in its order), as a restored snapshot does.
    void changed(std::size_t block, Bytes offset, Bytes size) {
        if (size != Bytes{}) bus_.stored({.block = block, .offset = offset}, size.count);
    }
    /// By address, as of memory that another process works on; what is no memory is passed over.
    void changed(GuestAddress address, Bytes size) {
        const Bytes there = memory_extent(address, size);
        (void)bus_.space().each_piece(
            address, there.count, Access::store,
            [&](const MemoryPiece& piece, std::size_t) { bus_.stored(piece, piece.size); });
    }
    /// The first window of main RAM; none when a policy always watches accesses, the board is big-endian, or the bus remembers
    /// what it moved.
    [[gnu::always_inline]] DirectWindow direct_window() {
        if constexpr (Policies<Ps...>::watch || byte_order != std::endian::little ||
                      board_unmapped<B>.kind == Unmapped::Kind::last)
            return {};
        else
            return bus_.ram().direct_window();
    }

    Bytes ram_size() const { return bus_.ram().size(); }
    /// Where main RAM is visible to loads and stores, overlays taken out.
    const auto& ram_windows() const { return bus_.ram().windows(); }
    /// The host memory behind main RAM; empty only on a board that has none by default.
    std::optional<hostmem::HostMemory<Backend>>& ram_memory() { return bus_.ram().memory(); }
    const std::optional<hostmem::HostMemory<Backend>>& ram_memory() const { return bus_.ram().memory(); }

    /// The memory blocks: main RAM first, then those of the map in its order.
    StaticVector<MemoryBlock, block_count<B>> memory_blocks() const { return bus_.memory_blocks(); }
    /// The block with this RAM id.
    Expected<std::span<std::byte>> memory_block(std::string_view id) const {
        const auto blocks = memory_blocks();
        for (const MemoryBlock& block : blocks)
            if (block.id == id) return block.bytes;
        return fail(board_name<B>, " has no memory block ", id, "; it has ",
                    listing(blocks.size(), [&](std::size_t i) { return blocks[i].id; }, " and "));
    }

    /// A device, to look at. What changes it goes through `update`.
    template <FixedText Name>
    const auto& device() const {
        return bus_.devices().template at<entry_index<B, Name>()>();
    }
    /// Calls `change(device)` and lets interrupt levels and windows follow. Gives what `change` gives.
    template <FixedText Name, class Change>
    decltype(auto) update(Change&& change) {
        return bus_.template update<entry_index<B, Name>()>(std::forward<Change>(change));
    }
    /// The same by the number of the map entry: for what treats boards alike.
    template <std::size_t I, class Change>
    decltype(auto) update_entry(Change&& change) {
        return bus_.template update<I>(std::forward<Change>(change));
    }
    /// All devices, by the number of their map entry.
    DeviceSet<B>& devices() { return bus_.devices(); }
    const DeviceSet<B>& devices() const { return bus_.devices(); }
    /// All devices as in a copy of this machine's, or of one of the same type: with their levels and their time.
    void put_devices(const DeviceSet<B>& devices) { bus_.put_devices(devices); }

    /// The levels of a hart's interrupt inputs; bit n is input n.
    std::uint64_t interrupt_lines(std::size_t hart) const { return bus_.devices().interrupt_lines(hart); }
    /// The platform's time, in ticks of its timer: what a device that keeps it says, else what `set_time` said.
    std::uint64_t time() const { return bus_.time(); }
    /// Tells every device that follows the timer what time it is, in ticks.
    void set_time(std::uint64_t now) {
        bus_.devices().set_time(now);
        bus_.follow_all();
    }
    /// While harts run, who looks at the time finds it there; `follow({})` ends it.
    void follow(const TimeSource& source) { bus_.follow(source); }
    /// The hart that runs has executed so many instructions.
    [[gnu::always_inline]] void progress(std::uint64_t executed) { bus_.progress(executed); }
    /// When a device next wants `set_time`, in the same ticks; all ones: never.
    std::uint64_t deadline() const { return bus_.devices().deadline(); }
    /// The hart that runs has set a timer of its own, up in so many ticks: it stops when whoever runs it does not know of a
    /// deadline so soon.
    void deadline_in(std::uint64_t ticks) { bus_.deadline_in(ticks); }
    /// Tells every device with a clock for people what time it is, in nanoseconds since 1970-01-01 00:00 UTC.
    void set_wall_clock(std::uint64_t nanoseconds) {
        bus_.devices().set_wall_clock(nanoseconds);
        bus_.follow_all();
    }
    /// When a device next wants `set_wall_clock`; all ones: never.
    std::uint64_t alarm_due() const { return bus_.devices().alarm_due(); }
    /// Every device as after power-on, and every bank at its first page; memory keeps its contents, as across a reset line.
    void reset() { bus_.reset(); }

    template <class P>
    P& policy() {
        return bus_.policies();
    }
    template <class P>
    const P& policy() const {
        return bus_.policies();
    }

private:
    struct Key {};  // only `create` makes machines

public:
    Machine(Key, Bytes ram_size, std::optional<hostmem::HostMemory<Backend>>&& memory,
            Blocks<B, Backend>&& blocks)
        : bus_(ram_size, std::move(memory), std::move(blocks)) {}

private:
    /// There will be no machine for that reason, and what main RAM has left where others see it goes again.
    static Error without(std::optional<hostmem::HostMemory<Backend>>&& ram, Error why) {
        if (ram)
            if (const auto gone = hostmem::withdraw(std::move(*ram)); !gone)
                return fail(why.message, "; ", gone.error().message).error();
        return why;
    }
    // One result whatever becomes of it, so that it is made where the caller has it: a machine is long to move.
    template <class Allocate>
    static Expected<Machine> wired(Bytes size, Allocate allocate) {
        std::optional<hostmem::HostMemory<Backend>> memory;
        if (size != Bytes{}) {
            auto allocated = allocate();
            if (!allocated)
                return fail(board_name<B>, ": main RAM ", B::ram.id, ": ", allocated.error().message);
            memory.emplace(std::move(*allocated));
        }
        auto blocks = Blocks<B, Backend>::allocate();
        if (!blocks) return std::unexpected(without(std::move(memory), std::move(blocks.error())));
        Expected<Machine> machine(std::in_place, Key{}, size, std::move(memory), std::move(*blocks));
        if (auto attached = machine->bus_.attach_policies(); !attached) {
            Error why = without(std::move(machine->ram_memory()), std::move(attached.error()));
            machine = std::unexpected(std::move(why));
        }
        return machine;
    }

    SystemBus<B, Backend, Ps...> bus_;
};

}  // namespace wirewrap
