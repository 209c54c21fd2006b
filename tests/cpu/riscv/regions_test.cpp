// Regions: functions in place of slots, executed exactly, and gone when their page is.
#include <catch2/catch.hpp>

#include <random>
#include <span>
#include <vector>

#include <wirewrap/cpu.hpp>

#include "tests/support/busy_program.hpp"
#include "tests/support/flat_bus.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using riscv::CodePage;
using riscv::Cursor;
using riscv::Hart;
using riscv::RunExit;
using riscv::RunResult;
using riscv::Slot;

namespace {

constexpr std::uint64_t base = FlatBus::ram_base;

/// Marks every instruction and executes each in its own place.
struct OneByOne {
    template <class C>
    struct State {
        std::vector<Slot> plain;
        std::uint64_t entered = 0, cleared_pages = 0;

        void decoded(C& core, CodePage& page, std::size_t first) {
            for (std::size_t i = first; i < riscv::halfwords_per_page && page.decoded(i);
                 i += riscv::is_wide(page.halfword(i)) ? 2 : 1) {
                const auto number = static_cast<std::int32_t>(plain.size());
                plain.push_back(page.plain(i, core.handlers));
                page.begin_region(i, number, core.handlers);
            }
        }
        void cleared(CodePage&) { ++cleared_pages; }
        Cursor enter(C& core, Cursor at) {
            ++entered;
            const Slot& own = plain[static_cast<std::size_t>(at.slot->immediate)];
            return {core.in_place_of(at.slot, own), at.budget + at.slot->left};
        }
    };
};

/// A function for `addi a0, a0, 1; addi a0, a0, 2`: both at once, or the first one, or none.
struct Pairs {
    template <class C>
    struct State {
        std::size_t steps = 2;  // of the two
        Slot plain;

        void decoded(C& core, CodePage& page, std::size_t first) {
            for (std::size_t i = first; i + 3 < riscv::halfwords_per_page && page.decoded(i); i += 2) {
                if (page.halfword(i) != 0x0513 || page.halfword(i + 1) != 0x0015) continue;
                plain = page.plain(i, core.handlers);
                page.begin_region(i, 7, core.handlers);
            }
        }
        static void cleared(CodePage&) {}
        Cursor enter(C& core, Cursor at) const {
            CHECK(at.slot->immediate == 7);
            if (steps == 0) return {core.in_place_of(at.slot, plain), at.budget + at.slot->left};
            core.x[10] += steps == 2 ? 3 : 1;
            return {at.slot + 2 * steps, at.budget + at.slot->left - static_cast<std::int64_t>(steps)};
        }
    };
};

template <class Regions>
using With = Hart<FlatBus, riscv::Bare, riscv::DefaultDispatch, Regions>;

}  // namespace

