// A machine: a board wired to host memory. The board's type says what it is made of; `create` allocates the RAM through
// the backend, checks its size before the first allocation, and makes the devices.
//
//     auto machine = Machine<Handheld, hostmem::Anonymous>::create({.ram_size = 128_MiB});
//     if (!machine) return fail(machine.error().message);
//     machine->store<std::uint32_t>(at(0x8000'0000), 42);
//     auto word = machine->load<std::uint32_t>(at(0x8000'0000));        // std::expected<std::uint32_t, BusFault>
//     machine->device<"uart0">().transmitted();
//
// How an access finds its way:
//
//     load(a) ── first window of main RAM? ──yes──> memcpy                  inline, a handful of instructions
//                        │no
//                        v   (out of line)
//                the flat view of the map by binary search, unrolled by the compiler, ending in a direct call of the
//                device; then other memory
#pragma once

#include <algorithm>
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
#include <wirewrap/board/board.hpp>
#include <wirewrap/board/layout.hpp>
#include <wirewrap/hostmem/backend.hpp>
#include <wirewrap/machine/blocks.hpp>
#include <wirewrap/machine/device_set.hpp>
#include <wirewrap/machine/main_ram.hpp>
#include <wirewrap/machine/policy.hpp>

namespace wirewrap {

namespace detail {
/// What the board says against a backend whose type has a size.
template <class B, class Backend>
struct BackendObjection {
    static constexpr Text text() {
        if constexpr (Backend::size) return ram_verdict<B>(*Backend::size).reason();
        return {};
    }
    using type = Says<fixed_text<&text>()>;
};
}  // namespace detail

/// A backend whose memory can be this board's RAM: the guest can write it, and where the type says its size, the board
/// accepts that size.
template <class Backend, class B>
concept BacksRam = hostmem::Backend<Backend> && Backend::writable &&
                   Accepted<typename detail::BackendObjection<B, Backend>::type>;

template <Board B, BacksRam<B> Backend, class... Ps>
class Machine {
    static constexpr std::size_t region_count = board_regions<B>.size();

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

    /// Allocates and wires everything. The sizes and options are checked before anything is allocated; an Error says
    /// which rule, what was asked and what to do, and leaves nothing behind.
    static Expected<Machine> create(const Options& options = {}) {
        const Bytes size = options.ram_size.value_or(Backend::size.value_or(B::ram.default_size));
        if (const Verdict verdict = ram_verdict<B>(size); !verdict) return std::unexpected(verdict.error());
        std::optional<hostmem::HostMemory<Backend>> memory;
        if (size != Bytes{}) {
            auto allocated = hostmem::allocate<Backend>(host_size<Backend>(size), options.memory);
            if (!allocated)
                return fail(board_name<B>, ": main RAM ", B::ram.id, ": ", allocated.error().message);
            memory.emplace(std::move(*allocated));
        }
        auto blocks = Blocks<B, Backend>::allocate();
        if (!blocks) return std::unexpected(blocks.error());
        Expected<Machine> machine = Machine(size, std::move(memory), std::move(*blocks));
        if (auto attached = machine->attach_policies(); !attached) return std::unexpected(attached.error());
        return machine;
    }

    /// Reads a T at `address` in the board's byte order, or in `Order`. Unaligned addresses are fine in memory.
    template <AccessWord T, std::endian Order = byte_order>
    [[gnu::always_inline]] Loaded<T> load(GuestAddress address) {
        return read<T, Order, Access::load>(address);
    }
    /// As `load`, of memory only: a device holds no instructions.
    template <AccessWord T, std::endian Order = byte_order>
    [[gnu::always_inline]] Loaded<T> fetch(GuestAddress address) {
        return read<T, Order, Access::fetch>(address);
    }
    /// Writes a T. A store that faults has written nothing.
    template <AccessWord T, std::endian Order = byte_order>
    [[gnu::always_inline]] Stored store(GuestAddress address, T value) {
        Bytes offset;
        if (ram_.in_first_window(address, sizeof(T), offset)) [[likely]] {
            write_memory<T, Order>(ram_.first_window(offset), value);
            policies_.ram_stored(ram_.block_offset(offset), sizeof(T));
            policies_.accessed(Access::store, address, sizeof(T));
            return {};
        }
        if constexpr (MainRam<B, Backend>::may_be_split)
            if (ram_.in_second_window(address, sizeof(T), offset)) {
                write_memory<T, Order>(ram_.at(offset), value);
                policies_.ram_stored(offset, sizeof(T));
                policies_.accessed(Access::store, address, sizeof(T));
                return {};
            }
        const FaultReason reason = store_slow<T, Order>(address, value);
        if (reason == FaultReason::none) [[likely]]
            return {};
        return std::unexpected(BusFault{address, sizeof(T), Access::store, reason});
    }

