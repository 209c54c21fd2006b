// EXPECT: the NUMA nodes have 768 MiB between them, but the RAM size is 1 GiB: give the nodes backends of 1 GiB together, or ask for 768 MiB of RAM
#include <array>

#include <wirewrap/config/numa_nodes.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

#ifdef WIREWRAP_MISTAKE
constexpr std::array nodes{config::NumaNode{0, 512_MiB}, config::NumaNode{1, 256_MiB}, config::NumaNode{2}};
#else
constexpr std::array nodes{config::NumaNode{0, 512_MiB}, config::NumaNode{1, 512_MiB}, config::NumaNode{2}};
#endif
static_assert(config::NumaTable<nodes, config::no_distances, 1_GiB>);
