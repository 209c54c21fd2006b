// Moments of a running machine: gone back to again and again, in any order, with what is kept bounded.
#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <wirewrap/emulator.hpp>
#include <wirewrap/hostmem.hpp>
#include <wirewrap/state.hpp>

#include "tests/emulator/bed.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

struct Board {
    static constexpr auto name = "moments";
    static constexpr std::size_t harts = 1;
    static constexpr auto ram = main_ram("moments.ram", 64_MiB).placed(at(ram_base));
    static constexpr auto map = memory_map(rom<"boot">(at(0x1000), 4_KiB),
                                           device<"clint", Clint<1>>(at(clint), 64_KiB));
};
template <class Bus>
using Rv64 = riscv::Hart<Bus>;

template <class Backend>
struct Bed {
    using MachineType = Machine<Board, Backend, state::DirtyPages<>>;
    using E = Emulator<MachineType, Rv64, VirtualClock>;
    MachineType machine = MachineType::create().value();
    E emulator{machine};

    /// Counts in t0, and stores the count to 4 KiB apart, ever further.
    Bed() {
        rv64::Assembler a(ram_base);
        a.li(t1, ram_base + 0x10'0000);
        a.li(t2, 4096);
        const std::uint64_t again = a.here();
        a.emit(rv64::addi(t0, t0, 1), rv64::sd(t0, t1, 0), rv64::add(t1, t1, t2));
        a.emit(rv64::jal(0, static_cast<std::int32_t>(again - a.here())));
        REQUIRE(machine.debug_write(at(a.base()), a.bytes()));
        emulator.hart(0).set_pc(ram_base);
    }
    void run(std::uint64_t count) {
        NoConsole nobody;
        REQUIRE(emulator.run(nobody, count).executed == count);
    }
    /// All that one can see of it.
    std::string look() {
        std::string all = std::to_string(emulator.progress().executed) + " " +
                          std::to_string(emulator.hart(0).x(t0)) + " " +
                          std::to_string(emulator.hart(0).pc()) + " " + std::to_string(machine.time());
        for (std::uint64_t page = 0; page != 2000; ++page)
            all += " " +
                   std::to_string(
                       machine.template load<std::uint64_t>(at(ram_base + 0x10'0000 + 4096 * page)).value());
        return all;
    }
};

}  // namespace

TEMPLATE_TEST_CASE("a machine goes back to moments, and goes on from there as it did", "", hostmem::Anonymous,
                   hostmem::Memfd) {
    Bed<TestType> bed;
    auto moments = state::Moments<typename Bed<TestType>::E, int>::create(bed.emulator, 64_MiB).value();
    std::vector<std::string> looks;
    for (int n = 0; n != 5; ++n) {
        moments.keep(n);
        looks.push_back(bed.look());
        bed.run(1001);
    }
    const std::string last = bed.look();
    for (const std::size_t n : {4, 4, 2, 1}) {
        const std::size_t pages = moments.go_to(n);
        CHECK(pages >= 200);
        CHECK(moments.size() == n + 1);
        CHECK(moments.note(n) == static_cast<int>(n));
        CHECK(bed.look() == looks[n]);
        bed.run(1001);
        if (n + 1 != looks.size()) CHECK(bed.look() == looks[n + 1]);
    }
    // What was stored by somebody else is put back too, and the machine's policies hear of it.
    REQUIRE(bed.machine.template store<std::uint64_t>(at(0x8300'0000), 1));
    bed.machine.template policy<state::DirtyPages<>>().forget(0);
    moments.go_to(0);
    CHECK(bed.look() == looks[0]);
    CHECK(bed.machine.template load<std::uint64_t>(at(0x8300'0000)).value() == 0);
    CHECK(bed.machine.template policy<state::DirtyPages<>>().dirty(0, {0, Bytes{0x300'0000}}));
    CHECK(moments.changes() == Bytes{});
    bed.run(5 * 1001);
    CHECK(bed.look() == last);
}

TEST_CASE("what moments take is bounded, and the oldest go") {
    Bed<hostmem::Anonymous> bed;
    auto moments = state::Moments<Bed<hostmem::Anonymous>::E, int>::create(bed.emulator, 1_MiB).value();
    std::vector<std::string> looks;
    for (int n = 0; n != 10; ++n) {
        moments.keep(n);
        looks.push_back(bed.look());
        CHECK(moments.changes() <= 1_MiB);
        // The second time round pages have contents that are to be kept.
        if (n == 5) bed.emulator.hart(0).set_pc(ram_base);
        bed.run(400);
    }
    REQUIRE(moments.size() >= 2);
    CHECK(moments.size() <= 10);
    const auto first = static_cast<std::size_t>(moments.note(0));
    moments.go_to(0);
    CHECK(bed.look() == looks[first]);

    auto small = state::Moments<Bed<hostmem::Anonymous>::E, int>::create(bed.emulator, Bytes{1}).value();
    small.keep(0);
    bed.run(4000);
    small.keep(1);
    CHECK(small.size() == 1);
    CHECK(small.note(0) == 1);
    const std::string there = bed.look();
    bed.run(4000);
    small.go_to(0);
    CHECK(bed.look() == there);
}

TEST_CASE("memory that nobody used is not made by moments") {
    Bed<hostmem::Memfd> bed;
    auto moments = state::Moments<Bed<hostmem::Memfd>::E, int>::create(bed.emulator, 64_MiB).value();
    const auto used = [&] {
        std::uint64_t bytes = 0;
        const auto block = bed.machine.memory_blocks()[0];
        for (const auto& range : state::DataMap::of(bed.machine, block).within(0, block.bytes.size()))
            bytes += range.end - range.begin;
        return bytes;
    };
    const std::uint64_t before = used();
    moments.keep(0);
    moments.go_to(0);
    moments.keep(1);
    CHECK(used() == before);
    CHECK(before < 1 << 20);
}
