#include <catch2/catch.hpp>

#include <filesystem>

#include <wirewrap/hostmem.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;
using test::message;

static_assert(Backend<Selected>);
static_assert(Selected::writable && !Selected::shared && !Selected::has_descriptor);

TEST_CASE("each choice gives the memory of its backend") {
    const test::Folder folder;
    struct Case {
        Selected::Options options;
        bool shared, descriptor;
    };
    const Case cases[] = {
        {{}, false, false},
        {select<Anonymous>({.prealloc = true}), false, false},
        {select<SharedAnonymous>(), true, false},
        {select<File>({.path = folder / "private"}), false, true},
        {select<SharedFile>({.path = folder / "shared"}), true, true},
        {select<Memfd>(), true, true},
        {select<PrivateMemfd>(), false, true},
        {select<Shm>({.prealloc = true, .prealloc_threads = 2}), true, true},
    };
    for (const Case& expected : cases) {
        auto memory = allocate<Selected>(1_MiB, expected.options);
        REQUIRE(message(memory) == "no error");
        CHECK(memory->size() == 1_MiB);
        CHECK(reinterpret_cast<std::uintptr_t>(memory->data()) % (2u << 20) == 0);
        CHECK(memory->backing().shared() == expected.shared);
        CHECK(memory->backing().descriptor().has_value() == expected.descriptor);
        CHECK(memory->options().common() == expected.options.common());
        if (expected.options.common().prealloc)
            CHECK(test::present_pages(memory->data(), 1_MiB) == test::pages_in(1_MiB));
        auto moved = std::move(*memory);
        moved.data()[0] = std::byte{1};
    }
    CHECK(std::filesystem::exists(folder / "shared"));
}

TEST_CASE("a choice obeys the rules of its backend, before anything is mapped") {
    const test::Folder folder;
    CHECK(message(allocate<Selected>(0_B)).starts_with("size 0 bytes"));
    CHECK(message(allocate<Selected>(1_MiB, select<Memfd>({.hugetlbsize = 2_MiB}))).find("add hugetlb=on") !=
          std::string::npos);
    CHECK(message(allocate<Selected>(1_MiB, select<SharedFile>())) ==
          "mem-path is empty: name a file or a directory");
    CHECK(message(allocate<Selected>(1_MiB, select<Anonymous>({.policy = {.mode = NumaMode::bind}})))
              .starts_with("policy=bind needs host-nodes"));
    if (!host::nodes_with_memory())
        return test::skipped("this kernel lists no NUMA nodes, so no policy fails");
    const NumaPolicy impossible{NumaMode::bind, {126}};
    CHECK_FALSE(allocate<Selected>(
        1_MiB, select<SharedFile>({.path = folder / "f", .common = {.policy = impossible}})));
    CHECK_FALSE(std::filesystem::exists(folder / "f"));
}

TEST_CASE("a choice populates in the background as well") {
    auto ram = allocate_in_background<Selected>(64_MiB, select<Memfd>({.common = {.prealloc = true}}));
    REQUIRE(ram);
    ram->data()[5] = std::byte{5};
    auto memory = std::move(*ram).finish();
    REQUIRE(message(memory) == "no error");
    CHECK(memory->data()[5] == std::byte{5});
    CHECK(test::present_pages(memory->data(), 64_MiB) == test::pages_in(64_MiB));
}
