#include <catch2/catch.hpp>

#include <algorithm>
#include <memory>
#include <vector>

#include <wirewrap/cpu/riscv/code_page.hpp>

#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap::riscv;
using namespace wirewrap::test;

namespace {

/// Handlers that are nothing but distinct addresses: the page only compares them.
const Handlers& handlers() {
    static const Handlers table = [] {
        static std::byte places[operation_count];
        Handlers h;
        for (std::size_t i = 0; i != operation_count; ++i) h[i] = &places[i];
        return h;
    }();
    return table;
}

Op op_of(const Slot& slot) {
    return static_cast<Op>(std::find(handlers().begin(), handlers().end(), slot.handler) -
                           handlers().begin());
}

std::unique_ptr<CodePage> page_with(const rv64::Assembler& code, std::size_t first_halfword = 0) {
    auto page = std::make_unique<CodePage>();
    page->bytes.fill(std::byte{0});
    const auto bytes = code.bytes();
    std::copy(bytes.begin(), bytes.end(),
              page->bytes.begin() + static_cast<std::ptrdiff_t>(2 * first_halfword));
    page->clear(handlers());
    return page;
}

}  // namespace

TEST_CASE("a run is decoded to its end and counts down to it") {
    rv64::Assembler a(0);
    a.emit(rv64::addi(10, 10, 1));
    a.emit_compressed(0x952e);  // c.add a0, a1
    a.emit(rv64::jal(0, -6));
    const auto page = page_with(a);
    page->decode_run(0, handlers());
    CHECK(op_of(page->slots[0]) == Op::addi_4);
    CHECK(page->slots[0].left == 3);
    CHECK(op_of(page->slots[1]) == Op::undecoded_4);  // the middle of an instruction
    CHECK(op_of(page->slots[2]) == Op::add_2);
    CHECK(page->slots[2].left == 2);
    CHECK(op_of(page->slots[3]) == Op::jump_near_4);
    CHECK(page->slots[3].left == 1);
    CHECK(page->slots[3].immediate == -3 * static_cast<int>(sizeof(Slot)));  // in bytes of slots
    CHECK(op_of(page->slots[5]) == Op::undecoded_4);
}

TEST_CASE("a run joins what is decoded already") {
    rv64::Assembler a(0);
    a.emit(rv64::nop, rv64::nop, rv64::nop, rv64::ecall);
    const auto page = page_with(a);
    page->decode_run(4, handlers());
    CHECK(page->slots[4].left == 2);
    page->decode_run(0, handlers());
    CHECK(page->slots[0].left == 4);
    CHECK(page->slots[2].left == 3);
}

TEST_CASE("an address inside an instruction is code of its own") {
    rv64::Assembler a(0);
    a.emit(rv64::u_type(0x37, 5, 0x90020000));  // lui t0; its upper half is c.ebreak
    a.emit(rv64::ecall);
    const auto page = page_with(a);
    page->decode_run(0, handlers());
    page->decode_run(1, handlers());
    CHECK(op_of(page->slots[0]) == Op::load_immediate_4);
    CHECK(op_of(page->slots[1]) == Op::ebreak_2);
    CHECK(page->slots[1].left == 1);
}

TEST_CASE("targets in the page are near, others far") {
    rv64::Assembler a(0);
    a.emit(rv64::beq(1, 2, 4092), rv64::beq(1, 2, 4092), rv64::beq(1, 2, -10), rv64::jal(1, 2048),
           rv64::jal(1, 4084));
    const auto page = page_with(a);
    for (std::size_t i = 0; i != 10; i += 2) page->decode_run(i, handlers());
    CHECK(op_of(page->slots[0]) == Op::beq_near_4);  // the last four bytes
    CHECK(op_of(page->slots[2]) == Op::beq_far_4);   // just past the end
    CHECK(page->slots[2].immediate == 4092);
    CHECK(op_of(page->slots[4]) == Op::beq_far_4);  // before the start
    CHECK(op_of(page->slots[6]) == Op::jal_near_4);
    CHECK(op_of(page->slots[8]) == Op::jal_far_4);
}

