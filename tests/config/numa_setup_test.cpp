#include <catch2/catch.hpp>

#include <string>

#include <wirewrap/config/numa_setup.hpp>

using namespace wirewrap;
using namespace wirewrap::config;
using namespace wirewrap::literals;

namespace {

/// The sentence against the options, on a machine with backends m0 and m1 of 512 MiB each.
std::string objection(std::initializer_list<const char*> options, Bytes ram = 1_GiB,
                      std::string_view machine = "x86_64/pc-i440fx-7.2", bool hmat = false) {
    NumaSetup setup(
        {.features = machine_features(machine), .cpus = *parse_smp("2,sockets=2", false), .hmat = hmat});
    for (const char* const text : options) {
        const auto option = parse_numa(text);
        if (!option) return option.error().message;
        const auto added = setup.add(*option, [](std::string_view id) -> std::optional<Bytes> {
            if (id == "m0" || id == "m1") return 512_MiB;
            return std::nullopt;
        });
        if (!added) return added.error().message;
    }
    const auto complete = setup.complete(ram);
    return complete ? "" : complete.error().message;
}

}  // namespace

TEST_CASE("nodes have backends, or no memory") {
    CHECK(objection({"node,memdev=m0", "node,memdev=m1"}).empty());
    CHECK(objection({"node,nodeid=1,memdev=m1", "node,nodeid=0,memdev=m0"}).empty());
    CHECK(objection({"node,memdev=m0", "node"}, 512_MiB).empty());
    CHECK(objection({}).empty());
    CHECK(objection({"node,memdev=m0", "node,memdev=m0"})
              .starts_with("memory backend m0 is memdev of nodes 0 and 1"));
    CHECK(objection({"node,memdev=m2"}) ==
          "memdev=m2: there is no such memory backend: create it with -object");
    CHECK(objection({"node"}).starts_with("the NUMA nodes have 0 bytes between them"));
    CHECK(objection({"node,nodeid=0", "node,nodeid=0"}) ==
          "nodeid=0 is there twice: give each node an id of its own");
    CHECK(objection({"node"}, 1_GiB, "aarch64/sabrelite") ==
          "this machine has no NUMA nodes: leave -numa out");
    CHECK_FALSE(objection({"node,nodeid=128"}).empty());
    CHECK_FALSE(objection({"node,nodeid=-1"}).empty());
    CHECK_FALSE(objection({"node,foo=1"}).empty());
    CHECK(objection({"node,cpus=0-65534,cpus=0,cpus=1"})
              .ends_with("with those before it that is more than 65536 CPUs: name each once"));
    CHECK(objection({"node,id=x"}) == "id is no property of -numa node");
    CHECK(objection({"foo"}) == "type=foo: write node, dist, cpu, hmat-lb or hmat-cache");
}

TEST_CASE("mem= is for the machines that had it, and not beside memdev=") {
    CHECK(objection({"node,mem=512", "node,mem=512M"}, 1_GiB, "x86_64/pc-i440fx-5.0").empty());
    CHECK(objection({"node,mem=1G"}).starts_with("mem= is not for this machine"));
    CHECK(objection({"node,mem=512M", "node,memdev=m0"}, 1_GiB, "x86_64/pc-i440fx-5.0")
              .starts_with("mem= and memdev="));
    CHECK(objection({"node,mem=512M,memdev=m0"}, 1_GiB, "x86_64/pc-i440fx-5.0")
              .starts_with("mem= and memdev="));
}

