#include <catch2/catch.hpp>

#include <numeric>

#include <wirewrap/base/static_vector.hpp>

using namespace wirewrap;

namespace {

constexpr auto filled(std::size_t n) {
    StaticVector<int, 3> v;
    for (std::size_t i = 0; i != n; ++i) v.push_back(static_cast<int>(i) + 1);
    return v;
}
static_assert(filled(0).empty() && filled(2).size() == 2 && filled(2)[1] == 2 && !filled(3).overflowed());
static_assert(filled(4).size() == 3 && filled(4).overflowed());
static_assert(StaticVector<int, 3>::capacity() == 3);
static_assert(StaticVector<int, 0>{}.empty());

}  // namespace

TEST_CASE("a full vector refuses and says so until it is cleared") {
    auto v = filled(3);
    CHECK_FALSE(v.push_back(4));
    CHECK(v.overflowed());
    CHECK(std::accumulate(v.begin(), v.end(), 0) == 6);
    v.clear();
    CHECK(v.empty());
    CHECK_FALSE(v.overflowed());
    CHECK(v.push_back(9));
    CHECK(v[0] == 9);
}
