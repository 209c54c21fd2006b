// What an observer hears of a hart, beside a hart without one that is stepped and looked at.
#include <wirewrap/cpu/riscv/observed.hpp>

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <random>
#include <set>
#include <vector>

#include <wirewrap/cpu.hpp>
#include <wirewrap/cpu/riscv/dispatch_fast.hpp>
#include <wirewrap/jit.hpp>

#include "tests/support/busy_program.hpp"
#include "tests/support/flat_bus.hpp"
#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
using namespace wirewrap::test::rv64;
using riscv::Cause;
using riscv::MadeAccess;
using riscv::NextInstruction;
using riscv::Privilege;
using riscv::RunExit;
using riscv::RunResult;
using riscv::TakenTrap;

namespace {

struct Record {
    void executes(const NextInstruction& next) { instructions.push_back(next); }
    void touched(const MadeAccess& access) {
        (access.access == Access::fetch ? fetches : accesses).push_back(access);
    }
    void trapped(const TakenTrap& trap) { traps.push_back(trap); }
    void came_back(std::uint64_t, const RunResult& result) { returns.push_back(result); }

    std::vector<NextInstruction> instructions{};
    std::vector<MadeAccess> accesses{}, fetches{};
    std::vector<TakenTrap> traps{};
    std::vector<RunResult> returns{};
};

using Interpreted = riscv::Hart<FlatBus, riscv::Bare, riscv::DefaultDispatch, riscv::Observed<Record>>;
using Fast = riscv::Hart<FlatBus, riscv::Bare, riscv::FastDispatch, riscv::Observed<Record>>;
using Translated = riscv::Hart<FlatBus, riscv::Bare, riscv::DefaultDispatch,
                               riscv::Observed<Record, riscv::Breakpoints<jit::Translated>>>;

/// Code as a hart has it: of each page as it was when the hart came there first, or first behind a FENCE.I. What was stored
/// there since is not seen.
class SeenCode {
public:
    explicit SeenCode(const FlatBus& bus) : bus_(bus) {}

    /// Of the instruction at `pc`, which is executed next.
    std::uint32_t word_at(std::uint64_t pc) {
        const std::uint32_t low = half(pc);
        const std::uint32_t word = (low & 3) == 3 ? low | half(pc + 2) << 16 : low;
        if ((word & 0x707f) == 0x100f) ++fences_;
        return word;
    }

private:
    struct Page {
        std::vector<std::byte> bytes{};
        std::uint64_t since = 0;
    };
    std::uint32_t half(std::uint64_t where) {
        const std::uint64_t offset = where - FlatBus::ram_base;
        Page& page = pages_[offset / riscv::page_size];
        if (page.bytes.empty() || page.since != fences_) {
            const auto* const from = bus_.ram.data() + offset / riscv::page_size * riscv::page_size;
            page = {{from, from + riscv::page_size}, fences_};
        }
        return read_memory<std::uint16_t>(page.bytes.data() + offset % riscv::page_size);
    }

    const FlatBus& bus_;
    std::map<std::uint64_t, Page> pages_{};
    std::uint64_t fences_ = 0;
};

/// Writes down what it is asked for, which is all that is no atomic.
struct LoggingBus : FlatBus {
    using FlatBus::FlatBus;
    std::vector<MadeAccess> asked{};

    template <AccessWord T>
    Loaded<T> load(GuestAddress a) {
        const Loaded<T> loaded = FlatBus::load<T>(a);
        MadeAccess made{.access = Access::load, .address = a.value, .width = sizeof(T), .physical = a.value};
        if (loaded)
            made.value = *loaded;
        else
            made.cause = Cause::load_access_fault;
        asked.push_back(made);
        return loaded;
    }
    template <AccessWord T>
    Stored store(GuestAddress a, T value) {
        const Stored stored = FlatBus::store<T>(a, value);
        asked.push_back({.access = Access::store,
                         .address = a.value,
                         .width = sizeof(T),
                         .physical = a.value,
                         .value = value});
        if (!stored) asked.back().cause = Cause::store_access_fault;
        return stored;
    }
    DirectWindow direct_window() { return {}; }
};

bool is_atomic(std::uint32_t word) { return (word & 0x7f) == 0x2f; }

/// The same, made of single steps.
struct Reference {
    LoggingBus bus{1_MiB};
    riscv::Hart<LoggingBus> hart{bus, {.reset_pc = busy_start}};
    Record record{};
    SeenCode code{bus};