    /// Host memory of [address, address + size) when all of it is memory that the guest can write, in one piece;
    /// otherwise empty. Valid as long as the machine; until it is given back, policies take it for memory that may be
    /// stored to at any time.
    std::span<std::byte> ram_span(GuestAddress address, Bytes size) {
        const Piece piece = memory_at(address);
        if (!piece.writable || piece.bytes.size() < size.count) return {};
        return lend(piece, address, size);
    }

    /// As `ram_span`, of read-only memory too: for a loader, which writes what the guest may not.
    std::span<std::byte> memory_span(GuestAddress address, Bytes size) {
        const Piece piece = memory_at(address);
        if (piece.bytes.size() < size.count) return {};
        return lend(piece, address, size);
    }

    /// Promises that nobody stores through what `ram_span` or `memory_span` gave of these bytes any more; what was stored
    /// until now counts.
    void give_back(std::span<const std::byte> span) {
        const auto among = [&](std::size_t block, std::span<const std::byte> bytes) {
            // Addresses of one array only can be compared; as numbers, all can.
            const auto first = reinterpret_cast<std::uintptr_t>(bytes.data());
            const std::uintptr_t into = reinterpret_cast<std::uintptr_t>(span.data()) - first;
            if (span.empty() || into >= bytes.size() || span.size() > bytes.size() - into) return;
            policies_.given_back(block, Bytes{into}, Bytes{span.size()});
        };
        among(0, ram_.span());
        for (std::size_t i = 0; i != region_count; ++i)
            if (block_numbers[i] != 0) among(block_numbers[i], blocks_.bytes(i));
    }

    /// Memory of any kind, to look at: no policy hears of it.
    std::span<const std::byte> memory_view(GuestAddress address, Bytes size) const {
        const Piece piece = memory_at(address);
        if (piece.bytes.size() < size.count) return {};
        return piece.bytes.first(size.count);
    }

    /// How many bytes from `address` on are memory of any kind, over the borders of windows; at most `most`.
    Bytes memory_extent(GuestAddress address, Bytes most) const {
        Bytes done{};
        while (done < most) {
            if (address.value + done.count < address.value) break;  // the end of the address space
            const Piece piece = memory_at(address + done);
            if (piece.bytes.empty()) break;
            done += Bytes{std::min<std::uint64_t>(piece.bytes.size(), (most - done).count)};
        }
        return done;
    }
    /// Copies memory of any kind, over the borders of windows; no device and no policy hears of it. All or nothing: the
    /// fault names the first byte that is no memory.
    std::expected<void, BusFault> debug_read(GuestAddress address, std::span<std::byte> to) const {
        if (auto seen = all_memory(address, to.size(), Access::load); !seen) return seen;
        for (std::size_t done = 0; done != to.size();) {
            const Piece piece = memory_at(address + Bytes{done});
            const std::size_t count = std::min(piece.bytes.size(), to.size() - done);
            std::ranges::copy(piece.bytes.first(count), to.begin() + static_cast<std::ptrdiff_t>(done));
            done += count;
        }
        return {};
    }
    /// As `debug_read`, the other way: what the guest may not write is written too, and policies hear of it.
    std::expected<void, BusFault> debug_write(GuestAddress address, std::span<const std::byte> from) {
        if (auto seen = all_memory(address, from.size(), Access::store); !seen) return seen;
        for (std::size_t done = 0; done != from.size();) {
            const Piece piece = memory_at(address + Bytes{done});
            const std::size_t count = std::min(piece.bytes.size(), from.size() - done);
            std::ranges::copy(from.subspan(done, count), piece.bytes.begin());
            stored(piece, count);
            done += count;
        }
        return {};
    }

