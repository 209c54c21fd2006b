#include <wirewrap/state/data_map.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <sys/stat.h>

#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine/machine.hpp>
#include <wirewrap/state/clone.hpp>
#include <wirewrap/state/restore.hpp>
#include <wirewrap/state/save.hpp>

#include "tests/examples/guest.hpp"
#include "tests/machine/boards.hpp"

using namespace boards_under_test;
using state::ByteRanges;
using state::DataMap;
using state::DirtyPage;
using Ranges = std::vector<ByteRanges::Range>;

namespace {

constexpr std::uint64_t ram_base = 0x8000'0000, page = 4096;
constexpr Bytes size = 64_MiB;

Bytes behind(int descriptor) {
    struct stat status{};
    REQUIRE(::fstat(descriptor, &status) == 0);
    return Bytes{static_cast<std::uint64_t>(status.st_blocks) * 512};
}
Bytes resident() {
    std::uint64_t total = 0, pages = 0;
    std::ifstream("/proc/self/statm") >> total >> pages;
    return Bytes{pages * page};
}

template <class M>
Ranges data_of(M& machine) {
    const auto block = machine.memory_blocks()[0];
    const ByteRanges found = DataMap::of(machine, block).within(0, block.bytes.size());
    return {found.begin(), found.end()};
}

/// Whether every byte that is not zero is in a range; the machine is looked at whole.
template <class M>
bool covered(M& machine) {
    const auto block = machine.memory_blocks()[0];
    const ByteRanges found = DataMap::of(machine, block).within(0, block.bytes.size());
    for (std::uint64_t at = 0; at < block.bytes.size(); at += page) {
        const auto range = found.from(at);
        const bool in = range != found.end() && range->begin <= at;
        if (!in && !all_zero(block.bytes.subspan(at, page))) return false;
    }
    return true;
}

/// Saves with some pages used, restores into another machine, and compares; what that costs behind the descriptor.
template <class M>
void there_and_back(typename M::Options options, bool sparse = true) {
    options.ram_size = size;
    auto machine = M::create(options).value();
    CHECK((data_of(machine).empty() || !sparse));
    for (const std::uint64_t at : {0, 5, 6, 4095, 16383})
        REQUIRE(machine.template store<std::uint32_t>(GuestAddress{ram_base + at * page + 8}, 7 + at));
    if (sparse) CHECK(data_of(machine).size() <= 5);
    const std::string path = wirewrap::test::temporary("sparse.snapshot");
    const auto saved = state::save(machine, path).value();
    CHECK(saved.pages == 5);
    const auto snapshot = state::Snapshot::open(path).value();
    // Into the same machine, after stores elsewhere, which must go.
    REQUIRE(machine.template store<std::uint64_t>(GuestAddress{ram_base + 9000 * page}, 1));
    REQUIRE(machine.template store<std::uint64_t>(GuestAddress{ram_base + 5 * page + 8}, 1));
    REQUIRE(state::restore(machine, snapshot));
    const auto bytes = machine.memory_blocks()[0].bytes;
    if (sparse) CHECK(data_of(machine).size() <= 6);
    CHECK(covered(machine));
    for (const std::uint64_t at : {0, 5, 6, 4095, 16383})
        CHECK(machine.template load<std::uint32_t>(GuestAddress{ram_base + at * page + 8}) == 7 + at);
    CHECK(all_zero(bytes.subspan(9000 * page, page)));
}

}  // namespace

