// A bus for tests of harts: one block of RAM, one of ROM, a transmitter that collects what the guest prints
// (a store of a byte to the address of QEMU's UART), the test finisher, a timer and interrupt lines that the
// test sets.
//
//     FlatBus bus(1_MiB);                          // RAM at 0x80000000
//     bus.write_program({0x00000513, 0x00008067});
//     riscv::Hart hart(bus, {.reset_pc = FlatBus::ram_base});
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/base/endian.hpp>

namespace wirewrap::test {

class FlatBus {
public:
    static constexpr std::uint64_t ram_base = 0x8000'0000, rom_base = 0x1000, uart = 0x1000'0000,
                                   finisher = 0x10'0000;

    explicit FlatBus(Bytes ram_size, Bytes rom_size = Bytes{0}) : ram(ram_size.count), rom(rom_size.count) {}

    std::vector<std::byte> ram, rom;
    std::string printed;                                // bytes stored to the UART
    std::uint32_t finished = 0;                         // what was stored to the finisher
    std::uint64_t lines = 0;                            // interrupt inputs, as bits of mip
    std::uint64_t ticks = 0;                            // what time() says
    mutable std::atomic<std::uint64_t> line_reads = 0;  // harts may share the bus

    template <AccessWord T>
    [[gnu::always_inline]] Loaded<T> load(GuestAddress a) {
        const std::uint64_t offset = a.value - ram_base;
        if (offset <= ram.size() - sizeof(T)) [[likely]]
            return read_memory<T>(ram.data() + offset);
        return load_elsewhere<T>(a, Access::load);
    }

    template <AccessWord T>
    [[gnu::always_inline]] Stored store(GuestAddress a, T value) {
        const std::uint64_t offset = a.value - ram_base;
        if (offset <= ram.size() - sizeof(T)) [[likely]] {
            write_memory<T>(ram.data() + offset, value);
            return {};
        }
        return store_elsewhere<T>(a, value);
    }

    template <AccessWord T>
    Loaded<T> fetch(GuestAddress a) {
        const std::uint64_t offset = a.value - ram_base;
        if (offset <= ram.size() - sizeof(T)) return read_memory<T>(ram.data() + offset);
        if (a.value == uart || a.value == finisher)
            return std::unexpected(BusFault{a, sizeof(T), Access::fetch, FaultReason::not_executable});
        return load_elsewhere<T>(a, Access::fetch);
    }

    std::span<std::byte> ram_span(GuestAddress a, Bytes size) {
        const std::uint64_t offset = a.value - ram_base;
        if (size.count > ram.size() || offset > ram.size() - size.count) return {};
        return {ram.data() + offset, size.count};
    }

    std::expected<void, BusFault> debug_read(GuestAddress a, std::span<std::byte> to) const {
        const std::uint64_t offset = a.value - ram_base;
        if (to.size() > ram.size() || offset > ram.size() - to.size())
            return std::unexpected(BusFault{a, 1, Access::load, FaultReason::unmapped});
        std::ranges::copy(std::span(ram).subspan(offset, to.size()), to.begin());
        return {};
    }

    DirectWindow direct_window() { return {GuestAddress{ram_base}, Bytes{ram.size()}, ram.data()}; }

    std::uint64_t interrupt_lines(std::size_t) const {
        ++line_reads;
        return lines;
    }
    std::uint64_t time() const { return ticks; }

    void write_program(std::span<const std::uint32_t> words, std::uint64_t address = ram_base) {
        std::memcpy(ram.data() + (address - ram_base), words.data(), words.size_bytes());
    }
    void write_program(std::initializer_list<std::uint32_t> words, std::uint64_t address = ram_base) {
        write_program(std::span(words.begin(), words.size()), address);
    }

private:
    template <AccessWord T>
    [[gnu::noinline, gnu::cold]] Loaded<T> load_elsewhere(GuestAddress a, Access access) {
        const std::uint64_t offset = a.value - rom_base;
        if (rom.size() >= sizeof(T) && offset <= rom.size() - sizeof(T))
            return read_memory<T>(rom.data() + offset);
        if (a.value == uart + 5 && sizeof(T) == 1) return T{0x60};  // always ready to send
        const FaultReason why = offset < rom.size() ? FaultReason::straddles : FaultReason::unmapped;
        return std::unexpected(BusFault{a, sizeof(T), access, why});
    }

    template <AccessWord T>
    [[gnu::noinline, gnu::cold]] Stored store_elsewhere(GuestAddress a, T value) {
        const auto fault = [&](FaultReason why) {
            return std::unexpected(BusFault{a, sizeof(T), Access::store, why});
        };
        if (a.value - rom_base < rom.size()) return fault(FaultReason::read_only);
        if (a.value == finisher) {
            if (sizeof(T) != 4) return fault(FaultReason::width);
            finished = static_cast<std::uint32_t>(value);
            return {};
        }
        if (a.value % sizeof(T) != 0 && a.value - finisher < 16) return fault(FaultReason::misaligned);
        if (a.value == uart && sizeof(T) == 1) {
            printed += static_cast<char>(value);
            return {};
        }
        return fault(FaultReason::unmapped);
    }
};

static_assert(HartBus<FlatBus>);

/// What a program prints until it finishes, or until a hart has executed 100 million instructions of it.
template <class Hart, class Program>
std::string printed_by(const Program& program) {
    FlatBus bus(Bytes{64 << 20});
    std::memcpy(bus.ram.data(), program.data(), program.size());
    Hart hart(bus, {.reset_pc = FlatBus::ram_base});
    for (int i = 0; bus.finished == 0 && i != 100'000; ++i) hart.run(1000);
    return bus.printed;
}

}  // namespace wirewrap::test
