// Every board but those of arm_proof_test.
#include <cstddef>

#include <boost/hana/length.hpp>
#include <catch2/catch.hpp>

#include <boards/all.hpp>

#include "tests/boards/proof.hpp"

using namespace wirewrap;

namespace {

constexpr auto others = joined_lists(
    boards::alpha::all, boards::avr::all, boards::cris::all, boards::hexagon::all, boards::hppa::all,
    boards::loongarch::all, boards::m68k::all, boards::microblaze::all, boards::mips::all, boards::nios2::all,
    boards::or1k::all, boards::ppc::all, boards::riscv::all, boards::rx::all, boards::s390x::all,
    boards::sh4::all, boards::sparc::all, boards::tricore::all, boards::x86::all, boards::xtensa::all);
constexpr std::size_t proofs = proof::proofs_of(others);

template <class List>
constexpr std::size_t length(const List&) {
    return decltype(boost::hana::length(List{}))::value;
}
static_assert(proofs + length(boards::arm::all) == length(boards::all), "no folder is left out");

}  // namespace

TEST_CASE("every board is proved") {
    CHECK(length(boards::all) >= 408);  // as many as QEMU 7.2 and 11.1 have machines together
}
