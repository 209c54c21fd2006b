#include <catch2/catch.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/base/device.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

struct Words {
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};

struct Doorbell : Words {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {4}};
};
static_assert(Device<Doorbell>);

// Of a class that nobody may derive from, a template is found by what it takes.
struct Sealed final {
    static constexpr AccessRule access{.widths = {4}};
    static constexpr Bytes registers = 4_B;
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
    template <AccessWord T>
    void write(std::uint64_t, T) {}
};
struct SealedWithoutWrite final {
    static constexpr AccessRule access{.widths = {4}};
    static constexpr Bytes registers = 4_B;
    template <AccessWord T>
    T read(std::uint64_t) {
        return 0;
    }
};
static_assert(Device<Sealed> && !Device<SealedWithoutWrite>);
static_assert(!Device<int> && !Device<Words>);

struct NoRegisters : Words {
    [[maybe_unused]] static constexpr AccessRule access{};
};
struct NoRule : Words {
    static constexpr Bytes registers = 4_B;
};
struct SizeIsANumber : Words {
    static constexpr std::uint64_t registers = 4;
    [[maybe_unused]] static constexpr AccessRule access{};
};
static_assert(!Device<NoRegisters> && !Device<NoRule> && !Device<SizeIsANumber>);

/// Transfers 32 bits and nothing else: a device when its rule says so, and not when it promises bytes.
template <std::uint8_t... Widths>
struct Only32 {
    static constexpr Bytes registers = 4_B;
    static constexpr AccessRule access{.widths = {Widths...}};
    template <class T>
        requires std::same_as<T, std::uint32_t>
    T read(std::uint64_t) {
        return 0;
    }
    template <class T>
        requires std::same_as<T, std::uint32_t>
    void write(std::uint64_t, T) {}
};
static_assert(Device<Only32<4>> && !Device<Only32<1, 4>> && !Device<Only32<4, 8>>);
static_assert(!Device<Only32<>> && !Device<Only32<0, 0>> && !Device<Only32<4, 3>> && !Device<Only32<4, 16>>,
              "the widths of a bus, and at least one");

struct Pins {
    static constexpr std::array outputs{std::string_view{"irq"}};
    bool output(std::size_t) const { return false; }
};
struct PinsThatChange {
    static constexpr std::array outputs{std::string_view{"irq"}};
    bool output(std::size_t) { return false; }
};
static_assert(DrivesPins<Pins> && !DrivesPins<PinsThatChange> && !DrivesPins<Doorbell>);

struct Lines {
    static constexpr std::size_t inputs = 4;
    void input(std::size_t, bool) {}
};
static_assert(TakesLines<Lines> && !TakesLines<Doorbell>);

struct Clock {
    void tick(std::uint64_t) {}
    std::uint64_t deadline() const { return ~std::uint64_t{0}; }
    void reset() {}
};
static_assert(KeepsTime<Clock> && Resettable<Clock> && !KeepsTime<Doorbell> && !Resettable<Doorbell>);

}  // namespace

TEST_CASE("an access rule allows the widths that it names") {
    constexpr AccessRule words{.widths = {2, 4}};
    for (std::size_t width = 0; width != 17; ++width) {
        if (width != 0) CHECK(words.allows(width) == (width == 2 || width == 4));
        if (width != 0)
            CHECK(AccessRule{}.allows(width) == (width == 1 || width == 2 || width == 4 || width == 8));
    }
    CHECK(words.aligned);
    CHECK(words.has_bus_widths());
}
