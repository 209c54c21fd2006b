#include <wirewrap/zstd/codec.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <random>

#include <wirewrap/machine/machine.hpp>
#include <wirewrap/state/restore.hpp>
#include <wirewrap/state/save.hpp>

#include "tests/examples/guest.hpp"
#include "tests/machine/boards.hpp"

using namespace boards_under_test;
using state::Snapshot;

namespace {

using BenchMachine = Machine<Bench, hostmem::Anonymous>;

BenchMachine filled() {
    auto machine = BenchMachine::create({.ram_size = 32_MiB}).value();
    const auto ram = machine.ram_memory()->span();
    for (std::size_t i = 0; i != 3 << 20; ++i)
        ram[(5 << 20) + i] = static_cast<std::byte>(i / 100);  // packs well
    std::mt19937_64 random(3);
    for (std::size_t i = 0; i != 64 << 10; ++i)
        ram[(20 << 20) + i] = static_cast<std::byte>(random());  // does not
    return machine;
}

const std::string path = wirewrap::test::temporary("packed.snapshot");

}  // namespace

TEST_CASE("Packed pages take less room and come back") {
    auto machine = filled();
    const auto plain = state::save(machine, path + ".plain").value();
    const auto packed = state::save(machine, path, {.codec = &zstd::codec}).value();
    CHECK(packed.pages == plain.pages);
    CHECK(packed.file_size * 4 < plain.file_size);

    const auto snapshot = Snapshot::open(path, &zstd::codec);
    REQUIRE(snapshot);
    auto other = BenchMachine::create({.ram_size = 32_MiB}).value();
    REQUIRE(state::restore(other, *snapshot));
    CHECK(std::ranges::equal(other.ram_memory()->span(), machine.ram_memory()->span()));
    CHECK(Snapshot::open(path).error().message ==
          path + " is packed with zstd: open it with the codec of <wirewrap/zstd.hpp>");
}

TEST_CASE("A frame that is damaged under a right checksum is refused before anything is changed") {
    auto machine = filled();
    for (const bool short_frame : {false, true}) {
        static bool of_half;
        of_half = short_frame;
        // Writes what is no frame, or a frame of too few bytes.
        const state::Codec broken{"zstd", state::format::zstd,
                                  [](std::span<const std::byte> from, int level, std::vector<std::byte>& to) {
                                      if (of_half)
                                          return zstd::codec.pack(from.first(from.size() / 2), level, to);
                                      to.assign(100, std::byte{7});
                                      return true;
                                  },
                                  nullptr};
        auto writer = state::SnapshotWriter::create(path, {.codec = &broken}).value();
        REQUIRE(writer.head({.board = board_name<Bench>, .fingerprint = state::fingerprint<Bench>}));
        REQUIRE(writer.block_table(machine.memory_blocks()));
        REQUIRE(writer.pages(0, 5_MiB, machine.ram_memory()->span().subspan(5 << 20, 1 << 20)));
        REQUIRE(writer.finish());
        const auto snapshot = Snapshot::open(path, &zstd::codec);
        REQUIRE_FALSE(snapshot);
        CHECK(snapshot.error().message.find("a run of pages cannot be unpacked to 1 MiB") !=
              std::string::npos);
    }
}
