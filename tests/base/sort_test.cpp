#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <wirewrap/base/sort.hpp>

using namespace wirewrap;

namespace {

template <std::size_t N>
constexpr std::array<int, N> sorted(std::array<int, N> items) {
    detail::sort(items.data(), N, [](int a, int b) { return a < b; });
    return items;
}
static_assert(sorted(std::array{3, 1, 2}) == std::array{1, 2, 3});
static_assert(sorted(std::array{2, 1, 2, 1}) == std::array{1, 1, 2, 2});
static_assert(sorted(std::array{1}) == std::array{1});

}  // namespace

TEST_CASE("what is sorted is what std::sort makes of it, whatever the length and the order") {
    std::mt19937_64 random(1);
    for (std::size_t length = 0; length != 200; ++length)
        for (const std::size_t values : {std::size_t{1}, std::size_t{3}, std::size_t{1000}}) {
            std::vector<std::size_t> items(length);
            for (std::size_t& item : items) item = random() % values;
            std::vector<std::size_t> expected = items;
            std::ranges::sort(expected);
            std::vector<std::size_t> backwards(expected.rbegin(), expected.rend());
            detail::sort(backwards.data(), length, [](std::size_t a, std::size_t b) { return a < b; });
            detail::sort(items.data(), length, [](std::size_t a, std::size_t b) { return a < b; });
            REQUIRE(items == expected);
            REQUIRE(backwards == expected);
        }
}

TEST_CASE("an order of one's own, over items that own memory") {
    std::vector<std::pair<std::string, int>> items{{"b", 1}, {"a", 2}, {"b", 0}, {"", 3}};
    detail::sort(items.data(), items.size(), [](const auto& a, const auto& b) {
        return a.first != b.first ? b.first < a.first : a.second < b.second;
    });
    CHECK(items == std::vector<std::pair<std::string, int>>{{"b", 0}, {"b", 1}, {"a", 2}, {"", 3}});
}
