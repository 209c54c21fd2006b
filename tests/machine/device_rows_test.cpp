// Devices in rows (machine/device_rows.hpp) beside the same devices of types of their own, which are found one by one: every
// access ends alike, and so does everything that hangs on them.
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <wirewrap/machine/machine.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

/// Two pins that are bits of its first byte. `Type`: makes a type of its own.
template <int Type, bool Aligned = true>
struct Pins {
    static constexpr Bytes registers = 16_B;
    static constexpr AccessRule access{.widths = {1, 4}, .aligned = Aligned};
    static constexpr std::array outputs{std::string_view{"high"}, std::string_view{"low"}};
    template <AccessWord T>
    T read(std::uint64_t offset) {
        return static_cast<T>(words[offset / 4] + ++reads + offset);
    }
    template <AccessWord T>
    Answer<void> write(std::uint64_t offset, T value) {
        if (value == 0x55) return refused_access;
        words[offset / 4] = value;
        return {};
    }
    bool output(std::size_t pin) const { return (words[0] >> pin & 1) != 0; }
    std::array<std::uint32_t, 4> words{};
    std::uint32_t reads = 0;
};

/// Counts what it is told.
struct Listener {
    static constexpr Bytes registers = 8_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::size_t inputs = 24;
    static constexpr std::array outputs{std::string_view{"any"}};
    template <AccessWord T>
    T read(std::uint64_t offset) {
        return static_cast<T>(offset == 0 ? levels : told);
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
    void input(std::size_t line, bool level) {
        levels = level ? levels | 1u << line : levels & ~(1u << line);
        ++told;
    }
    bool output(std::size_t) const { return levels != 0; }
    std::uint32_t levels = 0, told = 0;
};

/// Wants the bus when a line rises, and counts what it reads.
struct Master {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::size_t inputs = 1;
    template <AccessWord T>
    T read(std::uint64_t) {
        return sum;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
    void input(std::size_t, bool level) { wants = wants || level; }
    bool wants_bus() const { return wants; }
    template <class Bus>
    void use_bus(Bus& bus) {
        wants = false;
        sum += bus.template load<std::uint32_t>(at(0x8000'0000)).value_or(1);
    }
    bool wants = false;
    std::uint32_t sum = 0;
};

template <bool Rows, std::endian Order>
struct Board {
    template <int Number, bool Aligned = true>
    using Device = Pins<Rows ? 0 : Number, Aligned>;

    static constexpr auto name = "rows";
    static constexpr std::endian byte_order = Order;
    static constexpr auto ram = main_ram("rows.ram", 64_KiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
        // A row of four; the first is shown once more, and the fifth has another wire.
        device<"a0", Device<1>>(at(0x1000), 16_B), device<"a1", Device<2>>(at(0x1100), 16_B),
        device<"listener", Listener>(at(0x1800), 8_B), device<"a2", Device<3>>(at(0x1200), 16_B),
        device<"a3", Device<4>>(at(0x1300), 16_B), device<"a4", Device<5>>(at(0x1400), 16_B),
        mirror<"again">(block_at("a0", 0_B, 16_B), at(0x1500)),
        // A row whose stride is no power of two and whose windows are larger than the registers.
        device<"b0", Device<6, false>>(at(0x2000), 48_B), device<"b1", Device<7, false>>(at(0x2030), 48_B),
        device<"b2", Device<8, false>>(at(0x2060), 48_B),
        // The second of these is half hidden, the fourth takes wide accesses in another way; the map names the last two in no order.
        device<"c0", Device<9>>(at(0x3000), 16_B), device<"c1", Device<10>>(at(0x3010), 16_B),
        device<"c2", Device<11>>(at(0x3020), 16_B), device<"c3", Device<12>>(at(0x3030), 16_B).split(),
        device<"c5", Device<13>>(at(0x3050), 16_B), device<"c4", Device<14>>(at(0x3040), 16_B),
        overlay(rom<"cover">(at(0x3018), 8_B)),
        // And a row that takes wide accesses in parts.
        device<"d0", Device<15>>(at(0x4000), 16_B).split(),
        device<"d1", Device<16>>(at(0x4010), 16_B).split(), device<"master", Master>(at(0x5000), 4_B));
    static constexpr auto wires = wiring(
        wire<"a0.high", "listener", 1>, wire<"a1.high", "listener", 2>, wire<"a2.high", "listener", 3>,
        wire<"a3.high", "listener", 4>, wire<"a1.low", "hart0", 17>, wire<"a0.low", "hart0", 16>,
        wire<"a2.low", "hart0", 18>, wire<"a3.low", "master", 0>, wire<"a4.high", "hart0", 20>,
        wire<"b0.low", "listener", 5>, wire<"b1.low", "listener", 6>, wire<"b2.low", "hart0", 21>,
        wire<"listener.any", "hart0", 9>);
};

template <bool Rows, std::endian Order = std::endian::little>
using M = Machine<Board<Rows, Order>, hostmem::Anonymous>;

template <bool Rows>
constexpr auto counts = [] {
    std::vector<std::size_t> all;
    for (const detail::DeviceRow& row :
         detail::device_rows<Board<Rows, std::endian::little>, Access::load, memory_space>)
        all.push_back(row.count);
    return all;
};
static_assert(std::ranges::equal(counts<true>(), std::array{4, 1, 1, 1, 3, 1, 1, 1, 1, 1, 2, 2, 1}));
static_assert(std::ranges::all_of(counts<false>(), [](std::size_t count) { return count == 1; }));

/// All that can be seen of a machine from outside, loads aside.
template <class Machine>
std::vector<std::uint64_t> seen(Machine& machine) {
    std::vector<std::uint64_t> all{machine.interrupt_lines(0), machine.template device<"listener">().levels,
                                   machine.template device<"listener">().told,
                                   machine.template device<"master">().sum};
    const auto add = [&]<FixedText... Names>() {
        const auto one = [&](const auto& device) {
            all.insert(all.end(), device.words.begin(), device.words.end());
            all.push_back(device.reads);
        };
        (one(machine.template device<Names>()), ...);
    };
    add.template operator()<"a0", "a1", "a2", "a3", "a4", "b0", "b1", "b2", "c0", "c1", "c2", "c3", "c4",
                            "c5", "d0", "d1">();
    return all;
}

std::uint64_t number(const BusFault& fault) {
    return std::uint64_t{1} << 40 | fault.address.value << 8 | static_cast<std::uint64_t>(fault.reason);
}

/// A random access: what came of it, as a number.
template <class T, std::endian Order, class Machine>
std::uint64_t access(Machine& machine, GuestAddress address, unsigned kind, std::uint64_t value) {
    if (kind == 0) {
        const auto loaded = machine.template load<T, Order>(address);
        return loaded ? *loaded : number(loaded.error());
    }
    if (kind == 1) {
        const auto fetched = machine.template fetch<T>(address);
        return fetched ? *fetched : number(fetched.error());
    }
    const auto stored = machine.template store<T, Order>(address, static_cast<T>(value));
    return stored ? 0 : number(stored.error());
}

}  // namespace

TEMPLATE_TEST_CASE("devices in rows do what devices alone do", "",
                   (std::integral_constant<std::endian, std::endian::little>),
                   (std::integral_constant<std::endian, std::endian::big>)) {
    constexpr std::endian order = TestType::value;
    auto in_rows = M<true, order>::create();
    auto alone = M<false, order>::create();
    REQUIRE((in_rows && alone));
    REQUIRE(in_rows->template store<std::uint32_t>(at(0x8000'0000), 3));
    REQUIRE(alone->template store<std::uint32_t>(at(0x8000'0000), 3));

    std::mt19937_64 random(7);
    constexpr std::uint64_t groups[] = {0x1000, 0x1100, 0x1200, 0x1300, 0x1400, 0x1500, 0x1800,
                                        0x2000, 0x2030, 0x2060, 0x3000, 0x3010, 0x3020, 0x3030,
                                        0x3040, 0x3050, 0x4000, 0x4010, 0x5000};
    unsigned answered = 0;
    for (int i = 0; i != 40'000; ++i) {
        const GuestAddress address = at(groups[random() % std::size(groups)] + random() % 6 * 4 -
                                        random() % 16 / 14 + random() % 8 / 7);
        const auto kind = static_cast<unsigned>(random() % 5);
        const std::uint64_t value = random() % 8 == 0 ? 0x55 : random();
        const auto both = [&]<class T, std::endian Order>() {
            const std::uint64_t a = access<T, Order>(*in_rows, address, kind, value);
            const std::uint64_t b = access<T, Order>(*alone, address, kind, value);
            answered += a >> 40 == 0;
            if (a != b) {
                CAPTURE(address.value, kind, value, sizeof(T));
                REQUIRE(a == b);
            }
        };
        const bool big = random() % 4 == 0;
        const auto width = [&]<class T>() {
            if (big)
                both.template operator()<T, std::endian::big>();
            else
                both.template operator()<T, std::endian::little>();
        };
        switch (random() % 4) {
        case 0: width.template operator()<std::uint8_t>(); break;
        case 1: width.template operator()<std::uint16_t>(); break;
        case 2: width.template operator()<std::uint32_t>(); break;
        default: width.template operator()<std::uint64_t>(); break;
        }
        if (random() % 512 == 0) {
            in_rows->reset();
            alone->reset();
        }
        if (random() % 256 == 0) {
            in_rows->template update<"a2">(
                [&](auto& pins) { pins.words[0] = static_cast<std::uint32_t>(value); });
            alone->template update<"a2">(
                [&](auto& pins) { pins.words[0] = static_cast<std::uint32_t>(value); });
        }
        if (seen(*in_rows) != seen(*alone)) {
            CAPTURE(i, address.value, kind, value);
            REQUIRE(seen(*in_rows) == seen(*alone));
        }
    }
    CHECK(answered > 10'000);
    CHECK(in_rows->template device<"listener">().told > 200);
    CHECK(in_rows->template device<"master">().sum > 30);
}

namespace {

/// Is off as soon as somebody has looked.
struct Power {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
    static constexpr std::size_t inputs = 2;
    template <AccessWord T>
    T read(std::uint64_t) {
        return off = 1;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
    void input(std::size_t, bool) {}
    bool wants_stop() const { return off != 0; }
    unsigned off = 0;
};
template <bool Rows>
struct Switched {
    static constexpr auto name = "switched";
    static constexpr auto ram = main_ram("switched.ram", 64_KiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(device<"a0", Pins<0>>(at(0x1000), 16_B),
                                           device<"a1", Pins<Rows ? 0 : 1>>(at(0x1100), 16_B),
                                           device<"power", Power>(at(0x2000), 4_B));
    static constexpr auto wires = wiring(wire<"a0.high", "power", 0>, wire<"a1.high", "power", 1>);
};

}  // namespace

TEMPLATE_TEST_CASE("who is behind wires is asked after each access to devices of one type and of two", "",
                   std::true_type, std::false_type) {
    auto machine = Machine<Switched<TestType::value>, hostmem::Anonymous>::create().value();
    REQUIRE(machine.template load<std::uint32_t>(at(0x2000)));
    REQUIRE_FALSE(machine.stop_requested());
    REQUIRE(machine.template store<std::uint32_t>(at(0x1000), 2));  // the wire keeps its level
    CHECK(machine.stop_requested());
}