TEST_CASE("loads and stores of a checked page ask first") {
    rv64::Assembler a(0);
    a.emit(rv64::lw(1, 2, 0), rv64::sd(1, 2, 0));
    a.emit_compressed(0x4140);  // c.lw
    a.emit(rv64::ecall);
    const auto page = page_with(a);
    page->checked = true;
    page->decode_run(0, handlers());
    CHECK(op_of(page->slots[0]) == Op::lw_checked_4);
    CHECK(op_of(page->slots[2]) == Op::sd_checked_4);
    CHECK(op_of(page->slots[4]) == Op::lw_checked_2);
    CHECK(name(checked_form(Op::sd_2)) == name(Op::sd_checked_2));
    CHECK(checked_form(Op::add_4) == Op::add_4);
}

TEST_CASE("a run ends with the page") {
    rv64::Assembler a(0);
    a.emit(rv64::nop, rv64::nop);
    const auto page = page_with(a, halfwords_per_page - 4);
    page->decode_run(halfwords_per_page - 4, handlers());
    CHECK(page->slots[halfwords_per_page - 4].left == 2);
    CHECK(page->slots[halfwords_per_page - 2].left == 1);
    CHECK(op_of(page->slots[halfwords_per_page]) == Op::page_end_4);
    CHECK(page->slots[halfwords_per_page].left == 0);
}

TEST_CASE("an instruction across the end of the page is looked at each time") {
    rv64::Assembler a(0);
    a.emit(rv64::nop);
    a.emit_compressed(0x0537);  // lower half of a lui
    const auto page = page_with(a, halfwords_per_page - 3);
    page->decode_run(halfwords_per_page - 3, handlers());
    CHECK(page->slots[halfwords_per_page - 3].left == 1);  // pays for the nop only
    CHECK(op_of(page->slots[halfwords_per_page - 1]) == Op::single_step_4);
    CHECK(page->slots[halfwords_per_page - 1].left == 0);
}

TEST_CASE("runs longer than a byte can count are cut") {
    const std::size_t length = GENERATE(254, 255, 256, 600);
    rv64::Assembler a(0);
    for (std::size_t i = 1; i != length; ++i) a.emit_compressed(0x0505);  // c.addi a0, 1
    a.emit_compressed(0x9002);                                            // c.ebreak
    const auto page = page_with(a);
    // From the middle and from the start: what is decoded already may have to be cut, too.
    const std::size_t middle = GENERATE(0, 1, 2, 100, 200);
    page->decode_run(middle, handlers());
    if (middle != 0) page->decode_run(0, handlers());
    // Follow the payments as the loop does.
    std::size_t paid = 0, executed = 0;
    for (std::size_t i = 0; i != length; ++i) {
        Slot& slot = page->slots[i];
        if (op_of(slot) == Op::undecoded_4) page->decode_run(i, handlers());
        if (op_of(slot) == Op::single_step_4) {
            CHECK(slot.left == 0);
            REQUIRE(paid == executed);
            ++paid, ++executed;  // by itself; what follows pays anew
            if (i + 1 != length && op_of(page->slots[i + 1]) == Op::undecoded_4)
                page->decode_run(i + 1, handlers());
            if (i + 1 != length) paid += page->slots[i + 1].left;
            continue;
        }
        if (i == 0) paid += slot.left;
        ++executed;
        REQUIRE(paid >= executed);
        REQUIRE(paid - executed + 1 == slot.left);
    }
    CHECK(executed == length);
    CHECK(paid == length);
}

TEST_CASE("halfwords that cannot be fetched fault") {
    rv64::Assembler a(0);
    a.emit(rv64::nop, rv64::nop);
    const auto page = page_with(a);
    page->absent.set(3);
    page->absent.set(4);
    page->decode_run(0, handlers());
    CHECK(page->slots[0].left == 1);
    CHECK(op_of(page->slots[2]) == Op::single_step_4);  // its second half is missing
    page->decode_run(4, handlers());
    CHECK(op_of(page->slots[4]) == Op::fetch_fault_4);
    CHECK(page->slots[4].left == 1);
}
