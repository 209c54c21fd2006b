#include <catch2/catch.hpp>

#include <wirewrap/cpu/riscv/pmp.hpp>

using namespace wirewrap::riscv;

namespace {

constexpr auto M = Privilege::machine, S = Privilege::supervisor, U = Privilege::user;
constexpr std::uint64_t all_ones = ~std::uint64_t{0};

/// As OpenSBI sets it up: nobody below M touches the firmware, everything else is open.
Pmp firmware() {
    Pmp pmp;
    pmp.set_address(0, 0x8000'0000 >> 2 | 0xffff);  // 512 KiB
    pmp.set_config(0, Pmp::napot);
    pmp.set_address(1, all_ones);
    pmp.set_config(1, Pmp::napot | Pmp::read | Pmp::write | Pmp::execute);
    return pmp;
}

}  // namespace

TEST_CASE("without entries M mode may do everything and the others nothing") {
    const Pmp pmp;
    CHECK(pmp.allows(0x8000'0000, 8, Pmp::read, M));
    CHECK_FALSE(pmp.allows(0x8000'0000, 8, Pmp::read, S));
    CHECK_FALSE(pmp.allows(0, 1, Pmp::execute, U));
    CHECK(pmp.open_window(Pmp::read | Pmp::write, M).everything());
    CHECK(pmp.open_window(Pmp::read | Pmp::write, S).empty);
    CHECK(pmp.judge(0x1000, 0x1fff, Pmp::execute, M) == Pmp::Verdict::all);
    CHECK(pmp.judge(0x1000, 0x1fff, Pmp::execute, U) == Pmp::Verdict::none);
}

TEST_CASE("the lowest entry that covers an address decides") {
    const Pmp pmp = firmware();
    CHECK_FALSE(pmp.allows(0x8000'0000, 1, Pmp::read, S));
    CHECK_FALSE(pmp.allows(0x8007'ffff, 1, Pmp::read, S));
    CHECK(pmp.allows(0x8008'0000, 1, Pmp::write, S));
    CHECK(pmp.allows(0x7fff'ffff, 1, Pmp::execute, U));
    CHECK(pmp.allows(0x8000'0000, 8, Pmp::write, M));
    CHECK(pmp.open_window(Pmp::read | Pmp::write, M).everything());
    CHECK(pmp.open_window(Pmp::read | Pmp::write, S) == Window{0x8008'0000, all_ones});
    CHECK(pmp.judge(0x8007'f000, 0x8007'ffff, Pmp::execute, S) == Pmp::Verdict::none);
    CHECK(pmp.judge(0x8008'0000, 0x8008'0fff, Pmp::execute, S) == Pmp::Verdict::all);
    CHECK(pmp.judge(0x8007'f800, 0x8008'07ff, Pmp::execute, S) == Pmp::Verdict::mixed);
}

TEST_CASE("NA4, NAPOT and TOR cover what they say") {
    Pmp pmp;
    const auto covers = [&](std::uint64_t a) { return pmp.allows(a, 1, Pmp::read, U); };
    SECTION("NA4") {
        pmp.set_address(3, 0x1004 >> 2);
        pmp.set_config(3, Pmp::na4 | Pmp::read);
        CHECK_FALSE(covers(0x1003));
        CHECK(covers(0x1004));
        CHECK(covers(0x1007));
        CHECK_FALSE(covers(0x1008));
        CHECK(pmp.open_window(Pmp::read, U) == Window{0x1004, 0x1007});
    }
    SECTION("NAPOT of eight bytes") {
        pmp.set_address(3, 0x1008 >> 2);  // no trailing ones
        pmp.set_config(3, Pmp::napot | Pmp::read);
        CHECK_FALSE(covers(0x1007));
        CHECK(covers(0x1008));
        CHECK(covers(0x100f));
        CHECK_FALSE(covers(0x1010));
    }
    SECTION("TOR, from the address below") {
        pmp.set_address(2, 0x2000 >> 2);
        pmp.set_address(3, 0x3004 >> 2);
        pmp.set_config(3, Pmp::tor | Pmp::read);
        CHECK_FALSE(covers(0x1fff));
        CHECK(covers(0x2000));
        CHECK(covers(0x3003));
        CHECK_FALSE(covers(0x3004));
    }
    SECTION("TOR of entry 0, from zero") {
        pmp.set_address(0, 0x2000 >> 2);
        pmp.set_config(0, Pmp::tor | Pmp::read);
        CHECK(covers(0));
        CHECK(covers(0x1fff));
        CHECK_FALSE(covers(0x2000));
    }
    SECTION("TOR whose top is not above its bottom covers nothing") {
        pmp.set_address(2, 0x2000 >> 2);
        pmp.set_address(3, 0x2000 >> 2);
        pmp.set_config(3, Pmp::tor | Pmp::read);
        CHECK_FALSE(covers(0x1fff));
        CHECK_FALSE(covers(0x2000));
    }
    SECTION("all ones cover everything") {
        pmp.set_address(3, all_ones);
        pmp.set_config(3, Pmp::napot | Pmp::read);
        CHECK(covers(0));
        CHECK(covers(all_ones));
    }
}

TEST_CASE("an aligned access must lie in one entry, a misaligned one is two") {
    Pmp pmp;
    pmp.set_address(0, 0x1004 >> 2);
    pmp.set_config(0, Pmp::na4 | Pmp::read);
    pmp.set_address(1, all_ones);
    pmp.set_config(1, Pmp::napot | Pmp::read);
    CHECK(pmp.allows(0x1000, 4, Pmp::read, S));
    CHECK(pmp.allows(0x1004, 4, Pmp::read, S));
    CHECK_FALSE(pmp.allows(0x1000, 8, Pmp::read, S));  // both entries allow it, neither covers it
    CHECK(pmp.allows(0x1006, 4, Pmp::read, S));        // two accesses of two bytes
    // An aligned access of eight bytes that includes 0x1004 would begin at 0x1000.
    CHECK(pmp.open_window(Pmp::read, S) == Window{0x1004, all_ones});
    // In M mode too, even though it is restricted by nothing.
    CHECK_FALSE(pmp.allows(0x1000, 8, Pmp::read, M));
    CHECK_FALSE(pmp.open_window(Pmp::read | Pmp::write, M).everything());
}

TEST_CASE("locked entries hold M mode too, and stay") {
    Pmp pmp;
    pmp.set_address(1, 0x2000 >> 2);
    pmp.set_address(2, 0x3000 >> 2);
    pmp.set_config(2, Pmp::tor | Pmp::read | Pmp::locked);
    CHECK(pmp.allows(0x2000, 4, Pmp::read, M));
    CHECK_FALSE(pmp.allows(0x2000, 4, Pmp::write, M));
    CHECK(pmp.allows(0x3000, 4, Pmp::write, M));
    CHECK(pmp.open_window(Pmp::read | Pmp::write, M) == Window{0x3000, all_ones});
    pmp.set_config(2, 0);
    pmp.set_address(2, 0);
    pmp.set_address(1, 0);  // the bottom of a locked TOR
    CHECK(pmp.config(2) == (Pmp::tor | Pmp::read | Pmp::locked));
    CHECK(pmp.address(2) == 0x3000 >> 2);
    CHECK(pmp.address(1) == 0x2000 >> 2);
    pmp.set_address(0, 0x1234);
    CHECK(pmp.address(0) == 0x1234);
}

TEST_CASE("registers hold what exists") {
    Pmp pmp;
    pmp.set_address(15, all_ones);
    CHECK(pmp.address(15) == all_ones >> 10);
    pmp.set_packed_config(8, 0x9f'00'02'60'18'10'08'07);
    CHECK(pmp.packed_config(8) ==
          0x9f'00'00'00'18'10'08'07);  // bits 5 and 6 do not exist; W without R is reserved
    CHECK(pmp.packed_config(0) == 0);
}
