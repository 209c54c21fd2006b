#include <catch2/catch.hpp>

#include <wirewrap/cpu/riscv/trap.hpp>

using namespace wirewrap::riscv;

namespace {

Privileged in(Privilege mode) {
    Privileged p;
    p.mode = mode;
    p.csrs.mtvec = 0x8000'0001;  // vectored
    p.csrs.stvec = 0x9000'0001;
    return p;
}

}  // namespace

TEST_CASE("an exception goes to M mode and remembers where it came from") {
    Privileged p = in(Privilege::user);
    p.csrs.mstatus |= status::mie;
    CHECK(p.take(Cause::load_access_fault, 0x1234, 0x1000) == 0x8000'0000);
    CHECK(p.mode == Privilege::machine);
    CHECK(p.csrs.mepc == 0x1000);
    CHECK(p.csrs.mcause == 5);
    CHECK(p.csrs.mtval == 0x1234);
    CHECK((p.csrs.mstatus & (status::mie | status::mpie | status::mpp)) == status::mpie);
    CHECK(p.leave_machine() == 0x1000);
    CHECK(p.mode == Privilege::user);
    CHECK((p.csrs.mstatus & (status::mie | status::mpie | status::mpp)) == (status::mie | status::mpie));
}

TEST_CASE("a delegated exception goes to S mode, unless it is M mode's own") {
    Privileged p = in(Privilege::supervisor);
    p.csrs.medeleg = 1 << 3;
    p.csrs.mstatus |= status::sie;
    CHECK(p.take(Cause::breakpoint, 7, 0x1000) == 0x9000'0000);
    CHECK(p.mode == Privilege::supervisor);
    CHECK(p.csrs.scause == 3);
    CHECK(p.csrs.sepc == 0x1000);
    CHECK(p.csrs.stval == 7);
    CHECK((p.csrs.mstatus & (status::sie | status::spie | status::spp)) == (status::spie | status::spp));
    CHECK(p.leave_supervisor() == 0x1000);
    CHECK(p.mode == Privilege::supervisor);
    CHECK((p.csrs.mstatus & (status::sie | status::spie | status::spp)) == (status::sie | status::spie));

    p.mode = Privilege::machine;
    CHECK(p.take(Cause::breakpoint, 7, 0x1000) == 0x8000'0000);
    CHECK(p.csrs.mcause == 3);
}

TEST_CASE("returning below M mode ends MPRV") {
    Privileged p = in(Privilege::machine);
    p.csrs.mstatus |= status::mprv | std::uint64_t{1} << status::mpp_shift;
    CHECK(p.data_mode() == Privilege::supervisor);
    p.leave_machine();
    CHECK((p.csrs.mstatus & status::mprv) == 0);
    p = in(Privilege::machine);
    p.csrs.mstatus |= status::mprv | status::mpp;
    p.leave_machine();
    CHECK(p.mode == Privilege::machine);
    CHECK((p.csrs.mstatus & status::mprv) != 0);
}

TEST_CASE("interrupts are taken by level, enable and delegation") {
    Privileged p = in(Privilege::machine);
    p.csrs.mie = 0xaaa;
    CHECK(p.takeable(interrupt::machine_timer) == 0);
    p.csrs.mstatus |= status::mie;
    CHECK(p.takeable(interrupt::machine_timer) == interrupt::machine_timer);
    p.csrs.mideleg = 0x222;
    CHECK(p.takeable(interrupt::supervisor_timer) == 0);  // M mode is not interrupted by S mode's
    p.mode = Privilege::supervisor;
    CHECK(p.takeable(interrupt::supervisor_timer) == 0);
    p.csrs.mstatus |= status::sie;
    CHECK(p.takeable(interrupt::supervisor_timer) == interrupt::supervisor_timer);
    p.csrs.mstatus = 0;
    p.mode = Privilege::user;
    CHECK(p.takeable(0xaaa) == 0xaaa);
    p.csrs.mie = 0;
    CHECK(p.takeable(0xaaa) == 0);
}

TEST_CASE("external before software before timer, and M before S") {
    Privileged p = in(Privilege::user);
    p.csrs.mideleg = 0x222;
    const auto cause = [](std::uint64_t number) { return interrupt_cause_bit | number; };
    CHECK(p.take_interrupt(0xaaa, 0x1000) == 0x8000'0000 + 4 * 11);
    CHECK(p.csrs.mcause == cause(11));
    CHECK(p.csrs.mepc == 0x1000);
    CHECK(p.csrs.mtval == 0);
    p.take_interrupt(0x2aa, 0x1000);
    CHECK(p.csrs.mcause == cause(3));
    p.take_interrupt(0x2a2, 0x1000);
    CHECK(p.csrs.mcause == cause(7));
    p.mode = Privilege::user;
    CHECK(p.take_interrupt(0x222, 0x1000) == 0x9000'0000 + 4 * 9);
    CHECK(p.mode == Privilege::supervisor);
    p.take_interrupt(0x22, 0x1000);
    CHECK(p.csrs.scause == cause(1));
    p.take_interrupt(0x20, 0x1000);
    CHECK(p.csrs.scause == cause(5));
}
