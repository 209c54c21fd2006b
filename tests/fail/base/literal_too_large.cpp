// EXPECT: this_byte_count_does_not_fit_in_64_bits
#include <wirewrap/base.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

#ifdef WIREWRAP_MISTAKE
constexpr Bytes all = 16'777'216_TiB;  // 2^64 bytes
#else
constexpr Bytes all = 16'777'215_TiB;
#endif
