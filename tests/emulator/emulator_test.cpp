#include <wirewrap/emulator/emulator.hpp>

#include <catch2/catch.hpp>

#include <cstring>
#include <string>

#include <boards/riscv/virt.hpp>
#include <wirewrap/cpu/riscv/hart.hpp>
#include <wirewrap/emulator/riscv_boot.hpp>
#include <wirewrap/machine/machine.hpp>

#include "tests/support/rv64_assembler.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test::rv64;

namespace {

using VirtMachine = Machine<boards::riscv::Virt, hostmem::Anonymous>;
template <class Bus>
using Rv64 = riscv::Hart<Bus>;
using VirtualEmulator = Emulator<VirtMachine, Rv64, VirtualClock>;

constexpr std::uint64_t ram_base = 0x8000'0000, uart = 0x1000'0000, finisher = 0x10'0000, clint = 0x200'0000;
constexpr Reg t0 = 5, t1 = 6, t2 = 7, a0 = 10;

/// Types a text when the guest listens, keeps what it prints, sleeps for nobody.
struct Script {
    std::string typed{}, printed{};
    std::size_t next_byte = 0;
    std::chrono::nanoseconds waited{0};
    bool left = false;

    std::optional<std::uint8_t> next(bool listening) {
        if (!listening || next_byte == typed.size()) return std::nullopt;
        return static_cast<std::uint8_t>(typed[next_byte++]);
    }
    void print(std::span<const std::uint8_t> bytes) { printed.append(bytes.begin(), bytes.end()); }
    void wait(std::chrono::nanoseconds time) { waited += time; }
    bool closed() { return left; }
};

struct Bed {
    VirtMachine machine = VirtMachine::create({.ram_size = 1_MiB}).value();
    VirtualEmulator emulator{machine};
    Script console;

    explicit Bed(const Assembler& program) {
        const auto ram = machine.ram_span(at(program.base()), Bytes{program.bytes().size()});
        std::ranges::copy(program.bytes(), ram.begin());
        emulator.hart(0).set_pc(program.base());
    }
};

void finish(Assembler& a, std::uint32_t value) {
    a.li(t0, finisher);
    a.li(t1, value);
    a.emit(sw(t1, t0, 0), jal(0, 0));
}

}  // namespace

TEST_CASE("A guest prints and powers off") {
    Assembler a(ram_base);
    a.li(t0, uart);
    for (const char c : std::string("hello")) {
        a.li(t1, static_cast<std::uint64_t>(c));
        a.emit(sb(t1, t0, 0));
    }
    finish(a, 0x5555);
    Bed bed(a);
    const Stopped stopped = bed.emulator.run(bed.console);
    CHECK(bed.console.printed == "hello");
    CHECK(stopped.finish == Finish{Finish::pass, 0});
    CHECK_FALSE(stopped.closed);
}

