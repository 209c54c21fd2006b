// Which accesses one look serves.
#include <catch2/catch.hpp>

#include <cstring>
#include <initializer_list>

#include <wirewrap/jit/access_groups.hpp>

#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::test::rv64;
using jit::AccessGroup;
using jit::AccessGroups;

namespace {

constexpr Reg sp = 2, a0 = 10, a1 = 11, a2 = 12, a3 = 13, a4 = 14;

struct Made {
    jit::Steps steps;
    AccessGroups groups;

    explicit Made(std::initializer_list<u32> words) {
        riscv::CodePage page;
        page.bytes.fill(std::byte{0});
        std::size_t at = 0;
        for (const u32 word : words) std::memcpy(page.bytes.data() + at, &word, 4), at += 4;
        steps = jit::find_region(page, 0);
        groups = AccessGroups(steps);
    }
    const AccessGroup* of(std::size_t i) const { return groups.of(i); }
};

}  // namespace

TEST_CASE("what goes through one register while it keeps its value is a group") {
    const Made m{addi(sp, sp, -32), sd(1, sp, 24), sd(8, sp, 16),
                 addi(8, sp, 32),   lw(a0, sp, 4), jalr(0, 1, 0)};
    REQUIRE(m.of(1) != nullptr);
    CHECK(m.of(2) == m.of(1));
    CHECK(m.of(4) == m.of(1));
    CHECK(m.of(0) == nullptr);
    CHECK(m.of(3) == nullptr);
    CHECK(m.of(1)->leader == 1);
    CHECK(m.of(1)->last == 4);
    CHECK(m.of(1)->lowest == 4);
    CHECK(m.of(1)->highest == 31);
    CHECK(m.of(1)->accesses == 3);
    CHECK(m.of(1)->stores);
}

TEST_CASE(
    "a group ends where its register changes, where a block does, and where the interpreter has its turn") {
    const Made changed{ld(a1, a0, 0), ld(a2, a0, 8), addi(a0, a0, 16),
                       ld(a3, a0, 0), ld(a4, a0, 8), jalr(0, 1, 0)};
    REQUIRE((changed.of(0) != nullptr && changed.of(3) != nullptr));
    CHECK(changed.of(0) != changed.of(3));
    CHECK_FALSE(changed.of(0)->stores);

    const Made chased{ld(a0, a0, 0), ld(a0, a0, 8), ld(a0, a0, 16), jalr(0, 1, 0)};
    for (std::size_t i = 0; i != 3; ++i) CHECK(chased.of(i) == nullptr);

    const Made last{ld(a1, a0, 0), ld(a0, a0, 8), ld(a2, a0, 16), jalr(0, 1, 0)};
    REQUIRE(last.of(0) != nullptr);
    CHECK(last.of(1) == last.of(0));
    CHECK(last.of(2) == nullptr);

    const Made blocks{ld(a1, a0, 0), beq(a1, 0, 8), ld(a2, a0, 8), jalr(0, 1, 0)};
    CHECK(blocks.of(0) == nullptr);
    CHECK(blocks.of(2) == nullptr);

    const Made csr{ld(a1, a0, 0), csrr(a3, 0x300), ld(a2, a0, 8), jalr(0, 1, 0)};
    CHECK(csr.of(0) == nullptr);
    CHECK(csr.of(2) == nullptr);
}

TEST_CASE("a group is short, and there are as many at a time as there are homes") {
    const Made far{ld(a1, a0, 0), ld(a2, a0, 2000), ld(a3, a0, 2008), jalr(0, 1, 0)};
    CHECK(far.of(0) == nullptr);
    REQUIRE(far.of(1) != nullptr);
    CHECK(far.of(1) == far.of(2));

    const Made widest{ld(a1, a0, -256), lbu(a2, a0, 255), lbu(a3, a0, 256), jalr(0, 1, 0)};
    REQUIRE(widest.of(0) != nullptr);
    CHECK(widest.of(1) == widest.of(0));
    CHECK(widest.of(0)->highest - widest.of(0)->lowest + 1 == AccessGroups::longest);
    CHECK(widest.of(2) == nullptr);

    // Four at a time: the last goes alone, until a home is free.
    const Made many{sd(0, 5, 0), sd(0, 6, 0),  sd(0, 7, 0),  sd(0, 28, 0), sd(0, 5, 8),  sd(0, 6, 8),
                    sd(0, 7, 8), sd(0, 28, 8), sd(0, 29, 0), sd(0, 29, 8), jalr(0, 1, 0)};
    for (const std::size_t i : {0, 1, 2, 8}) {
        REQUIRE(many.of(i) != nullptr);
        CHECK(many.of(i)->leader == i);
    }
    CHECK(many.of(0)->home != many.of(1)->home);
    CHECK(many.of(1)->home != many.of(2)->home);
    CHECK(many.of(0)->home != many.of(2)->home);
    CHECK(many.of(3) == nullptr);
    CHECK(many.of(7) == nullptr);
    CHECK(many.of(9) == many.of(8));

    const Made x0{ld(a1, 0, 0), ld(a2, 0, 8), jalr(0, 1, 0)};
    CHECK(x0.of(0) == nullptr);
}
