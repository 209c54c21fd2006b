// What an access to a device with an interrupt wire costs beside a switch written by hand, which checks the same bounds and
// keeps the same levels. Four devices of four registers; one of them polled, or all in turn.
//
//     tools/bazel run -c opt //benchmarks/access:wired
//
// Each row is a ratio, machine ÷ by hand, of rounds that alternate: its least, its median and its greatest.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <expected>
#include <string_view>
#include <vector>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>

namespace {

using namespace wirewrap;
using namespace wirewrap::literals;

struct Registers {
    static constexpr Bytes registers = 16_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::array outputs{std::string_view{"irq"}};
    template <AccessWord T>
    T read(std::uint64_t offset) {
        return words[offset / 4];
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        words[offset / 4] = value;
    }
    bool output(std::size_t) const { return words[1] != 0; }
    std::array<std::uint32_t, 4> words{};
};

constexpr std::uint64_t devices = 0x1000'0000, ram = 0x8000'0000;

struct Wired {
    static constexpr auto name = "wired";
    static constexpr auto ram = main_ram("wired.ram", 16_MiB).placed(at(::ram));
    static constexpr auto map = memory_map(device<"d0", Registers>(at(devices), 4_KiB),
                                           device<"d1", Registers>(at(devices + 0x1000), 4_KiB),
                                           device<"d2", Registers>(at(devices + 0x2000), 4_KiB),
                                           device<"d3", Registers>(at(devices + 0x3000), 4_KiB));
    static constexpr auto wires = wiring(wire<"d0.irq", "hart0", 1>, wire<"d1.irq", "hart0", 2>,
                                         wire<"d2.irq", "hart0", 3>, wire<"d3.irq", "hart0", 4>);
};
using WiredMachine = Machine<Wired, hostmem::Anonymous>;

/// A bus as a program would have it: RAM first, then a switch over the pages of the devices.
class ByHand {
public:
    std::expected<std::uint32_t, BusFault> load(std::uint64_t address) {
        if (const std::uint64_t offset = address - ram; offset <= memory_.size() - 4) {
            std::uint32_t value;
            std::memcpy(&value, memory_.data() + offset, 4);
            return value;
        }
        switch (address >> 12) {
        case (devices >> 12): return read(0, address);
        case (devices >> 12) + 1: return read(1, address);
        case (devices >> 12) + 2: return read(2, address);
        case (devices >> 12) + 3: return read(3, address);
        default: return std::unexpected(BusFault{{address}, 4, Access::load, FaultReason::unmapped});
        }
    }
    std::expected<void, BusFault> store(std::uint64_t address, std::uint32_t value) {
        if (const std::uint64_t offset = address - ram; offset <= memory_.size() - 4) {
            std::memcpy(memory_.data() + offset, &value, 4);
            return {};
        }
        switch (address >> 12) {
        case (devices >> 12): return write(0, address, value);
        case (devices >> 12) + 1: return write(1, address, value);
        case (devices >> 12) + 2: return write(2, address, value);
        case (devices >> 12) + 3: return write(3, address, value);
        default: return std::unexpected(BusFault{{address}, 4, Access::store, FaultReason::unmapped});
        }
    }

private:
    std::expected<std::uint32_t, BusFault> read(std::size_t i, std::uint64_t address) {
        const std::uint64_t offset = address % 0x1000;
        if (offset > 12 || offset % 4 != 0)
            return std::unexpected(BusFault{{address}, 4, Access::load, FaultReason::misaligned});
        const std::uint32_t value = devices_[i].read<std::uint32_t>(offset);
        propagate(i);
        return value;
    }
    std::expected<void, BusFault> write(std::size_t i, std::uint64_t address, std::uint32_t value) {
        const std::uint64_t offset = address % 0x1000;
        if (offset > 12 || offset % 4 != 0)
            return std::unexpected(BusFault{{address}, 4, Access::store, FaultReason::misaligned});
        devices_[i].write(offset, value);
        propagate(i);
        return {};
    }
    void propagate(std::size_t i) {
        const bool level = devices_[i].output(0);
        if (level == levels_[i]) return;
        levels_[i] = level;
        lines_ = level ? lines_ | 2ull << i : lines_ & ~(2ull << i);
    }

    std::vector<std::byte> memory_ = std::vector<std::byte>(std::size_t{16} << 20);
    std::array<Registers, 4> devices_{};
    std::array<bool, 4> levels_{};
    std::uint64_t lines_ = 0;
};

constexpr std::size_t count = 4096, repeats = 100, rounds = 41;

// The buses differ in the type of an address only.
std::uint32_t load(WiredMachine& bus, std::uint32_t address) {
    return bus.load<std::uint32_t>(at(address)).value_or(0);
}
std::uint32_t load(ByHand& bus, std::uint32_t address) { return bus.load(address).value_or(0); }
bool store(WiredMachine& bus, std::uint32_t address, std::uint32_t value) {
    return bus.store<std::uint32_t>(at(address), value).has_value();
}
bool store(ByHand& bus, std::uint32_t address, std::uint32_t value) {
    return bus.store(address, value).has_value();
}

std::uint64_t sink = 0;

template <class Bus>
[[gnu::noinline]] void load_all(Bus& bus, const std::uint32_t* addresses) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i != count; ++i) sum += load(bus, addresses[i]);
    sink += sum;
}
template <class Bus>
[[gnu::noinline]] void store_all(Bus& bus, const std::uint32_t* addresses) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i != count; ++i) sum += store(bus, addresses[i], static_cast<std::uint32_t>(i));
    sink += sum;
}

template <class F>
double nanoseconds(F once) {
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i != repeats; ++i) once();
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() /
           (count * repeats);
}

template <class Machine, class Hand>
void row(const char* name, Machine machine, Hand hand) {
    std::vector<double> ratios, costs;
    for (std::size_t i = 0; i != rounds; ++i) {
        const double ours = nanoseconds(machine), theirs = nanoseconds(hand);
        ratios.push_back(ours / theirs);
        costs.push_back(theirs);
    }
    std::ranges::sort(ratios);
    std::ranges::sort(costs);
    std::printf("%-22s %5.2f %5.2f %5.2f   by hand %.2f ns\n", name, ratios.front(), ratios[rounds / 2],
                ratios.back(), costs[rounds / 2]);
}

}  // namespace

int main() {
    auto machine = WiredMachine::create();
    if (!machine) return std::fprintf(stderr, "%s\n", machine.error().message.c_str()), 1;
    ByHand hand;
    std::vector<std::uint32_t> one(count), all(count);
    for (std::uint32_t i = 0; i != count; ++i) {
        one[i] = devices + 0x2000 + i % 2 * 8;
        all[i] = devices + i % 4 * 0x1000;
    }
    std::printf("machine / by hand       least median greatest\n");
    for (const auto* addresses : {&one, &all}) {
        const bool polled = addresses == &one;
        row(
            polled ? "loads, one device" : "loads, four in turn",
            [&] { load_all(*machine, addresses->data()); }, [&] { load_all(hand, addresses->data()); });
        row(
            polled ? "stores, one device" : "stores, four in turn",
            [&] { store_all(*machine, addresses->data()); }, [&] { store_all(hand, addresses->data()); });
    }
    return sink == 0 ? 1 : 0;
}
