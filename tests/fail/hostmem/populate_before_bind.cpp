// EXPECT: memory is populated after its NUMA policy holds: call bind() first, its result has populate()
#include <utility>

#include <wirewrap/hostmem.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

void take_pages() {
    auto reserved = hostmem::Anonymous::reserve(64_MiB, {});
#ifdef WIREWRAP_MISTAKE
    std::move(*reserved).populate();
#else
    auto bound = std::move(*reserved).bind(hostmem::bind_to(0));
    auto memory = std::move(*bound).populate();
#endif
}
