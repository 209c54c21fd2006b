// Maps that are long enough for a guess (machine/range_guess.hpp): every access ends where a map of two entries ends it.
#include <catch2/catch.hpp>

#include <cstdint>
#include <string_view>
#include <utility>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

/// Reads as its number and the offset; remembers what was stored last and where.
template <std::uint64_t Size, bool Aligned = true>
struct Numbered {
    static constexpr Bytes registers{Size};
    static constexpr AccessRule access{.widths = {1, 4, 8}, .aligned = Aligned};
    template <AccessWord T>
    T read(std::uint64_t offset) {
        return static_cast<T>(number * 0x0100'0000 + offset);
    }
    template <AccessWord T>
    void write(std::uint64_t offset, T value) {
        at = offset, stored = value;
    }
    std::uint64_t number = 0, at = 0, stored = 0;
};

template <std::size_t I>
inline constexpr FixedText<3> letters = [] {
    const char name[] = {'d', static_cast<char>('a' + I / 26), static_cast<char>('a' + I % 26)};
    return FixedText<3>(std::string_view(name, 3));
}();

template <class Device, std::size_t... I>
constexpr auto map_of(auto base, std::index_sequence<I...>) {
    return memory_map(device<letters<I>, Device>(at(base(I)), Device::registers)...,
                      rom<"boot">(at(0x100'0000), 64_KiB));
}

/// Where the devices are: in a row, strewn, crowded within a page, and large.
struct InARow {
    static constexpr auto name = "in-a-row";
    static constexpr auto base = [](std::uint64_t i) { return 0x1000'0000 + i * 0x1000; };
    using Device = Numbered<0x40>;
};
struct Strewn {
    static constexpr auto name = "strewn";
    static constexpr auto base = [](std::uint64_t i) {
        return 0x1000'0000 + i * i * 0x1234'5000 + i * 0x7000;
    };
    using Device = Numbered<0x1000, false>;
};
struct Crowded {
    static constexpr auto name = "crowded";
    static constexpr auto base = [](std::uint64_t i) { return 0x1000'0000 + i * 0x20; };
    using Device = Numbered<0x20>;
};
struct Large {
    static constexpr auto name = "large";
    static constexpr auto base = [](std::uint64_t i) { return 0x1000'0000 + i * 0x60'0000; };
    using Device = Numbered<0x40'0000>;
};

template <class Map, std::size_t Count>
struct Board_ {
    static constexpr std::size_t count = Count;
    static constexpr auto name = Map::name;
    static constexpr auto ram = main_ram("ram", 1_MiB).placed(at(0));
    static constexpr auto map = map_of<typename Map::Device>(Map::base, std::make_index_sequence<Count>{});
};

}  // namespace

TEMPLATE_TEST_CASE("a long map answers as its devices do, at every border", "", InARow, Strewn, Crowded,
                   Large) {
    using Long = Board_<TestType, 40>;
    auto made = Machine<Long, hostmem::Anonymous>::create();
    REQUIRE(made);
    auto& machine = *made;
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (machine.template update<letters<I>>([](auto& device) { device.number = I; }), ...);
    }(std::make_index_sequence<Long::count>{});
    const auto check = [&]<std::size_t I>() {
        using Device = typename TestType::Device;
        constexpr std::uint64_t base = TestType::base(I), size = Device::registers.count;
        INFO(I);
        for (std::uint64_t offset : {std::uint64_t{0}, size / 2, size - 8, size / 4 * 3})
            for (const std::uint64_t into : {offset, offset + 1, offset + 4}) {
                const auto word = machine.template load<std::uint32_t>(at(base + into));
                const bool aligned = into % 4 == 0;
                if (into + 4 > size) continue;
                if (Device::access.aligned && !aligned) {
                    REQUIRE(!word);
                    CHECK(word.error().reason == FaultReason::misaligned);
                    continue;
                }
                REQUIRE(word);
                CHECK(*word == static_cast<std::uint32_t>(I * 0x0100'0000 + into));
                REQUIRE(machine.template store<std::uint32_t>(at(base + into), 77 + I).has_value());
                CHECK(machine.template device<letters<I>>().at == into);
                CHECK(machine.template device<letters<I>>().stored == 77 + I);
            }
        // One before and one behind belong to a neighbour or to nobody.
        const bool crowded = TestType::base(1) - TestType::base(0) == size;
        const auto before = machine.template load<std::uint8_t>(at(base - 1));
        CHECK(before.has_value() == (crowded && I != 0));
        if (before) CHECK(*before == static_cast<std::uint8_t>(size - 1));
        const auto behind = machine.template load<std::uint8_t>(at(base + size));
        CHECK(behind.has_value() == (crowded && I + 1 != Long::count));
        const auto across = machine.template load<std::uint32_t>(at(base + size - 2));
        CHECK(!across.has_value());
        // A width that no register takes.
        CHECK(!machine.template load<std::uint16_t>(at(base)).has_value());
    };
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (check.template operator()<I>(), ...);
    }(std::make_index_sequence<Long::count>{});
    // ROM and RAM are where they were.
    CHECK(machine.template load<std::uint32_t>(at(0x100'0000)).value_or(1) == 0);
    CHECK(machine.template load<std::uint64_t>(at(0x100'0000 + 65536 - 8)).value_or(1) == 0);
    CHECK(!machine.template load<std::uint64_t>(at(0x100'0000 + 65536 - 4)).has_value());
    CHECK(!machine.template store<std::uint8_t>(at(0x100'0000), 1).has_value());
    CHECK(machine.template load<std::uint32_t>(at(0xfffc)).value_or(1) == 0);
    CHECK(!machine.template load<std::uint8_t>(at(~std::uint64_t{0})).has_value());
}

TEST_CASE("a guess is made for the first granule of each range, and for more where slots are left") {
    using Long = Board_<InARow, 40>;
    constexpr auto& view = flat_view<Long, Access::load>;
    constexpr auto guesses = detail::RangeGuesses<256>::of(view);
    for (std::size_t i = 0; i != view.size(); ++i) {
        CHECK(guesses(view[i].range.base) == i);
        CHECK(guesses(view[i].range.base + Bytes{0x3f}) == i);
    }
    // Whatever the address, the guess is a range of the table.
    std::uint64_t address = 1;
    for (int n = 0; n != 10'000; ++n, address = address * 6364136223846793005 + 1442695040888963407)
        REQUIRE(guesses(at(address)) < view.size());
}

TEST_CASE("a machine may have more devices than compilers nest expressions") {
    using Long = Board_<InARow, 300>;
    auto machine = Machine<Long, hostmem::Anonymous>::create();
    REQUIRE(machine);
    machine->update<"dlm">([](auto& device) { device.number = 298; });
    CHECK(machine->load<std::uint32_t>(at(InARow::base(298) + 4)) ==
          static_cast<std::uint32_t>(298ull * 0x0100'0000 + 4));
    machine->reset();
}