    /// Host memory of an aligned word for one atomic access of a hart, which counts as one store; nullptr where the guest
    /// may not write memory.
    std::byte* atomic_word(GuestAddress address, std::size_t width) {
        const Piece piece = memory_at(address);
        if (!piece.writable || piece.bytes.size() < width) return nullptr;
        stored(piece, width);
        policies_.accessed(Access::store, address, width);
        return piece.bytes.data();
    }

    /// Grows whenever an address comes to show other memory than before.
    std::uint64_t map_version() const { return map_version_; }

    /// Asks the harts to stop behind the instruction they are at; it stays asked until it is cleared.
    void request_stop() { devices_.request_stop(); }
    bool stop_requested() const { return devices_.stop_requested(); }
    void clear_stop() { devices_.clear_stop(); }

    /// Tells the policies that `size` bytes were changed from outside, `offset` bytes into block `block` (0: main RAM, then
    /// those of the map in its order), as a restored snapshot does.
    void changed(std::size_t block, Bytes offset, Bytes size) {
        if (size == Bytes{}) return;
        if (block == 0)
            policies_.ram_stored(offset, size.count);
        else
            policies_.block_stored(block, offset, size.count);
    }
    /// The same by address, as of memory that another process works on; what is no memory is passed over.
    void changed(GuestAddress address, Bytes size) {
        for (Bytes done{}; done < size && address.value + done.count >= address.value;) {
            const Piece piece = memory_at(address + done);
            if (piece.bytes.empty()) return;
            const std::size_t count = std::min<std::uint64_t>(piece.bytes.size(), (size - done).count);
            stored(piece, count);
            done += Bytes{count};
        }
    }

    /// The first window of main RAM; none when a policy watches accesses, or the board is big-endian.
    [[gnu::always_inline]] DirectWindow direct_window() {
        if constexpr (Policies<Ps...>::watch || byte_order != std::endian::little)
            return {};
        else
            return ram_.direct_window();
    }

    Bytes ram_size() const { return ram_.size(); }
    /// Where main RAM is visible, overlays taken out.
    const auto& ram_windows() const { return ram_.windows(); }
    /// The host memory behind main RAM; empty only on a board that has none by default.
    std::optional<hostmem::HostMemory<Backend>>& ram_memory() { return ram_.memory(); }

    /// The memory blocks: main RAM first, then those of the map in its order.
    StaticVector<MemoryBlock, region_count + 1> memory_blocks() const {
        StaticVector<MemoryBlock, region_count + 1> result;
        if (ram_.size() != Bytes{}) result.push_back({B::ram.id, ram_.span(), true});
        for (std::size_t i = 0; i != region_count; ++i) {
            const std::span<std::byte> bytes = blocks_.bytes(i);
            if (!bytes.empty())
                result.push_back(
                    {board_regions<B>[i].name, bytes, board_regions<B>[i].kind != RegionKind::rom});
        }
        return result;
    }
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
        return devices_.template at<index_of<Name>()>();
    }
    /// Calls `change(device)` and lets the interrupt levels follow. Gives what `change` gives.
    template <FixedText Name, class Change>
    decltype(auto) update(Change&& change) {
        constexpr std::size_t index = index_of<Name>();
        // The change may have stored into the device's block, too.
        struct Tell {
            Machine& machine;
            ~Tell() { machine.template device_stored<index>(); }
        };
        [[maybe_unused]] const Tell after{*this};
        return devices_.template update<index>(std::forward<Change>(change));
    }
    /// All devices, by the number of their map entry: for what treats boards alike.
    DeviceSet<B>& devices() { return devices_; }
    const DeviceSet<B>& devices() const { return devices_; }

