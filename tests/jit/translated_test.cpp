// Translated code beside the interpreter: the same programs on both, complete states compared wherever budgets end.
#include <catch2/catch.hpp>

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include <wirewrap/jit.hpp>

#include "tests/jit/pair.hpp"
#include "tests/support/busy_program.hpp"
#include "tests/support/flat_bus.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using riscv::Pmp;
using riscv::Privilege;
using riscv::RunExit;
using riscv::RunResult;
namespace csr = riscv::csr;

namespace {

constexpr std::uint64_t base = FlatBus::ram_base;

/// FlatBus, but whoever wants RAM has to ask.
class WatchedBus {
public:
    explicit WatchedBus(Bytes size) : bus(size) {}
    FlatBus bus;

    template <AccessWord T>
    Loaded<T> load(GuestAddress a) {
        return bus.load<T>(a);
    }
    template <AccessWord T>
    Stored store(GuestAddress a, T value) {
        return bus.store<T>(a, value);
    }
    template <AccessWord T>
    Loaded<T> fetch(GuestAddress a) {
        return bus.fetch<T>(a);
    }
    std::span<std::byte> ram_span(GuestAddress a, Bytes size) { return bus.ram_span(a, size); }
    std::uint64_t interrupt_lines(std::size_t hart) const { return bus.interrupt_lines(hart); }
    std::uint64_t time() const { return bus.time(); }
};

}  // namespace

