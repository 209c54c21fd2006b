#include <catch2/catch.hpp>

#include <string>

#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/hostmem/file_use.hpp>
#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/hostmem/rules.hpp>

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;

// The same rules, met by constants.
static_assert(Anonymous::check(64_MiB, {.prealloc = true}));
static_assert(!Anonymous::check(64_MiB, {.prealloc = true, .reserve = false}));
static_assert(!Anonymous::check(0_B, {}));
static_assert(!Anonymous::check(64_MiB, {.prealloc_threads = 0}));
static_assert(!Memfd::check(64_MiB, {.hugetlbsize = 2_MiB}));
static_assert(!HugeMemfd<2_MiB>::check(63_MiB, {}) && HugeMemfd<2_MiB>::check(64_MiB, {}));
static_assert(rules::whole_pages("size", 8_KiB, 4_KiB));

TEST_CASE("sizes are whole numbers of pages") {
    CHECK(rules::whole_pages("size", 1000_B, 4_KiB).view() ==
          "size 1000 bytes is not a whole number of 4 KiB pages: use 4 KiB");
    CHECK(rules::whole_pages("size", 63_MiB, 2_MiB).view() ==
          "size 63 MiB is not a whole number of 2 MiB pages: use 62 MiB or 64 MiB");
    CHECK(rules::whole_pages("offset", 4097_B, 4_KiB).view() ==
          "offset 4097 bytes is not a whole number of 4 KiB pages: use 4 KiB or 8 KiB");
    CHECK(rules::some_size(0_B).view() ==
          "size 0 bytes is no memory: give the size of the block, at least one page");
    CHECK_FALSE(rules::some_size(Bytes{~std::uint64_t{0}}).accepted());
    CHECK(rules::some_size(1024_TiB).accepted());
}

TEST_CASE("prealloc and reserve=off exclude each other") {
    CHECK(rules::reservation(true, true).accepted());
    CHECK(rules::reservation(false, false).accepted());
    CHECK(rules::reservation(false, true).view() ==
          "prealloc=on takes every page now and reserve=off takes none in advance: leave out one of the two");
}

TEST_CASE("reserve=off is refused where the kernel would ignore it") {
    CHECK(rules::unreserved(true, "0").accepted());
    CHECK(rules::unreserved(true, "1").accepted());
    CHECK(
        rules::unreserved(false, "2").accepted());  // shared with a file, read-only or huge: never accounted
    CHECK(rules::unreserved(true, "2").view() ==
          "reserve=off has no effect, because vm.overcommit_memory=2 makes this kernel set swap space aside "
          "for "
          "everything: write 0 or 1 to /proc/sys/vm/overcommit_memory, or use reserve=on");
    CHECK(rules::unreserved(true, "unknown").view().starts_with("reserve=off may have no effect"));
}

TEST_CASE("prealloc-threads is at least one") {
    CHECK(rules::worker_threads(std::nullopt).accepted());
    CHECK(rules::worker_threads(1).accepted());
    CHECK(rules::worker_threads(0).view() == "prealloc-threads=0 leaves nobody to populate: use at least 1, "
                                             "or leave it out for one thread per host CPU");
}

TEST_CASE("alignments are powers of two in whole pages") {
    CHECK(rules::alignment(0_B, 4_KiB).accepted());
    CHECK(rules::alignment(1_GiB, 4_KiB).accepted());
    CHECK(rules::alignment(1_KiB, 4_KiB).view() == "align 1 KiB is not a whole number of 4 KiB pages: use a "
                                                   "power of two from 4 KiB on, or leave it out");
    CHECK(rules::alignment(3_MiB, 4_KiB).view() ==
          "align 3 MiB is not a power of two: use 2 MiB or 4 MiB, or leave it out");
    CHECK_FALSE(rules::alignment(2_TiB, 4_KiB).accepted());
}

TEST_CASE("hugetlbsize is a page size and needs hugetlb") {
    CHECK(rules::huge_page_size(true, 2_MiB).accepted());
    CHECK(rules::huge_page_size(false, std::nullopt).accepted());
    CHECK(rules::huge_page_size(false, 2_MiB).view() ==
          "hugetlbsize 2 MiB has no meaning with hugetlb=off: add hugetlb=on, or leave it out");
    CHECK(rules::huge_page_size(true, 3_MiB).view().starts_with("hugetlbsize 3 MiB is no page size"));
    CHECK(rules::huge_page_size(true, 0_B).view().starts_with("hugetlbsize 0 bytes is no page size"));
}

TEST_CASE("share, readonly and rom say what a file is for") {
    using enum FileUse;
    for (const bool share : {false, true}) {
        CHECK(file_use(share, false, std::nullopt) == (share ? shared : copy_on_write));
        CHECK(file_use(share, false, false) == (share ? shared : copy_on_write));
        CHECK(file_use(share, true, std::nullopt) == rom);
        CHECK(file_use(share, true, true) == rom);
        CHECK(rules::file_use(share, false, true).view().starts_with("rom=on needs readonly=on"));
    }
    CHECK(rules::file_use(false, true, false).accepted());
    CHECK(file_use(false, true, false) == copy_on_write);
    CHECK(rules::file_use(true, true, false).view().starts_with("rom=off with readonly=on and share=on"));
}
