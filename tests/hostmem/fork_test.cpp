// Effects outside the process belong to the process that made the memory: a forked child that ends changes nothing.
#include <catch2/catch.hpp>

#include <filesystem>

#include <wirewrap/hostmem.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;
using std::filesystem::file_size;
using test::Folder;

namespace {
// A child that destroys its copy, as a return from main would.
template <class Memory>
int destroyed_in_child(Expected<Memory>& memory) {
    return test::in_child([&] {
        ::alarm(20);
        memory = fail("gone");
        return 0;
    });
}
}  // namespace

TEST_CASE("a child's end neither empties a file with discard-data nor shrinks one that grew") {
    const Folder folder;
    auto ram = allocate<SharedFile>(64_KiB, {.path = folder / "discarded", .discard_data = true});
    REQUIRE(ram);
    ram->data()[0] = std::byte{42};
    CHECK(destroyed_in_child(ram) == 0);
    CHECK(ram->data()[0] == std::byte{42});

    test::write_file(folder / "grown", 0);
    auto bound = reserve_and_bind<SharedFile>(64_KiB, {.path = folder / "grown"});
    REQUIRE(bound);
    CHECK(destroyed_in_child(bound) == 0);
    CHECK(file_size(folder / "grown") == 64 << 10);
    CHECK(std::move(*bound).on_demand().has_value());
}

TEST_CASE("a child's end leaves a file without a name to its parent") {
    const Folder folder;
    auto bound = reserve_and_bind<SharedFile>(64_KiB, {.path = folder / "new"});
    REQUIRE(bound);
    CHECK(destroyed_in_child(bound) == 0);
    CHECK(std::move(*bound).on_demand().has_value());
    CHECK(file_size(folder / "new") == 64 << 10);
}

TEST_CASE("a child has no part in its parent's population, and does not wait for it") {
    if (test::sanitized) return test::skipped("forked threads do not suit the sanitizers");
    auto ram = allocate_in_background<Anonymous>(512_MiB, {.prealloc = true, .prealloc_threads = 2});
    REQUIRE(ram);
    CHECK(destroyed_in_child(ram) == 0);
    CHECK(std::move(*ram).finish().has_value());
}