    void run(std::uint64_t limit) {
        for (; limit != 0; --limit) {
            const std::uint64_t pc = hart.pc(), before = hart.retired();
            const Privilege mode = hart.privilege();
            const bool there = pc - FlatBus::ram_base < bus.ram.size();
            const NextInstruction next{0, pc, there ? code.word_at(pc) : 0, mode};
            bus.asked.clear();
            REQUIRE(hart.run(1).executed == 1);
            if (there) {
                record.instructions.push_back(next);
                record.fetches.push_back({.pc = pc,
                                          .access = Access::fetch,
                                          .address = pc,
                                          .width = next.length(),
                                          .value = next.word});
            } else {
                record.fetches.push_back({.pc = pc,
                                          .access = Access::fetch,
                                          .address = pc,
                                          .width = 2,
                                          .cause = Cause::instruction_access_fault});
            }
            for (MadeAccess made : bus.asked) {
                made.pc = pc;
                record.accesses.push_back(made);
            }
            if (hart.retired() == before)
                record.traps.push_back({.cause = *hart.csr(riscv::csr::mcause),
                                        .pc = pc,
                                        .value = *hart.csr(riscv::csr::mtval),
                                        .handler = hart.pc(),
                                        .mode = Privilege::machine});
        }
    }
};

}  // namespace

TEMPLATE_TEST_CASE("an observer hears of each instruction, access and trap of random programs", "",
                   Interpreted, Fast, Translated) {
    const std::uint64_t seed = GENERATE(range(1, 9));
    INFO("seed " << seed);
    Reference reference;
    FlatBus bus{1_MiB};
    TestType hart(bus, {.reset_pc = busy_start});
    for (FlatBus* const each : {static_cast<FlatBus*>(&reference.bus), &bus}) {
        place(*each, busy_program(seed));
        place(*each, skipping_handler());
    }
    std::mt19937_64 random(seed);
    Record record;
    std::size_t heard = 0;
    for (int round = 0; round != 60; ++round) {
        const std::uint64_t limit = random() % 3'000;
        const bool observed = round % 3 != 0;  // hot code in between
        if (observed) hart.observe(&record);
        reference.record = {};
        record = {};
        reference.run(limit);
        REQUIRE(hart.run(limit) == RunResult{limit, RunExit::budget});
        REQUIRE(same_state(reference.hart, hart));
        if (observed) {
            REQUIRE(record.instructions == reference.record.instructions);
            REQUIRE(record.traps == reference.record.traps);
            REQUIRE(record.fetches == reference.record.fetches);
            // Atomics do not ask that bus, and what PMP refuses does not come there.
            std::set<std::uint64_t> atomics;
            for (const NextInstruction& executed : record.instructions)
                if (is_atomic(executed.word)) atomics.insert(executed.pc);
            for (auto* const accesses : {&record.accesses, &reference.record.accesses})
                std::erase_if(*accesses, [&](const MadeAccess& made) {
                    return !made.physical || atomics.contains(made.pc);
                });
            REQUIRE(record.accesses == reference.record.accesses);
            heard += record.accesses.size();
            REQUIRE(record.returns == std::vector{RunResult{limit, RunExit::budget}});
        } else {
            REQUIRE((record.instructions.empty() && record.traps.empty() && record.returns.empty() &&
                     record.accesses.empty() && record.fetches.empty()));
        }
        hart.observe(nullptr);
    }
    CHECK(reference.bus.ram == bus.ram);
    CHECK(heard > 1000);
}