TEST_CASE("random programs, traps and all, end every budget in the state of the interpreter") {
    const std::uint64_t seed = GENERATE(range(1, 41));
    const std::uint64_t longest = GENERATE(20u, 300u, 20'000u);
    Pair pair(busy_start);
    pair.put(busy_program(seed));
    pair.put(skipping_handler());
    pair.run(longest * 200, longest, seed);
    INFO("seed " << seed);
    CHECK(pair.hart.regions().regions() != 0);
    CHECK(!pair.hart.regions().objection());
}

TEST_CASE("a breakpoint holds in a page to which translated code goes often") {
    using namespace rv64;
    constexpr std::uint64_t other = base + 0x1000, there = other + 8;
    FlatBus bus{1_MiB};
    With<riscv::Breakpoints<jit::Translated>> hart(bus, {.reset_pc = base});
    bus.write_program({addi(5, 5, 1), jal(1, 0xffc), bne(5, 6, -8), jal(0, 0)}, base);
    bus.write_program({beq(5, 7, 8), jalr(0, 1, 0), addi(8, 8, 1), jalr(0, 1, 0)}, other);
    hart.set_x(6, 100'000);
    hart.set_x(7, 50'000);
    hart.set_breakpoints(std::vector{there});
    CHECK(hart.run(10'000'000).reason == RunExit::breakpoint);
    CHECK(hart.pc() == there);
    CHECK(hart.x(5) == 50'000);
    CHECK(hart.regions().regions() != 0);
    hart.set_breakpoints({});
    hart.run(10'000'000);
    CHECK(hart.x(8) == 1);
}

TEST_CASE("a hart that was asked not to translates nothing, and says so") {
    Pair pair(busy_start);
    pair.hart.regions().interpret_only();
    pair.put(busy_program(7));
    pair.put(skipping_handler());
    pair.run(60'000, 300, 7);
    CHECK(pair.hart.regions().regions() == 0);
    REQUIRE(pair.hart.regions().objection());
    CHECK(pair.hart.regions().objection()->message == "guest code is interpreted, as was asked for");
}

TEST_CASE("a cache of four pages and little room for code change nothing") {
    const std::uint64_t seed = GENERATE(range(100, 106));
    Pair<jit::TranslatedWithin<std::size_t{192} << 10>> pair(busy_start, 4);
    pair.put(busy_program(seed));
    pair.put(skipping_handler());
    pair.run(60'000, 50, seed);
    CHECK(pair.hart.regions().regions() > 10);
    CHECK(pair.hart.regions().code_size() < std::size_t{192} << 10);
}

TEST_CASE("every instruction on registers, in host registers and in memory, for values that break things") {
    using namespace rv64;
    struct Kind {
        u32 opcode, funct3, funct7;
        bool immediate;
    };
    std::vector<Kind> kinds;
    for (u32 f = 0; f != 8; ++f) {
        kinds.push_back({0x33, f, 0, false});
        kinds.push_back({0x33, f, 1, false});
        if (f != 1 && f != 5) kinds.push_back({0x13, f, 0, true});
    }
    for (const u32 f : {0u, 5u})
        kinds.push_back({0x33, f, 0x20, false}), kinds.push_back({0x3b, f, 0x20, false});
    for (const u32 f : {0u, 1u, 5u}) kinds.push_back({0x3b, f, 0, false});
    for (const u32 f : {0u, 4u, 5u, 6u, 7u}) kinds.push_back({0x3b, f, 1, false});
    kinds.push_back({0x1b, 0, 0, true});
    for (const u32 shift : {0u, 1u, 31u}) {
        kinds.push_back({0x1b, 1, shift, true}), kinds.push_back({0x1b, 5, shift, true});
        kinds.push_back({0x1b, 5, shift | 0x400, true});
    }
    for (const u32 shift : {0u, 1u, 32u, 63u})
        for (const u32 f : {1u, 5u}) kinds.push_back({0x13, f, shift, true});
    for (const u32 shift : {0u, 33u, 63u}) kinds.push_back({0x13, 5, shift | 0x400, true});

    constexpr std::uint64_t values[] = {0,
                                        1,
                                        ~std::uint64_t{0},
                                        0x8000'0000'0000'0000,
                                        0x7fff'ffff'ffff'ffff,
                                        0xffff'ffff'8000'0000,
                                        0x8000'0000,
                                        0x1234'5678'9abc'def0};
    // x8 … x17 are used so often that they get the host registers; x20 and x21 stay in memory.
    for (const Kind& kind : kinds) {
        Pair pair;
        Assembler a(base);
        const std::uint64_t top = a.here();
        for (int i = 0; i != 5; ++i)
            for (Reg r = 8; r != 18; ++r) a.emit(i_type(0x13, 4, r, r, i % 2 == 0 ? 0 : 1));
        for (const Reg rd : {8u, 20u, 0u})
            for (const Reg rs1 : {8u, 9u, 20u, 21u, 0u})
                for (const Reg rs2 : {8u, 10u, 20u, 22u, 0u}) {
                    if (!kind.immediate)
                        a.emit(r_type(kind.opcode, kind.funct3, kind.funct7, rd, rs1, rs2));
                    else if (kind.funct7 != 0 || kind.funct3 == 1 || kind.funct3 == 5)
                        a.emit(i_type(kind.opcode, kind.funct3, rd, rs1, kind.funct7));
                    else
                        a.emit(i_type(kind.opcode, kind.funct3, rd, rs1,
                                      rs2 == 8   ? -2048
                                      : rs2 == 0 ? 2047
                                                 : rs2));
                    a.emit(r_type(0x33, 4, 0, 30, 30, rd), i_type(0x13, 1, 31, 30, 1), add(30, 30, 31));
                }
        a.emit(jal(0, static_cast<std::int64_t>(top - a.here())));
        pair.put(a);
        pair.step(1000);  // a few rounds, so that the loop is translated
        for (const std::uint64_t x : values)
            for (const std::uint64_t y : values) {
                for (auto* x_of : {&x}) {
                    for (const std::size_t r : {8u, 20u})
                        pair.plain.set_x(r, *x_of), pair.hart.set_x(r, *x_of);
                    for (const std::size_t r : {9u, 21u})
                        pair.plain.set_x(r, *x_of), pair.hart.set_x(r, *x_of);
                    for (const std::size_t r : {10u, 22u}) pair.plain.set_x(r, y), pair.hart.set_x(r, y);
                }
                pair.step(403);
            }
        INFO("opcode " << kind.opcode << ", funct3 " << kind.funct3 << ", funct7 " << kind.funct7);
        CHECK(pair.hart.regions().regions() != 0);
    }
}

TEST_CASE("loads and stores of all widths, at both ends of RAM, past them, and elsewhere") {
    using namespace rv64;
    const std::uint64_t end = base + (1_MiB).count;
    // x5 walks over addresses, the handler skips what traps.
    for (const std::uint64_t from : {base - 16, base + 2040, base + 0x8'0000, end - 2064, end - 2050,
                                     end - 24, end - 4, FlatBus::uart - 8, std::uint64_t{0} - 12})
        for (const std::int64_t offset : {-2048, -8, 0, 1, 2047}) {
            Pair pair(base + 0x4000);
            Assembler a(base + 0x4000);
            a.la(1, base + 0x5000);
            a.emit(csrw(csr::mtvec, 1));
            const std::uint64_t again = a.here();
            a.li(5, from - static_cast<std::uint64_t>(offset));
            a.li(6, 0x8091'a2b3'c4d5'e6f7);
            a.li(9, 24);
            const std::uint64_t top = a.here();
            for (const u32 f : {3u, 0u, 1u, 2u, 4u, 5u, 6u})
                a.emit(load(f, 10 + f, 5, offset), add(18, 18, 10 + f), load(f, 20, 5, offset),
                       add(18, 18, 20));
            for (const u32 f : {0u, 1u, 2u, 3u})
                a.emit(store(f, 6, 5, offset), store(f, 0, 5, offset), addi(6, 6, 3));
            a.emit(load(3, 5, 5, offset));  // the address register itself
            a.emit(i_type(0x13, 6, 20, 5, 0), add(5, 7, 0));
            a.emit(addi(7, 7, 1), addi(5, 7, 0));
            a.li(5, from - static_cast<std::uint64_t>(offset));
            a.emit(add(5, 5, 7), addi(9, 9, -1));
            a.emit(bne(9, 0, static_cast<std::int64_t>(top - a.here())));
            a.emit(addi(7, 0, 0), jal(0, static_cast<std::int64_t>(again - a.here() - 4)));
            pair.put(a);
            Assembler handler(base + 0x5000);
            handler.emit(csrr(30, csr::mepc), csrr(31, csr::mcause), add(28, 28, 31), csrr(31, csr::mtval),
                         add(28, 28, 31), addi(30, 30, 4), csrw(csr::mepc, 30), mret);
            pair.put(handler);
            INFO("from " << std::hex << from << ", offset " << std::dec << offset);
            pair.run(40'000, 700, from);
            CHECK(pair.hart.regions().regions() != 0);
        }
}

TEST_CASE("a device's register is reached from inside a translated loop") {
    using namespace rv64;
    Pair pair;
    pair.put({u_type(0x37, 5, 0x1000'0000), addi(6, 0, 'a'), lbu(7, 5, 5), i_type(0x13, 7, 7, 7, 0x20),
              beq(7, 0, -8), sb(6, 5, 0), addi(8, 8, 1), jal(0, -20)});
    pair.run(100'000, 3000, 1);
    CHECK(pair.bus.printed.size() > 10'000);
    CHECK(pair.hart.regions().regions() != 0);
}

TEST_CASE("a budget may end at every instruction of a translated loop with branches and calls") {
    using namespace rv64;
    Pair pair;
    pair.put({addi(10, 10, 1), i_type(0x13, 7, 11, 10, 1), beq(11, 0, 12), addi(12, 12, 1), jal(1, 16),
              addi(13, 13, 3), bne(10, 0, -24), jal(0, -28), addi(14, 14, 1), jalr(0, 1, 0)});
    pair.step(100'000);
    REQUIRE(pair.hart.regions().regions() != 0);
    for (std::uint64_t part = 0; part != 60; ++part)
        for (int i = 0; i != 40; ++i) pair.step(part);
}

TEST_CASE("a page of many blocks is not translated anew for each of them") {
    using namespace rv64;
    constexpr std::uint64_t blocks = 200;
    Pair pair;
    for (std::uint64_t block = 0; block != blocks; ++block)
        pair.put({addi(10, 10, 1), bne(0, 0, 4)}, base + 8 * block);
    pair.put({jalr(0, 1, 0)}, base + 8 * blocks);
    // From the last to the first each is reached from outside, and all that follow are reached from it.
    for (std::uint64_t block = blocks; block-- != 0;)
        for (int seen = 0; seen != 3; ++seen) {  // decoded first
            pair.plain.set_pc(base + 8 * block), pair.hart.set_pc(base + 8 * block);
            pair.step(2);  // one alone is a step of its own, which says nothing of where time goes
        }
    CHECK(pair.hart.regions().regions() > blocks / 2);
    CHECK(pair.hart.regions().code_size() < 1000 * blocks);  // 20 blocks for each, were they all translated
    for (std::uint64_t block = 0; block < blocks; block += 7) {
        const std::uint64_t start = base + 8 * block;
        for (const std::uint64_t rounds : {1u, 2u, 10u}) {
            pair.plain.set_x(1, start), pair.hart.set_x(1, start);
            pair.plain.set_pc(start), pair.hart.set_pc(start);
            pair.step(rounds * (2 * (blocks - block) + 1) + block);
        }
    }
    CHECK(pair.hart.regions().regions() <= blocks + 1);
}

TEST_CASE("calls between pages, returns, and jumps to anywhere") {
    using namespace rv64;
    Pair pair;
    pair.put({jal(1, 0x1000), addi(10, 10, 1), u_type(0x17, 6, 0x2000), jalr(1, 6, 0x10 - 8), jal(0, -16)});
    pair.put({addi(11, 11, 1), add(12, 12, 11), jalr(0, 1, 0)}, base + 0x1000);
    pair.put({addi(13, 13, 1), jalr(0, 1, 1)}, base + 0x2010);  // bit 0 of a target does not count
    pair.run(200'000, 5000, 2);
    CHECK(pair.hart.regions().regions() >= 3);
}

TEST_CASE("code that changed is translated anew after FENCE.I, not before") {
    using namespace rv64;
    // x6 counts up; the instruction at 0x80 adds 1 or 2 to x7 and is rewritten in turn. An odd number of times between two
    // FENCE.I, so that each of them finds it changed.
    Pair pair;
    Assembler a(base);
    a.li(8, base + 0x80);
    a.li(9, addi(7, 7, 1) ^ addi(7, 7, 2));
    const std::uint64_t top = a.here();
    a.emit(load(6, 10, 8, 0), r_type(0x33, 4, 0, 10, 10, 9), sw(10, 8, 0));
    a.emit(addi(6, 6, 1), i_type(0x13, 7, 11, 6, 62), bne(11, 0, 8), fence_i);
    a.emit(jal(0, static_cast<std::int64_t>(base + 0x80 - a.here())));
    Assembler b(base + 0x80);
    b.emit(addi(7, 7, 1), jal(0, static_cast<std::int64_t>(top - b.here() - 4)));
    pair.put(a);
    pair.put(b);
    pair.run(300'000, 4000, 3);
    CHECK(pair.hart.regions().regions() > 3);
}

TEST_CASE("code changed by somebody else is seen after forget_code") {
    using namespace rv64;
    Pair pair;
    pair.put({addi(10, 10, 1), addi(11, 11, 1), jal(0, -8)});
    pair.step(30'000);
    pair.put({addi(10, 10, 7)});
    pair.plain.forget_code(), pair.hart.forget_code();
    pair.step(30'000);
}

TEST_CASE("atomics, counters and a time that passes") {
    using namespace rv64;
    Pair pair;
    Assembler a(base);
    a.li(5, base + 0x3000);
    const std::uint64_t top = a.here();
    a.emit(amo(0, 3, 10, 5, 6), amo(0x1c, 2, 11, 5, 7), amo(2, 3, 12, 5, 0), addi(12, 12, 5),
           amo(3, 3, 13, 5, 12));
    a.emit(csrr(14, csr::minstret), csrr(15, csr::cycle), csr_instruction(1, 16, csr::mscratch, 14), fence);
    a.emit(addi(6, 6, 3), addi(7, 7, -1), jal(0, static_cast<std::int64_t>(top - a.here() - 8)));
    pair.put(a);
    pair.run(200'000, 5000, 4);
    CHECK(pair.hart.regions().regions() != 0);
}

TEST_CASE("protected memory is protected from translated code, and what is open follows the registers") {
    using namespace rv64;
    Pair pair;
    pair.put({addi(10, 10, 1), ld(11, 5, 0), addi(11, 11, 1), sd(11, 5, 0), ld(12, 6, -8), sd(12, 6, -16),
              jal(0, -24)});
    pair.put({csrr(20, csr::mepc), addi(20, 20, 4), csrw(csr::mepc, 20), mret}, base + 0x100);
    const auto both = [&](auto f) { f(pair.plain), f(pair.hart); };
    both([](auto& hart) {
        hart.set_csr(csr::mtvec, base + 0x100);
        hart.set_x(5, base + 0x3000);
        hart.set_x(6, base + 0x9000);
    });
    pair.run(60'000, 5000, 5);
    CHECK(pair.hart.csr(csr::mcause) == 0u);
    const std::uint64_t seen = pair.hart.regions().regions();
    CHECK(seen != 0);
    // Locked entries bind machine mode, too.
    both([](auto& hart) {
        hart.set_csr(csr::pmpaddr0, (base + 0x3000) >> 2 | 0x1ff);
        hart.set_csr(csr::pmpcfg0, 0x80 | Pmp::napot | Pmp::read);
    });
    pair.run(60'000, 5000, 6);
    CHECK(pair.hart.regions().regions() > seen);
    CHECK(pair.hart.csr(csr::mcause) == 7u);
    both([](auto& hart) {
        hart.set_csr(csr::pmpaddr0 + 1, (base + 0x8000) >> 2 | 0x1ff);
        hart.set_csr(csr::pmpcfg0, (0x80 | Pmp::napot) << 8 | 0x80 | Pmp::napot | Pmp::read);
    });
    pair.run(60'000, 5000, 7);
}

TEST_CASE("random programs on memory of which a page is protected") {
    const std::uint64_t seed = GENERATE(range(200, 220));
    const std::uint8_t rights = GENERATE(std::uint8_t{0}, std::uint8_t{Pmp::read});
    Pair pair(busy_start);
    pair.put(busy_program(seed));
    pair.put(skipping_handler());
    const auto protect = [&](auto& hart) {
        hart.set_csr(csr::pmpaddr0, (base + 0x1'1000) >> 2 | 0x1ff);
        hart.set_csr(csr::pmpcfg0, 0x80 | Pmp::napot | rights);
    };
    protect(pair.plain), protect(pair.hart);
    pair.run(60'000, 300, seed);
    CHECK(pair.hart.regions().regions() != 0);
}

TEST_CASE("user mode has no way into what was translated for machine mode") {
    using namespace rv64;
    // A page that machine mode may execute and user mode may not; the loop jumps there from another page.
    Pair pair;
    pair.put({jal(1, 0x1000), addi(10, 10, 1), jal(0, -8)});
    pair.put({addi(11, 11, 1), jalr(0, 1, 0)}, base + 0x1000);
    pair.put({csrr(20, csr::mepc), addi(21, 21, 1), jal(0, 0)}, base + 0x200);
    const auto both = [&](auto f) { f(pair.plain), f(pair.hart); };
    both([](auto& hart) {
        hart.set_csr(csr::mtvec, base + 0x200);
        hart.set_csr(csr::pmpaddr0, (base + 0x1000) >> 2 | 0x1ff);
        hart.set_csr(csr::pmpaddr0 + 1, ~std::uint64_t{0});
        hart.set_csr(csr::pmpcfg0, (Pmp::napot | Pmp::read | Pmp::write | Pmp::execute) << 8 | Pmp::napot |
                                       Pmp::read | Pmp::write);
    });
    pair.run(100'000, 9000, 7);
    CHECK(pair.hart.regions().regions() >= 2);
    both([](auto& hart) { hart.set_privilege(Privilege::user), hart.set_pc(base); });
    pair.step(10);
    CHECK(pair.hart.csr(csr::mcause) == 1u);
    pair.run(1000, 30, 8);
}

TEST_CASE("a target is compared whole: no mode takes another's translation from far above it") {
    using namespace rv64;
    // Machine mode calls a function, and so does user mode, which then jumps to that function's address plus something.
    const std::uint64_t above = GENERATE(range(1, 8)) * (std::uint64_t{1} << 61);
    const Privilege from = GENERATE(Privilege::user, Privilege::supervisor, Privilege::machine);
    Pair pair;
    constexpr std::uint64_t secrets = base + 0x8000, function = base + 0x1000, nothing = base + 0x3040;
    pair.put({jalr(1, 5, 0), addi(10, 10, 1), jal(0, -8)});
    pair.put({ld(12, 6, 0), jalr(0, 1, 0)}, function);
    pair.put({jalr(1, 7, 0), addi(11, 11, 1), jal(0, -8)}, base + 0x2000);
    pair.put({jalr(0, 1, 0)}, nothing);
    pair.put({addi(21, 21, 1), jal(0, 0)}, base + 0x200);
    const auto both = [&](auto f) { f(pair.plain), f(pair.hart); };
    const auto go = [&](Privilege mode, std::uint64_t pc) {
        both([&](auto& hart) { hart.set_privilege(mode), hart.set_pc(pc); });
    };
    both([](auto& hart) {
        hart.set_csr(csr::mtvec, base + 0x200);
        hart.set_csr(csr::pmpaddr0, secrets >> 2 | 0x1ff);
        hart.set_csr(csr::pmpaddr0 + 1, ~std::uint64_t{0});
        hart.set_csr(csr::pmpcfg0, (Pmp::napot | Pmp::read | Pmp::write | Pmp::execute) << 8 | Pmp::napot);
        hart.set_x(5, function), hart.set_x(6, secrets), hart.set_x(7, nothing);
    });
    go(from, base + 0x2000);
    pair.run(60'000, 9000, 9);
    go(Privilege::machine, base);
    pair.run(60'000, 9000, 10);
    go(from, base + 0x2000);
    pair.run(6000, 500, 11);
    CHECK(pair.hart.regions().regions() >= 3);
    both([&](auto& hart) { hart.set_x(7, function + above), hart.set_x(12, 0); });
    pair.step(20);
    CHECK(pair.hart.csr(csr::mcause) == 1u);
    CHECK(pair.hart.csr(csr::mtval) == function + above);
    CHECK(pair.hart.x(12) == 0);
}

TEST_CASE("an interrupt is taken between translated blocks, within a quantum") {
    using namespace rv64;
    FlatBus bus(1_MiB);
    bus.write_program({addi(10, 10, 1), jal(0, -4)});
    bus.write_program({addi(11, 11, 1), jal(0, 0)}, base + 0x100);
    Translated hart(bus, {.reset_pc = base});
    hart.set_csr(csr::mtvec, base + 0x100);
    hart.set_csr(csr::mie, 1u << 7);
    hart.set_csr(csr::mstatus, 1u << 3);
    hart.run(100'000);
    CHECK(hart.regions().regions() != 0);
    bus.lines = 1u << 7;
    hart.run(100);
    CHECK(hart.x(11) == 1);
    CHECK((hart.csr(csr::mcause) == (std::uint64_t{1} << 63 | 7)));
    CHECK(hart.csr(csr::mepc).value() - base <= 4);
}

TEST_CASE("without RAM of its own to access, a hart interprets and says why") {
    using namespace rv64;
    WatchedBus bus(1_MiB);
    bus.bus.write_program({addi(10, 10, 1), jal(0, -4)});
    With<jit::Translated, WatchedBus> hart(bus, {.reset_pc = base});
    CHECK(hart.run(100'000) == RunResult{100'000, RunExit::budget});
    CHECK(hart.x(10) == 50'000);
    CHECK(hart.regions().regions() == 0);
    REQUIRE(hart.regions().objection());
    CHECK(hart.regions().objection()->message.find("without asking") != std::string::npos);
}

namespace {

/// A policy that translates addresses, each into itself.
struct Linear {
    static constexpr std::uint16_t satp_modes = 1 << 0;
    static constexpr bool identity = false;
    riscv::TranslationCache cache;

    template <class Core>
    riscv::Translated translate(Core&, std::uint64_t address, Access) {
        return address;
    }
};

}  // namespace

TEST_CASE("code is translated on a hart that translates addresses, and asks what it remembers") {
    using namespace rv64;
    FlatBus bus(1_MiB);
    bus.write_program({addi(10, 10, 1), sd(10, 5, 0), lhu(11, 5, 0), jal(0, -12)});
    riscv::Hart<FlatBus, Linear, riscv::DefaultDispatch, jit::Translated> hart(bus, {.reset_pc = base});
    hart.set_x(5, base + 0x1ffc);  // across two pages
    CHECK(hart.run(100'000) == RunResult{100'000, RunExit::budget});
    CHECK(hart.x(10) == 25'000);
    CHECK(hart.x(11) == 25'000);
    hart.set_x(5, base + 0x3000);
    CHECK(hart.run(100'000) == RunResult{100'000, RunExit::budget});
    CHECK(hart.x(11) == 50'000);
    CHECK(*bus.load<std::uint64_t>(GuestAddress{base + 0x3000}) == 50'000);
    CHECK(hart.regions().regions() == 1);
    CHECK_FALSE(hart.regions().objection());
}
