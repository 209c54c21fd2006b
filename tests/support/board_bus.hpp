// A bus for tests of what a hart must notice: registers that ask for a stop, raise interrupt lines and select banks, a
// window of banked memory, ROM, RAM that may be watched, memory in the last page of the address space.
//
//     BoardBus bus;
//     bus.stop_in = 3;                                 // the third access to `stopper` asks for a stop
//     bus.heard = [&](Access kind, std::uint64_t address, std::size_t width) { … };
//     riscv::Hart hart(bus, {.reset_pc = BoardBus::ram_base});
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <span>
#include <vector>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/reservations.hpp>

namespace wirewrap::test {

class BoardBus {
public:
    static constexpr std::uint64_t rom_base = 0x1000, registers = 0x1000'0000, bank_base = 0x4000'0000,
                                   ram_base = 0x8000'0000, top_base = ~std::uint64_t{0xfff}, page = 0x1000;
    // Registers of four bytes; each takes loads and stores.
    static constexpr std::uint64_t stopper = registers, banks = registers + 4, liner = registers + 8,
                                   copier = registers + 12;

    /// Watched RAM is not handed out, so that `heard` hears of every access.
    explicit BoardBus(bool is_watched = false) : watched(is_watched), ram(0x10'0000), top(page) {}

    bool watched;
    std::vector<std::byte> ram, top;
    std::array<std::byte, page> rom{};
    std::array<std::array<std::byte, page>, 2> bank{};
    std::size_t shown = 0;      // the bank that the window shows
    std::uint64_t version = 0;  // of the map
    std::uint64_t lines = 0;    // of the hart
    std::uint64_t raised = 0;   // lines that an access to `liner` raises
    std::uint64_t stop_in = 0;  // accesses to `stopper` until it asks for a stop; 0: never
    bool stop = false;          // asked for
    bool fetches = false;       // are watched
    std::uint64_t copy_to = 0;  // where a store to `copier` goes in RAM, as a device's would
    std::function<void(Access, std::uint64_t, std::size_t)> heard;

    template <AccessWord T>
    Loaded<T> load(GuestAddress a) {
        return read<T>(a, Access::load);
    }
    template <AccessWord T>
    Loaded<T> fetch(GuestAddress a) {
        return read<T>(a, Access::fetch);
    }
    template <AccessWord T>
    Stored store(GuestAddress a, T value) {
        if (is_register(a.value)) {
            if (sizeof(T) != 4 || a.value % 4 != 0) return refuse<T>(a, Access::store, FaultReason::width);
            touch(a.value, static_cast<std::uint32_t>(value), true);
        } else {
            const std::span<std::byte> there = memory(a.value);
            if (there.empty()) return refuse<T>(a, Access::store, FaultReason::unmapped);
            if (!writable(a.value)) return refuse<T>(a, Access::store, FaultReason::read_only);
            if (there.size() < sizeof(T)) return refuse<T>(a, Access::store, FaultReason::straddles);
            write_memory<T>(there.data(), value);
        }
        hear(Access::store, a.value, sizeof(T));
        return {};
    }

    std::span<std::byte> ram_span(GuestAddress a, Bytes size) {
        const std::span<std::byte> there = memory(a.value);
        if (!writable(a.value) || there.size() < size.count) return {};
        held.stored(there.data(), size.count);
        hear(Access::store, a.value, size.count);
        return there.first(size.count);
    }
    std::byte* atomic_word(GuestAddress a, std::size_t width) {
        const std::span<std::byte> there = memory(a.value);
        if (!writable(a.value) || there.size() < width) return nullptr;
        held.stored(there.data(), width);
        hear(Access::store, a.value, width);
        return there.data();
    }
    std::span<const std::byte> memory_view(GuestAddress a, Bytes size) const {
        const std::span<std::byte> there = const_cast<BoardBus*>(this)->memory(a.value);
        return there.size() < size.count ? std::span<const std::byte>{} : there.first(size.count);
    }
    DirectWindow direct_window() {
        if (watched) return {};
        return {GuestAddress{ram_base}, Bytes{ram.size()}, ram.data()};
    }
    std::uint64_t interrupt_lines(std::size_t) const { return lines; }
    std::uint64_t time() const { return 0; }
    std::uint64_t map_version() const { return version; }
    bool stop_requested() const { return stop; }
    bool watches_fetches() const { return fetches; }
    Reservations& reservations() { return held; }

    /// Puts instructions anywhere, ROM and banks included.
    void put(std::initializer_list<std::uint32_t> words, std::uint64_t where = ram_base) {
        std::memcpy(memory(where).data(), words.begin(), 4 * words.size());
    }
    void put_in_bank(std::size_t number, std::initializer_list<std::uint32_t> words) {
        std::memcpy(bank[number].data(), words.begin(), 4 * words.size());
    }
    void show(std::size_t number) {
        shown = number;
        ++version;
    }
    std::uint32_t word(std::uint64_t address) { return read_memory<std::uint32_t>(memory(address).data()); }
    void set_word(std::uint64_t address, std::uint32_t value) {
        write_memory<std::uint32_t>(memory(address).data(), value);
    }

private:
    static bool is_register(std::uint64_t a) { return a - registers < 16; }
    static bool writable(std::uint64_t a) { return a >= ram_base; }

    /// From an address to the end of its window.
    std::span<std::byte> memory(std::uint64_t a) {
        const auto from = [&](std::span<std::byte> all, std::uint64_t base) {
            return a - base < all.size() ? all.subspan(a - base) : std::span<std::byte>{};
        };
        for (const std::span<std::byte> there :
             {from(ram, ram_base), from(rom, rom_base), from(bank[shown], bank_base), from(top, top_base)})
            if (!there.empty()) return there;
        return {};
    }
    template <class T>
    static std::unexpected<BusFault> refuse(GuestAddress a, Access kind, FaultReason why) {
        return std::unexpected(BusFault{a, sizeof(T), kind, why});
    }
    void hear(Access kind, std::uint64_t a, std::size_t width) {
        if (heard) heard(kind, a, width);
    }
    template <class T>
    Loaded<T> read(GuestAddress a, Access kind) {
        T value{};
        if (is_register(a.value)) {
            if (kind == Access::fetch) return refuse<T>(a, kind, FaultReason::not_executable);
            if (sizeof(T) != 4 || a.value % 4 != 0) return refuse<T>(a, kind, FaultReason::width);
            touch(a.value, 0, false);
        } else {
            const std::span<std::byte> there = memory(a.value);
            if (there.empty()) return refuse<T>(a, kind, FaultReason::unmapped);
            if (there.size() < sizeof(T)) return refuse<T>(a, kind, FaultReason::straddles);
            value = read_memory<T>(there.data());
        }
        hear(kind, a.value, sizeof(T));
        return value;
    }
    void touch(std::uint64_t address, std::uint32_t value, bool stored) {
        if (address == stopper && stop_in != 0 && --stop_in == 0) stop = true;
        if (address == banks && stored) show(value);
        if (address == liner) lines = raised;
        if (address == copier && stored) {
            const std::span<std::byte> there = memory(copy_to);
            write_memory<std::uint32_t>(there.data(), value);
            held.stored(there.data(), 4);
        }
    }

    Reservations held;
};

static_assert(HartBus<BoardBus> && GivesAtomicWords<BoardBus> && TellsMapChanges<BoardBus> &&
              TellsStops<BoardBus> && TellsWatchedFetches<BoardBus> && KeepsReservations<BoardBus>);

}  // namespace wirewrap::test
