#include <catch2/catch.hpp>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/text.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

template <class T>
concept Spoken = requires(const T& part) { detail::part(part); };
static_assert(Spoken<int> && Spoken<std::size_t> && Spoken<char> && Spoken<const char*> &&
              Spoken<std::string_view> && Spoken<Text> && Spoken<Bytes> && Spoken<GuestAddress> &&
              Spoken<Interval> && Spoken<std::string>);
static_assert(!Spoken<bool> && !Spoken<double> && !Spoken<std::byte>,
              "what has no spelling is no part of a sentence");

static_assert(sentence("boot.rom covers ", Interval{at(0x0), 64_KiB}, ", ", 64_KiB).view() ==
              "boot.rom covers [0x0, 0x10000), 64 KiB");

template <FixedText T>
constexpr std::string_view as_argument() {
    return T.view();
}
static_assert(as_argument<"uart0">() == "uart0" && as_argument<"">().empty());
static_assert(FixedText("abc").size() == 3 && FixedText("abc") == FixedText("abc"));
static_assert(!(FixedText("abc") == FixedText("abd")) && !(FixedText("abc") == FixedText("ab")));
static_assert(fixed_text<[] { return sentence(64_MiB); }>() == FixedText("64 MiB"));
static_assert(fixed_text<[] { return Text(); }>().empty());

std::string said(auto part) { return sentence(part).string(); }

}  // namespace

TEST_CASE("byte counts are exact: the largest unit that divides them") {
    CHECK(said(0_B) == "0 bytes");
    CHECK(said(1_B) == "1 byte");
    CHECK(said(2_B) == "2 bytes");
    CHECK(said(5000_B) == "5000 bytes");
    CHECK(said(1_KiB) == "1 KiB");
    CHECK(said(1023_KiB) == "1023 KiB");
    CHECK(said(1025_B) == "1025 bytes");
    CHECK(said(1537_MiB) == "1537 MiB");
    CHECK(said(2049_MiB) == "2049 MiB");
    CHECK(said(2048_MiB) == "2 GiB");
    CHECK(said(1_TiB) == "1 TiB");
    CHECK(said(1024_TiB) == "1 PiB");
    CHECK(said(15 * 1024 * 1024_TiB) == "15 EiB");
    CHECK(said(Bytes{~std::uint64_t{0}}) == "18446744073709551615 bytes");
}

TEST_CASE("the words for a byte count say the number of bytes, each time") {
    std::uint64_t state = 42;
    for (int i = 0; i != 10'000; ++i) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const Bytes size{(state >> (state % 64)) << (i % 41)};
        const std::string text = said(size);
        std::size_t end = 0;
        std::uint64_t count = std::stoull(text, &end);
        const std::string unit = text.substr(end);
        int power = -1;
        const std::string_view units[] = {" bytes", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"};
        for (int u = 0; u != 7; ++u)
            if (unit == units[u]) power = u;
        if (unit == " byte") power = 0;
        REQUIRE(power >= 0);
        REQUIRE((count << (10 * power)) == size.count);
        REQUIRE((count == 0 || power == 6 || count % 1024 != 0));
    }
}

TEST_CASE("integers of every width and sign") {
    CHECK(said(std::uint8_t{255}) == "255");
    CHECK(said(std::int8_t{-128}) == "-128");
    CHECK(said(0) == "0");
    CHECK(said(-7) == "-7");
    CHECK(said(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
    CHECK(said(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
    CHECK(said('c') == "c");
}

TEST_CASE("addresses and intervals are hexadecimal, intervals half-open") {
    CHECK(said(at(0)) == "0x0");
    CHECK(said(at(0xdead'beef)) == "0xdeadbeef");
    CHECK(said(at(~std::uint64_t{0})) == "0xffffffffffffffff");
    CHECK(said(Interval{at(0x1000), 256_B}) == "[0x1000, 0x1100)");
    CHECK(said(Interval{at(0x1000), 0_B}) == "[0x1000, 0x1000)");
    CHECK(said(Interval{at(0), 0_B}) == "[0x0, 0x0)");
    CHECK(said(Interval{at(0xffff'ffff'ffff'f000), 4_KiB}) == "[0xfffffffffffff000, 0x10000000000000000)");
    CHECK(said(Interval{at(0xffff'ffff'ffff'f000), 8_KiB}) ==
          "[0xfffffffffffff000, 0xfffffffffffff000 + 8 KiB)");
}

TEST_CASE("listings read as English") {
    const auto letter = [](std::size_t i) { return static_cast<char>('a' + i); };
    CHECK(listing(0, letter).empty());
    CHECK(listing(1, letter).view() == "a");
    CHECK(listing(2, letter).view() == "a or b");
    CHECK(listing(4, letter).view() == "a, b, c or d");
    CHECK(listing(3, letter, " and ").view() == "a, b and c");
}

TEST_CASE("text grows, compares and becomes a string") {
    Text text("ab");
    text.append("").append("cd");
    CHECK(text == Text("abcd"));
    CHECK_FALSE(text == Text("abce"));
    CHECK(text.size() == 4);
    CHECK(text.string() == "abcd");
    CHECK(Text().empty());
    CHECK(Text().string().empty());
}