TEST_CASE("A guest's own code comes back, and a reset is told apart") {
    Assembler failing(ram_base);
    finish(failing, 0x002a'3333);
    Bed bed(failing);
    CHECK(bed.emulator.run(bed.console).finish == Finish{Finish::fail, 42});

    Assembler resetting(ram_base);
    finish(resetting, 0x7777);
    Bed other(resetting);
    CHECK(other.emulator.run(other.console).finish == Finish{Finish::reset, 0});
}

TEST_CASE("What is typed arrives whole and in order, however long it is") {
    Assembler a(ram_base);
    a.li(t0, uart);
    const std::uint64_t loop = a.here();
    a.emit(lbu(t1, t0, 5), i_type(0x13, 7, t1, t1, 1));  // LSR, data ready?
    a.emit(beq(t1, 0, static_cast<std::int64_t>(loop - a.here())));
    a.emit(lbu(t1, t0, 0), sb(t1, t0, 0));
    a.li(t2, 'q');
    a.emit(bne(t1, t2, static_cast<std::int64_t>(loop - a.here())));
    finish(a, 0x5555);
    Bed bed(a);
    for (int line = 0; line != 100; ++line) bed.console.typed += "line " + std::to_string(line) + "\n";
    bed.console.typed += "q";
    CHECK(bed.emulator.run(bed.console).finish == Finish{Finish::pass, 0});
    CHECK(bed.console.printed == bed.console.typed);
}

TEST_CASE("A hart in WFI sleeps until its timer, and virtual time takes none") {
    Assembler a(ram_base);
    a.li(t0, clint + 0x4000);
    a.li(t1, 50'000'000);  // 5 s at 10 MHz
    a.emit(sd(t1, t0, 0));
    a.li(t1, 1 << 7);
    a.emit(csrw(0x304, t1), wfi, csrr(a0, 0xc01));
    finish(a, 0x5555);
    Bed bed(a);
    const Stopped stopped = bed.emulator.run(bed.console);
    CHECK(stopped.finish == Finish{Finish::pass, 0});
    CHECK(bed.emulator.hart(0).x(a0) >= 50'000'000);
    CHECK(bed.emulator.hart(0).x(a0) < 50'100'000);
    CHECK(stopped.executed < 50'000);  // of the 5,000,000,000 that the time stands for
    CHECK(bed.console.waited == std::chrono::nanoseconds{0});
}

TEST_CASE("A hart in WFI sleeps until the alarm on the wall") {
    constexpr std::uint64_t rtc = 0x10'1000, start = 1'577'836'800'000'000'000, alarm = start + 7'000'000'000;
    Assembler a(ram_base);
    a.li(t0, rtc);
    a.li(t1, 1);
    a.emit(sw(t1, t0, 0x10));
    a.li(t1, alarm >> 32);
    a.emit(sw(t1, t0, 0x0c));
    a.li(t1, alarm & 0xffff'ffff);
    a.emit(sw(t1, t0, 0x08));
    a.li(t0, 0xc00'0000);  // PLIC: source 11 has priority 1 and is enabled in context 0
    a.li(t1, 1);
    a.emit(sw(t1, t0, 4 * 11));
    a.li(t0, 0xc00'2000);
    a.li(t1, 1 << 11);
    a.emit(sw(t1, t0, 0), csrw(0x304, t1), wfi, csrr(a0, 0xc01));
    finish(a, 0x5555);
    Bed bed(a);
    CHECK(bed.emulator.run(bed.console).finish == Finish{Finish::pass, 0});
    CHECK(bed.emulator.hart(0).x(a0) >= 70'000'000);
    CHECK(bed.emulator.hart(0).x(a0) < 70'100'000);
}

TEST_CASE("An instruction limit is kept, and a run goes on where it ended") {
    Assembler a(ram_base);
    const std::uint64_t loop = a.here();
    a.emit(addi(a0, a0, 1), jal(0, static_cast<std::int64_t>(loop - a.here()) - 4));
    Bed bed(a);
    CHECK(bed.emulator.run(bed.console, 100'001).executed == 100'001);
    CHECK(bed.emulator.hart(0).x(a0) == 50'001);
    CHECK(bed.emulator.run(bed.console, 3).executed == 3);
    CHECK(bed.emulator.hart(0).x(a0) == 50'002);
}

TEST_CASE("A limit is exact where turns are not, on the host's clock") {
    Assembler a(ram_base);
    const std::uint64_t loop = a.here();
    for (int i = 0; i != 99; ++i) a.emit(addi(a0, a0, 1));
    a.emit(jal(0, static_cast<std::int64_t>(loop - a.here())));
    Bed bed(a);
    Emulator<VirtMachine, Rv64, HostClock> emulator(bed.machine, {.slice = 250});
    emulator.hart(0).set_pc(ram_base);
    std::uint64_t done = 0;
    for (const std::uint64_t limit : {1, 99, 100, 101, 249, 251, 1000, 12345, 3, 0, 250}) {
        CHECK(emulator.run(bed.console, limit).executed == limit);
        done += limit;
        CHECK(emulator.hart(0).x(a0) == done - done / 100);
    }
}

TEST_CASE("A closed console ends the run") {
    Assembler a(ram_base);
    a.emit(wfi, jal(0, -4));
    Bed bed(a);
    bed.console.left = true;
    const Stopped stopped = bed.emulator.run(bed.console);
    CHECK(stopped.closed);
    CHECK_FALSE(stopped.finish);
}

TEST_CASE("Two runs on virtual time are the same run") {
    const auto run = [] {
        Assembler a(ram_base);
        a.li(t2, 1000);
        const std::uint64_t loop = a.here();
        a.emit(csrr(t1, 0xc01), add(a0, a0, t1), addi(t2, t2, -1));
        a.emit(bne(t2, 0, static_cast<std::int64_t>(loop - a.here())));
        finish(a, 0x5555);
        Bed bed(a);
        const Stopped stopped = bed.emulator.run(bed.console);
        return std::pair{stopped.executed, bed.emulator.hart(0).x(a0)};
    };
    CHECK(run() == run());
}
