// Targets: what becomes of cases, and that each begins where the first one did, on harts that translate and that interpret.
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <boards/riscv/virt.hpp>
#include <wirewrap/cpu/riscv/counted_edges.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/fuzz.hpp>
#include <wirewrap/hostmem.hpp>
#include <wirewrap/jit.hpp>
#include <wirewrap/state.hpp>

#include "tests/support/busy_program.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

constexpr std::uint64_t base = 0x8000'0000, input_at = base + 0x8'0000;
using Map = std::array<std::uint8_t, 4096>;
using Original = Machine<boards::riscv::Virt, hostmem::Memfd>;

template <class Regions>
struct On {
    template <class Bus>
    using Hart = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, Regions>;
};

/// A guest on a clone with these policies.
template <class Regions, class... Policies>
struct Bed {
    using Clone = Machine<boards::riscv::Virt, state::CopyOnWrite, Policies...>;
    using Running = Emulator<Clone, On<Regions>::template Hart, VirtualClock>;

    explicit Bed(std::initializer_list<const Assembler*> code,
                 fuzz::CaseOptions options = {.instructions = 10'000}) {
        for (const Assembler* part : code) REQUIRE(original.debug_write(at(part->base()), part->bytes()));
        clone.emplace(state::clone<Policies...>(original).value());
        emulator = std::make_unique<Running>(*clone);
        emulator->hart(0).set_pc((*code.begin())->base());
        this->options = options;
    }
    /// The first time the target is made.
    fuzz::Outcome run(std::initializer_list<std::uint8_t> input = {}) {
        make();
        const std::vector<std::uint8_t> bytes(input);
        map.fill(0);
        return target->run([&](Running& running) {
            looked = ram();
            const auto put = fuzz::put_input(running.machine(), at(input_at), 64_B,
                                             std::as_bytes(std::span(bytes)));
            REQUIRE(put);
            running.hart(0).set_x(10, input_at);
            running.hart(0).set_x(11, bytes.size());
        });
    }
    void make() {
        if (!target) target.emplace(*emulator, original.memory_blocks(), map, options);
    }
    std::vector<std::byte> ram() {
        const auto bytes = clone->memory_blocks()[0].bytes;
        return {bytes.begin(), bytes.end()};
    }
    auto& hart() { return emulator->hart(0); }

    Original original = Original::create({.ram_size = 1_MiB}).value();
    std::optional<Clone> clone;
    std::unique_ptr<Running> emulator;
    fuzz::CaseOptions options;
    Map map{};
    std::optional<fuzz::Target<Running>> target;
    std::vector<std::byte> looked;  // RAM before the input was stored
};

using Translated = Bed<jit::TranslatedForFuzzing, state::MarkedPages<>>;
using Interpreted = Bed<riscv::CountedEdges, state::DirtyPages<>>;
using InterpretedMarked = Bed<riscv::CountedEdges, state::MarkedPages<>>;

/// Sets mtvec and goes on behind a WFI at `base`, where all ends.
Assembler routine(auto&& body) {
    Assembler a(base);
    a.emit(jal(0, 8), wfi);
    a.la(5, base + 4);
    a.emit(csrw(riscv::csr::mtvec, 5));
    body(a);
    a.emit(jal(0, static_cast<std::int64_t>(base + 4 - a.here())));
    return a;
}

}  // namespace

