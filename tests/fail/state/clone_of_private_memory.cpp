// EXPECT: this handheld cannot be cloned: its memory is not shared, or has no descriptor by which another mapping can begin with it; use hostmem::Memfd, hostmem::Shm or hostmem::SharedFile
// A clone maps the file that its original stores to; anonymous memory has none.
#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/state/clone.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

struct Handheld {
    static constexpr auto name = "handheld";
    static constexpr auto ram = main_ram("handheld.ram", 64_MiB);
};

#ifdef WIREWRAP_MISTAKE
using Original = Machine<Handheld, hostmem::Anonymous>;
#else
using Original = Machine<Handheld, hostmem::Memfd>;
#endif

bool can_be_cloned(Original& original) { return state::clone(original).has_value(); }