    /// All devices as in a copy of this machine's, or of one of the same type: with their levels and their time.
    void put_devices(const DeviceSet<B>& devices) {
        devices_ = devices;
        devices_.attach(blocks_);
    }

    /// Shows page `page` of its block in a bank window. Refused when the block has fewer pages.
    template <FixedText Name>
    Expected<void> select_bank(std::uint64_t page) {
        constexpr std::size_t index = index_of<Name>();
        constexpr const Region& region = board_regions<B>[index];
        static_assert(region.kind == RegionKind::bank,
                      "select_bank() takes the name of a bank entry of the map");
        const std::span<std::byte> block = blocks_.bytes(source_of(index));
        const std::uint64_t pages = block.size() / region.range.size.count;
        if (page >= pages)
            return fail(board_name<B>, ": bank ", region.name, " has pages 0 to ", pages - 1, ", not ", page);
        shown_[index] = block.data() + page * region.range.size.count;
        ++map_version_;
        return {};
    }

    /// The page of its block that each bank entry of the map shows, by the number of the entry; 0 for other entries.
    std::array<std::uint64_t, region_count> bank_pages() const {
        std::array<std::uint64_t, region_count> pages{};
        for (std::size_t i = 0; i != region_count; ++i)
            if (board_regions<B>[i].kind == RegionKind::bank)
                pages[i] = static_cast<std::uint64_t>(shown_[i] - blocks_.bytes(source_of(i)).data()) /
                           board_regions<B>[i].range.size.count;
        return pages;
    }
    /// Pages that a bank's block has; 0 for other entries.
    std::uint64_t bank_page_count(std::size_t i) const {
        if (board_regions<B>[i].kind != RegionKind::bank) return 0;
        return blocks_.bytes(source_of(i)).size() / board_regions<B>[i].range.size.count;
    }
    /// As `bank_pages` gave them. Only pages that there are.
    void select_banks(const std::array<std::uint64_t, region_count>& pages) {
        ++map_version_;
        for (std::size_t i = 0; i != region_count; ++i)
            if (board_regions<B>[i].kind == RegionKind::bank)
                shown_[i] = blocks_.bytes(source_of(i)).data() +
                            pages[i] * board_regions<B>[i].range.size.count;
    }

    /// The levels of a hart's interrupt inputs; bit n is input n.
    std::uint64_t interrupt_lines(std::size_t hart) const { return devices_.interrupt_lines(hart); }

    /// The platform's time, in ticks of its timer: what a device that keeps it says, else what `set_time` said.
    std::uint64_t time() const { return devices_.time(); }
    /// Tells every device that follows the timer what time it is, in ticks.
    void set_time(std::uint64_t now) { devices_.set_time(now); }
    /// When a device next wants `set_time`, in the same ticks; all ones: never.
    std::uint64_t deadline() const { return devices_.deadline(); }

    /// Tells every device with a clock for people what time it is, in nanoseconds since 1970-01-01 00:00 UTC.
    void set_wall_clock(std::uint64_t nanoseconds) { devices_.set_wall_clock(nanoseconds); }
    /// When a device next wants `set_wall_clock`; all ones: never.
    std::uint64_t alarm_due() const { return devices_.alarm_due(); }

    /// Every device as after power-on; memory keeps its contents, as it does across a reset line.
    void reset() { devices_.reset(); }

    template <class P>
    P& policy() {
        return policies_;
    }

private:
    /// Memory at an address, up to the end of its window.
    struct Piece {
        std::span<std::byte> bytes{};
        bool writable = false;
        std::optional<Bytes> main_ram{};  // offset in main RAM, when it is that
        std::size_t region = 0;           // else the map entry that shows it
    };

    std::expected<void, BusFault> all_memory(GuestAddress address, std::size_t size, Access access) const {
        const Bytes there = memory_extent(address, Bytes{size});
        if (there == Bytes{size}) return {};
        return std::unexpected(BusFault{address + there, 1, access, FaultReason::not_memory});
    }

