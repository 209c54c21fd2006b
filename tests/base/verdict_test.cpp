#include <catch2/catch.hpp>

#include <wirewrap/base/verdict.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

namespace {

constexpr Verdict fits(Bytes n) {
    if (n <= 64_MiB) return accepted();
    return refused("at most 64 MiB, not ", n);
}

constexpr auto objection = fixed_text<[] { return fits(65_MiB).reason(); }>();
constexpr auto content = fixed_text<[] { return fits(64_MiB).reason(); }>();
static_assert(objection == FixedText("at most 64 MiB, not 65 MiB"));
static_assert(fits(64_MiB) && !fits(65_MiB));
static_assert(Accepted<Says<>> && Accepted<Says<content>> && Accepted<Says<content, content>>);
static_assert(!Accepted<Says<objection>> && !Accepted<Says<content, objection>>);

}  // namespace

TEST_CASE("a verdict says the same when the program runs as when it is compiled") {
    Bytes size = 65_MiB;
    CHECK_FALSE(fits(size).accepted());
    CHECK(fits(size).view() == objection.view());
    CHECK(fits(size).error() == Error{"at most 64 MiB, not 65 MiB"});
    size = 64_MiB;
    CHECK(fits(size).accepted());
    CHECK(fits(size).view().empty());
}
