// Regions: what is reached from a head, in which blocks, and which addresses need no check of their own.
#include <catch2/catch.hpp>

#include <cstring>
#include <initializer_list>

#include <wirewrap/jit/region.hpp>
#include <wirewrap/jit/registers.hpp>

#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::test::rv64;
using jit::find_region;
using jit::Step;
using jit::Steps;

namespace {

struct Page : riscv::CodePage {
    explicit Page(std::initializer_list<u32> words, std::size_t offset = 0) {
        bytes.fill(std::byte{0});
        std::size_t at = offset;
        for (const u32 word : words) std::memcpy(bytes.data() + at, &word, 4), at += 4;
    }
};

/// The step at a byte offset in the page.
const Step& at(const Steps& steps, std::size_t offset) {
    for (const Step& step : steps)
        if (step.index * 2u == offset) return step;
    FAIL("nothing at " << offset);
    return steps[0];
}
bool has(const Steps& steps, std::size_t offset) {
    for (const Step& step : steps)
        if (step.index * 2u == offset) return true;
    return false;
}

}  // namespace

TEST_CASE("a loop: blocks pay for what they hold") {
    const Page page(
        {addi(10, 0, 5), addi(11, 11, 1), beq(11, 12, 8), addi(10, 10, -1), bne(10, 0, -12), jal(0, 0x4000)});
    const Steps steps = find_region(page, 0);
    REQUIRE(steps.size() == 6);
    CHECK(at(steps, 0).charge == 1);
    CHECK(at(steps, 4).head);
    CHECK(at(steps, 4).looped_to);
    CHECK(at(steps, 4).charge == 2);
    CHECK_FALSE(at(steps, 8).begins_block);
    CHECK(at(steps, 12).begins_block);
    CHECK_FALSE(at(steps, 12).head);
    CHECK(at(steps, 12).charge == 1);
    CHECK(at(steps, 16).head);
    CHECK(at(steps, 16).charge == 1);
    CHECK(at(steps, 20).charge == 1);
    CHECK(at(steps, 20).target == -1);
    CHECK(at(steps, 4).depth == 1);
    CHECK(at(steps, 0).depth == 0);
    CHECK(at(steps, 20).depth == 0);
    CHECK(at(steps, 4).unpaid == 2);
    CHECK(at(steps, 8).unpaid == 1);
}

TEST_CASE("what is called and what follows the call belong to the region, what lies behind an indirect jump "
          "does not") {
    const Page page(
        {jal(1, 16), addi(10, 10, 1), jalr(0, 1, 0), addi(9, 9, 9), addi(11, 11, 1), jalr(0, 1, 0)});
    const Steps steps = find_region(page, 0);
    CHECK(steps.size() == 5);
    CHECK_FALSE(has(steps, 12));
    CHECK(at(steps, 4).return_point);
    CHECK(at(steps, 4).head);
    CHECK(at(steps, 16).head);
    CHECK_FALSE(at(steps, 16).looped_to);
}

TEST_CASE("a trap or a change of state is the end") {
    const Page page({addi(10, 10, 1), ecall, addi(11, 11, 1)});
    const Steps steps = find_region(page, 0);
    CHECK(steps.size() == 2);
    CHECK(find_region(Page({}), 0).size() == 1);  // zero is an illegal instruction
}

TEST_CASE("an address register is checked once, until it changes or control may come from elsewhere") {
    const Page page({ld(10, 5, 0), sd(10, 5, 8), ld(5, 5, 16), ld(11, 5, 0), beq(10, 0, 8), ld(12, 5, 8),
                     ld(13, 5, 8), jalr(0, 1, 0)});
    const Steps steps = find_region(page, 0);
    CHECK_FALSE(at(steps, 0).covered);
    CHECK(at(steps, 0).relied_on);
    CHECK(at(steps, 4).covered);
    CHECK(at(steps, 8).covered);
    CHECK_FALSE(at(steps, 12).covered);
    CHECK(at(steps, 12).relied_on);
    CHECK(at(steps, 20).covered);
    CHECK_FALSE(at(steps, 24).covered);
}

TEST_CASE("what is in enough regions is left to them") {
    const Page page({addi(10, 10, 1), beq(10, 11, 8), addi(12, 12, 1), addi(13, 13, 1), jal(0, -16)});
    jit::Copies copies{};
    copies[12 / 2] = jit::most_copies;
    copies[0] = jit::most_copies - 1;
    const Steps steps = find_region(page, 0, {}, &copies);
    CHECK(steps.size() == 3);
    CHECK_FALSE(has(steps, 12));
    CHECK(at(steps, 4).target == -1);  // elsewhere
    CHECK(has(find_region(page, 16 / 2, {}, &copies), 0));
    // A head in the middle of a block of others is entered all the same, as far as the block goes.
    const Steps inside = find_region(page, 12 / 2, {}, &copies);
    REQUIRE(inside.size() == 5);
    CHECK(at(inside, 12).charge == 2);
    copies[16 / 2] = jit::most_copies;
    copies[0] = jit::most_copies;
    CHECK(find_region(page, 12 / 2, {}, &copies).size() == 2);
    copies[12 / 2] = jit::most_copies_of_heads;
    CHECK(find_region(page, 12 / 2, {}, &copies).empty());
}

TEST_CASE("loops inside of loops, and one that overlaps") {
    const Page page({addi(10, 10, 1), addi(11, 11, 1), bne(11, 5, -4), addi(12, 12, 1), bne(10, 6, -16),
                     bne(12, 7, -12), jalr(0, 1, 0)});
    const Steps steps = find_region(page, 0);
    const unsigned depths[] = {1, 2, 3, 2, 2, 1, 0};
    for (std::size_t i = 0; i != 7; ++i) CHECK(at(steps, 4 * i).depth == depths[i]);
}

TEST_CASE("an instruction that goes on in the next page, or is not there, is left out") {
    Page page({}, 0);
    const u32 last = addi(10, 10, 1);
    std::memcpy(page.bytes.data() + 4090, &last, 4);
    const std::uint16_t half = 0x0513;  // the first half of another one
    std::memcpy(page.bytes.data() + 4094, &half, 2);
    CHECK(find_region(page, 4090 / 2).size() == 1);
    CHECK(find_region(page, 4094 / 2).empty());
    page.absent[4090 / 2] = true;
    CHECK(find_region(page, 4090 / 2).empty());
}

TEST_CASE("instructions that overlap are both there") {
    // At 2 lies the second half of the first instruction, which is an instruction itself: c.li a0, 0.
    const Page page({0x4501'0513, jal(0, -2)});
    const Steps steps = find_region(page, 0);
    CHECK(has(steps, 0));
    CHECK(has(steps, 2));
    CHECK(has(steps, 4));
    CHECK(at(steps, 4).head);
    CHECK(at(steps, 4).begins_block);
}

TEST_CASE("loops decide which guest registers get a host register") {
    const Page page(
        {addi(20, 0, 1), addi(21, 21, 1), addi(22, 22, 1), addi(22, 22, 1), bne(22, 21, -8), jalr(0, 1, 0)});
    const jit::RegisterMap map = jit::choose_registers(find_region(page, 0));
    CHECK(map.host[22] == jit::RegisterMap::hosts[0]);
    CHECK(map.host[21] == jit::RegisterMap::hosts[1]);
    CHECK(map.holds(20));
    CHECK(map.holds(1));
    CHECK_FALSE(map.holds(2));
    CHECK_FALSE(map.written[1]);
    CHECK(map.written[21]);
    CHECK_FALSE(map.holds(0));
    CHECK_FALSE(map.holds(riscv::discarded_register));
}