TEMPLATE_TEST_CASE("a case passes, crashes or hangs, and the next one begins as the first did", "",
                   Translated, Interpreted, InterpretedMarked) {
    // Input 0: passes; 1: stores behind RAM; 2: goes on for ever.
    const Assembler code = routine([](Assembler& a) {
        a.emit(lbu(6, 10, 0), addi(7, 6, -1), beq(7, 0, 16), addi(7, 6, -2), beq(7, 0, 0), jal(0, 24));
        a.li(7, base >> 12);
        a.emit(i_type(0x13, 1, 7, 7, 12));
        a.li(8, 1 << 20);
        a.emit(add(7, 7, 8), sd(6, 7, 0));
    });
    TestType bed({&code});
    const auto before = bed.ram();
    std::vector<std::uint8_t> first;
    for (int round = 0; round != 3; ++round) {
        const auto passed = bed.run({0});
        CHECK(passed.passed());
        CHECK(passed.what.empty());
        CHECK(bed.looked == before);
        const std::vector<std::uint8_t> map(bed.map.begin(), bed.map.end());
        if (round == 0) first = map;
        CHECK(map == first);
        CHECK(std::ranges::count(map, 1) >= 2);

        const auto crashed = bed.run({1});
        CHECK(crashed.crashed());
        CHECK(crashed.what.ends_with(": store access fault (cause 7, value 0x80100000)"));
        CHECK(std::vector<std::uint8_t>(bed.map.begin(), bed.map.end()) != first);
        CHECK(bed.looked == before);

        const auto hung = bed.run({2});
        CHECK(hung.hung());
        CHECK(hung.executed == 10'000);
        CHECK(hung.what == "the guest has not come to an end after 10000 instructions");
    }
}

TEST_CASE("what random programs have stored to goes back, and translated code counts and computes as the "
          "interpreter") {
    const std::uint64_t seed = GENERATE(range(1, 13));
    INFO("seed " << seed);
    const Assembler program = busy_program(seed), handler = skipping_handler();
    Translated translated({&program, &handler});
    Interpreted interpreted({&program, &handler});
    const auto before = translated.ram();
    std::mt19937 random(static_cast<unsigned>(seed));
    translated.options.instructions = interpreted.options.instructions = 1 + random() % 20'000;
    for (int round = 0; round != 40; ++round) {
        const std::uint8_t byte = static_cast<std::uint8_t>(random());
        const auto one = translated.run({byte}), other = interpreted.run({byte});
        REQUIRE(one.executed == other.executed);
        REQUIRE(translated.looked == before);
        REQUIRE(interpreted.looked == before);
        REQUIRE(translated.map == interpreted.map);
        REQUIRE(same_state(translated.hart(), interpreted.hart()));
        REQUIRE(translated.ram() == interpreted.ram());
        REQUIRE(one.what == other.what);
    }
    CHECK(!translated.target->objection());
    CHECK(translated.hart().regions().regions() != 0);
}

TEST_CASE("translated stores of every width are tracked: in two pages, atomic, and in the first and last "
          "page of RAM") {
    const Assembler code = routine([](Assembler& a) {
        a.li(20, 7);
        a.la(5, base + 0x2'0ffd);
        a.emit(sd(20, 5, 0), sw(20, 5, 2));  // into the page behind
        a.la(6, base + 0x3'0000);
        a.emit(sb(20, 6, 5), s_type(0x23, 1, 6, 20, 6), sw(20, 6, 8), sd(20, 6, 16));
        a.la(7, base + 0x5'0000);
        a.emit(amo(0, 3, 8, 7, 20), amo(1, 2, 8, 7, 20));
        a.la(9, base + 0xf'fff8);
        a.emit(sd(20, 9, 0));
        a.la(9, base + 0x800);
        a.emit(sd(0, 9, -8), sd(20, 9, 16));
        a.emit(addi(21, 0, 200));
        const std::uint64_t top = a.here();
        a.emit(sd(21, 6, 24), addi(21, 21, -1), bne(21, 0, static_cast<std::int64_t>(top - a.here() - 8)));
    });
    Translated bed({&code});
    const auto before = bed.ram();
    for (int round = 0; round != 5; ++round) {
        REQUIRE(bed.run({1}).passed());
        REQUIRE(bed.looked == before);
        CHECK(bed.ram() != before);
    }
    CHECK(bed.target->pages() == 7);  // 0x20, 0x21, 0x30, 0x50, 0xff, 0x0, and the input's
}

TEST_CASE("a guest that stores to its own code executes it as it was in the next case") {
    const Assembler code = routine([](Assembler& a) {
        a.la(5, a.here() + 44);
        a.li(6, 0x00200513);  // li a0, 2
        a.emit(lbu(7, 10, 0), beq(7, 0, 12), sw(6, 5, 0), fence_i);
        while (a.here() != base + 20 + 44) a.emit(nop);
        a.emit(addi(10, 0, 1));
    });
    Translated bed({&code});
    for (int round = 0; round != 3; ++round) {
        REQUIRE(bed.run({1}).passed());
        CHECK(bed.hart().x(10) == 2);
        REQUIRE(bed.run({0}).passed());
        CHECK(bed.hart().x(10) == 1);
    }
}

TEST_CASE("the guest's own failure code is a crash, its success is none") {
    const Assembler code = routine([](Assembler& a) {
        a.li(5, 0x10'0000);
        a.li(6, 0x5555);
        a.emit(lbu(7, 10, 0), beq(7, 0, 12));
        a.emit(u_type(0x37, 6, 0x2'3000), i_type(0x1b, 0, 6, 6, 0x333));
        a.emit(sw(6, 5, 0));
    });
    Translated bed({&code});
    CHECK(bed.run({0}).passed());
    const auto failed = bed.run({1});
    CHECK(failed.crashed());
    CHECK(failed.what == "the guest ended with failure code 2");
    CHECK(bed.run({0}).passed());
}

TEST_CASE("traps that handlers put right are no crashes where one says so") {
    Assembler code(base);
    code.la(5, base + 32);
    code.emit(csrw(riscv::csr::mtvec, 5), 0xffff'ffff, wfi);
    while (code.here() != base + 32) code.emit(nop);
    code.emit(csrr(6, riscv::csr::mepc), addi(6, 6, 4), csrw(riscv::csr::mepc, 6), mret);
    Translated strict({&code});
    // The handler has moved mepc on.
    CHECK(strict.run({0}).what ==
          "hart0 took a trap at 0x80000010: illegal instruction (cause 2, value 0xffffffff)");
    Translated mild({&code}, {.instructions = 10'000, .traps_are_crashes = false});
    CHECK(mild.run({0}).passed());
}

TEST_CASE("a guest that traps for ever is a crash, and says nothing about the next case") {
    // Input 1: goes to where nothing is, and traps there; 0: an ecall that its handler puts right.
    Assembler code(base);
    code.emit(lbu(6, 10, 0), beq(6, 0, 12), addi(7, 0, 0), jalr(0, 7, 0));
    code.la(5, base + 64);
    code.emit(csrw(riscv::csr::mtvec, 5), ecall, wfi);
    while (code.here() != base + 64) code.emit(nop);
    code.emit(csrr(6, riscv::csr::mepc), addi(6, 6, 4), csrw(riscv::csr::mepc, 6), mret);
    Translated bed({&code}, {.instructions = 200'000, .traps_are_crashes = false});
    CHECK(bed.run({0}).passed());
    for (int round = 0; round != 2; ++round) {
        const auto lost = bed.run({1});
        CHECK(lost.crashed());
        CHECK_THAT(lost.what,
                   Catch::Matchers::StartsWith("hart0 traps for ever at 0x0: instruction access fault"));
        CHECK(bed.run({0}).passed());
    }
}

namespace {

/// What is typed at a serial port.
struct Typed {
    std::string left;
    std::string printed;
    std::optional<std::uint8_t> next(bool) {
        if (left.empty()) return std::nullopt;
        const auto byte = static_cast<std::uint8_t>(left.front());
        left.erase(0, 1);
        return byte;
    }
    void print(std::span<const std::uint8_t> bytes) { printed.append(bytes.begin(), bytes.end()); }
    void wait(std::chrono::nanoseconds) {}
    bool closed() const { return false; }
};

/// Prints '>', counts that it has booted, and reads lines from the UART: 'B' 'A' 'D' ends with a failure, a line with success.
Assembler firmware() {
    Assembler a(base);
    a.la(20, base + 0x4'0000);
    a.emit(lw(21, 20, 0), addi(21, 21, 1), sw(21, 20, 0));
    a.li(5, 0x1000'0000);
    a.li(6, '>');
    a.emit(sb(6, 5, 0));
    a.li(7, 0x10'0000);
    a.emit(addi(8, 0, 0));
    const std::uint64_t again = a.here();
    a.emit(lbu(6, 5, 5), i_type(0x13, 7, 6, 6, 1),
           beq(6, 0, static_cast<std::int64_t>(again - a.here() - 8)));
    a.emit(lbu(6, 5, 0));
    // x8 holds the last bytes.
    a.emit(i_type(0x13, 1, 8, 8, 8), r_type(0x33, 6, 0, 8, 8, 6), sw(8, 20, 8));
    a.li(9, 0x42'4144);  // "BAD"
    a.emit(bne(8, 9, 16));
    a.emit(u_type(0x37, 10, 0x1'3000), i_type(0x1b, 0, 10, 10, 0x333), sw(10, 7, 0));
    a.li(9, '\n');
    a.emit(bne(6, 9, static_cast<std::int64_t>(again - a.here())));
    a.emit(u_type(0x37, 10, 0x5000), i_type(0x1b, 0, 10, 10, 0x555), sw(10, 7, 0), wfi, jal(0, -4));
    return a;
}

}  // namespace

TEST_CASE("a whole firmware that has booted is fuzzed by what is typed at its serial port") {
    using Harts = On<jit::TranslatedForFuzzing>;
    const Assembler code = firmware();
    auto original = Original::create({.ram_size = 1_MiB}).value();
    REQUIRE(original.debug_write(at(base), code.bytes()));
    Emulator<Original, Harts::Hart, VirtualClock> booting(original);
    booting.hart(0).set_pc(base);
    Typed nobody;
    booting.run(nobody, 50'000);
    REQUIRE(nobody.printed == ">");

    auto clone = state::clone<state::MarkedPages<>>(original).value();
    Emulator<decltype(clone), Harts::Hart, VirtualClock> emulator(clone);
    state::copy_running(booting, emulator);
    Typed typed;
    emulator.connect<"uart0">(typed);
    Map map{};
    fuzz::Target target(emulator, original.memory_blocks(), map, {.instructions = 3'000'000});
    const auto run = [&](std::string text) {
        map.fill(0);
        return target.run([&](auto&) { typed = {std::move(text), {}}; });
    };
    const auto good = run("hello\n");
    CHECK(good.passed());
    const Map first = map;
    const auto bad = run("BAD");
    CHECK(bad.crashed());
    CHECK(bad.what == "the guest ended with failure code 1");
    CHECK(map != first);
    CHECK(run("BA").hung());  // waits for more for ever
    CHECK(run("hello\n").passed());
    CHECK(map == first);
    CHECK(typed.printed.empty());  // it does not boot again
    CHECK(clone.load<std::uint32_t>(at(base + 0x4'0000)) == 1u);
}

TEST_CASE("with breakpoints set pages are tracked as without") {
    const Assembler code = routine([](Assembler& a) {
        a.la(5, base + 0x4'0000);
        a.emit(lbu(6, 10, 0), add(5, 5, 6), sb(6, 5, 0), nop, sb(6, 5, 8));
    });
    Bed<riscv::Breakpoints<jit::TranslatedForFuzzing>, state::MarkedPages<>> bed({&code});
    const auto before = bed.ram();
    bed.make();
    for (int round = 0; round != 4; ++round) {
        std::vector<std::uint64_t> addresses;
        if (round >= 2) addresses.push_back(base + 0x28);
        bed.hart().set_breakpoints(addresses);
        CHECK(bed.run({7}).passed());
        CHECK(bed.looked == before);
        CHECK(bed.ram()[0x4'0007] == std::byte{7});
        CHECK((bed.ram()[0x4'000f] == std::byte{7}) == (round < 2));
        CHECK(bed.hart().pc() == (round < 2 ? base + 8 : base + 0x28));
    }
}

TEST_CASE("a watchpoint and a page that PMP guards are crashes, and code goes on to be translated without "
          "the first") {
    const Assembler code = routine([](Assembler& a) {
        a.la(5, base + 0x4'0000);
        a.emit(lbu(6, 10, 0), add(5, 5, 6), sb(6, 5, 0));
    });
    Bed<jit::TranslatedForFuzzing, state::MarkedPages<>, state::Watchpoints> bed({&code});
    auto& watch = bed.clone->policy<state::Watchpoints>();
    const auto number = watch.add({at(base + 0x4'0010), 16_B}, {.store = true});
    watch.on_hit([&](const state::WatchHit& hit) {
        bed.emulator->stop_behind({hit.access, hit.address, hit.width, hit.watchpoint});
    });
    CHECK(bed.run({0x0f}).passed());
    const auto hit = bed.run({0x11});
    CHECK(hit.crashed());
    CHECK(hit.what ==
          "watchpoint 0 was hit: a store of 1 byte at 0x80040011 by the instruction at 0x80000024");
    CHECK(bed.run({0x20}).passed());
    watch.remove(number);
    CHECK(bed.run({0x11}).passed());

    Translated guarded({&code});
    auto& hart = guarded.hart();
    hart.set_csr(0x3b0, (base + 0x4'0020) >> 2);
    hart.set_csr(0x3a0, 0x90);  // entry 0 is locked, 4 bytes, and of no rights
    CHECK(guarded.run({0x1f}).passed());
    CHECK(guarded.run({0x20}).what ==
          "hart0 took a trap at 0x80000024: store access fault (cause 7, value 0x80040020)");
    CHECK(guarded.run({0x24}).passed());
}

TEST_CASE("an input that is too long is refused with what to tell the engine") {
    const Assembler code = routine([](Assembler&) {});
    Translated bed({&code});
    const std::vector<std::byte> input(65);
    const auto put = fuzz::put_input(*bed.clone, at(input_at), 64_B, input);
    REQUIRE(!put);
    CHECK(put.error().message ==
          "an input of 65 bytes does not fit into the 64 bytes at 0x80080000; tell the engine the most: "
          "-max_len=64 (libFuzzer), -G 64 (AFL++)");
    const auto nowhere = fuzz::put_input(*bed.clone, at(0x4000'0000), 65_B, input);
    REQUIRE(!nowhere);
    CHECK(nowhere.error().message.starts_with("the input cannot be stored: store of "));
}