TEST_CASE("a node of a RISC-V machine has CPUs in a row, which are cores") {
    const auto riscv = [](std::initializer_list<const char*> options) {
        return objection(options, 1_GiB, "riscv64/virt");
    };
    CHECK(riscv({"node,memdev=m0", "node,memdev=m1"}).empty());
    CHECK(riscv({"node,memdev=m0", "node,memdev=m1", "cpu,node-id=1,core-id=1"}).empty());
    CHECK(riscv({"node,memdev=m0", "node,memdev=m1", "cpu,node-id=1,thread-id=1"}) ==
          "thread-id=1: this machine's CPUs have none");
    CHECK(riscv({"node,memdev=m0,cpus=0-1", "node,memdev=m1"})
              .starts_with("node 1 has no CPUs, and each node of this machine has some"));
    CHECK(riscv({"node,memdev=m0", "node,memdev=m1", "node"}).starts_with("node 2 has no CPUs"));

    NumaSetup setup({.features = machine_features("riscv32/virt"), .cpus = *parse_smp("5", false)});
    const auto none = [](std::string_view) { return std::optional<Bytes>(); };
    for (const char* const node : {"node,mem=512M", "node,mem=512M"})
        REQUIRE(setup.add(*parse_numa(node), none));
    REQUIRE(setup.complete(1_GiB));
    // As QEMU's monitor says with info numa.
    for (const std::size_t cpu : {0u, 1u, 2u, 3u, 4u}) CHECK(setup.node_of_cpu(cpu) == (cpu < 2 ? 0u : 1u));

    NumaSetup gap({.features = machine_features("riscv64/spike"), .cpus = *parse_smp("4", false)});
    for (const char* const node : {"node,mem=512M,cpus=0,cpus=2", "node,mem=512M,cpus=1,cpus=3"})
        REQUIRE(gap.add(*parse_numa(node), none));
    CHECK(gap.complete(1_GiB).error().message ==
          "node 0 has CPUs 0 to 0 and 2: CPUs of a node of this machine follow one another; give it those "
          "between, or fewer");
}

TEST_CASE("cores of pSeries are counted through the machine, by their first thread") {
    const auto placed = [](const char* smp, std::initializer_list<const char*> cpus) {
        NumaSetup setup({.features = machine_features("ppc64/pseries-7.2"), .cpus = *parse_smp(smp, false)});
        const auto find = [](std::string_view) -> std::optional<Bytes> { return 512_MiB; };
        for (const char* const node : {"node,memdev=m0", "node,memdev=m1"})
            REQUIRE(setup.add(*parse_numa(node), find));
        for (const char* const cpu : cpus)
            if (const auto added = setup.add(*parse_numa(cpu), find); !added)
                return std::string(added.error().message);
        REQUIRE(setup.complete(1_GiB));
        std::string nodes;
        for (std::size_t cpu = 0; cpu != 4; ++cpu) nodes += std::to_string(*setup.node_of_cpu(cpu));
        return nodes;
    };
    CHECK(placed("4,sockets=4", {"cpu,node-id=0,core-id=0", "cpu,node-id=1,core-id=2"}) == "0010");
    CHECK(placed("4,sockets=2,cores=2", {"cpu,node-id=1,core-id=3"}) == "0001");
    CHECK(placed("4,sockets=2,threads=2", {"cpu,node-id=1,core-id=2"}) == "0011");
    CHECK(
        placed("4,sockets=2,threads=2", {"cpu,node-id=1,core-id=1"}).starts_with("no CPU is at that place"));
    CHECK(placed("4,sockets=2,cores=2", {"cpu,node-id=1,core-id=4"}).starts_with("no CPU is at that place"));
}

TEST_CASE("an option knows the nodes before it only") {
    CHECK(objection({"node,memdev=m0", "node,memdev=m1", "dist,src=0,dst=1,val=20"}).empty());
    CHECK_FALSE(objection({"dist,src=0,dst=1,val=20", "node,memdev=m0", "node,memdev=m1"}).empty());
    CHECK(objection({"node,memdev=m0", "dist,src=0,dst=0"}) == "val is missing: write src, dst and val");
    CHECK_FALSE(objection({"node,memdev=m0", "dist,src=0,dst=128,val=20"}).empty());
}

TEST_CASE("CPUs belong to one node each") {
    CHECK(objection(
              {"node,memdev=m0", "node,memdev=m1", "cpu,node-id=0,socket-id=0", "cpu,node-id=1,socket-id=1"})
              .empty());
    CHECK(objection({"node,memdev=m0,cpus=0", "node,memdev=m1,cpus=1"}).empty());
    CHECK(objection({"node,memdev=m0,cpus=0-1", "node,memdev=m1,cpus=1"}) ==
          "CPU 1 belongs to node 0 already: name each CPU for one node");
    CHECK(objection({"node,memdev=m0,cpus=0-7"}).starts_with("CPU 2 is none of this machine's"));
    CHECK(objection({"node,memdev=m0", "cpu,socket-id=0"}).starts_with("node-id is missing"));
    CHECK(objection({"node,memdev=m0", "cpu,node-id=1,socket-id=0"})
              .starts_with("node-id=1: there is no such node"));
    CHECK(objection({"node,memdev=m0", "cpu,node-id=0,socket-id=7"}).starts_with("no CPU is at that place"));
    CHECK(objection({"node,memdev=m0", "cpu,node-id=0,cluster-id=0"}) ==
          "cluster-id=0: this machine's CPUs have none");
}

