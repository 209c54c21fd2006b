#include <catch2/catch.hpp>

#include <array>
#include <vector>

#include <wirewrap/config/numa_nodes.hpp>

using namespace wirewrap;
using namespace wirewrap::config;
using namespace wirewrap::literals;

namespace {
constexpr std::array nodes{NumaNode{0, 512_MiB}, NumaNode{1, 512_MiB}, NumaNode{2}};
constexpr std::array apart{NumaDistance{0, 1, 20}, NumaDistance{0, 2, 20}, NumaDistance{1, 2, 15}};

std::string objection(std::vector<NumaNode> table, Bytes ram) {
    return std::string(rules::numa_nodes(table, ram).view());
}
std::string objection(std::vector<NumaDistance> table, std::size_t count) {
    return std::string(rules::numa_distances(table, count).view());
}
}  // namespace

TEST_CASE("a table that is a constant is checked in the compiler") {
    static_assert(NumaTable<nodes, apart, 1_GiB> && NumaTable<nodes, no_distances, 1_GiB>);
    static_assert(!NumaTable<nodes, apart, 2_GiB>);
    static_assert(rules::numa_nodes(nodes, 1_GiB));
    static_assert(!rules::numa_nodes(nodes, 2_GiB));
    static_assert(rules::numa_distances(apart, nodes.size()));
    static_assert(!rules::numa_distances(std::span(apart).first(2), nodes.size()));
    static_assert(numa_distance(apart, 1, 0) == 20 && numa_distance(apart, 2, 2) == 10);
    constexpr auto says = fixed_text<[] { return rules::numa_nodes(nodes, 2_GiB).reason(); }>();
    CHECK(says.view() ==
          "the NUMA nodes have 1 GiB between them, but the RAM size is 2 GiB: give the nodes backends of "
          "2 GiB together, or ask for 1 GiB of RAM");
}

TEST_CASE("node ids have no holes and no doubles, in any order") {
    CHECK(objection({{1, 1_GiB}, {0}}, 1_GiB).empty());
    CHECK(objection({{1, 1_GiB}}, 1_GiB) ==
          "NUMA node 0 is missing: ids go from 0 to the number of nodes less one, 0");
    CHECK(objection({{0, 1_GiB}, {0}}, 1_GiB) ==
          "NUMA node 0 is there twice: give each node an id of its own");
    CHECK(objection({{128, 1_GiB}}, 1_GiB) == "nodeid=128: nodes are numbered 0 to 127");
    CHECK(objection(std::vector<NumaNode>{}, 1_GiB).empty());
    CHECK_FALSE(objection({{0, Bytes{~0ull}}, {1, 8_KiB}}, Bytes{8191}).empty());
}

TEST_CASE("distances: none, or one for each pair; both for every pair as soon as two differ") {
    CHECK(objection(std::vector<NumaDistance>{}, 3).empty());
    CHECK(objection({{0, 1, 20}, {1, 0, 30}}, 2).empty());
    CHECK(objection({{0, 1, 255}}, 2).empty());
    CHECK(objection({{0, 0, 10}}, 2) ==
          "the distance between nodes 0 and 1 is missing: give one for each pair of nodes, "
          "or none at all");
    CHECK(objection({{0, 1, 20}, {1, 0, 30}, {0, 2, 20}, {1, 2, 20}}, 3) ==
          "nodes 0 and 1 are not as far apart there as back, so every pair needs both distances, but nodes 0 "
          "and 2 have "
          "one: give the other");
    CHECK_FALSE(objection({{0, 1, 9}}, 2).empty());
    CHECK_FALSE(objection({{0, 1, 256}}, 2).empty());
    CHECK_FALSE(objection({{0, 0, 20}}, 1).empty());
    CHECK_FALSE(objection({{0, 2, 20}}, 2).empty());
}
