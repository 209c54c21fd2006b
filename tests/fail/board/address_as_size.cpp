// EXPECT: GuestAddress
// EXPECT: Bytes
// In the compilers' own words: an address is no byte count.
#include <wirewrap/board.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

#ifdef WIREWRAP_MISTAKE
constexpr auto entry = rom<"boot">(at(0x0), at(0x1'0000));
#else
constexpr auto entry = rom<"boot">(at(0x0), at(0x1'0000) - at(0x0));
#endif
