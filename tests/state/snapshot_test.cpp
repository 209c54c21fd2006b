#include <wirewrap/state/snapshot.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/state/restore.hpp>
#include <wirewrap/state/save.hpp>

#include "tests/examples/guest.hpp"
#include "tests/machine/boards.hpp"

using namespace boards_under_test;
using state::DirtyPage;
using state::DirtyPages;
using state::Snapshot;

namespace {

using BenchMachine = Machine<Bench, hostmem::Anonymous, DirtyPages<>>;

BenchMachine bench(Bytes size = 32_MiB) { return BenchMachine::create({.ram_size = size}).value(); }

std::string file(const char* name) { return wirewrap::test::temporary(name); }

std::vector<std::byte> bytes_of(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    const std::vector<char> chars((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    std::vector<std::byte> bytes(chars.size());
    std::memcpy(bytes.data(), chars.data(), chars.size());
    return bytes;
}

template <class M>
std::vector<std::vector<std::byte>> contents(M& machine) {
    std::vector<std::vector<std::byte>> all;
    for (const MemoryBlock& block : machine.memory_blocks())
        all.emplace_back(block.bytes.begin(), block.bytes.end());
    return all;
}

/// Some pages full, some with a byte, in every block.
template <class M>
void scribble(M& machine, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::size_t number = 0;
    for (const MemoryBlock& block : machine.memory_blocks()) {
        const std::size_t pages = block.bytes.size() / 4096;
        for (std::size_t i = 0, count = std::min<std::size_t>(pages, 300); i != count; ++i) {
            const std::size_t page = random() % pages;
            const auto bytes = block.bytes.subspan(page * 4096, 4096);
            if (random() % 2 != 0)
                for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
            else
                bytes[random() % 4096] = std::byte{1};
            machine.changed(number, Bytes{page * 4096}, 4_KiB);
        }
        ++number;
    }
}

template <class M>
std::string refusal(M& machine, const Snapshot& snapshot) {
    const auto restored = state::restore(machine, snapshot);
    return restored ? "" : restored.error().message;
}

}  // namespace

TEST_CASE("Memory that was saved is restored, into a machine with another history and another backend") {
    auto machine = bench();
    scribble(machine, 1);
    const auto saved = state::save(machine, file("memory.snapshot"));
    REQUIRE(saved);
    CHECK(saved->file_size.count == std::filesystem::file_size(file("memory.snapshot")));
    CHECK(saved->file_size < 4_MiB);

    const auto snapshot = Snapshot::open(file("memory.snapshot"));
    REQUIRE(snapshot);
    CHECK(snapshot->identity() == saved->identity);
    CHECK(snapshot->head().board == "bench");
    CHECK_FALSE(snapshot->head().running);
    REQUIRE(snapshot->blocks().size() == 4);
    CHECK(snapshot->blocks()[0].id == "bench.ram");
    CHECK(snapshot->blocks()[0].size == 32_MiB);
    CHECK_FALSE(snapshot->blocks()[1].writable);

    auto other = Machine<Bench, hostmem::Memfd>::create({.ram_size = 32_MiB}).value();
    scribble(other, 2);
    CHECK(refusal(other, *snapshot).empty());
    CHECK(contents(other) == contents(machine));
}

TEST_CASE("Blocks that are no whole number of pages") {
    auto machine = Machine<Micro, hostmem::Anonymous>::create().value();
    for (const MemoryBlock& block : machine.memory_blocks()) block.bytes.back() = std::byte{7};
    REQUIRE(state::save(machine, file("micro.snapshot")));
    auto other = Machine<Micro, hostmem::Anonymous>::create().value();
    CHECK(refusal(other, Snapshot::open(file("micro.snapshot")).value()).empty());
    CHECK(contents(other) == contents(machine));
}

TEST_CASE("A restored machine's policies hear of every page that changed") {
    auto machine = bench(), other = bench();
    REQUIRE(machine.store<std::uint8_t>(at(0x8000'3000), 1));
    REQUIRE(state::save(machine, file("small.snapshot")));
    REQUIRE(other.store<std::uint8_t>(at(0x8000'9000), 1));
    other.policy<DirtyPages<>>().forget(0);
    REQUIRE(state::restore(other, Snapshot::open(file("small.snapshot")).value()));
    std::vector<DirtyPage> pages;
    other.policy<DirtyPages<>>().take(0, [&](DirtyPage page) { pages.push_back(page); });
    CHECK(pages == std::vector<DirtyPage>{{0, 12_KiB}, {0, 36_KiB}});
}

TEST_CASE("Changes are saved, and restored after what they follow") {
    auto machine = bench();
    auto& dirty = machine.policy<DirtyPages<>>();
    scribble(machine, 1);
    dirty.forget(0);
    const auto base = state::save(machine, file("base.snapshot")).value();
    const auto save_changes = [&](const char* name, std::uint64_t identity) {
        std::vector<DirtyPage> pages;
        dirty.take(0, [&](DirtyPage page) { pages.push_back(page); });
        return state::save_changes(machine, file(name), identity, pages).value();
    };
    REQUIRE(machine.store<std::uint32_t>(at(0x8000'5000), 1));
    REQUIRE(machine.store<std::uint32_t>(at(0x2'1000), 1));
    std::ranges::fill(machine.ram_span(at(0x8010'0000), 64_KiB),
                      std::byte{0});  // becomes zero, and must be told so
    const auto first = save_changes("first.snapshot", base.identity);
    CHECK(first.pages == 18);
    REQUIRE(machine.store<std::uint32_t>(at(0x8000'5000), 2));
    save_changes("second.snapshot", first.identity);

    std::array<Snapshot, 3> chain{Snapshot::open(file("base.snapshot")).value(),
                                  Snapshot::open(file("first.snapshot")).value(),
                                  Snapshot::open(file("second.snapshot")).value()};
    CHECK(chain[1].head().changes_only);
    CHECK(chain[1].head().base == base.identity);
    auto other = bench();
    scribble(other, 3);
    REQUIRE(state::restore(other, chain));
    CHECK(contents(other) == contents(machine));

    const auto before = contents(other);
    CHECK(
        refusal(other, chain[1]).find("holds changes only: give the snapshot that it was made after first") !=
        std::string::npos);
    std::swap(chain[1], chain[2]);
    const auto wrong = state::restore(other, chain);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().message.find("second.snapshot holds the changes since snapshot 0x") !=
          std::string::npos);
    chain[1] = Snapshot::open(file("base.snapshot")).value();
    CHECK_FALSE(state::restore(other, chain));
    CHECK(contents(other) == before);
}

namespace {
struct OtherName : Bench {
    static constexpr auto name = "table";
};
struct OtherMap : Bench {
    static constexpr auto map = memory_map(rom<"boot">(at(0x0), 64_KiB),
                                           ram_block<"sram">(at(0x2'0000), 32_KiB),
                                           ram_block<"extra">(at(0x9'0000), 4_KiB));
    static constexpr auto wires = wiring();
};
}  // namespace

TEST_CASE("What does not fit is refused with the difference, and nothing is changed") {
    auto machine = bench();
    scribble(machine, 1);
    REQUIRE(state::save(machine, file("memory.snapshot")));
    const auto snapshot = Snapshot::open(file("memory.snapshot")).value();
    const std::string start = file("memory.snapshot") + " cannot be restored: ";

    auto larger = bench(64_MiB);
    scribble(larger, 2);
    const auto before = contents(larger);
    CHECK(refusal(larger, snapshot) ==
          start + "block bench.ram has 32 MiB in the snapshot and 64 MiB in bench");
    CHECK(contents(larger) == before);

    auto renamed = Machine<OtherName, hostmem::Anonymous>::create({.ram_size = 32_MiB}).value();
    CHECK(refusal(renamed, snapshot) == start + "it is of board bench, and the machine is table");

    auto rewired = Machine<OtherMap, hostmem::Anonymous>::create({.ram_size = 32_MiB}).value();
    const std::string difference = refusal(rewired, snapshot);
    CHECK(difference.starts_with(start +
                                 "board bench was laid out differently when it was saved (fingerprint 0x"));
    CHECK(difference.ends_with("; block extra, 4 KiB, of bench is missing in the snapshot; "
                               "block store, 4 KiB, of the snapshot is unknown to bench"));
}

TEST_CASE("Files that are no snapshots of this version") {
    const auto open = [](std::string_view bytes) {
        const auto snapshot = Snapshot::parse("it", std::as_bytes(std::span(bytes)));
        return snapshot ? "" : snapshot.error().message;
    };
    CHECK(open("") == "it is no snapshot of wirewrap: it does not begin as one");
    CHECK(open("\x7f"
               "ELF and more") == "it is no snapshot of wirewrap: it does not begin as one");
    CHECK(open(std::string_view("\x89WWS\r\n\x1a\n\x02\0\0\0\0\0\0\0", 16)) ==
          "it has version 2 of the format, and this program reads version 1; use the program that wrote it");
    CHECK(open(std::string_view("\x89WWS\r\n\x1a\n\x01\0\0\0\0\0\0\0", 16))
              .find("it ends before its end section") != std::string::npos);
    CHECK(Snapshot::open(file("absent")).error().message.find("No such file or directory (ENOENT)") !=
          std::string::npos);
    CHECK(Snapshot::open("/dev/zero").error().message.find("is no regular file") != std::string::npos);
}

TEST_CASE("A snapshot that is cut off, at every 4 KiB and around its sections, is refused") {
    auto machine = bench();
    scribble(machine, 5);
    REQUIRE(state::save(machine, file("cut.snapshot")));
    const auto whole = bytes_of(file("cut.snapshot"));
    REQUIRE(whole.size() > 100 * 4096);
    std::vector<std::size_t> sizes;
    for (std::size_t size = 0; size < whole.size(); size += 4096) sizes.push_back(size);
    for (std::size_t size = 0; size != 400; ++size) sizes.push_back(size);
    for (std::size_t size = whole.size() - 200; size != whole.size(); ++size) sizes.push_back(size);
    for (const std::size_t size : sizes) {
        INFO(size);
        CHECK_FALSE(Snapshot::parse("cut", std::span(whole).first(size)));
    }
    auto longer = whole;
    longer.push_back(std::byte{0});
    CHECK_FALSE(Snapshot::parse("longer", longer));
    CHECK(Snapshot::parse("whole", whole));
}

TEST_CASE("A snapshot with a single bit flipped is refused") {
    auto machine = Machine<Bench, hostmem::Anonymous>::create({.ram_size = 32_MiB}).value();
    machine.ram_memory()->span()[0x3000] = std::byte{1};
    machine.ram_memory()->span()[0x1'0000] = std::byte{1};
    REQUIRE(state::save(machine, file("bits.snapshot")));
    const auto whole = bytes_of(file("bits.snapshot"));
    // Every bit of a file of three sections of pages would take minutes: of the pages, every 37th.
    std::size_t accepted = 0, tried = 0;
    for (std::size_t bit = 0; bit < whole.size() * 8;
         bit += bit < 8 * 1024 || bit > 8 * (whole.size() - 512) ? 1 : 37) {
        auto flipped = whole;
        flipped[bit / 8] ^= std::byte{1} << bit % 8;
        accepted += Snapshot::parse("flipped", flipped).has_value() ? 1 : 0;
        ++tried;
    }
    CHECK(tried > 10'000);
    CHECK(accepted == 0);
}

TEST_CASE("Saving leaves an older file whole when it fails, and nothing behind") {
    auto machine = bench();
    const std::string folder = file("nowhere");
    const auto failed = state::save(machine, folder + "/guest.snapshot");
    REQUIRE_FALSE(failed);
    CHECK(failed.error().message.find("its directory must exist and be writable") != std::string::npos);

    std::filesystem::create_directories(file("folder/guest.snapshot/x"));  // a directory cannot be replaced
    const auto refused = state::save(machine, file("folder/guest.snapshot"));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("cannot put in its place") != std::string::npos);
    CHECK(std::distance(std::filesystem::directory_iterator(file("folder")), {}) == 1);
}

TEST_CASE("Who wants to know hears how far saving, opening and restoring have come") {
    struct Heard {
        std::vector<std::uint64_t> done;
        std::uint64_t all = 0;
        bool same = true;
        state::Progress listener() {
            return [this](Bytes now, Bytes of) {
                same = same && (done.empty() || of.count == all);
                all = of.count;
                done.push_back(now.count);
            };
        }
        void check() const {
            REQUIRE(!done.empty());
            CHECK(same);
            CHECK(std::ranges::is_sorted(done));
            CHECK(done.back() == all);
        }
    };
    auto machine = bench();
    scribble(machine, 1);
    Heard saved, changed, opened, restored;
    const auto whole = state::save(machine, file("heard"), {.progress = saved.listener()});
    REQUIRE(whole);
    saved.check();
    CHECK(saved.all >= 4096 * whole->pages);
    const std::vector<DirtyPage> pages{{0, 4_KiB}, {0, 8_KiB}};
    REQUIRE(state::save_changes(machine, file("heard.1"), whole->identity, pages,
                                {.progress = changed.listener()}));
    changed.check();
    CHECK(changed.all == 8192);

    const auto snapshot = Snapshot::open(file("heard"), nullptr, opened.listener());
    REQUIRE(snapshot);
    opened.check();
    CHECK(opened.all == 2 * snapshot->file_size().count);
    auto other = bench();
    REQUIRE(state::restore(other, *snapshot, restored.listener()));
    restored.check();
    CHECK(restored.all == 4096 * whole->pages);
    CHECK(contents(other) == contents(machine));
}
