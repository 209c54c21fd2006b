// LR and SC on harts with page tables: what is reserved is memory, whatever address led to it.
#include <catch2/catch.hpp>

#include <cstdint>
#include <initializer_list>
#include <span>

#include <wirewrap/board.hpp>
#include <wirewrap/cpu.hpp>
#include <wirewrap/device/clint.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/jit.hpp>
#include <wirewrap/machine.hpp>

#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;
namespace csr = riscv::csr;
namespace pte = riscv::pte;

namespace {

struct Board {
    static constexpr auto name = "two";
    static constexpr unsigned harts = 2;
    static constexpr auto ram = main_ram("two.ram", 16_MiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(device<"clint", Clint<2>>(at(0x200'0000), 64_KiB));
};
using Plain = Machine<Board, hostmem::Anonymous>;

template <class Bus>
using Interpreted = riscv::Hart<Bus, riscv::Sv39>;
template <class Bus>
using Translated = riscv::Hart<Bus, riscv::Sv39, riscv::DefaultDispatch, jit::Translated>;

constexpr std::uint64_t page = 4096, base = 0x8000'0000, code = base + 4 * page, data = base + 8 * page,
                        tables = base + 16 * page, other_tables = base + 32 * page;
constexpr std::uint64_t all = pte::valid | pte::read | pte::write | pte::execute | pte::accessed | pte::dirty;
enum : std::uint32_t { lr = 2, sc = 3 };

template <class Hart>
struct Bed {
    Plain machine = Plain::create().value();
    Hart hart{machine, {.hart_id = 0, .reset_pc = 4 * page}};

    Bed() {
        for (const std::uint64_t table : {tables, other_tables}) {
            set(table, (table + page) >> 2 | pte::valid);
            set(table + page, (table + 2 * page) >> 2 | pte::valid);
            map(table, 4 * page, code);
        }
        map(tables, 8 * page, data);
        map(other_tables, 8 * page, data + page);  // the same address, another page
        set(data, 7), set(data + page, 7);
        hart.set_csr(csr::pmpaddr0, ~std::uint64_t{0});
        hart.set_csr(csr::pmpcfg0, 0x1f);
        hart.set_csr(csr::satp, satp(tables));
        hart.set_privilege(riscv::Privilege::supervisor);
        hart.set_x(10, 8 * page), hart.set_x(12, 99);
    }
    void put(std::uint64_t where, std::initializer_list<std::uint32_t> words) {
        const auto bytes = std::as_bytes(std::span(words.begin(), words.size()));
        REQUIRE(machine.debug_write(GuestAddress{where}, bytes));
    }
    static std::uint64_t satp(std::uint64_t table) { return std::uint64_t{8} << 60 | table / page; }
    void set(std::uint64_t where, std::uint64_t value) {
        REQUIRE(machine.store<std::uint64_t>(GuestAddress{where}, value));
    }
    std::uint64_t word(std::uint64_t where) { return *machine.load<std::uint64_t>(GuestAddress{where}); }
    void map(std::uint64_t table, std::uint64_t address, std::uint64_t physical) {
        set(table + 2 * page + address / page * 8, physical >> 2 | all);
    }
};

}  // namespace

TEMPLATE_TEST_CASE("A state that is taken over reserves the word that the page tables lead to", "",
                   Interpreted<Plain>, Translated<Plain>) {
    using namespace rv64;
    Bed<TestType> bed;
    bed.put(code, {amo(lr, 3, 11, 10, 0), amo(sc, 3, 13, 10, 12)});
    bed.put(base, {sd(11, 10, 0), sd(12, 10, 0)});
    bed.hart.run(1);
    CHECK(bed.hart.x(11) == 7);
    if (GENERATE(false, true)) bed.hart.set_state(bed.hart.state());
    SECTION("which another hart stores to, and leaves as it was") {
        TestType second(bed.machine, {.hart_id = 1, .reset_pc = base});
        second.set_x(10, data), second.set_x(11, 8), second.set_x(12, 7);
        CHECK(second.run(2).executed == 2);
        bed.hart.run(1);
        CHECK(bed.hart.x(13) == 1);
        CHECK(bed.word(data) == 7);
    }
    SECTION("which nobody stores to") {
        bed.hart.run(1);
        CHECK(bed.hart.x(13) == 0);
        CHECK(bed.word(data) == 99);
    }
}

TEMPLATE_TEST_CASE("SC fails where its address leads to another word than LR's", "", Interpreted<Plain>,
                   Translated<Plain>) {
    using namespace rv64;
    Bed<TestType> bed;
    bed.put(code, {amo(lr, 3, 11, 10, 0), csrw(csr::satp, 14), amo(sc, 3, 13, 10, 12)});
    const bool moves = GENERATE(false, true);
    bed.hart.set_x(14, Bed<TestType>::satp(moves ? other_tables : tables));
    CHECK(bed.hart.run(3).executed == 3);
    CHECK(bed.hart.pc() == 4 * page + 12);
    CHECK(bed.hart.x(13) == (moves ? 1 : 0));
    CHECK(bed.word(data) == (moves ? 7 : 99));
    CHECK(bed.word(data + page) == 7);
}
