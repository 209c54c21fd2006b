// Fused code: the same as slots, whatever interrupts it, and only where the bytes are the same.
#include <catch2/catch.hpp>

#include <array>
#include <random>

#include <wirewrap/cpu/riscv/fused.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>

#include "tests/support/busy_program.hpp"
#include "tests/support/flat_bus.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using riscv::Hart;
using riscv::hot_code;
using riscv::RunExit;
using riscv::RunResult;

namespace {

constexpr std::uint64_t base = FlatBus::ram_base;

// Words from offset 0x40: a loop that loads, branches on what it loaded, stores and calls a function behind
// it.
constexpr std::array<std::uint32_t, 23> loop = [] {
    std::array<std::uint32_t, 23> words{};
    words.fill(rv64::nop);
    words[0] = rv64::ld(11, 10, 0);                   // 40: head
    words[1] = rv64::addi(10, 10, 8);                 // 44
    words[2] = rv64::r_type(0x33, 0, 1, 12, 12, 11);  // 48: mul
    words[3] = rv64::add(13, 13, 12);                 // 4c
    words[4] = rv64::i_type(0x13, 7, 14, 11, 1);      // 50: andi
    words[5] = rv64::beq(14, 0, 12);                  // 54: to 60
    words[6] = rv64::i_type(0x13, 5, 13, 13, 3);      // 58: srli, head of the other path
    words[7] = rv64::sb(13, 15, 0);                   // 5c
    words[8] = rv64::jal(1, 0x30);                    // 60: calls 90
    words[9] = rv64::addi(16, 16, -1);                // 64
    words[10] = rv64::bne(16, 0, -40);                // 68: to 40
    words[11] = rv64::jal(0, 0);                      // 6c: rests
    words[20] = rv64::i_type(0x13, 4, 17, 13, 0x55);  // 90: xori
    words[21] = rv64::r_type(0x33, 3, 0, 5, 17, 12);  // 94: sltu
    words[22] = rv64::jalr(0, 1, 0);                  // 98: returns
    return words;
}();
constexpr riscv::Hot line(std::uint16_t offset) {
    return hot_code(offset, loop[static_cast<std::size_t>(offset - 0x40) / 4]);
}
constexpr std::array hot_loop{riscv::hot_region(base),
                              riscv::hot_trace(),
                              line(0x40),
                              line(0x44),
                              line(0x48),
                              line(0x4c),
                              line(0x50),
                              line(0x54),
                              line(0x60),
                              line(0x90),
                              line(0x94),
                              line(0x98),
                              riscv::hot_target(0x64),
                              line(0x64),
                              line(0x68),
                              riscv::hot_trace(),
                              line(0x58),
                              line(0x5c),
                              line(0x60)};

template <const auto& Code>
using FusedHart = Hart<FlatBus, riscv::Bare, riscv::DefaultDispatch, riscv::Fused<Code>>;
using Fused = FusedHart<hot_loop>;

/// A bus that cannot show its memory.
struct ClosedBus : FlatBus {
    using FlatBus::FlatBus;
    void direct_window() = delete;
};
static_assert(HartBus<ClosedBus> && !GivesDirectWindow<ClosedBus>);

/// The loop on a plain and on a fused hart, side by side.
template <class BusType = FlatBus>
struct Both {
    explicit Both(std::uint64_t place = base) : start(place + 0x40) {
        for (BusType* bus : {&plain_bus, &fused_bus}) {
            std::mt19937_64 random(1);
            for (std::byte& byte : bus->ram) byte = static_cast<std::byte>(random());
            for (std::byte& byte : bus->rom) byte = static_cast<std::byte>(random());
            bus->write_program(loop, start);
            bus->write_program({rv64::fence_i, rv64::jalr(0, 18, 0)}, base + 0x700);
            test::place(*bus, skipping_handler());
        }
        each([&](auto& hart) {
            hart.set_csr(riscv::csr::mtvec, base + 0x800);
            hart.set_pc(start);
            hart.set_x(10, base + 0x8000);
            hart.set_x(15, base + 0x4000);
            hart.set_x(16, 1000);
        });
    }
    template <class F>
    void each(F f) {
        f(plain), f(fused);
    }
    void run(std::uint64_t limit) {
        const RunResult expected = plain.run(limit);
        REQUIRE(fused.run(limit) == expected);
    }
    void check_same() {
        REQUIRE(same_state(plain, fused));
        for (const std::uint16_t number : {riscv::csr::mepc, riscv::csr::mtval, riscv::csr::mcycle})
            REQUIRE(plain.csr(number) == fused.csr(number));
        REQUIRE(plain_bus.ram == fused_bus.ram);
        REQUIRE(plain_bus.printed == fused_bus.printed);
    }

    BusType plain_bus{64_KiB, 4_KiB}, fused_bus{64_KiB, 4_KiB};
    std::uint64_t start;
    Hart<BusType> plain{plain_bus};
    Hart<BusType, riscv::Bare, riscv::DefaultDispatch, riscv::Fused<hot_loop>> fused{fused_bus};
};

}  // namespace

