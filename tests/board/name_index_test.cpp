#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <wirewrap/board/name_index.hpp>

using namespace wirewrap;
using namespace wirewrap::check;

namespace {

/// They hold the names as long as `names` does.
std::vector<Region> regions_named(const std::vector<std::string>& names) {
    std::vector<Region> regions;
    for (const std::string& name : names) regions.push_back({.name = name, .range = {}});
    return regions;
}

}  // namespace

TEST_CASE("each name is found, and nothing else") {
    std::vector<std::string> names;
    for (int i = 0; i != 1000; ++i) names.push_back("device" + std::to_string(i * i));
    const auto regions = regions_named(names);
    const NameIndex index(regions);
    for (std::size_t i = 0; i != names.size(); ++i) REQUIRE(index.find(names[i]) == i);
    for (const auto* other : {"", "device", "device2", "device10", "device998001x"})
        CHECK(index.find(other) == NameIndex::none);
    index.shared_names([](const Region&, const Region&) { FAIL("no two names are the same"); });
}

TEST_CASE("of entries with one name the first is found, and each pair of neighbours is told") {
    const std::vector<std::string> names{"a", "b", "a", "", "b", "a", ""};
    const auto regions = regions_named(names);
    const NameIndex index(regions);
    CHECK(index.find("a") == 0);
    CHECK(index.find("b") == 1);
    CHECK(index.find("") == 3);
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    index.shared_names([&](const Region& a, const Region& b) {
        pairs.emplace_back(&a - regions.data(), &b - regions.data());
    });
    std::ranges::sort(pairs);
    CHECK(pairs == std::vector<std::pair<std::size_t, std::size_t>>{{0, 2}, {1, 4}, {2, 5}, {3, 6}});
}

TEST_CASE("an empty map has no names") {
    const NameIndex index({});
    CHECK(index.find("a") == NameIndex::none);
    index.shared_names([](const Region&, const Region&) { FAIL("there are none"); });
}