TEST_CASE(
    "an initiator that cannot be is an error, and nothing goes on without the node (QEMU's defect A5)") {
    CHECK(objection({"node,memdev=m0,initiator=200", "node,memdev=m1"}, 1_GiB, "x86_64/pc-q35-7.2", true) ==
          "initiator=200: nodes are numbered 0 to 127");
    CHECK(objection({"node,memdev=m0,initiator=0"})
              .starts_with("initiator=0 is for the table of memory attributes"));
    CHECK(
        objection({"node,memdev=m0,cpus=0-1", "node,memdev=m1,initiator=0"}, 1_GiB, "x86_64/pc-q35-7.2", true)
            .empty());
    CHECK(objection({"node,memdev=m0,cpus=0,initiator=1", "node,memdev=m1,cpus=1"}, 1_GiB,
                    "x86_64/pc-q35-7.2", true)
              .starts_with("initiator=1 of node 0, which has CPUs and so is its own"));
    CHECK(
        objection({"node,memdev=m0,cpus=0-1", "node,memdev=m1,initiator=5"}, 1_GiB, "x86_64/pc-q35-7.2", true)
            .starts_with("initiator=5 of node 1: there is no such node"));
}

namespace {
/// On a machine of two nodes whose CPUs are all on node 0.
std::string hmat_objection(std::initializer_list<const char*> options, bool hmat = true) {
    std::vector<const char*> all{"node,memdev=m0,cpus=0-1", "node,memdev=m1"};
    NumaSetup setup({.features = machine_features("x86_64/pc-q35-7.2"),
                     .cpus = *parse_smp("2,sockets=2", false),
                     .hmat = hmat});
    all.insert(all.end(), options);
    for (const char* const text : all) {
        const auto option = parse_numa(text);
        if (!option) return option.error().message;
        const auto added = setup.add(*option, [](std::string_view) { return std::optional(512_MiB); });
        if (!added) return added.error().message;
    }
    const auto complete = setup.complete(1_GiB);
    return complete ? "" : complete.error().message;
}
bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

constexpr auto latency = "hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-latency,latency=5";
constexpr auto bandwidth =
    "hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-bandwidth,bandwidth=200M";
}  // namespace

// Verdicts as qemu-system-x86_64 7.2 gives them, where nothing else is said.
TEST_CASE("latencies and bandwidths are between CPUs and memory that there are") {
    CHECK(hmat_objection({latency, bandwidth}).empty());
    CHECK(has(hmat_objection({latency}, false), "add -machine hmat=on"));
    CHECK(hmat_objection(
              {"hmat-lb,initiator=1,target=1,hierarchy=memory,data-type=access-latency,latency=5"}) ==
          "initiator=1: that node has no CPUs, and memory is accessed by CPUs: name one that has");
    // QEMU's test lets the number of nodes pass, one past the last node (defect A17).
    CHECK(has(
        hmat_objection({"hmat-lb,initiator=0,target=2,hierarchy=memory,data-type=access-latency,latency=5"}),
        "target=2: there is no such node"));
    CHECK(has(
        hmat_objection({"hmat-lb,initiator=2,target=1,hierarchy=memory,data-type=access-latency,latency=5"}),
        "initiator=2: there is no such node"));
    CHECK(hmat_objection({"hmat-lb,initiator=0,target=1,data-type=access-latency,latency=5"}) ==
          "hierarchy is missing: write initiator, target, hierarchy and data-type");
    CHECK(has(hmat_objection({"hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=latency,latency=5"}),
              "data-type=latency: write access-latency, read-latency"));
    CHECK(has(
        hmat_objection({"hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=read-latency,bandwidth=5M"}),
        "latency is missing"));
    CHECK(has(hmat_objection({"hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=read-bandwidth,"
                              "bandwidth=5M,latency=5"}),
              "latency is nothing that data-type=read-bandwidth is about"));
    CHECK(has(hmat_objection(
                  {"hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=read-bandwidth,bandwidth=5"}),
              "is not a whole number of MiB"));
    CHECK(hmat_objection({latency, latency}) ==
          "the access-latency of memory between initiator=0 and target=1 is there already: leave one out");
    CHECK(hmat_objection({latency,
                          "hmat-lb,initiator=0,target=1,hierarchy=first-level,data-type=access-latency,"
                          "latency=5"})
              .empty());
}