TEST_CASE("Saving and restoring shared memory takes no page that the guest did not use") {
    using M = Machine<Bench, hostmem::Memfd>;
    constexpr Bytes large = 32_MiB * 2;
    auto machine = M::create({.ram_size = large}).value();
    REQUIRE(machine.store<std::uint32_t>(at(ram_base), 1));
    const int file = machine.ram_memory()->descriptor();
    const Bytes before = behind(file), then = resident();
    const std::string path = wirewrap::test::temporary("hardly_used.snapshot");
    REQUIRE(state::save(machine, path));
    CHECK(behind(file) == before);

    auto clone = state::clone(machine).value();
    REQUIRE(clone.store<std::uint32_t>(at(ram_base + 0x10'0000), 2));
    const Bytes stored = behind(
        file);  // the kernel makes a page of the file for the first store to a copy of it
    CHECK(stored <= before + 4_KiB);
    REQUIRE(state::save(clone, wirewrap::test::temporary("clone.snapshot")));
    CHECK(behind(file) == stored);

    auto again = M::create({.ram_size = large}).value();
    const auto snapshot = state::Snapshot::open(path).value();
    REQUIRE(state::restore(again, snapshot));
    CHECK(again.load<std::uint32_t>(at(ram_base)) == 1u);
    CHECK(behind(again.ram_memory()->descriptor()) == before);
    REQUIRE(state::restore(clone, snapshot));
    CHECK(clone.load<std::uint32_t>(at(ram_base + 0x10'0000)) == 0u);
    CHECK(behind(file) == stored);

    // Changes whose pages nobody used, as when all is said to have changed.
    std::vector<DirtyPage> pages;
    for (Bytes at{}; at != large; at += 4_KiB) pages.push_back({0, at});
    const auto base = snapshot.identity();
    REQUIRE(state::save_changes(again, wirewrap::test::temporary("all.snapshot"), base, pages));
    CHECK(behind(again.ram_memory()->descriptor()) == before);
    REQUIRE(again.store<std::uint32_t>(at(ram_base + 0x20'0000), 2));
    const state::Snapshot chain[] = {
        state::Snapshot::open(path).value(),
        state::Snapshot::open(wirewrap::test::temporary("all.snapshot")).value()};
    REQUIRE(state::restore(again, std::span<const state::Snapshot>(chain)));
    CHECK(again.load<std::uint32_t>(at(ram_base + 0x20'0000)) == 0u);
    CHECK(behind(again.ram_memory()->descriptor()) <= before + 4_KiB);
    CHECK(resident() < then + 8_MiB);
}

TEST_CASE("Every kind of memory is saved and restored as it is") {
    SECTION("anonymous") { there_and_back<Machine<Bench, hostmem::Anonymous>>({}); }
    SECTION("shared anonymous") { there_and_back<Machine<Bench, hostmem::SharedAnonymous>>({}, false); }
    SECTION("memfd") { there_and_back<Machine<Bench, hostmem::Memfd>>({}); }
    SECTION("private memfd") { there_and_back<Machine<Bench, hostmem::PrivateMemfd>>({}); }
    SECTION("POSIX shared memory") { there_and_back<Machine<Bench, hostmem::Shm>>({}); }
    SECTION("fixed") { there_and_back<Machine<Bench, hostmem::Fixed<64_MiB>>>({}, false); }
    SECTION("a file, from an offset on") {
        const std::string path = wirewrap::test::temporary("backing");
        std::ofstream(path, std::ios::trunc | std::ios::binary) << std::string(8192, 'x');
        REQUIRE(::truncate(path.c_str(), 8192 + static_cast<::off_t>(size.count)) == 0);
        there_and_back<Machine<Bench, hostmem::SharedFile>>({.memory = {.path = path, .offset = 8_KiB}});
        std::ofstream(path, std::ios::trunc | std::ios::binary) << std::string(8192, 'x');
        REQUIRE(::truncate(path.c_str(), 8192 + static_cast<::off_t>(size.count)) == 0);
        there_and_back<Machine<Bench, hostmem::File>>({.memory = {.path = path, .offset = 8_KiB}});
    }
    SECTION("of several backends") {
        there_and_back<Machine<Bench, hostmem::Selected>>(
            {.memory = {{{"a", 16_MiB, hostmem::Selection<hostmem::Memfd>{}},
                         {"b", 16_MiB, hostmem::Selection<hostmem::Anonymous>{}},
                         {"c", 32_MiB, hostmem::Selection<hostmem::Shm>{}}}}});
    }
}

TEST_CASE("What another mapping of shared memory stored is data, though this one never saw it") {
    auto machine = Machine<Bench, hostmem::Memfd>::create({.ram_size = size}).value();
    const std::uint32_t word = 42;
    REQUIRE(::pwrite(machine.ram_memory()->descriptor(), &word, 4, 100 * page) == 4);
    CHECK(data_of(machine) == Ranges{{100 * page, 101 * page}});
    auto clone = state::clone(machine).value();
    REQUIRE(clone.store<std::uint8_t>(at(ram_base + 3 * page), 1));
    CHECK(data_of(clone) == Ranges{{3 * page, 4 * page}, {100 * page, 101 * page}});
    REQUIRE(state::save(clone, wirewrap::test::temporary("seen.snapshot")).value().pages == 2);

    auto template_file = wirewrap::test::temporary("golden");
    std::ofstream(template_file, std::ios::trunc | std::ios::binary) << "begins";
    REQUIRE(::truncate(template_file.c_str(), static_cast<::off_t>(size.count)) == 0);
    auto copy = Machine<Bench, hostmem::File>::create(
                    {.ram_size = size, .memory = {.path = template_file, .readonly = true}})
                    .value();
    CHECK(data_of(copy) == Ranges{{0, page}});
    REQUIRE(copy.store<std::uint8_t>(at(ram_base + 3 * page), 1));
    CHECK(data_of(copy) == Ranges{{0, page}, {3 * page, 4 * page}});
}

TEST_CASE("Where nobody can tell, everything is data") {
    ByteRanges found;
    int pipe[2];
    REQUIRE(::pipe(pipe) == 0);
    CHECK_FALSE(state::add_file_data(pipe[0], 0, 4096, found));
    CHECK_FALSE(state::add_file_data(-1, 0, 4096, found));
    ::close(pipe[0]);
    ::close(pipe[1]);
    const std::byte* nowhere = reinterpret_cast<const std::byte*>(std::uintptr_t{0x1000});
    const ByteRanges all = DataMap(std::span(nowhere, 8192)).within(0, 8192);
    REQUIRE(all.size() == 1);
    CHECK(*all.begin() == ByteRanges::Range{0, 8192});
    CHECK(DataMap().within(0, 4096).empty());
}

TEST_CASE("save_changes sorts what it is given, and refuses pages that there are not") {
    auto machine = Machine<Bench, hostmem::Anonymous>::create({.ram_size = size}).value();
    REQUIRE(machine.store<std::uint8_t>(at(ram_base + 5), 1));
    const std::string path = wirewrap::test::temporary("unordered.snapshot");
    const std::vector<DirtyPage> mixed{{2, 0_B}, {0, 8_KiB}, {0, 0_B}, {0, 4_KiB}, {0, 8_KiB}};
    REQUIRE(state::save_changes(machine, path, 1, mixed));
    CHECK(state::Snapshot::open(path));
    for (const DirtyPage& bad : {DirtyPage{0, size}, DirtyPage{0, 1_B}, DirtyPage{99, 0_B},
                                 DirtyPage{0, Bytes{~std::uint64_t{0} - 4095}}}) {
        const auto saved = state::save_changes(machine, path, 1, std::span(&bad, 1));
        REQUIRE_FALSE(saved);
        CHECK(saved.error().message.find("give pages as its DirtyPages tells them") != std::string::npos);
    }
}
