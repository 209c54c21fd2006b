#include <catch2/catch.hpp>

#include <linux/mempolicy.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/hostmem/numa.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;

// A constant policy is judged by the compiler, with the function that judges it at run time.
static_assert(check(NumaPolicy{}));
static_assert(check(bind_to(0)) && check(prefer(1)) && check(interleave_over(0, 1, 127)));
static_assert(check(interleave_by_weight(0, 1)) && !check(NumaPolicy{.mode = NumaMode::weighted_interleave}));
static_assert(!check(bind_to(128)));
static_assert(NodeSet{0, 1}.size() == 2 && NodeSet{0, 64, 127}.contains(127) && !NodeSet{0}.contains(128));

TEST_CASE("node sets list their members") {
    CHECK(NodeSet{}.text().view() == "");
    CHECK(NodeSet{3}.text().view() == "3");
    CHECK(NodeSet{64, 0, 127}.text().view() == "0, 64 and 127");
    CHECK(NodeSet{0, 1, 2}.without({1}) == NodeSet{0, 2});
    CHECK(NodeSet{0, 64}.words()[1] == 1);
}

TEST_CASE("a policy needs nodes and nodes need a policy") {
    CHECK(check(NumaPolicy{.mode = NumaMode::bind}).view() ==
          "policy=bind needs host-nodes: name at least one node, for example host-nodes=0, or use "
          "policy=default");
    CHECK(check(NumaPolicy{.mode = NumaMode::preferred})
              .view()
              .starts_with("policy=preferred needs host-nodes"));
    CHECK(check(NumaPolicy{.nodes = {0, 2}}).view() ==
          "host-nodes 0 and 2 has no meaning with policy=default: add policy=bind, preferred or interleave, "
          "or leave "
          "host-nodes out");
}

TEST_CASE("nodes beyond 127 are refused by number") {
    for (unsigned node : {128u, 65535u}) {
        const auto verdict = check(NumaPolicy{NumaMode::bind, {0, node}});
        CHECK_FALSE(verdict.accepted());
        CHECK(verdict.reason().string().find("names node " + std::to_string(node)) != std::string::npos);
    }
    CHECK_FALSE(check(bind_to(-1)).accepted());
    // Also where the policy says that nodes have no meaning: the number is the mistake to name.
    CHECK(check(NumaPolicy{.nodes = {200}}).reason().string().find("node 200") != std::string::npos);
}

TEST_CASE("each policy holds where the kernel has it, else the sentence says since when") {
    for (const NumaPolicy& policy : {bind_to(0), prefer(0), interleave_over(0), interleave_by_weight(0)}) {
        const auto memory = allocate<Anonymous>(64_KiB, {.prealloc = true, .policy = policy});
        INFO(name(policy.mode));
        if (!memory) {
            CHECK(policy.mode == NumaMode::weighted_interleave);
            CHECK(memory.error().message.find("the kernel must be Linux 6.9 or later") != std::string::npos);
            continue;
        }
        int mode = -1;
        REQUIRE(::syscall(SYS_get_mempolicy, &mode, nullptr, 0, memory->data(), MPOL_F_ADDR) == 0);
        CHECK(mode == os::kernel_mode(policy));
    }
}
