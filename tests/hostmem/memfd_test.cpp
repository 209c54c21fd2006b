#include <catch2/catch.hpp>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>

#include <wirewrap/hostmem/memfd.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;
using test::message;

static_assert(Backend<Memfd> && Backend<PrivateMemfd> && Backend<HugeMemfd<2_MiB>>);
static_assert(Memfd::shared && !PrivateMemfd::shared && Memfd::has_descriptor && HugeMemfd<2_MiB>::shared);
// Where the type says the page size, so does the trait.
static_assert(!Memfd::page_size && HugeMemfd<2_MiB>::page_size == 2_MiB);

TEST_CASE("a memfd is shared with whoever maps its descriptor") {
    auto memory = allocate<Memfd>(1_MiB);
    REQUIRE(message(memory) == "no error");
    memory->data()[100] = std::byte{42};
    auto* const again = static_cast<std::byte*>(
        ::mmap(nullptr, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, memory->descriptor(), 0));
    REQUIRE(again != MAP_FAILED);
    CHECK(again[100] == std::byte{42});
    again[101] = std::byte{43};
    CHECK(memory->data()[101] == std::byte{43});
    ::munmap(again, 1 << 20);
    CHECK((::fcntl(memory->descriptor(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("a private memfd keeps its stores from the descriptor") {
    auto memory = allocate<PrivateMemfd>(64_KiB);
    REQUIRE(memory);
    memory->data()[0] = std::byte{1};
    std::byte seen{0xff};
    REQUIRE(::pread(memory->descriptor(), &seen, 1, 0) == 1);
    CHECK(seen == std::byte{0});
}

TEST_CASE("sealed against growing and shrinking, unless seal=off") {
    auto sealed = allocate<Memfd>(64_KiB);
    auto open = allocate<Memfd>(64_KiB, {.seal = false});
    REQUIRE(sealed);
    REQUIRE(open);
    constexpr int exec = 0x20;  // F_SEAL_EXEC, since Linux 6.3: it will never be a program
    CHECK((::fcntl(sealed->descriptor(), F_GET_SEALS) & ~exec) ==
          (F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL));
    CHECK(::ftruncate(sealed->descriptor(), 4096) != 0);
    CHECK(::ftruncate(open->descriptor(), 4096) == 0);
    if (::access("/proc/sys/vm/memfd_noexec", F_OK) == 0) {
        CHECK((::fcntl(sealed->descriptor(), F_GET_SEALS) & exec) != 0);
        struct stat status{};
        REQUIRE(::fstat(sealed->descriptor(), &status) == 0);
        CHECK((status.st_mode & 0111) == 0);
    }
}

TEST_CASE("aligned to 2 MiB (QEMU's defect A12), with a page behind it that traps") {
    for (int i = 0; i != 8; ++i) {
        auto memory = allocate<Memfd>(68_KiB);
        REQUIRE(memory);
        CHECK(reinterpret_cast<std::uintptr_t>(memory->data()) % (2u << 20) == 0);
        CHECK_FALSE(test::has_flag(memory->data() + (68 << 10), "rd"));
    }
}

TEST_CASE("huge pages: the page size is known, or the sentence says what is missing") {
    for (const auto& options :
         {MemfdOptions{.hugetlb = true}, MemfdOptions{.hugetlb = true, .hugetlbsize = 2_MiB}}) {
        auto memory = allocate<Memfd>(4_MiB, options);
        if (memory) {
            CHECK(memory->page_size() >= 2_MiB);
            continue;
        }
        const auto error = message(memory);
        INFO(error);
        CHECK((error.find("huge pages") != std::string::npos));
        CHECK(error.find("nr_hugepages") != std::string::npos);
    }
    auto huge = allocate<HugeMemfd<2_MiB>>(4_MiB, {.common = {.prealloc = true}});
    if (!huge) return test::skipped(message(huge));
    CHECK(huge->page_size() == 2_MiB);
    CHECK(test::present_pages(huge->data(), 4_MiB) == test::pages_in(4_MiB));
}

TEST_CASE("huge pages that are promised later are missed when populating") {
    // Without a reservation the mapping succeeds; the pool is found empty page by page.
    const auto pool = host::huge_pages(2_MiB);
    if (!pool) return test::skipped("this kernel has no huge pages of 2 MiB");
    if (pool->free != 0) return test::skipped("this host has huge pages to spare");
    auto bound = reserve_and_bind<HugeMemfd<2_MiB>>(4_MiB, {.common = {.reserve = false}});
    REQUIRE(message(bound) == "no error");
    auto memory = std::move(*bound).populate();
    REQUIRE_FALSE(memory);
    CHECK(memory.error().message.find("no huge page of 2 MiB is left") != std::string::npos);
}

TEST_CASE("sizes of huge pages that are none, or that this host has not") {
    CHECK(message(allocate<Memfd>(64_MiB, {.hugetlbsize = 2_MiB})).find("add hugetlb=on") !=
          std::string::npos);
    CHECK(message(allocate<Memfd>(64_MiB, {.hugetlb = true, .hugetlbsize = 3_MiB})).find("power of two") !=
          std::string::npos);
    CHECK(message(allocate<HugeMemfd<2_MiB>>(63_MiB)) ==
          "size 63 MiB is not a whole number of 2 MiB pages: use 62 MiB or 64 MiB");
    const auto error = message(allocate<HugeMemfd<4_TiB>>(4_TiB));
    INFO(error);
    CHECK(error.find("4 TiB") != std::string::npos);
    CHECK(error.find("/sys/kernel/mm/hugepages") != std::string::npos);
}

TEST_CASE("no descriptor left, no room for the file: errors") {
    CHECK(test::in_child([] {
              const rlimit files{0, 0};
              ::setrlimit(RLIMIT_NOFILE, &files);
              return message(allocate<Memfd>(64_KiB)).find("(EMFILE)") != std::string::npos ? 0 : 1;
          }) == 0);
    CHECK(test::in_child([] {
              const rlimit size{4096, 4096};
              ::setrlimit(RLIMIT_FSIZE, &size);
              return message(allocate<Memfd>(64_KiB)).find("ulimit -f") != std::string::npos ? 0 : 1;
          }) == 0);
}

TEST_CASE("a thousand are made and destroyed, and nothing stays behind") {
    const auto maps = test::mappings(), descriptors = test::open_descriptors();
    for (int i = 0; i != 1000; ++i) {
        auto memory = allocate<Memfd>(64_MiB);
        REQUIRE(memory);
        memory->data()[i] = std::byte{1};
        REQUIRE_FALSE(allocate<Memfd>(64_MiB, {.common = {.policy = {NumaMode::bind, {127}}}}));
    }
    CHECK(test::nothing_mapped_since(maps));
    CHECK(test::open_descriptors() == descriptors);
}
