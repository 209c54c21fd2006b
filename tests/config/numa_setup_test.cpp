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
    CHECK(objection({"foo"}) == "type=foo: write node, dist or cpu");
}

TEST_CASE("mem= is for the machines that had it, and not beside memdev=") {
    CHECK(objection({"node,mem=512", "node,mem=512M"}, 1_GiB, "x86_64/pc-i440fx-5.0").empty());
    CHECK(objection({"node,mem=1G"}).starts_with("mem= is not for this machine"));
    CHECK(objection({"node,mem=512M", "node,memdev=m0"}, 1_GiB, "x86_64/pc-i440fx-5.0")
              .starts_with("mem= and memdev="));
    CHECK(objection({"node,mem=512M,memdev=m0"}, 1_GiB, "x86_64/pc-i440fx-5.0")
              .starts_with("mem= and memdev="));
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