TEMPLATE_TEST_CASE("budgets end at every instruction of a path, and running on makes no difference", "",
                   FlatBus, ClosedBus) {
    for (std::uint64_t first = 0; first != 60; ++first) {
        Both<TestType> both;
        both.run(first);
        both.check_same();
        both.run(37);
        both.check_same();
        both.run(20'000);
        both.check_same();
        CHECK(both.fused.x(16) == 0);
        CHECK(both.fused.regions().marked() != 0);
    }
    for (std::uint64_t step = 1; step != 40; ++step) {
        Both<TestType> both;
        for (std::uint64_t done = 0; done < 1000; done += step) both.run(step);
        both.check_same();
    }
}

TEST_CASE("loads and stores that fault trap at their own instruction") {
    const std::uint64_t step = GENERATE(1u, 7u, 100u, 2000u);
    Both both;
    SECTION("loads, after some that went well: at the very end of RAM, misaligned across it, and past it") {
        const std::uint64_t distance = GENERATE(8u, 16u, 80u, 81u, 87u, 0u);
        both.each([&](auto& hart) { hart.set_x(10, base + 64 * 1024 - distance); });
    }
    SECTION("stores") {
        both.each([](auto& hart) { hart.set_x(15, base + 64 * 1024); });
    }
    SECTION("stores into ROM") {
        both.each([](auto& hart) { hart.set_x(15, FlatBus::rom_base); });
    }
    for (std::uint64_t done = 0; done < 4000; done += step) {
        both.run(step);
        REQUIRE(same_state(both.plain, both.fused));
    }
    both.check_same();
    CHECK(both.fused.csr(riscv::csr::mcause) != 0u);
}

TEMPLATE_TEST_CASE("what is no RAM is reached all the same, from any instruction of a path", "", FlatBus,
                   ClosedBus) {
    Both<TestType> both;
    both.each([](auto& hart) {
        hart.set_x(10, FlatBus::rom_base);  // the head of the path loads it
        hart.set_x(15, FlatBus::uart);
    });
    both.run(3000);
    both.check_same();
    CHECK(both.fused_bus.printed.size() > 50);
}

TEST_CASE("code is known by its bytes, at any address of a page that holds it whole") {
    SECTION("elsewhere") {
        Both both(base + 0x1234);
        both.run(9000);
        both.check_same();
        CHECK(both.fused.regions().marked() != 0);
    }
    SECTION("over the end of a page") {
        Both both(base + 0x1f8c);
        both.run(9000);
        both.check_same();
        CHECK(both.fused.regions().marked() == 0);
    }
    SECTION("with another instruction, far from the heads") {
        Both both;
        for (FlatBus* bus : {&both.plain_bus, &both.fused_bus})
            bus->write_program({rv64::r_type(0x33, 2, 0, 5, 17, 12)}, base + 0x94);
        both.run(9000);
        both.check_same();
        CHECK(both.fused.regions().marked() == 0);
    }
}

TEST_CASE("a path that was changed is left behind with the next FENCE.I") {
    Both both;
    both.run(500);
    const std::uint64_t marked = both.fused.regions().marked();
    CHECK(marked != 0);
    // The function gets a new instruction from outside; the guest itself executes the FENCE.I.
    for (FlatBus* bus : {&both.plain_bus, &both.fused_bus})
        bus->write_program({rv64::addi(17, 13, 1)}, base + 0x90);
    const auto go = [&] {
        both.each([&](auto& hart) {
            hart.set_x(18, base + 0x40);
            hart.set_pc(base + 0x700);
        });
        both.run(503);
        both.check_same();
    };
    go();
    CHECK(both.fused.regions().marked() == marked);
    // And back: it is found again.
    for (FlatBus* bus : {&both.plain_bus, &both.fused_bus}) bus->write_program({loop[20]}, base + 0x90);
    go();
    CHECK(both.fused.regions().marked() > marked);
}

TEMPLATE_TEST_CASE("loads and stores ask PMP where it restricts something", "", FlatBus, ClosedBus) {
    Both<TestType> both;
    both.each([](auto& hart) {
        hart.set_csr(riscv::csr::pmpaddr0, (base + 0x8100) >> 2);
        hart.set_csr(riscv::csr::pmpaddr0 + 1, (base + 0x8200) >> 2);
        hart.set_csr(riscv::csr::pmpcfg0, 0x8900);  // TOR, locked, readable only
        hart.set_x(15, base + 0x8180);
    });
    both.run(5000);
    both.check_same();
    CHECK(both.fused.regions().marked() != 0);
    CHECK(both.fused.csr(riscv::csr::mcause) == 7u);
}

TEST_CASE("interrupts are taken between passes") {
    Both both;
    both.each([](auto& hart) {
        hart.set_csr(riscv::csr::mie, 1 << 7);
        hart.set_csr(riscv::csr::mstatus, riscv::status::mie);
    });
    both.run(100);
    for (FlatBus* bus : {&both.plain_bus, &both.fused_bus}) bus->lines = 1 << 7;
    both.run(1);
    both.check_same();
    CHECK(both.fused.csr(riscv::csr::mcause) == (std::uint64_t{1} << 63 | 7));
}