TEST_CASE("the values of a table have a unit of which none is more than 65534 times") {
    // Units at the end of 64 bits.
    const std::string one = "hmat-lb,initiator=0,target=1,hierarchy=memory,data-type=access-";
    for (const char* const value :
         {"bandwidth,bandwidth=8E", "bandwidth,bandwidth=15E", "latency,latency=10000000000000000000"})
        CHECK(hmat_objection({(one + value).c_str()}).empty());
    const auto two = [](std::string kind, std::string one, std::string other) {
        const std::string text = "hierarchy=memory,data-type=access-" + kind + "," + kind + "=";
        const std::string first = "hmat-lb,initiator=0,target=0," + text + one;
        const std::string second = "hmat-lb,initiator=0,target=1," + text + other;
        return hmat_objection({first.c_str(), second.c_str()});
    };
    CHECK(two("latency", "1", "65534").empty());
    CHECK(two("latency", "1", "65535") == "latency=65535 between initiator=0 and target=1: with those before "
                                          "it the table counts in units of 1, "
                                          "and 65535 is more than 65534 of them: round the values");
    CHECK(two("latency", "10", "655340").empty());
    CHECK_FALSE(two("latency", "30", "655350").empty());
    CHECK_FALSE(two("latency", "3", "196602").empty());  // the unit is a power of ten
    CHECK(two("bandwidth", "4M", "262136M").empty());
    CHECK_FALSE(two("bandwidth", "3M", "196602M").empty());  // the unit is a power of two
    CHECK_FALSE(two("bandwidth", "1M", "65535M").empty());
    // QEMU takes one value that no unit fits, and truncates it.
    CHECK_FALSE(two("latency", "655351111", "0").empty());
    CHECK(two("latency", "0", "0").empty());
}

TEST_CASE("caches of a node come after its latency and bandwidth, level by level and ever larger") {
    const auto cache = [](std::string level, std::string size, std::string node = "1") {
        return "hmat-cache,node-id=" + node + ",size=" + size + ",level=" + level +
               ",associativity=direct,policy=write-back,line=8";
    };
    const std::string first = cache("1", "10K"), second = cache("2", "20K"), small = cache("2", "10K"),
                      fourth = cache("4", "1M"), zeroth = cache("0", "1M"), nowhere = cache("1", "10K", "2");
    CHECK(hmat_objection({latency, bandwidth, first.c_str(), second.c_str()}).empty());
    CHECK(hmat_objection({latency, first.c_str()}) ==
          "node-id=1 has no bandwidth (yet): write its -numa hmat-lb for both before its caches");
    CHECK(has(hmat_objection({latency, bandwidth, second.c_str()}),
              "level=2 of node-id=1 comes after level 1"));
    CHECK(hmat_objection({latency, bandwidth, first.c_str(), small.c_str()}) ==
          "size=10 KiB of level=2 is no more than the 10 KiB of level=1: a cache nearer to the memory is "
          "larger");
    CHECK(has(hmat_objection({latency, bandwidth, first.c_str(), first.c_str()}), "is there already"));
    CHECK(hmat_objection({latency, bandwidth, fourth.c_str()}) == "level=4: caches have levels 1 to 3");
    CHECK_FALSE(hmat_objection({latency, bandwidth, zeroth.c_str()}).empty());
    CHECK(has(hmat_objection({latency, bandwidth, nowhere.c_str()}), "node-id=2: there is no such node"));
    CHECK(has(hmat_objection({latency, bandwidth, "hmat-cache,node-id=1,size=10K,level=1"}),
              "associativity is missing"));
    CHECK_FALSE(
        hmat_objection({latency, bandwidth,
                        "hmat-cache,node-id=1,size=10K,level=1,associativity=direct,policy=write-back,"
                        "line=70000"})
            .empty());
}
