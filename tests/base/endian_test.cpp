#include <catch2/catch.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include <wirewrap/base/endian.hpp>

using namespace wirewrap;

static_assert(swap_bytes(std::uint8_t{0x12}) == 0x12);
static_assert(swap_bytes(std::uint16_t{0x1234}) == 0x3412);
static_assert(swap_bytes(std::uint32_t{0x1234'5678}) == 0x7856'3412);
static_assert(swap_bytes(std::uint64_t{0x0102'0304'0506'0708}) == 0x0807'0605'0403'0201);
static_assert(AccessWord<std::uint8_t> && AccessWord<std::uint64_t> && !AccessWord<int> &&
              !AccessWord<char> && !AccessWord<bool>);

TEMPLATE_TEST_CASE("words are written and read in either order at any offset", "", std::uint8_t,
                   std::uint16_t, std::uint32_t, std::uint64_t) {
    const auto value = static_cast<TestType>(0x8877'6655'4433'2211u);
    for (std::size_t offset = 0; offset != 8; ++offset) {
        std::array<std::byte, 24> bytes{};
        write_memory<TestType>(bytes.data() + offset, value);
        for (std::size_t i = 0; i != bytes.size(); ++i) {
            const bool inside = i >= offset && i < offset + sizeof(TestType);
            const auto expected = inside ? static_cast<std::uint8_t>(value >> (8 * (i - offset)))
                                         : std::uint8_t{0};
            REQUIRE(std::to_integer<std::uint8_t>(bytes[i]) == expected);
        }
        CHECK(read_memory<TestType>(bytes.data() + offset) == value);
        CHECK((read_memory<TestType, std::endian::big>(bytes.data() + offset)) == swap_bytes(value));
        write_memory<TestType, std::endian::big>(bytes.data() + offset, value);
        CHECK((read_memory<TestType, std::endian::big>(bytes.data() + offset)) == value);
        CHECK(std::to_integer<std::uint8_t>(bytes[offset + sizeof(TestType) - 1]) == 0x11);
    }
}
