// Machines whose main RAM is of several backends: the guest sees RAM, whatever is behind it and wherever the borders are.
#include <catch2/catch.hpp>

#include <filesystem>
#include <string>

#include <sys/resource.h>

#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>

#include "tests/hostmem/support.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::hostmem;
using test::message;

namespace {

/// RAM around a hole, as on a PC: the border of the nodes (at 48 MiB) is not that of the windows (at 32 MiB).
struct TwoNodes {
    static constexpr auto name = "two-nodes";
    static constexpr auto ram =
        main_ram("two-nodes.ram", 96_MiB).placed(split(at(0x0), 32_MiB, at(0x1'0000'0000)));
};

Selected::Options nodes(NumaPolicy policy = {}) {
    return {{{"m0", 48_MiB, Selection<Anonymous>{{.policy = policy}}}, {"m1", 48_MiB, Selection<Memfd>{}}}};
}

/// The guest address of a byte of RAM.
GuestAddress guest(Bytes offset) {
    return offset < 32_MiB ? at(0x0) + offset : at(0x1'0000'0000) + (offset - 32_MiB);
}

template <class Machine>
void fill_and_read(Machine& machine) {
    for (Bytes offset{}; offset < 96_MiB; offset += 4_KiB)
        REQUIRE(machine.store(guest(offset), offset.count * 0x9e37'79b9'7f4a'7c15));
    for (Bytes offset{}; offset < 96_MiB; offset += 4_KiB)
        if (machine.template load<std::uint64_t>(guest(offset)) != offset.count * 0x9e37'79b9'7f4a'7c15)
            FAIL("offset " << offset.count);
    // Across the border of the backends an access is whole; across that of the windows there is nothing.
    for (const std::uint64_t before : {1u, 3u, 7u}) {
        const GuestAddress across = guest(48_MiB) - Bytes{before};
        REQUIRE(machine.template store<std::uint64_t>(across, 0x0123'4567'89ab'cdef));
        CHECK(machine.template load<std::uint64_t>(across) == 0x0123'4567'89ab'cdef);
        CHECK(machine.template load<std::uint8_t>(guest(48_MiB)) ==
              static_cast<std::uint8_t>(0x0123'4567'89ab'cdef >> 8 * before));
    }
    CHECK_FALSE(machine.template load<std::uint64_t>(at(0x0) + 32_MiB - 4_B));
    CHECK(machine.ram_span(guest(40_MiB), 16_MiB).size() == (16_MiB).count);
    CHECK(machine.memory_blocks()[0].bytes.size() == (96_MiB).count);
}

}  // namespace

TEST_CASE("a guest cannot tell where one backend ends and the next begins") {
    auto machine = Machine<TwoNodes, Selected>::create({.memory = nodes()});
    REQUIRE(message(machine) == "no error");
    fill_and_read(*machine);
    // What the guest stored in node 1 is in the file that is node 1's.
    const auto parts = machine->ram_memory()->backing().parts();
    std::uint64_t stored = 0;
    CHECK(::pread(*parts[1].descriptor, &stored, sizeof stored, (4_KiB).count) == sizeof stored);
    CHECK(stored == (48_MiB + 4_KiB).count * 0x9e37'79b9'7f4a'7c15);

    auto chosen = Machine<TwoNodes, Selected>::create({.memory = nodes()});
    REQUIRE(message(chosen) == "no error");
    fill_and_read(*chosen);
}

TEST_CASE("what cannot be had is told with the board, its RAM and the backend, and nothing is left") {
    const auto maps = test::mappings(), descriptors = test::open_descriptors();
    CHECK(message(Machine<TwoNodes, Selected>::create({.ram_size = 64_MiB, .memory = nodes()})) ==
          "two-nodes: main RAM two-nodes.ram: the memory backends have 96 MiB between them, but 64 MiB are "
          "asked "
          "for: make the two equal");
    if (host::nodes_with_memory())
        CHECK(message(Machine<TwoNodes, Selected>::create({.memory = nodes(bind_to(99))}))
                  .starts_with(
                      "two-nodes: main RAM two-nodes.ram: memory backend m0: host-nodes names node 99"));
    CHECK(test::nothing_mapped_since(maps));
    CHECK(test::open_descriptors() == descriptors);
}

TEST_CASE("a limit on address space is an error for a machine as well") {
    if (test::sanitized) return test::skipped("the sanitizer's own memory exceeds any limit");
    CHECK(test::in_child([] {
              const rlimit limit{64u << 20, 64u << 20};
              ::setrlimit(RLIMIT_AS, &limit);
              const auto several = message(Machine<TwoNodes, Selected>::create({.memory = nodes()}));
              const auto one = message(Machine<TwoNodes, Memfd>::create());
              return several.find("cannot set aside 96 MiB of address space for 2 memory backends") !=
                                 several.npos &&
                             several.find("ulimit -v") != several.npos && one.find("ulimit -v") != one.npos
                         ? 0
                         : 1;
          }) == 0);
}

TEST_CASE("a thousand machines are made and destroyed, and no descriptor and no mapping is left") {
    const test::Folder folder;
    const auto maps = test::mappings(), descriptors = test::open_descriptors();
    for (std::uint32_t i = 0; i != 1000; ++i) {
        auto one = Machine<TwoNodes, Anonymous>::create();
        auto two = Machine<TwoNodes, SharedFile>::create({.memory = {.path = folder.path()}});
        auto several = Machine<TwoNodes, Selected>::create({.memory = nodes()});
        REQUIRE((one && two && several));
        REQUIRE((one->store(guest(40_MiB), i) && two->store(guest(1_MiB), i) &&
                 several->store(guest(60_MiB), i)));
        REQUIRE_FALSE(Machine<TwoNodes, Memfd>::create({.ram_size = 1024_TiB}));
    }
    CHECK(test::nothing_mapped_since(maps));
    CHECK(test::open_descriptors() == descriptors);
    CHECK(std::filesystem::is_empty(folder.path()));
}
