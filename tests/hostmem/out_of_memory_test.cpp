// Every allocation of every way to memory fails in turn: what comes back is memory or a sentence, nothing stays behind,
// and nobody waits for ever.
#include <catch2/catch.hpp>

#include <fcntl.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <wirewrap/hostmem.hpp>

#include "support.hpp"
#include "tests/support/failing_new.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;

namespace {
constexpr Bytes size = 36_MiB;  // three slices, for three workers

template <class Call>
void fails_well(std::string_view what, Call call) {
    INFO(what);
    std::string odd;  // a message that says something else
    bool silent = false;
    const auto judged = [&] {
        const auto result = call();
        if (result) return true;
        silent |= result.error().message.empty();
        return false;
    };
    judged();
    const auto descriptors = test::open_descriptors(), maps = test::mappings();
    const auto seen = test::each_allocation_fails(judged);
    CHECK(seen.leaked == 0);
    CHECK(test::open_descriptors() == descriptors);
    // Stacks and arenas of threads stay with the C library; memory that leaked would be there once for each failure.
    CHECK(test::mappings() <= maps + 8 + (test::sanitized ? 64 : 0));
    CHECK_FALSE(silent);
}

template <class B>
void every_way(std::string_view what, const typename B::Options& options, Bytes asked = size) {
    fails_well(what, [&] { return allocate<B>(asked, options); });
    fails_well(what, [&] { return reserve_and_bind<B>(asked, options); });
    fails_well(what, [&] { return B::reserve(asked, options); });
    fails_well(what, [&]() -> Expected<HostMemory<B>> {
        auto ram = allocate_in_background<B>(asked, options);
        if (!ram) return std::unexpected(std::move(ram.error()));
        return std::move(*ram).finish();
    });
    fails_well(what, [&]() -> Expected<HostMemory<B>> {
        auto reserved = B::reserve(asked, options);
        if (!reserved) return std::unexpected(std::move(reserved.error()));
        auto bound = std::move(*reserved).bind();
        if (!bound) return std::unexpected(std::move(bound.error()));
        return std::move(*bound).populate({.threads = 3});
    });
}
}  // namespace

TEST_CASE("the tool: every allocation fails once, and what is lost is counted") {
    static int* volatile kept [[maybe_unused]];  // so that no compiler leaves the allocation out
    int* lost[3]{};
    int losses = 0;
    const auto seen = test::each_allocation_fails([&] {
        try {
            const auto first = std::make_unique<int>(1), second = std::make_unique<int>(2);
            kept = first.get();
            kept = second.get();
            return true;
        } catch (const std::bad_alloc&) { return false; }
    });
    CHECK(seen.tried == 4);
    CHECK(seen.told == 4);
    CHECK(seen.leaked == 0);
    const auto leaky = test::each_allocation_fails([&] {
        try {
            kept = lost[losses] = new int(1);
            ++losses;
            return true;
        } catch (const std::bad_alloc&) { return false; }
    });
    CHECK(leaky.leaked == 2);  // the two times it succeeded
    for (const int* one : lost) delete one;
}

TEST_CASE("memory without a file") {
    for (const bool prealloc : {false, true}) {
        every_way<Anonymous>("Anonymous", {.prealloc = prealloc, .prealloc_threads = 3});
        every_way<SharedAnonymous>("SharedAnonymous", {.prealloc = prealloc, .prealloc_threads = 1});
        every_way<Fixed<2_MiB>>("Fixed", {.prealloc = prealloc}, 2_MiB);
    }
    if (host::nodes_with_memory())
        every_way<Anonymous>("Anonymous on node 0", {.prealloc = true, .policy = bind_to(0)});
}

TEST_CASE("memory with a descriptor") {
    every_way<Memfd>("Memfd", {.common = {.prealloc = true}});
    every_way<PrivateMemfd>("PrivateMemfd", {.common = {.prealloc = true}});
    every_way<HugeMemfd<2_MiB>>("HugeMemfd", {});
    every_way<Shm>("Shm", {.prealloc = true});
}

TEST_CASE("memory in files") {
    const test::Folder folder;
    test::write_file(folder / "there", size.count);
    every_way<SharedFile>("a directory", {.path = folder.path(), .common = {.prealloc = true}});
    every_way<SharedFile>("an existing file", {.path = folder / "there", .discard_data = true});
    every_way<File>("a template", {.path = folder / "there", .readonly = true, .common = {.prealloc = true}});
    every_way<RomFile>("a ROM", {.path = folder / "there", .common = {.prealloc = true}});
    const FileOptions fresh{.path = folder / "fresh", .common = {.prealloc = true}},
        empty{.path = folder / "empty"}, nowhere{.path = folder / "no/such"};
    fails_well("a new file", [&] {
        auto memory = allocate<SharedFile>(size, fresh);
        ::unlink(fresh.path.c_str());
        return memory;
    });
    fails_well("an empty file", [&] {
        ::close(::open(empty.path.c_str(), O_CREAT | O_TRUNC | O_RDWR, 0644));
        return reserve_and_bind<SharedFile>(size, empty);
    });
    fails_well("nowhere", [&] { return allocate<SharedFile>(size, nowhere); });
    fails_well("a policy that is refused",
               [&] { return allocate<Anonymous>(size, {.policy = {NumaMode::bind, {126}}}); });
    fails_well("no size", [&] { return allocate<Anonymous>(1000_B); });
}

TEST_CASE("memory that is chosen at run time") {
    const test::Folder folder;
    const Selected::Options several{{{"m0", 20_MiB, Selection<Anonymous>{{.prealloc = true}}},
                                     {"m1", 16_MiB, Selection<SharedFile>{{.path = folder.path()}}}}};
    every_way<Selected>("Selected", select<Memfd>({.common = {.prealloc = true}}));
    every_way<Selected>("several", several);
}

TEST_CASE("advice given later, mappings by hand, and a population by hand") {
    auto memory = allocate<Anonymous>(size);
    REQUIRE(memory);
    fails_well("merge", [&] { return memory->merge(false); });
    fails_well("dump", [&] { return memory->dump(false); });
    auto several = allocate<Selected>(size, {{{"m0", size, Selection<Memfd>{}}}});
    REQUIRE(several);
    fails_well("dump of parts", [&] { return several->dump(true); });
    fails_well("mapping", [&] { return Mapping::reserve({.what = "short", .size = size}); });
    fails_well("no mapping",
               [&] { return Mapping::reserve({.what = "", .size = Bytes{~std::uint64_t{0}}}); });
    fails_well("population", [&] {
        return populate({.what = "memory", .data = memory->data(), .size = size}, {.threads = 4});
    });
    // The first page of the host's addresses, which no process has.
    auto* const nowhere = reinterpret_cast<std::byte*>(std::uintptr_t{4096});
    fails_well("population of nothing",
               [&] { return populate({.what = "memory", .data = nowhere, .size = size}, {.threads = 4}); });
}
