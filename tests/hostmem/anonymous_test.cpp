#include <catch2/catch.hpp>

#include <sys/resource.h>

#include <csignal>
#include <cstdint>

#include <wirewrap/hostmem/anonymous.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;
using test::has_flag;
using test::message;

static_assert(Backend<Anonymous> && Backend<SharedAnonymous>);
static_assert(!Anonymous::shared && SharedAnonymous::shared && !Anonymous::has_descriptor);
// No descriptor to ask for.
template <class Memory>
concept HasDescriptor = requires(Memory& memory) { memory.descriptor(); };
static_assert(!HasDescriptor<HostMemory<Anonymous>>);

TEST_CASE("anonymous memory: zeroed, aligned to 2 MiB, with a page behind it that traps") {
    for (const Bytes size : {4_KiB, 12_KiB, 2_MiB, 33_MiB}) {
        auto memory = allocate<Anonymous>(size);
        REQUIRE(message(memory) == "no error");
        CHECK(memory->size() == size);
        CHECK(memory->span().size() == size.count);
        CHECK(memory->page_size() == os::page_size());
        CHECK(reinterpret_cast<std::uintptr_t>(memory->data()) % huge_page.count == 0);
        CHECK(memory->data()[size.count - 1] == std::byte{});
        CHECK(has_flag(memory->data(), "wr"));
        memory->data()[size.count - 1] = std::byte{1};
        const std::byte* const guard = memory->data() + size.count;
        CHECK_FALSE(has_flag(guard, "rd"));
        CHECK_FALSE(test::vm_flags(guard).empty());
    }
}

TEST_CASE("a store behind the end is a trap, not someone else's memory") {
    if (test::sanitized) return test::skipped("the sanitizer reports the trap itself");
    auto memory = allocate<Anonymous>(64_KiB);
    REQUIRE(memory);
    CHECK(test::in_child([&] {
              memory->data()[65536] = std::byte{1};
              return 0;
          }) == -SIGSEGV);
}

TEST_CASE("merge and dump are in force from the start and can change later, nothing else can") {
    auto both = allocate<Anonymous>(4_MiB);
    auto neither = allocate<Anonymous>(4_MiB, {.merge = false, .dump = false});
    REQUIRE(both);
    REQUIRE(neither);
    CHECK(has_flag(neither->data(), "dd"));
    CHECK_FALSE(has_flag(both->data(), "dd"));
    // QEMU leaves memory mergeable in spite of merge=off (defect A11).
    CHECK_FALSE(has_flag(neither->data(), "mg"));

    REQUIRE(neither->dump(true));
    CHECK_FALSE(has_flag(neither->data(), "dd"));
    CHECK(neither->options().dump);
    static_assert(std::is_const_v<std::remove_reference_t<decltype(neither->options())>>);

    if (auto merged = neither->merge(true); !merged) {
        CHECK(merged.error().message.find("CONFIG_KSM") != std::string::npos);
        return test::skipped("this kernel has no same-page merging");
    }
    CHECK(neither->options().merge);
    CHECK(has_flag(neither->data(), "mg"));
    CHECK(has_flag(both->data(), "mg"));
    REQUIRE(both->merge(false));
    CHECK_FALSE(has_flag(both->data(), "mg"));
}

TEST_CASE("reserve=off maps without setting swap space aside") {
    auto without = allocate<Anonymous>(4_MiB, {.reserve = false});
    if (!without) {
        CHECK(without.error().message.starts_with("reserve=off"));
        return test::skipped("vm.overcommit_memory is 2 here");
    }
    CHECK(has_flag(without->data(), "nr"));
    auto with = allocate<Anonymous>(4_MiB);
    REQUIRE(with);
    CHECK_FALSE(has_flag(with->data(), "nr"));
}

