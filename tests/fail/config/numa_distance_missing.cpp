// EXPECT: the distance between nodes 1 and 2 is missing: give one for each pair of nodes, or none at all
#include <array>

#include <wirewrap/config/numa_nodes.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;

constexpr std::array nodes{config::NumaNode{0, 512_MiB}, config::NumaNode{1, 512_MiB}, config::NumaNode{2}};
#ifdef WIREWRAP_MISTAKE
constexpr std::array apart{config::NumaDistance{0, 1, 20}, config::NumaDistance{0, 2, 20}};
#else
constexpr std::array apart{config::NumaDistance{0, 1, 20}, config::NumaDistance{0, 2, 20},
                           config::NumaDistance{1, 2, 15}};
#endif
static_assert(config::NumaTable<nodes, apart, 1_GiB>);