    Machine(Bytes ram_size, std::optional<hostmem::HostMemory<Backend>> memory, Blocks<B, Backend> blocks)
        : ram_(ram_size, std::move(memory)), blocks_(std::move(blocks)) {
        for (std::size_t i = 0; i != region_count; ++i) {
            const Region& region = board_regions<B>[i];
            if (region.is_block())
                shown_[i] = blocks_.bytes(i).data();
            else if (region.kind == RegionKind::mirror && region.source.empty())
                shown_[i] = ram_.span().data() + region.source_offset.count;
            else if (region.kind == RegionKind::mirror || region.kind == RegionKind::bank)
                shown_[i] = blocks_.bytes(source_of(i)).data() + region.source_offset.count;
        }
        devices_.connect(blocks_);
    }

    template <AccessWord T, std::endian Order, Access Kind>
    [[gnu::always_inline]] Loaded<T> read(GuestAddress address) {
        Bytes offset;
        if (ram_.in_first_window(address, sizeof(T), offset)) [[likely]] {
            const T value = read_memory<T, Order>(ram_.first_window(offset));
            policies_.accessed(Kind, address, sizeof(T));
            return value;
        }
        if constexpr (MainRam<B, Backend>::may_be_split)
            if (ram_.in_second_window(address, sizeof(T), offset)) {
                const T value = read_memory<T, Order>(ram_.at(offset));
                policies_.accessed(Kind, address, sizeof(T));
                return value;
            }
        const Outcome outcome = read_slow<T, Order, Kind>(address);
        if (outcome.reason == FaultReason::none) [[likely]]
            return static_cast<T>(outcome.value);
        return std::unexpected(BusFault{address, sizeof(T), Kind, outcome.reason});
    }

    // Out of line, but not `cold`: g++ 12 would make code for size of it, calls of comparisons included, and firmware that
    // drives devices lives here.
    template <AccessWord T, std::endian Order, Access Kind>
    [[gnu::noinline]] Outcome read_slow(GuestAddress address) {
        return dispatch<0, flat_view<B>.size(), T, Order, Kind>(address, T{});
    }
    template <AccessWord T, std::endian Order>
    [[gnu::noinline]] FaultReason store_slow(GuestAddress address, T value) {
        return dispatch<0, flat_view<B>.size(), T, Order, Access::store>(address, value).reason;
    }

    /// What is no device: memory, or nothing. A function of its own, so that the way to a device keeps no registers for it.
    template <AccessWord T, std::endian Order, Access Kind>
    [[gnu::noinline]] Outcome access_memory(GuestAddress address, T value) {
        const Piece piece = memory_at(address);
        if (piece.bytes.empty()) return {0, FaultReason::unmapped};
        Outcome outcome;
        if constexpr (Kind == Access::store)
            outcome.reason = store_piece<T, Order>(piece, address, value);
        else
            outcome = read_piece<T, Order>(piece, address);
        if (outcome.reason == FaultReason::none) policies_.accessed(Kind, address, sizeof(T));
        return outcome;
    }

    template <AccessWord T, std::endian Order>
    Outcome read_piece(const Piece& piece, GuestAddress address) const {
        if (piece.bytes.size() >= sizeof(T))
            return {read_memory<T, Order>(piece.bytes.data()), FaultReason::none};
        // The access goes on in the next window: it is whole if that is memory too.
        std::array<std::byte, sizeof(T)> bytes;
        for (std::size_t i = 0; i != sizeof(T); ++i) {
            const Piece next = memory_at(address + Bytes{i});
            if (next.bytes.empty() || address.value > ~std::uint64_t{0} - i)
                return {0, FaultReason::straddles};
            bytes[i] = next.bytes[0];
        }
        return {read_memory<T, Order>(bytes.data()), FaultReason::none};
    }

