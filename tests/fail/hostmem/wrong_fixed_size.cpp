// EXPECT: fixed memory of 48 MiB cannot be 64 MiB: ask for 48 MiB or use hostmem::Fixed of 64 MiB
#include <wirewrap/hostmem.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

constexpr Bytes wanted = 64_MiB;
#ifdef WIREWRAP_MISTAKE
using Ram = hostmem::Fixed<48_MiB>;
#else
using Ram = hostmem::Fixed<64_MiB>;
#endif

constexpr auto objection = fixed_text<[] { return Ram::check(wanted).reason(); }>();
template <class Objection>
    requires Accepted<Objection>
struct Checked {};
Checked<Says<objection>> checked;