TEST_CASE("every instruction as a region makes no difference") {
    const std::uint64_t seed = GENERATE(range(1, 9));
    FlatBus plain_bus(1_MiB), bus(1_MiB);
    for (FlatBus* each : {&plain_bus, &bus}) {
        place(*each, busy_program(seed));
        place(*each, skipping_handler());
    }
    Hart plain(plain_bus, {.reset_pc = busy_start});
    With<OneByOne> hart(bus, {.reset_pc = busy_start, .code_pages = 4});
    std::mt19937_64 random(seed);
    for (std::uint64_t done = 0; done < 20'000;) {
        const std::uint64_t part = random() % 300;
        REQUIRE(hart.run(part) == RunResult{part, RunExit::budget});
        plain.run(part);
        REQUIRE(same_state(plain, hart));
        done += part;
    }
    CHECK(plain_bus.ram == bus.ram);
    CHECK(hart.regions().entered > 10'000);
    CHECK(hart.regions().cleared_pages != 0);
}

TEST_CASE("a function may stop at any instruction of its run, and counts stay exact") {
    FlatBus bus(64_KiB);
    const std::uint32_t code[] = {rv64::addi(5, 0, 1), rv64::addi(10, 10, 1), rv64::addi(10, 10, 2),
                                  rv64::addi(11, 11, 1), rv64::jal(0, -12)};
    bus.write_program(code);
    With<Pairs> hart(bus, {.reset_pc = base});
    hart.regions().steps = GENERATE(0u, 1u, 2u);
    const std::uint64_t step = GENERATE(1u, 2u, 3u, 4u, 5u, 7u, 1000u);
    for (std::uint64_t done = 0; done < 1000; done += step) {
        REQUIRE(hart.run(step) == RunResult{step, RunExit::budget});
        const std::uint64_t loops = (done + step - 1) / 4, rest = (done + step - 1) % 4;
        REQUIRE(hart.x(10) == 3 * loops + (rest == 0 ? 0 : rest == 1 ? 1 : 3));
        REQUIRE(hart.x(11) == loops + (rest == 3 ? 1 : 0));
        REQUIRE(hart.pc() == base + 4 + 4 * rest);
    }
}

TEST_CASE("a region that ended is plain code again") {
    FlatBus bus(64_KiB);
    bus.write_program({rv64::beq(0, 0, 8), rv64::nop, rv64::jal(0, -8)});
    const riscv::Handlers& handlers = riscv::DefaultDispatch<riscv::Core<FlatBus, riscv::Bare>>::handlers();
    CodePage page{};
    std::copy_n(bus.ram.begin(), riscv::page_size, page.bytes.begin());
    page.clear(handlers);
    page.decode_run(0, handlers);
    const Slot before = page.slots[0];
    page.begin_region(0, 12345, handlers);
    CHECK(page.slots[0].handler == handler_of(handlers, riscv::Op::region_4));
    CHECK(page.slots[0].immediate == 12345);
    CHECK(page.slots[0].left == before.left);
    CHECK(page.plain(0, handlers).handler == handler_of(handlers, riscv::Op::beq_far_4));
    CHECK(page.plain(0, handlers).immediate == 8);
    page.end_region(0, handlers);
    CHECK(page.slots[0].handler == before.handler);
    CHECK(page.slots[0].immediate == before.immediate);
    CHECK(page.slots[0].left == before.left);
}

TEST_CASE("code that FENCE.I finds changed has no region left") {
    FlatBus bus(64_KiB);
    bus.write_program({rv64::fence_i, rv64::addi(10, 10, 1), rv64::addi(10, 10, 2), rv64::jal(0, -12)});
    With<Pairs> hart(bus, {.reset_pc = base});
    hart.run(4 * 10);
    CHECK(hart.x(10) == 30);
    bus.write_program({rv64::fence_i, rv64::addi(10, 10, 5)});
    hart.run(4 * 10);
    CHECK(hart.x(10) == 100);
}

TEST_CASE("no sequence passes by the head of a region") {
    FlatBus bus(64_KiB);
    bus.write_program({rv64::addi(5, 5, 1), rv64::addi(6, 6, 1), rv64::addi(7, 7, 1), rv64::jal(0, -12)});
    riscv::Handlers handlers = riscv::DefaultDispatch<riscv::Core<FlatBus, riscv::Bare>>::handlers();
    static constexpr char pair = 0;
    handlers.longest = 2;
    handlers.chosen = [](std::span<const riscv::Instruction> instructions) -> const void* {
        return instructions.size() == 2 && instructions[1].op == riscv::Op::addi_4 ? &pair : nullptr;
    };
    CodePage page{};
    std::copy_n(bus.ram.begin(), riscv::page_size, page.bytes.begin());
    page.clear(handlers);
    page.decode_run(0, handlers);
    REQUIRE(page.slots[2].handler == &pair);
    const std::uint8_t left = page.slots[2].left;
    page.begin_region(4, 1, handlers);
    CHECK(page.slots[2].handler == handler_of(handlers, riscv::Op::addi_4));
    CHECK(page.slots[2].immediate == 1);
    CHECK(page.slots[2].left == left);
    CHECK(page.slots[4].handler == handler_of(handlers, riscv::Op::region_4));
}