    template <AccessWord T, std::endian Order>
    FaultReason store_piece(const Piece& piece, GuestAddress address, T value) {
        if (!piece.writable) return FaultReason::read_only;
        if (piece.bytes.size() >= sizeof(T)) {
            write_memory<T, Order>(piece.bytes.data(), value);
            stored(piece, sizeof(T));
            return FaultReason::none;
        }
        std::array<Piece, sizeof(T)> pieces;  // looked at first, so that a store that faults writes nothing
        for (std::size_t i = 0; i != sizeof(T); ++i) {
            pieces[i] = memory_at(address + Bytes{i});
            if (pieces[i].bytes.empty() || address.value > ~std::uint64_t{0} - i)
                return FaultReason::straddles;
            if (!pieces[i].writable) return FaultReason::read_only;
        }
        std::array<std::byte, sizeof(T)> bytes;
        write_memory<T, Order>(bytes.data(), value);
        for (std::size_t i = 0; i != sizeof(T); ++i) {
            pieces[i].bytes[0] = bytes[i];
            stored(pieces[i], 1);
        }
        return FaultReason::none;
    }

    /// Hands the first `size` bytes of a piece out for writing.
    std::span<std::byte> lend(const Piece& piece, GuestAddress address, Bytes size) {
        const std::span<std::byte> span = piece.bytes.first(size.count);
        if (span.empty()) return span;
        stored(piece, span.size());
        policies_.spanned(address, size);
        const BlockPlace place = place_of(piece);
        policies_.lent(place.block, place.offset, size);
        return span;
    }

    struct BlockPlace {
        std::size_t block = 0;
        Bytes offset{};
    };
    BlockPlace place_of(const Piece& piece) const {
        if (piece.main_ram) return {0, *piece.main_ram};
        const Region& region = board_regions<B>[piece.region];
        const std::size_t owner = region.is_block() ? piece.region : source_of(piece.region);
        return {block_numbers[owner],
                Bytes{static_cast<std::size_t>(piece.bytes.data() - blocks_.bytes(owner).data())}};
    }
    /// Lets the policies know that the first `width` bytes of a piece were stored to.
    void stored(const Piece& piece, std::size_t width) {
        if (piece.main_ram) {
            policies_.ram_stored(*piece.main_ram, width);
        } else if constexpr (Policies<Ps...>::watch_blocks) {
            const BlockPlace place = place_of(piece);
            policies_.block_stored(place.block, place.offset, width);
        }
    }

    /// A device that stores into its block says where, for the policies.
    template <std::size_t I>
    void device_stored() {
        if constexpr (ReportsStores<detail::DeviceAt<B, I>> && Policies<Ps...>::watch_blocks)
            devices_.template update<I>([&](auto& device) {
                if (const auto range = device.take_stored(); range.size != Bytes{})
                    policies_.block_stored(block_numbers[I], range.offset, range.size.count);
            });
    }

    Expected<void> attach_policies() {
        std::array<Bytes, region_count + 1> sizes{ram_.size()};
        std::size_t count = 1;
        for (std::size_t i = 0; i != region_count; ++i)
            if (const std::size_t size = blocks_.bytes(i).size(); size != 0) sizes[count++] = Bytes{size};
        auto attached = policies_.attach(std::span(sizes).first(count));
        if (!attached) return fail(board_name<B>, ": ", attached.error().message);
        return attached;
    }

    /// Memory of any kind at `address`; an empty piece for devices and holes.
    Piece memory_at(GuestAddress address) const {
        if (const RamWindow* window = ram_.find(address)) {
            const Bytes into = address - window->base;
            const Bytes offset = window->offset + into;
            return {ram_.span().subspan(offset.count, (window->size - into).count), true, offset};
        }
        const auto after = std::ranges::upper_bound(flat_view<B>, address, {},
                                                    [](const Segment& s) { return s.range.base; });
        if (after == flat_view<B>.begin()) return {};
        const Segment& segment = *(after - 1);
        std::byte* const shown = shown_[segment.region];
        if (!segment.range.contains(address) || shown == nullptr) return {};
        const Bytes into = address - segment.range.base;
        const Region& region = board_regions<B>[segment.region];
        Piece piece{{shown + (segment.offset + into).count, (segment.range.size - into).count},
                    writable(segment.region),
                    {},
                    segment.region};
        if (region.kind == RegionKind::mirror && region.source.empty())
            piece.main_ram = region.source_offset + segment.offset + into;
        return piece;
    }

