// What a hart notices of its bus, and when: behind which instruction it stops, takes an interrupt, sees other code; what it
// tells whoever listens; what ends a reservation.
#include <catch2/catch.hpp>

#include <cstdint>
#include <utility>
#include <vector>

#include "tests/support/board_harts.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using riscv::Pmp;
using riscv::Privilege;
using riscv::RunExit;
using riscv::RunResult;
namespace csr = riscv::csr;
namespace status = riscv::status;

#define EVERY_POLICY CompactOnBoard, FastOnBoard, TranslatedOnBoard

namespace {

constexpr std::uint64_t base = BoardBus::ram_base, data = base + 0x2000, handler = base + 0x800;
enum : std::uint32_t { lr = 2, sc = 3, amoadd = 0, amoor = 8 };

template <class Hart>
struct Rig {
    BoardBus bus;
    Hart hart;

    explicit Rig(std::initializer_list<std::uint32_t> program, bool watched = false)
        : bus(watched), hart(bus, {.reset_pc = base}) {
        bus.put(program);
        bus.put({rv64::jal(0, 0)}, handler);
        hart.set_csr(csr::mtvec, handler);
        hart.set_x(5, data), hart.set_x(6, 1), hart.set_x(8, 1'000'000'000);
    }
};

/// A hart in `busy_loop`, which was executed often enough to be fused or translated, at its start.
template <class Hart>
struct Busy : Rig<Hart> {
    Busy() : Rig<Hart>({busy_loop[0], busy_loop[1], busy_loop[2], busy_loop[3], rv64::jal(0, 0)}) {
        this->hart.run(100'000);
        if constexpr (std::is_same_v<Hart, TranslatedOnBoard>) REQUIRE(this->hart.regions().regions() != 0);
        if constexpr (std::is_same_v<Hart, FastOnBoard>) REQUIRE(this->hart.regions().marked() != 0);
        this->hart.set_pc(base);
    }
};

}  // namespace

TEMPLATE_TEST_CASE("a stop that an access asks for comes right behind it, and stays until it is cleared", "",
                   EVERY_POLICY) {
    Busy<TestType> m;
    // Odd accesses are the stores of the loop, even ones its loads.
    const std::uint64_t accesses = GENERATE(1u, 2u, 7u, 8u, 2001u, 2002u);
    const std::uint64_t budget = GENERATE(1u, 5u, 100'000u);
    m.hart.set_x(5, BoardBus::stopper), m.hart.set_x(6, 100);
    m.bus.stop_in = accesses;
    RunResult all;
    do {
        const RunResult part = m.hart.run(budget);
        all.executed += part.executed, all.reason = part.reason;
    } while (all.reason == RunExit::budget);
    CHECK(all == RunResult{(accesses - 1) / 2 * 4 + 2 - accesses % 2, RunExit::stopped});
    CHECK(m.hart.pc() == base + (accesses % 2 == 1 ? 4 : 8));
    CHECK(m.hart.x(6) == 100 + (accesses - 1) / 2);
    CHECK(m.bus.stop);
    CHECK(m.hart.run(10) == RunResult{0, RunExit::stopped});
    m.bus.stop = false;
    CHECK(m.hart.run(10) == RunResult{10, RunExit::budget});
}

TEMPLATE_TEST_CASE("a stop at the last instruction of a budget and at one that traps", "", EVERY_POLICY) {
    Rig<TestType> m({rv64::sw(6, 7, 0), rv64::sw(6, 5, 0), rv64::nop}, true);
    m.hart.set_x(7, BoardBus::stopper);
    m.bus.stop_in = 1;
    CHECK(m.hart.run(1) == RunResult{1, RunExit::stopped});
    m.bus.stop = false;
    m.hart.set_x(5, 0x10);
    CHECK(m.hart.run(1) == RunResult{1, RunExit::budget});
    CHECK(m.hart.pc() == handler);
}

TEMPLATE_TEST_CASE("who watches RAM knows the exact pc and registers, and stops the hart behind any access",
                   "", EVERY_POLICY) {
    using namespace rv64;
    Rig<TestType> m({addi(9, 9, 1), lw(10, 5, 0), addi(9, 9, 1), sd(9, 5, 8), addi(9, 9, 1),
                     amo(amoadd, 2, 11, 5, 6), addi(9, 9, 1), amo(lr, 2, 12, 5, 0), addi(9, 9, 1),
                     amo(sc, 2, 13, 5, 6), addi(9, 9, 1), jal(0, -44)},
                    true);
    struct Heard {
        Access kind;
        std::uint64_t address, width, pc, x9;
        bool operator==(const Heard&) const = default;
    };
    std::vector<Heard> heard;
    const bool stops = GENERATE(false, true);
    m.bus.heard = [&](Access kind, std::uint64_t address, std::size_t width) {
        if (kind == Access::fetch) return;
        heard.push_back({kind, address, width, m.hart.pc(), m.hart.x(9)});
        if (stops) m.hart.request_stop();
    };
    const std::vector<Heard> expected = {{Access::load, data, 4, base + 4, 1},
                                         {Access::store, data + 8, 8, base + 12, 2},
                                         {Access::store, data, 4, base + 20, 3},
                                         {Access::load, data, 4, base + 28, 4},
                                         {Access::store, data, 4, base + 36, 5}};
    for (const Heard& one : expected) {
        if (!stops) break;
        const std::uint64_t before = m.hart.retired();
        CHECK(m.hart.run(100'000) == RunResult{2, RunExit::stopped});
        CHECK(m.hart.retired() == before + 2);
        CHECK(m.hart.pc() == one.pc + 4);
    }
    if (!stops) m.hart.run(12);
    CHECK(heard == expected);
    CHECK(m.hart.x(13) == 0);
}

TEMPLATE_TEST_CASE("an interrupt that an access raises is taken before the next instruction", "",
                   EVERY_POLICY) {
    Busy<TestType> m;
    m.hart.set_x(5, BoardBus::liner);
    m.bus.raised = riscv::interrupt::machine_software;
    m.hart.set_csr(csr::mie, riscv::interrupt::machine_software);
    SECTION("a store") {
        m.hart.set_csr(csr::mstatus, status::mie);
        m.hart.run(5);
        CHECK(m.hart.csr(csr::mepc) == base + 4);
        CHECK(m.hart.x(6) == 25'001);
    }
    SECTION("a load") {
        m.hart.set_pc(base + 4);
        m.hart.set_csr(csr::mstatus, status::mie);
        m.hart.run(3);
        CHECK(m.hart.csr(csr::mepc) == base + 8);
    }
    SECTION("not while interrupts are off") {
        m.hart.run(4000);
        CHECK(m.hart.csr(csr::mcause) == 0u);
        CHECK(m.hart.pc() == base);
    }
    SECTION("in user mode they are not off") {
        m.hart.set_csr(csr::pmpaddr0, ~std::uint64_t{0});
        m.hart.set_csr(csr::pmpcfg0, Pmp::napot | Pmp::read | Pmp::write | Pmp::execute);
        m.hart.set_privilege(Privilege::user);
        m.hart.run(100);
        CHECK(m.hart.csr(csr::mepc) == base + 4);
    }
}

TEMPLATE_TEST_CASE("code that selects another bank goes on in it, at the next instruction", "",
                   EVERY_POLICY) {
    using namespace rv64;
    Rig<TestType> m({jalr(0, 9, 0)});
    const std::uint64_t rounds = GENERATE(1u, 5000u);
    m.bus.put_in_bank(0, {addi(10, 10, 1), sw(7, 5, 0), addi(11, 11, 1), jal(0, -12)});
    m.bus.put_in_bank(1, {addi(10, 10, 3), sw(0, 5, 0), addi(12, 12, 1), jal(0, -12)});
    m.hart.set_x(5, BoardBus::banks), m.hart.set_x(7, 1), m.hart.set_x(9, BoardBus::bank_base);
    m.hart.run(1);
    // Bank 0 up to its store, then the rest of bank 1, and the other way round.
    m.hart.run(8 * rounds);
    CHECK(m.hart.x(10) == 4 * rounds);
    CHECK(m.hart.x(12) == rounds);
    CHECK(m.hart.x(11) == rounds);
    CHECK(m.bus.shown == 0);
}

TEMPLATE_TEST_CASE("a map that changed between runs is seen at once", "", EVERY_POLICY) {
    using namespace rv64;
    Rig<TestType> m({jalr(0, 9, 0)});
    m.bus.put_in_bank(0, {addi(10, 10, 1), jal(0, -4)});
    m.bus.put_in_bank(1, {addi(11, 11, 1), jal(0, -4)});
    m.hart.set_x(9, BoardBus::bank_base);
    m.hart.run(30'001);
    CHECK(m.hart.x(10) == 15'000);
    m.bus.show(1);
    m.hart.run(30'000);
    CHECK(m.hart.x(10) == 15'000);
    CHECK(m.hart.x(11) == 15'000);
    m.bus.show(0);
    m.hart.run(2);
    CHECK(m.hart.x(10) == 15'001);
}

TEMPLATE_TEST_CASE("memory that is no RAM is executed, and what changes there is seen after FENCE.I", "",
                   EVERY_POLICY) {
    using namespace rv64;
    Rig<TestType> m({});
    m.bus.put({addi(10, 10, 1), fence_i, jal(0, -8)}, BoardBus::rom_base);
    m.hart.set_pc(BoardBus::rom_base);
    m.hart.run(3000);
    CHECK(m.hart.x(10) == 1000);
    m.bus.put({addi(10, 10, 2)}, BoardBus::rom_base);
    m.hart.run(3);  // decoded before, so that the first round may be the old one
    const std::uint64_t first = m.hart.x(10);
    m.hart.run(3000);
    CHECK(m.hart.x(10) == first + 2000);
}

TEMPLATE_TEST_CASE("who watches fetches hears of each instruction, from when on it wants to and as long", "",
                   EVERY_POLICY) {
    using namespace rv64;
    Rig<TestType> m({addi(10, 10, 1), 0x0001'0001, addi(11, 11, 1), jal(0, -12)}, GENERATE(false, true));
    std::vector<std::pair<std::uint64_t, std::size_t>> heard;
    m.hart.run(50'000);
    m.hart.set_pc(base);
    m.bus.heard = [&](Access kind, std::uint64_t address, std::size_t width) {
        if (kind != Access::fetch) return;
        heard.emplace_back(address, width);
        CHECK(m.hart.pc() == address);
    };
    m.hart.run(5000);
    CHECK(heard.empty());
    m.hart.set_pc(base);
    m.bus.fetches = true;
    const std::uint64_t before = m.hart.x(10);
    CHECK(m.hart.run(10) == RunResult{10, RunExit::budget});
    using Fetches = decltype(heard);
    const Fetches round = {{base, 4}, {base + 4, 2}, {base + 6, 2}, {base + 8, 4}, {base + 12, 4}};
    CHECK(heard == [&] {
        Fetches two = round;
        two.insert(two.end(), round.begin(), round.end());
        return two;
    }());
    CHECK(m.hart.x(10) == before + 2);
    heard.clear();
    m.bus.fetches = false;
    m.hart.run(5000);
    CHECK(heard.empty());
    CHECK(m.hart.x(10) == before + 1002);
}

TEMPLATE_TEST_CASE("fetches that are watched: over the end of a page, refused, protected, and a stop by one",
                   "", EVERY_POLICY) {
    using namespace rv64;
    Rig<TestType> m({});
    m.bus.fetches = true;
    SECTION("an instruction in two pages") {
        m.bus.put({addi(10, 10, 7)}, base + 0xffe);
        m.hart.set_pc(base + 0xffe);
        CHECK(m.hart.run(1).executed == 1);
        CHECK(m.hart.x(10) == 7);
        CHECK(m.hart.pc() == base + 0x1002);
    }
    SECTION("nothing is there") {
        m.hart.set_pc(0x10);
        CHECK(m.hart.run(1) == RunResult{1, RunExit::budget});
        CHECK(m.hart.csr(csr::mcause) == 1u);
        CHECK(m.hart.csr(csr::mtval) == 0x10u);
    }
    SECTION("the second half may not be executed") {
        m.bus.put({addi(10, 10, 7)}, base + 0xffe);
        m.hart.set_csr(csr::pmpaddr0, (base + 0x1000) >> 2);
        m.hart.set_csr(csr::pmpcfg0, Pmp::tor | Pmp::read | Pmp::execute);
        m.hart.set_privilege(Privilege::user);
        m.hart.set_pc(base + 0xffe);
        m.hart.run(1);
        CHECK(m.hart.csr(csr::mcause) == 1u);
        CHECK(m.hart.csr(csr::mepc) == base + 0xffe);
        CHECK(m.hart.csr(csr::mtval) == base + 0x1000);
    }
    SECTION("a stop") {
        m.bus.put({addi(10, 10, 1), addi(10, 10, 1), jal(0, -8)});
        m.bus.heard = [&](Access, std::uint64_t address, std::size_t) {
            if (address == base + 4) m.bus.stop = true;
        };
        CHECK(m.hart.run(100) == RunResult{2, RunExit::stopped});
        CHECK(m.hart.pc() == base + 8);
    }
}

namespace {

/// Two harts on one bus: the first reserves and stores conditionally, the second does what it is told.
template <class Hart>
struct Two {
    BoardBus bus;
    Hart first{bus, {.hart_id = 0, .reset_pc = base}}, second{bus, {.hart_id = 1, .reset_pc = base + 0x1000}};

    explicit Two(bool watched, std::initializer_list<std::uint32_t> program) : bus(watched) {
        bus.put({rv64::amo(lr, 2, 11, 10, 0), rv64::amo(sc, 2, 13, 10, 12)});
        bus.put(program, base + 0x1000);
        bus.set_word(data, 7), bus.set_word(data + 4, 7);
        for (Hart* hart : {&first, &second}) {
            hart->set_x(10, data), hart->set_x(12, 99);
            hart->set_x(11, 8), hart->set_x(14, 7);
        }
    }
};

}  // namespace

TEMPLATE_TEST_CASE("a store of another hart ends a reservation, whatever it stores", "", EVERY_POLICY) {
    using namespace rv64;
    const bool watched = GENERATE(false, true);
    const auto result = [&](std::initializer_list<std::uint32_t> program) {
        Two<TestType> m(watched, program);
        m.first.run(1);
        m.second.run(program.size());
        m.first.run(1);
        CHECK(m.bus.word(data) == (m.first.x(13) == 0 ? 99 : 7));
        return m.first.x(13);
    };
    CHECK(result({sw(11, 10, 0), sw(14, 10, 0)}) == 1);
    CHECK(result({sw(14, 10, 0)}) == 1);
    CHECK(result({sb(14, 10, 0)}) == 1);
    CHECK(result({sb(0, 10, 3)}) == 1);
    CHECK(result({sd(11, 10, -8), sw(14, 10, 0)}) == 1);
    CHECK(result({amo(amoor, 2, 15, 10, 0)}) == 1);
    CHECK(result({amo(lr, 2, 11, 10, 0), amo(sc, 2, 13, 10, 14)}) == 1);
    CHECK(result({rv64::store(3, 14, 10, -4), sw(14, 10, 0)}) == 1);
    // What does not store there does not end it.
    CHECK(result({sw(14, 10, 4)}) == 0);
    CHECK(result({sd(14, 10, -8)}) == 0);
    CHECK(result({lw(11, 10, 0)}) == 0);
    CHECK(result({amo(lr, 2, 11, 10, 0)}) == 0);
    CHECK(result({addi(11, 10, 0), addi(11, 10, 0)}) == 0);
}

TEMPLATE_TEST_CASE("another hart's reservation is minded in loops that were fused or translated", "",
                   EVERY_POLICY) {
    using namespace rv64;
    Two<TestType> m(false, {busy_loop[0], busy_loop[1], busy_loop[2], busy_loop[3]});
    m.second.set_x(5, data + 64), m.second.set_x(8, 1'000'000'000);
    m.second.run(100'000);
    m.first.run(1);
    SECTION("stores elsewhere") {
        m.second.run(100'000);
        m.first.run(1);
        CHECK(m.first.x(13) == 0);
    }
    SECTION("stores of what is there already") {
        m.second.set_x(5, data), m.second.set_x(6, 7);
        m.second.set_pc(base + 0x1000);
        m.second.run(3);
        m.first.run(1);
        CHECK(m.first.x(13) == 1);
    }
}

TEMPLATE_TEST_CASE("what a device or the host stores through the bus ends a reservation", "", EVERY_POLICY) {
    using namespace rv64;
    Two<TestType> m(GENERATE(false, true), {});
    SECTION("a device, because of a store of the hart itself") {
        m.bus.put({amo(lr, 2, 11, 10, 0), sw(14, 5, 0), amo(sc, 2, 13, 10, 12)});
        m.first.set_x(5, BoardBus::copier);
        m.bus.copy_to = data + GENERATE(0, 4);
        m.first.run(3);
        CHECK(m.first.x(13) == (m.bus.copy_to == data ? 1 : 0));
    }
    SECTION("a span") {
        m.first.run(1);
        (void)m.bus.ram_span(GuestAddress{data}, 4_B);
        m.first.run(1);
        CHECK(m.first.x(13) == 1);
    }
    SECTION("a host that says so") {
        m.first.run(1);
        m.first.end_reservation();
        m.first.run(1);
        CHECK(m.first.x(13) == 1);
    }
    SECTION("nobody") {
        m.first.run(1);
        m.first.run(0);
        m.first.run(1);
        CHECK(m.first.x(13) == 0);
    }
    SECTION("the hart itself does not") {
        m.bus.put({amo(lr, 2, 11, 10, 0), sw(11, 10, 0), amo(amoor, 2, 15, 10, 0), amo(sc, 2, 13, 10, 12)});
        m.first.run(4);
        CHECK(m.first.x(13) == 0);
    }
}

TEMPLATE_TEST_CASE("two harts that count with LR and SC lose nothing and both get on, at any interleaving",
                   "", EVERY_POLICY) {
    using namespace rv64;
    Two<TestType> m(GENERATE(false, true), {});
    const std::uint64_t slice = GENERATE(1u, 2u, 3u, 5u, 1000u);
    // x9 counts successes
    for (const std::uint64_t where : {base, base + 0x1000})
        m.bus.put({amo(lr, 2, 11, 10, 0), addi(11, 11, 1), amo(sc, 2, 13, 10, 11), bne(13, 0, -12),
                   addi(9, 9, 1), jal(0, -20)},
                  where);
    m.bus.set_word(data, 0);
    for (int i = 0; i != 3000; ++i) m.first.run(slice), m.second.run(slice);
    CHECK(m.first.x(9) > 50 * slice);
    CHECK(m.second.x(9) > 50 * slice);
    const std::uint64_t counted = m.bus.word(data), known = m.first.x(9) + m.second.x(9);
    CHECK((counted >= known && counted <= known + 2));  // one of each may be between SC and the count
}

TEMPLATE_TEST_CASE("a reservation goes with the state of a hart", "", EVERY_POLICY) {
    Two<TestType> m(GENERATE(false, true), {rv64::sw(14, 10, 0)});
    m.first.run(1);
    const riscv::HartState state = m.first.state();
    m.first.reset();
    m.first.set_state(state);
    SECTION("and can be used") {
        m.first.run(1);
        CHECK(m.first.x(13) == 0);
    }
    SECTION("and be ended") {
        m.second.run(1);
        m.first.run(1);
        CHECK(m.first.x(13) == 1);
    }
}

TEMPLATE_TEST_CASE("atomics: LR from what can only be read, one store of its width, and nothing on registers",
                   "", EVERY_POLICY) {
    using namespace rv64;
    Rig<TestType> m({amo(lr, 2, 10, 5, 0), amo(sc, 2, 11, 5, 6)}, GENERATE(false, true));
    std::vector<std::pair<Access, std::size_t>> heard;
    m.bus.heard = [&](Access kind, std::uint64_t, std::size_t width) {
        if (kind != Access::fetch) heard.emplace_back(kind, width);
    };
    using Heard = decltype(heard);
    SECTION("ROM") {
        m.bus.set_word(BoardBus::rom_base + 8, 0x8000'0001);
        m.hart.set_x(5, BoardBus::rom_base + 8);
        m.hart.run(1);
        CHECK(m.hart.x(10) == 0xffff'ffff'8000'0001);
        CHECK(heard == Heard{{Access::load, 4}});
        m.hart.run(1);
        CHECK(m.hart.csr(csr::mcause) == 7u);
        CHECK(m.hart.csr(csr::mtval) == BoardBus::rom_base + 8);
    }
    SECTION("the last word of RAM") {
        m.hart.set_x(5, base + 0xf'fffc);
        m.hart.run(2);
        CHECK(m.hart.x(11) == 0);
        CHECK(m.bus.word(base + 0xf'fffc) == 1);
        CHECK(heard == Heard{{Access::load, 4}, {Access::store, 4}});
    }
    SECTION("a register") {
        m.hart.set_x(5, BoardBus::stopper);
        m.bus.stop_in = 1;
        m.hart.run(1);
        CHECK(m.hart.csr(csr::mcause) == 5u);
        m.bus.put({amo(amoadd, 2, 10, 5, 6)}, handler);
        m.hart.forget_code();
        m.hart.run(1);
        CHECK(m.hart.csr(csr::mcause) == 7u);
        CHECK(!m.bus.stop);
    }
}

TEMPLATE_TEST_CASE("mtval of an access that fails in its second part is the address of that part", "",
                   EVERY_POLICY) {
    using namespace rv64;
    const auto attempt = [&](std::uint32_t instruction, std::uint64_t address, auto prepare) {
        Rig<TestType> m({instruction});
        m.hart.set_x(5, address);
        prepare(m);
        m.hart.run(1);
        return std::pair(*m.hart.csr(csr::mcause), *m.hart.csr(csr::mtval));
    };
    const auto nothing = [](auto&) {};
    const std::uint64_t end = base + 0x10'0000, rom_end = BoardBus::rom_base + 0x1000;
    using Trap = std::pair<std::uint64_t, std::uint64_t>;
    for (const std::uint64_t back : {1u, 2u, 4u, 7u}) {
        CHECK(attempt(ld(10, 5, 0), end - back, nothing) == Trap{5, end});
        CHECK(attempt(sd(10, 5, 0), end - back, nothing) == Trap{7, end});
        CHECK(attempt(ld(10, 5, 0), rom_end - back, nothing) == Trap{5, rom_end});
    }
    CHECK(attempt(lhu(10, 5, 0), end - 1, nothing) == Trap{5, end});
    CHECK(attempt(rv64::store(1, 10, 5, 0), end - 1, nothing) == Trap{7, end});
    CHECK(attempt(lw(10, 5, 0), end, nothing) == Trap{5, end});
    CHECK(attempt(ld(10, 5, 0), end + 1, nothing) == Trap{5, end + 1});
    CHECK(attempt(sd(10, 5, 0), rom_end - 4, nothing) == Trap{7, rom_end - 4});  // ROM refuses the first part
    CHECK(attempt(ld(10, 5, 0), base - 4, nothing) == Trap{5, base - 4});
    CHECK(attempt(ld(10, 5, 0), BoardBus::registers + 12, nothing) == Trap{5, BoardBus::registers + 12});
    const std::uint64_t border = data + 0x1000;
    const auto protect = [&](auto& m) {
        // Below the border all is open, in the page behind it nothing.
        m.hart.set_csr(csr::pmpaddr0, border >> 2 | 0x1ff);
        m.hart.set_csr(csr::pmpaddr0 + 1, ~std::uint64_t{0});
        m.hart.set_csr(csr::pmpcfg0, 0x1f00 | Pmp::napot);
        m.hart.set_privilege(Privilege::user);
    };
    for (const std::uint64_t back : {1u, 2u, 4u, 7u}) {
        CHECK(attempt(ld(10, 5, 0), border - back, protect) == Trap{5, border});
        CHECK(attempt(sd(10, 5, 0), border - back, protect) == Trap{7, border});
    }
    CHECK(attempt(lw(10, 5, 0), border + 0x1000 - 2, protect) == Trap{5, border + 0x1000 - 2});
    CHECK(attempt(lw(10, 5, 0), border - 2, protect) == Trap{5, border});
    CHECK(attempt(sd(10, 5, 0), border, protect) == Trap{7, border});
}

TEMPLATE_TEST_CASE(
    "the last page of the address space is protected, executed, and does not go on at 0 by itself", "",
    EVERY_POLICY) {
    using namespace rv64;
    Rig<TestType> m({});
    const std::uint64_t top = BoardBus::top_base, last = top + 0xff8;
    SECTION("user mode, to which nothing is open") {
        const std::uint32_t instruction = GENERATE(ld(10, 5, 0), sd(6, 5, 0), lbu(10, 5, 3),
                                                   amo(amoadd, 3, 10, 5, 6));
        m.bus.put({instruction});
        m.hart.set_csr(csr::pmpaddr0, base >> 2 | 0x1ff);
        m.hart.set_csr(csr::pmpcfg0, Pmp::napot | Pmp::execute);
        m.hart.set_x(5, last);
        m.hart.set_privilege(Privilege::user);
        m.hart.run(1);
        CHECK((m.hart.csr(csr::mcause) == 5u || m.hart.csr(csr::mcause) == 7u));
        CHECK(m.hart.x(10) == 0);
    }
    SECTION("machine mode, over the end") {
        m.bus.put({ld(10, 5, 0), ld(10, 5, 4)});
        m.hart.set_x(5, last);
        m.bus.set_word(last, 5);
        m.hart.run(2);
        CHECK(m.hart.x(10) == 5);
        CHECK(m.hart.csr(csr::mcause) == 5u);
        CHECK(m.hart.csr(csr::mtval) == 0u);
    }
    SECTION("code") {
        m.bus.put({addi(10, 10, 1), addi(10, 10, 1)}, last);
        m.hart.set_pc(last);
        m.hart.run(3);
        CHECK(m.hart.x(10) == 2);
        CHECK(m.hart.csr(csr::mcause) == 1u);
        CHECK(m.hart.csr(csr::mepc) == 0u);
        m.hart.set_pc(~std::uint64_t{0} - 1);  // half an instruction, whose other half would be at 0
        m.bus.put({addi(10, 10, 1) << 16}, last + 4);
        m.hart.forget_code();
        m.hart.run(1);
        CHECK(m.hart.csr(csr::mtval) == 0u);
        CHECK(m.hart.csr(csr::mepc) == ~std::uint64_t{0} - 1);
    }
}