TEST_CASE("shared anonymous memory is seen across fork, private memory is not") {
    auto shared = allocate<SharedAnonymous>(64_KiB);
    auto own = allocate<Anonymous>(64_KiB);
    REQUIRE(shared);
    REQUIRE(own);
    test::in_child([&] {
        shared->data()[7] = own->data()[7] = std::byte{42};
        return 0;
    });
    CHECK(shared->data()[7] == std::byte{42});
    CHECK(own->data()[7] == std::byte{});
}

TEST_CASE("what cannot be is refused before anything is mapped") {
    const auto before = test::mappings();
    CHECK(message(allocate<Anonymous>(0_B)).starts_with("size 0 bytes is no memory"));
    CHECK(message(allocate<Anonymous>(1000_B)).find("4 KiB pages: use 4 KiB") != std::string::npos);
    CHECK(message(allocate<Anonymous>(64_MiB, {.prealloc = true, .reserve = false}))
              .starts_with("prealloc=on"));
    CHECK(message(allocate<Anonymous>(64_MiB, {.prealloc_threads = 0})).starts_with("prealloc-threads=0"));
    CHECK(message(allocate<Anonymous>(64_MiB, {.policy = {.mode = NumaMode::bind}}))
              .starts_with("policy=bind needs"));
    CHECK(message(allocate<Anonymous>(64_MiB, {.policy = {.nodes = {0}}}))
              .starts_with("host-nodes 0 has no meaning"));
    CHECK(message(allocate<Anonymous>(Bytes{~std::uint64_t{4095}})).find("at most 64 PiB") !=
          std::string::npos);
    CHECK(test::nothing_mapped_since(before));
}

TEST_CASE("a node that the host does not have is named, with those that it has") {
    const auto present = host::nodes_with_memory();
    if (!present) return test::skipped("this kernel lists no NUMA nodes");
    const auto error = message(allocate<Anonymous>(64_MiB, {.policy = {NumaMode::bind, {0, 126}}}));
    CHECK(error.starts_with("host-nodes names node 126, but this host has memory on node "));
    CHECK(error.find(present->text().view()) != std::string::npos);
}

TEST_CASE("too much memory: the sentence says how much, what failed, and what to do") {
    const auto before = test::mappings();
    // More than a four-level page table can map, on hosts with 47 or 48 address bits.
    const auto error = message(allocate<Anonymous>(1024_TiB));
    CHECK(error.starts_with("cannot map 1 PiB of anonymous memory: Cannot allocate memory (ENOMEM)"));
    CHECK(error.find("vm.overcommit_memory=") != std::string::npos);
    CHECK(error.find("reserve=off") != std::string::npos);
    CHECK(test::nothing_mapped_since(before));
}

TEST_CASE("a limit on address space is an error") {
    if (test::sanitized) return test::skipped("the sanitizer's own memory exceeds any limit");
    CHECK(test::in_child([] {
              const rlimit limit{256u << 20, 256u << 20};
              ::setrlimit(RLIMIT_AS, &limit);
              const auto small = allocate<Anonymous>(16_MiB, {.prealloc = true});
              const auto large = allocate<Anonymous>(512_MiB);
              return small && message(large).find("ulimit -v") != std::string::npos ? 0 : 1;
          }) == 0);
}

TEST_CASE("a thousand are made and destroyed, and nothing stays behind") {
    const auto maps = test::mappings();
    for (int i = 0; i != 1000; ++i) {
        auto memory = allocate<Anonymous>(64_MiB);
        REQUIRE(memory);
        memory->data()[i] = std::byte{1};
    }
    for (int i = 0; i != 1000; ++i) REQUIRE_FALSE(allocate<Anonymous>(1024_TiB));
    CHECK(test::nothing_mapped_since(maps));
}

TEST_CASE("memory moves without its bytes moving") {
    auto first = allocate<Anonymous>(4_MiB);
    auto second = allocate<Anonymous>(4_MiB);
    REQUIRE(first);
    REQUIRE(second);
    std::byte* const data = first->data();
    data[0] = std::byte{9};
    *second = std::move(*first);
    CHECK(second->data() == data);
    CHECK(second->data()[0] == std::byte{9});
}