    /// Finds the segment of the flat view by halving it; every step is a comparison with a constant.
    template <std::size_t First, std::size_t End, class T, std::endian Order, Access Kind>
    [[gnu::always_inline]] Outcome dispatch(GuestAddress address, T value) {
        if constexpr (End - First > 1) {
            constexpr std::size_t middle = First + (End - First) / 2;
            // Numbers: with dozens of segments compilers stop inlining comparisons of addresses.
            constexpr std::uint64_t border = flat_view<B>[middle].range.base.value;
            if (address.value < border) return dispatch<First, middle, T, Order, Kind>(address, value);
            return dispatch<middle, End, T, Order, Kind>(address, value);
        } else if constexpr (First != End) {
            return access_segment<First, T, Order, Kind>(address, value);
        } else {
            return access_memory<T, Order, Kind>(address, value);
        }
    }

    template <std::size_t S, class T, std::endian Order, Access Kind>
    [[gnu::always_inline]] Outcome access_segment(GuestAddress address, T value) {
        constexpr Segment segment = flat_view<B>[S];
        if constexpr (board_regions<B>[segment.region].kind == RegionKind::device) {
            constexpr std::uint64_t size = segment.range.size.count;
            const std::uint64_t into = address.value - segment.range.base.value;
            if (into < size) {
                if (into + sizeof(T) > size && size >= sizeof(T)) [[unlikely]]
                    return {0, FaultReason::straddles};
                const Outcome outcome = access_device<segment.region, T, Order, Kind>(
                    segment.offset.count + into, value);
                if (outcome.reason == FaultReason::none) {
                    if constexpr (Kind == Access::store) device_stored<segment.region>();
                    policies_.accessed(Kind, address, sizeof(T));
                }
                return outcome;
            }
        }
        return access_memory<T, Order, Kind>(address, value);
    }

    /// Registers have the byte order of the bus: the device sees values, not bytes.
    template <std::size_t I, class T, std::endian Order, Access Kind>
    [[gnu::always_inline]] Outcome access_device(std::uint64_t offset, T value) {
        if constexpr (Order == byte_order) {
            return devices_.template access<I, T, Kind>(offset, value);
        } else {
            Outcome outcome = devices_.template access<I, T, Kind>(offset, swap_bytes(value));
            outcome.value = swap_bytes(static_cast<T>(outcome.value));
            return outcome;
        }
    }

    static constexpr std::size_t index_of(std::string_view name) {
        std::size_t i = 0;
        while (i != region_count && board_regions<B>[i].name != name) ++i;
        return i;
    }
    template <FixedText Name>
    static consteval std::size_t index_of() {
        static_assert(index_of(Name.view()) != region_count, "the board's map has no entry of this name");
        return index_of(Name.view());
    }
    /// The map entry whose block a mirror or bank shows.
    static constexpr std::size_t source_of(std::size_t i) { return index_of(board_regions<B>[i].source); }
    static constexpr bool writable(std::size_t i) {
        const Region& region = board_regions<B>[i];
        if (region.kind == RegionKind::ram) return true;
        if (region.kind == RegionKind::rom) return false;
        return region.source.empty() || board_regions<B>[source_of(i)].kind == RegionKind::ram;
    }

    /// The number of each map entry's block in the list of blocks, where main RAM is 0.
    static constexpr std::array<std::size_t, region_count> block_numbers = [] {
        std::array<std::size_t, region_count> numbers{};
        [&]<std::size_t... I>(std::index_sequence<I...>) {
            std::size_t next = 1;
            ((numbers[I] = detail::has_block<B, I> ? next++ : 0), ...);
        }(std::make_index_sequence<region_count>{});
        return numbers;
    }();

    MainRam<B, Backend> ram_;
    [[no_unique_address]] Policies<Ps...> policies_;
    std::array<std::byte*, region_count>
        shown_{};  // by map entry: the first byte of memory it shows, if it shows any
    Blocks<B, Backend> blocks_;
    DeviceSet<B> devices_;
    std::uint64_t map_version_ = 0;
};

}  // namespace wirewrap
