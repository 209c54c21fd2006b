// Effects outside the process belong to the process that made the memory: a forked child that ends changes nothing.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include <wirewrap/hostmem.hpp>

#include "support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;
using std::filesystem::file_size;
using test::Folder;

namespace {
// A child that destroys its copy of `memory` as a return from main would.
template <class Memory>
int destroyed_in_child(std::optional<Memory>& memory) {
    return test::in_child([&] {
        ::alarm(20);
        memory.reset();
        return 0;
    });
}
}  // namespace

TEST_CASE("a child's end neither empties a file with discard-data nor shrinks one that grew") {
    const Folder folder;
    std::optional<HostMemory<SharedFile>> ram;
    {
        auto memory = allocate<SharedFile>(64_KiB, {.path = folder / "discarded", .discard_data = true});
        REQUIRE(memory);
        ram.emplace(std::move(*memory));
    }
    ram->data()[0] = std::byte{42};
    CHECK(destroyed_in_child(ram) == 0);
    CHECK(ram->data()[0] == std::byte{42});
    ram.reset();

    test::write_file(folder / "grown", 0);
    std::optional<Bound<SharedFile>> bound;
    {
        auto one = reserve_and_bind<SharedFile>(64_KiB, {.path = folder / "grown"});
        REQUIRE(one);
        bound.emplace(std::move(*one));
    }
    CHECK(destroyed_in_child(bound) == 0);
    CHECK(file_size(folder / "grown") == 64 << 10);
    CHECK(std::move(*bound).on_demand().has_value());
}

TEST_CASE("a child's end leaves a file without a name to its parent") {
    const Folder folder;
    std::optional<Bound<SharedFile>> bound;
    {
        auto one = reserve_and_bind<SharedFile>(64_KiB, {.path = folder / "new"});
        REQUIRE(one);
        bound.emplace(std::move(*one));
    }
    CHECK(destroyed_in_child(bound) == 0);
    CHECK(std::move(*bound).on_demand().has_value());
    CHECK(file_size(folder / "new") == 64 << 10);
}

TEST_CASE("a child has no part in its parent's population, and does not wait for it") {
    if (test::sanitized) return test::skipped("forked threads do not suit the sanitizers");
    std::optional<Populating<Anonymous>> ram;
    {
        auto one = allocate_in_background<Anonymous>(512_MiB, {.prealloc = true, .prealloc_threads = 2});
        REQUIRE(one);
        ram.emplace(std::move(*one));
    }
    CHECK(destroyed_in_child(ram) == 0);
    CHECK(std::move(*ram).finish().has_value());
}
