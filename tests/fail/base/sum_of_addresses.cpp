// EXPECT: no known conversion
// EXPECT: GuestAddress
// In the compilers' own words: two addresses have a difference, but no sum.
#include <wirewrap/base.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

constexpr GuestAddress begin = at(0x8000'0000), end = at(0x8400'0000);
#ifdef WIREWRAP_MISTAKE
constexpr auto size = end + begin;
#else
constexpr auto size = end - begin;
#endif
