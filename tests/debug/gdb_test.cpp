// Debian's GDB and machines of this library: breakpoints, steps, watchpoints, registers, memory, interrupts, two harts.
#include <catch2/catch.hpp>

#include <string>

#include "tests/debug/bed.hpp"
#include "tests/debug/gdb.hpp"

using namespace wirewrap;
using namespace wirewrap::test;

namespace {
const std::string guest = "tests/debug/guest.elf";
}

TEMPLATE_TEST_CASE("GDB breaks, steps, and sees calls and registers", "", DebugBed<Interpreted>,
                   DebugBed<Translated>) {
    TestType bed;
    REQUIRE(bed.load(file_contents(guest)));
    const std::string said = debugged(bed.emulator, guest,
                                      {"info threads",
                                       "print $priv",
                                       "print/x $misa",
                                       "break mix if b == 50",
                                       "continue",
                                       "bt",
                                       "print $pc - &mix",
                                       "stepi",
                                       "print $pc - &mix",
                                       "finish",
                                       "print rounds",
                                       "set var rounds = 1234",
                                       "print rounds",
                                       "set $a0 = 0x1234567890abcdef",
                                       "print/x $a0",
                                       "print/x $x10",
                                       "set $mscratch = 0x77",
                                       "print/x $mscratch",
                                       "x/2i mix",
                                       "info registers pc"});
    INFO(said);
    CHECK(in_order(said, {"hart0, machine mode", "hart1, machine mode", "$1 = 3", "$2 = 0x8000000000141105",
                          "Breakpoint 1, mix (a=", ", b=50) at", "#1 ", "in main (hart=", "= 0", "= 4"}));
    CHECK(in_order(said, {"Value returned is", "= 50", "= 1234", "= 0x1234567890abcdef",
                          "= 0x1234567890abcdef", "= 0x77", "<mix>:", "a5,a0,0x5", "pc "}));
    CHECK(said.find("annot") == std::string::npos);  // "Cannot access memory", "cannot …"
}

TEMPLATE_TEST_CASE("GDB sees who changes a word, at the very instruction", "", DebugBed<Interpreted>,
                   DebugBed<Translated>) {
    TestType bed;
    REQUIRE(bed.load(file_contents(guest)));
    const std::string said = debugged(bed.emulator, guest,
                                      {"watch victim", "continue", "print rounds", "x/i $pc", "stepi",
                                       "x/i $pc", "delete", "rwatch mixed", "continue", "print rounds",
                                       "bt 1", "delete", "awatch ticks", "continue"});
    INFO(said);
    CHECK(in_order(said, {"Hardware watchpoint 1: victim", "Old value = 7", "New value = ", "in spoil",
                          "= 700", "<spoil+8>:", "ret", "<main+", "Hardware read watchpoint", "= 70",
                          "in main", "Hardware access (read/write) watchpoint", "Value = ", "in on_trap"}));
}

TEMPLATE_TEST_CASE("GDB steps through interrupts and returns from them", "", DebugBed<Interpreted>,
                   DebugBed<Translated>) {
    TestType bed;
    REQUIRE(bed.load(file_contents(guest)));
    const std::string said = debugged(
        bed.emulator, guest,
        {"break on_trap", "continue", "print/x $mcause", "print/x $mepc", "print/x $mstatus", "delete",
         "tbreak trap_return", "continue", "x/i $pc", "stepi", "print $pc == $mepc", "print $mie & 0x80",
         "tbreak on_trap", "continue", "print ticks", "monitor info harts", "monitor system"});
    INFO(said);
    CHECK(
        in_order(said, {"= 0x8000000000000007", "= 0x8000", "= 0xa00001880", "mret", "= 1", "= 128", "= 1"}));
    CHECK(in_order(said, {"hart0, machine mode, at 0x8000", "bench: 1 MiB of RAM, 2 harts"}));
}

TEMPLATE_TEST_CASE("GDB has two harts as threads", "", DebugBed<Interpreted>, DebugBed<Translated>) {
    TestType bed;
    REQUIRE(bed.load(file_contents(guest)));
    const std::string said = debugged(bed.emulator, guest,
                                      {"break second",
                                       "continue",
                                       "info threads",
                                       "delete",
                                       "break mix thread 1",
                                       "continue",
                                       "thread 2",
                                       "bt",
                                       "print seen_by_second > 0",
                                       "set scheduler-locking on",
                                       "stepi",
                                       "stepi",
                                       "thread 1",
                                       "print/x $mhartid",
                                       "set scheduler-locking off",
                                       "continue",
                                       "thread 2",
                                       "print/x $mhartid",
                                       "set var go_on = 0",
                                       "delete",
                                       "tbreak idle",
                                       "continue"});
    INFO(said);
    CHECK(in_order(said, {"Thread 2 hit Breakpoint 1, second ()", "* 2 ", "Thread 1 hit Breakpoint 2, mix",
                          "second ()", "= 1", "= 0x0", "Thread 1 hit Breakpoint 2, mix", "= 0x1",
                          "Thread 2 hit Temporary breakpoint"}));
}

TEST_CASE("GDB resets, saves and restores, and what is wrong is said") {
    DebugBed<Translated> bed;
    const std::string elf = file_contents(guest);
    REQUIRE(bed.load(elf));
    const char* const folder = std::getenv("TEST_TMPDIR");
    const std::string path = std::string(folder != nullptr ? folder : "/tmp") + "/debugged.snapshot";
    const std::string said = debugged(
        bed.emulator, guest,
        {"tbreak spoil", "continue", "monitor save " + path, "print rounds", "tbreak on_trap", "continue",
         "tbreak on_trap", "continue", "monitor restore " + path, "maintenance flush register-cache",
         "print $pc == &spoil", "print rounds", "monitor restore /nowhere/at/all", "monitor reset",
         "maintenance flush register-cache", "print/x $pc", "monitor jump", "monitor info map",
         "x/x 0x2004000"},
        {.halted = true, .reset = [&] { return bed.load(elf); }});
    INFO(said);
    CHECK(in_order(said, {"= 700", "= 1", "= 700", "= 0x80000000"}));
    // What the machine says goes to standard error.
    CHECK(in_order(said, {"saved", "restored", "/nowhere/at/all", "as after power-on",
                          "there is no command jump", "device clint", "Cannot access memory at address"}));
}

TEST_CASE("Ctrl-C stops a machine that runs, and a guest that ends is told") {
    DebugBed<Translated> bed;
    REQUIRE(bed.load(file_contents(guest)));
    const std::string said = debugged(
        bed.emulator, guest,
        {"python import threading, time, os, signal\n"
         "threading.Thread(target=lambda: (time.sleep(1), os.kill(os.getpid(), signal.SIGINT))).start()",
         "set var limit = 0xffffffffffffffff", "continue", "print rounds > 1000",
         "set var limit = rounds + 5", "continue"});
    INFO(said);
    CHECK(in_order(said, {"received signal SIGINT", "= 1", "exited normally"}));
}