TEMPLATE_TEST_CASE("an observer hears of interrupts, of WFI, and of stops", "", Interpreted, Fast,
                   Translated) {
    FlatBus bus{1_MiB};
    constexpr std::uint64_t base = FlatBus::ram_base, handler = base + 0x100;
    Assembler a(base), b(handler);
    a.li(5, handler + 1);  // vectored
    a.emit(csrw(riscv::csr::mtvec, 5));
    a.li(5, 1 << 7);
    a.emit(csrw(riscv::csr::mie, 5));
    a.li(5, 1 << 3);
    a.emit(csrw(riscv::csr::mstatus, 5));
    const std::uint64_t wait = a.here();
    a.emit(wfi, jal(0, -4));
    for (int i = 0; i != 7; ++i) b.emit(nop);
    b.emit(mret);
    place(bus, a), place(bus, b);
    TestType hart(bus, {.reset_pc = base});
    Record record;
    hart.observe(&record);
    const RunResult first = hart.run(1'000);
    CHECK(first.reason == RunExit::waiting);
    CHECK(record.instructions.size() == first.executed);
    CHECK(record.instructions.back() == NextInstruction{0, wait, wfi, Privilege::machine});
    CHECK(record.returns == std::vector{first});
    record = {};
    bus.lines = 1 << 7;
    CHECK(hart.run(1) == RunResult{1, RunExit::budget});
    // The line stays up, so that it is taken again behind the handler.
    const TakenTrap taken{.cause = riscv::interrupt_cause_bit | 7,
                          .pc = wait + 4,
                          .handler = handler + 4 * 7,
                          .mode = Privilege::machine};
    CHECK(record.traps == std::vector{taken, taken});
    CHECK(record.instructions == std::vector{NextInstruction{0, handler + 4 * 7, mret, Privilege::machine}});
    CHECK(record.traps.front().interrupt());
    CHECK(record.traps.front().number() == 7);

    bus.lines = 0;
    record = {};
    hart.request_stop();
    CHECK(hart.run(5) == RunResult{0, RunExit::stopped});
    CHECK(record.instructions.empty());
    CHECK(record.returns == std::vector{RunResult{0, RunExit::stopped}});
}

TEMPLATE_TEST_CASE("an observer hears of instructions in two pages, of faults of fetches, and of new code",
                   "", Interpreted, Fast, Translated) {
    FlatBus bus{1_MiB};
    constexpr std::uint64_t base = FlatBus::ram_base, handler = base + 0x2000;
    constexpr std::uint32_t fence_i = 0x100f;
    Assembler a(base + 0xff2), b(handler);
    // The second instruction is changed by the third, which is to be seen behind the fence, and lies in two pages.
    a.emit(addi(10, 10, 1), addi(10, 10, 1), addi(12, 12, 1), addi(10, 10, 2), sw(11, 13, 0), fence_i,
           jal(0, -24));
    b.emit(jal(0, 0));
    place(bus, a), place(bus, b);
    TestType hart(bus, {.reset_pc = base + 0xff2});
    Record record;
    hart.observe(&record);
    hart.set_x(11, addi(10, 10, 64));
    hart.set_x(13, base + 0xff2 + 12);  // at 0x…ffe
    hart.run(7 + 5);
    REQUIRE(record.instructions.size() == 12);
    CHECK(record.instructions[3].pc == base + 0xffe);
    CHECK(record.instructions[3].word == addi(10, 10, 2));
    CHECK(record.instructions[3].length() == 4);
    CHECK(record.instructions[10].pc == base + 0xffe);
    CHECK(record.instructions[10].word == addi(10, 10, 64));
    CHECK(hart.x(10) == 2 + 2 + 2 + 64);

    record = {};
    hart.set_csr(riscv::csr::mtvec, handler);
    hart.set_pc(0x4000);
    CHECK(hart.run(2) == RunResult{2, RunExit::budget});
    CHECK(record.traps ==
          std::vector{TakenTrap{
              .cause = 1, .pc = 0x4000, .value = 0x4000, .handler = handler, .mode = Privilege::machine}});
    CHECK(record.instructions == std::vector{NextInstruction{0, handler, jal(0, 0), Privilege::machine}});
}
