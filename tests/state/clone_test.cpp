#include <wirewrap/state/clone.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <boards/riscv/virt.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/hostmem.hpp>
#include <wirewrap/state/fields.hpp>
#include <wirewrap/state/reset_point.hpp>

#include <sys/stat.h>

#include "tests/hostmem/support.hpp"
#include "tests/machine/boards.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test::rv64;

namespace {

template <class Bus>
using Rv64 = riscv::Hart<Bus>;
using Original = Machine<boards::riscv::Virt, hostmem::Memfd>;
using Clone = Machine<boards::riscv::Virt, state::CopyOnWrite, state::DirtyPages<>>;
template <class M>
using Running = Emulator<M, Rv64, VirtualClock>;

constexpr std::uint64_t ram_base = 0x8000'0000, finisher = 0x10'0000;
constexpr Reg t0 = 5, t1 = 6, t2 = 7, a0 = 10;

/// Adds 1 to a word in each of `pages` pages, far from each other, and ends. What is at a0 counts too.
std::vector<std::byte> touching_guest(std::uint64_t pages) {
    Assembler a(ram_base);
    a.li(t0, ram_base + 0x10'0000);
    a.li(t2, pages);
    const std::uint64_t loop = a.here();
    a.emit(lw(t1, t0, 0), addi(t1, t1, 1), sw(t1, t0, 0), add(a0, a0, t1), addi(t2, t2, -1));
    a.li(t1, 0x1'1000);
    a.emit(add(t0, t0, t1));
    a.emit(bne(t2, 0, static_cast<std::int64_t>(loop - a.here())));
    a.li(t0, finisher);
    a.li(t1, 0x5555);
    a.emit(sw(t1, t0, 0), jal(0, 0));
    return {a.bytes().begin(), a.bytes().end()};
}

Original original_with(const std::vector<std::byte>& program, Bytes size = 64_MiB) {
    auto machine = Original::create({.ram_size = size}).value();
    std::ranges::copy(program, machine.ram_span(at(ram_base), Bytes{program.size()}).begin());
    return machine;
}

template <class E>
std::vector<std::byte> everything(E& emulator) {
    std::vector<std::byte> all;
    state::Components<E> components(emulator);
    components.each([&](std::string_view, auto& component) {
        state::FieldWriter writer;
        component.state(writer);
        all.insert(all.end(), writer.bytes().begin(), writer.bytes().end());
    });
    for (const MemoryBlock& block : emulator.machine().memory_blocks())
        if (block.id != "virt.flash1") all.insert(all.end(), block.bytes.begin(), block.bytes.end());
    return all;
}

std::size_t resident_pages() {
    std::size_t total = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident;
}

}  // namespace

struct OpenBus {
    static constexpr auto name = "open-bus";
    static constexpr auto ram = main_ram("ram", 64_KiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(rom<"rom">(at(0x0), 4_KiB));
    static constexpr auto unmapped = reads_as_last;
};

TEST_CASE("A clone finds on the bus what was there") {
    auto original = Machine<OpenBus, hostmem::Memfd>::create().value();
    REQUIRE(original.store<std::uint8_t>(at(0x8000'0000), 0x42));
    auto copy = state::clone(original);
    REQUIRE(copy);
    CHECK(original.load<std::uint8_t>(at(0x4000'0000)) == 0x42);
    CHECK(copy->load<std::uint8_t>(at(0x4000'0000)) == 0x42);
}

TEST_CASE("A clone begins as its original and goes its own way") {
    auto original = original_with(touching_guest(20));
    REQUIRE(original.store<std::uint32_t>(at(ram_base + 0x10'0000), 41));
    std::ranges::fill(original.memory_span(at(0x1000), 0xf000_B), std::byte{5});
    REQUIRE(original.store<std::uint8_t>(at(0x1000'0007), 0x5a));  // scratch register of the UART
    original.set_time(1234);

    auto one = state::clone(original).value(), two = state::clone(original).value();
    CHECK(one.load<std::uint32_t>(at(ram_base + 0x10'0000)) == 41u);
    CHECK(one.load<std::uint8_t>(at(0x1000'0007)) == 0x5a);
    CHECK(one.load<std::uint8_t>(at(0x1000)) == 5);
    CHECK(one.time() == 1234);
    REQUIRE(one.store<std::uint32_t>(at(ram_base + 0x10'0000), 1));
    CHECK(two.load<std::uint32_t>(at(ram_base + 0x10'0000)) == 41u);
    CHECK(original.load<std::uint32_t>(at(ram_base + 0x10'0000)) == 41u);
    // Flash of a clone is its own: erase the first sector of flash 0.
    REQUIRE(one.store<std::uint32_t>(at(0x2000'0000), 0x0020'0020));
    REQUIRE(one.store<std::uint32_t>(at(0x2000'0000), 0x00d0'00d0));
    REQUIRE(one.store<std::uint32_t>(at(0x2000'0000), 0x00ff'00ff));
    CHECK(one.load<std::uint32_t>(at(0x2000'0000)) == 0xffff'ffffu);
    CHECK(original.load<std::uint32_t>(at(0x2000'0000)) == 0u);
}

TEST_CASE("Backends with shared memory and a descriptor can be cloned, others cannot") {
    using boards_under_test::Bench;
    STATIC_REQUIRE(state::ClonableMachine<Machine<Bench, hostmem::Memfd>>);
    STATIC_REQUIRE(state::ClonableMachine<Machine<Bench, hostmem::Shm>>);
    STATIC_REQUIRE(state::ClonableMachine<Machine<Bench, hostmem::SharedFile>>);
    STATIC_REQUIRE_FALSE(state::ClonableMachine<Machine<Bench, hostmem::Anonymous>>);
    STATIC_REQUIRE_FALSE(state::ClonableMachine<Machine<Bench, hostmem::SharedAnonymous>>);
    STATIC_REQUIRE_FALSE(state::ClonableMachine<Machine<Bench, hostmem::PrivateMemfd>>);
    STATIC_REQUIRE_FALSE(state::ClonableMachine<Machine<Bench, hostmem::File>>);

    auto shm = Machine<Bench, hostmem::Shm>::create().value();
    REQUIRE(shm.store<std::uint8_t>(at(ram_base + 5), 7));
    REQUIRE(shm.select_bank<"page">(2));
    auto copy = state::clone<>(shm).value();
    CHECK(copy.load<std::uint8_t>(at(ram_base + 5)) == 7);
    CHECK(copy.bank_pages() == shm.bank_pages());
}

TEST_CASE("A reset undoes what a run did: memory, harts, devices, time") {
    auto original = original_with(touching_guest(20));
    Running<Original> still(original);
    still.hart(0).set_pc(ram_base);
    NoConsole console;
    still.run(console, 30);

    auto machine = state::clone(original).value();
    Running<Clone> emulator(machine);
    state::copy_running(still, emulator);
    const auto begin = everything(emulator);
    state::ResetPoint point(emulator, original.memory_blocks());
    CHECK(point.reset() == 0);

    std::uint64_t executed = 0, sum = 0;
    for (int round = 0; round != 5; ++round) {
        INFO(round);
        const Stopped stopped = emulator.run(console, 100'000);
        REQUIRE(stopped.finish);
        if (round == 0) {
            executed = stopped.executed;
            sum = emulator.hart(0).x(a0);
        }
        CHECK(stopped.executed == executed);
        CHECK(emulator.hart(0).x(a0) == sum);
        CHECK(point.reset() == 17);  // of the 20, those that the original had not stored to
        CHECK(everything(emulator) == begin);
    }
    // Code that the run changes is executed as it was.
    const auto changed = machine.ram_span(at(ram_base), 4_KiB);
    std::ranges::fill(changed, std::byte{0});
    emulator.hart(0).code_may_have_changed();
    CHECK_FALSE(emulator.run(console, 1000).finish);
    CHECK(point.reset() == 1);
    CHECK(emulator.run(console, 100'000).executed == executed);
    machine.give_back(changed);
    point.reset();
    // Flash, too.
    REQUIRE(machine.store<std::uint32_t>(at(0x2000'0000), 0x0020'0020));
    REQUIRE(machine.store<std::uint32_t>(at(0x2000'0000), 0x00d0'00d0));
    CHECK(point.reset() == 64);
    CHECK(everything(emulator) == begin);
}

TEST_CASE("Of several harts, the copy's go on where the original's are") {
    using Four = boards::riscv::VirtHarts<4>;
    auto original = Machine<Four, hostmem::Memfd>::create({.ram_size = 64_MiB}).value();
    // Each hart puts its number in the place of what the one before it left there, and a0 is the sum of what it found.
    Assembler a(ram_base);
    a.li(t0, ram_base + 0x1000);
    a.emit(csrr(t1, 0xf14), addi(t1, t1, 1));
    const std::uint64_t loop = a.here();
    a.emit(lw(t2, t0, 0), add(a0, a0, t2), sw(t1, t0, 0));
    a.emit(jal(0, static_cast<std::int64_t>(loop - a.here())));
    std::ranges::copy(a.bytes(), original.ram_span(at(ram_base), Bytes{a.bytes().size()}).begin());
    Emulator<decltype(original), Rv64, VirtualClock> first(original,
                                                           EmulatorOptions{.slice = 100, .harts = 3});
    for (std::size_t i = 0; i != 4; ++i) first.hart(i).set_pc(ram_base);
    NoConsole console;
    const std::uint64_t executed = GENERATE(0u, 1'000u, 1'130u, 1'250u);
    CAPTURE(executed);
    CHECK(first.run(console, executed).executed == executed);

    auto machine = state::clone(original).value();
    Emulator<decltype(machine), Rv64, VirtualClock> second(machine, EmulatorOptions{.slice = 100});
    state::copy_running(first, second);
    CHECK(second.harts() == 3);
    CHECK(second.run(console, 10'000).executed == 10'000);  // first: it sees what the original stores
    CHECK(first.run(console, 10'000).executed == 10'000);
    for (std::size_t i = 0; i != 4; ++i) {
        CHECK(second.hart(i).x(a0) == first.hart(i).x(a0));
        CHECK(second.hart(i).retired() == first.hart(i).retired());
    }
}

TEST_CASE("A fuzzer may keep the span of its input: each round begins with what the point has there") {
    auto original = original_with(touching_guest(1));
    auto machine = state::clone(original).value();
    Running<Clone> emulator(machine);
    const auto input = machine.ram_span(at(ram_base + 0x20'0000), 64_B);
    state::ResetPoint point(emulator, original.memory_blocks());
    for (const std::string_view text : {"a long input", "short", "", "again a long input"}) {
        std::ranges::copy(std::as_bytes(std::span(text)), input.begin());
        const auto seen = machine.memory_view(at(ram_base + 0x20'0000), 64_B);
        CHECK(std::ranges::equal(seen.first(text.size()), std::as_bytes(std::span(text))));
        CHECK(std::ranges::all_of(seen.subspan(text.size()), [](std::byte b) { return b == std::byte{0}; }));
        CHECK(point.reset() == 1);
    }
    machine.give_back(input);
    CHECK(point.reset() == 1);
    CHECK(point.reset() == 0);
}

TEST_CASE("A reset is right also when somebody else took the pages, and makes no pages of the original") {
    auto original = original_with(touching_guest(1));
    const auto behind = [&] {
        struct stat status{};
        REQUIRE(::fstat(original.ram_memory()->descriptor(), &status) == 0);
        return status.st_blocks;
    };
    auto machine = state::clone(original).value();
    Running<Clone> emulator(machine);
    state::ResetPoint made(emulator, original.memory_blocks());
    state::ResetPoint point(std::move(made));
    const auto before = behind();
    machine.changed(0, 0_B, 64_MiB);  // as who loads all of it
    const std::size_t all = 64 * 256;
    CHECK(point.reset() == all);
    CHECK(made.reset() == 0);
    for (int round = 0; round != 3; ++round) {
        REQUIRE(machine.store<std::uint32_t>(at(ram_base + 0x30'0000), 5));
        REQUIRE(machine.store<std::uint32_t>(at(ram_base), 5));
        if (round == 1) machine.policy<state::DirtyPages<>>().forget(0);
        if (round == 2) machine.policy<state::DirtyPages<>>().take(0, [](state::DirtyPage) {});
        CHECK(point.reset() == 2);
        CHECK(machine.load<std::uint32_t>(at(ram_base + 0x30'0000)) == 0u);
        CHECK(machine.load<std::uint32_t>(at(ram_base)) == original.load<std::uint32_t>(at(ram_base)));
    }
    CHECK(behind() <= before + 8);  // a page of 4 KiB, which the kernel makes for the store itself
}

TEST_CASE("Thousands of rounds and hundreds of clones take no more memory, mappings or descriptors") {
    auto original = original_with(touching_guest(20), 1_GiB);
    Running<Original> still(original);
    still.hart(0).set_pc(ram_base);
    NoConsole console;
    const auto round = [&](Running<Clone>& emulator) {
        return emulator.run(console, 100'000).finish.has_value();
    };
    const auto clone_and_run = [&] {
        auto machine = state::clone(original).value();
        Running<Clone> emulator(machine);
        state::copy_running(still, emulator);
        return round(emulator);
    };
    auto machine = state::clone(original).value();
    Running<Clone> emulator(machine);
    state::copy_running(still, emulator);
    state::ResetPoint point(emulator, original.memory_blocks());
    for (int i = 0; i != 100; ++i) {
        REQUIRE(round(emulator));
        REQUIRE(point.reset() == 20);
    }
    for (int i = 0; i != 5; ++i) REQUIRE(clone_and_run());
    const std::size_t open = test::open_descriptors(), mapped = test::mappings(), resident = resident_pages();
    std::size_t pages = 0;
    for (int i = 0; i != 10'000; ++i) {
        if (!round(emulator)) FAIL("round " << i << " did not end");
        pages += point.reset();
    }
    CHECK(pages == 200'000);
    for (int i = 0; i != 100; ++i)
        if (!clone_and_run()) FAIL("clone " << i << " did not run");
    CHECK(test::open_descriptors() == open);
    CHECK(test::mappings() <=
          mapped + 2);  // what the C library's allocator does with its own is its business
    // The address sanitizer keeps what was freed for a while.
    CHECK(resident_pages() <= resident + (test::sanitized ? 16'384 : 512));
}
