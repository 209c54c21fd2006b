#include <catch2/catch.hpp>

#include <wirewrap/hostmem.hpp>
#include <wirewrap/hostmem/memory_limit.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;

TEST_CASE("more than a memory cgroup allows is refused with its name and both sizes") {
    const host::MemoryLimit limit{"/vm1", 32_MiB, 30_MiB};
    CHECK(rules::within_limit(30_MiB, limit));
    CHECK(rules::within_limit(1_TiB, std::nullopt));
    CHECK(rules::within_limit(31_MiB, limit).view() ==
          "the memory cgroup /vm1 allows 32 MiB, of which 30 MiB are left, and the process would be killed: "
          "raise its memory.max, or ask for less");
}

TEST_CASE("the kernel's lists of counters are read") {
    CHECK(host::detail::entry("anon 4096\nshmem 8192\nshmem_thp 7\n", "shmem") == 8_KiB);
    CHECK(host::detail::entry("anon 4096\nshmem 8192", "shmem") == 8_KiB);
    CHECK(host::detail::entry("anon_thp 1\nanon 4096\n", "anon") == 4_KiB);
    CHECK(host::detail::entry("anon 4096\n", "file") == 0_B);
    CHECK_FALSE(host::detail::number("max"));
    CHECK(host::detail::number("33554432\n") == 32_MiB);
}
