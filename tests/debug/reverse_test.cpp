// GDB goes backwards: by steps, to breakpoints, to the store that changed a word, to the beginning; with two harts.
#include <catch2/catch.hpp>

#include <string>

#include "tests/debug/bed.hpp"
#include "tests/debug/gdb.hpp"

using namespace wirewrap;
using namespace wirewrap::test;

namespace {
const std::string guest = "tests/debug/guest.elf";
}

TEMPLATE_TEST_CASE("GDB goes backwards to the store that changed a word", "", DebugBed<Interpreted>,
                   DebugBed<Translated>) {
    TestType bed;
    REQUIRE(bed.load(file_contents(guest)));
    const std::string said = debugged(bed.emulator, guest,
                                      {"monitor reverse on", "break mix if b == 900", "continue", "delete",
                                       "print victim == 7", "watch victim", "reverse-continue", "x/i $pc",
                                       "print rounds", "print victim", "delete", "stepi", "print victim == 7",
                                       "reverse-stepi", "print victim", "x/i $pc", "monitor reverse"});
    INFO(said);
    CHECK(
        in_order(said, {"Breakpoint 1, mix", "= 0", "Hardware watchpoint 2: victim", "New value = 7", "spoil",
                        "=> 0x", "<spoil+4>:\tsd", "= 700", "= 7", "= 0", "= 7", "<spoil+4>:\tsd"}));
    CHECK(in_order(said, {"recorded from instruction 0 on", " moments"}));
}

TEMPLATE_TEST_CASE("GDB goes backwards to breakpoints, to callers, by lines, and to the beginning", "",
                   DebugBed<Interpreted>, DebugBed<Translated>) {
    TestType bed;
    REQUIRE(bed.load(file_contents(guest)));
    const std::string said = debugged(bed.emulator, guest,
                                      {"monitor reverse on 64",
                                       "tbreak spoil",
                                       "continue",
                                       "print $pc == &spoil",
                                       "break mix",
                                       "reverse-continue",
                                       "print b",
                                       "reverse-continue",
                                       "print b",
                                       "continue",
                                       "print b",
                                       "delete",
                                       "reverse-finish",
                                       "x/i $pc",
                                       "reverse-next",
                                       "x/i $pc",
                                       "break on_trap",
                                       "continue",
                                       "continue",
                                       "continue",
                                       "stepi",
                                       "print ticks",
                                       "reverse-continue",
                                       "print $pc == &on_trap",
                                       "reverse-continue",
                                       "print ticks",
                                       "reverse-stepi",
                                       "reverse-stepi",
                                       "x/i $pc",
                                       "continue",
                                       "print ticks",
                                       "delete",
                                       "reverse-continue",
                                       "print/x $pc",
                                       "print rounds",
                                       "stepi",
                                       "reverse-stepi",
                                       "reverse-stepi",
                                       "print/x $pc"});
    INFO(said);
    CHECK(in_order(said, {"spoil", "= 1", "Breakpoint 2, mix", "= 700", "= 699", "= 700",
                          "in main (hart=", "=> 0x", "jal", "<mix>", "=> 0x", "<main+"}));
    CHECK(in_order(said, {"Breakpoint 3, on_trap", "Breakpoint 3, on_trap", "Breakpoint 3, on_trap", "= 2",
                          "Breakpoint 3, on_trap", "= 1", "Breakpoint 3, on_trap", "= 1", "csrr", "mcause",
                          "Breakpoint 3, on_trap", "= 1", "No more reverse-execution history", "= 0x80000000",
                          "= 0", "No more reverse-execution history", "= 0x80000000"}));
}

TEMPLATE_TEST_CASE("GDB goes backwards with two harts", "", DebugBed<Interpreted>, DebugBed<Translated>) {
    TestType bed;
    REQUIRE(bed.load(file_contents(guest)));
    const std::string said = debugged(bed.emulator, guest,
                                      {"monitor reverse on",
                                       "break mix if b == 3000",
                                       "continue",
                                       "delete",
                                       "info threads",
                                       "thread 2",
                                       "set var $pc2 = $pc",
                                       "set var $n = seen_by_second",
                                       "stepi",
                                       "stepi",
                                       "stepi",
                                       "stepi",
                                       "reverse-stepi",
                                       "reverse-stepi",
                                       "reverse-stepi",
                                       "reverse-stepi",
                                       "print $pc == $pc2",
                                       "watch seen_by_second",
                                       "reverse-continue",
                                       "print $n - seen_by_second",
                                       "print $_thread",
                                       "delete",
                                       "break second",
                                       "reverse-continue",
                                       "print seen_by_second",
                                       "print $_thread"});
    INFO(said);
    CHECK(in_order(said, {"Thread 1 hit Breakpoint 1, mix", "= 1", "Hardware watchpoint 2", "Old value = ",
                          "New value = ", "= 1", "= 2", "Thread 2 hit Breakpoint 3, second", "= 0", "= 2"}));
}

TEST_CASE("what the debugger changes is not done again, and the past is there nevertheless") {
    DebugBed<Translated> bed;
    REQUIRE(bed.load(file_contents(guest)));
    const std::string said = debugged(bed.emulator, guest,
                                      {"monitor reverse on", "break mix if b == 500", "continue",
                                       "print victim", "set var victim = 12345", "delete", "tbreak spoil",
                                       "continue", "print victim", "reverse-stepi", "print victim",
                                       "break mix if b == 450", "reverse-continue", "print victim", "print b",
                                       "delete", "tbreak spoil", "continue", "print victim"});
    INFO(said);
    CHECK(
        in_order(said, {"= 7", "spoil", "= 12345", "= 12345", "Breakpoint", "= 7", "= 450", "spoil", "= 7"}));
}

TEST_CASE("without a record there is no past, and that is said") {
    DebugBed<Translated> bed;
    REQUIRE(bed.load(file_contents(guest)));
    const std::string said = debugged(bed.emulator, guest,
                                      {"tbreak spoil", "continue", "reverse-continue", "print rounds",
                                       "monitor reverse", "monitor reverse on 0", "monitor reverse of",
                                       "monitor reverse on 1", "monitor reverse off", "reverse-stepi"});
    INFO(said);
    CHECK(in_order(said, {"spoil", "No more reverse-execution history", "= 700"}));
    CHECK(in_order(said, {"is not recorded: say monitor reverse on", "nothing is recorded;",
                          "0 is no number of MiB", "write reverse on [MIB]", "1 moments",
                          "nothing is recorded any more", "is not recorded"}));
}

namespace {
/// The same with a clock that is not the machine's own.
struct HostTimeBed {
    using MachineType = DebugBed<Interpreted>::MachineType;
    MachineType machine = MachineType::create().value();
    Emulator<MachineType, Interpreted> emulator{machine};
};
}  // namespace

TEST_CASE("the host's time does not come again") {
    HostTimeBed bed;
    const std::string said = debugged(bed.emulator, "",
                                      {"monitor reverse on", "reverse-stepi", "print/x $pc"});
    INFO(said);
    CHECK(in_order(said, {"time is the host's, which does not come again"}));
    // GDB's own words: of release 16.3, and of 18.1.
    CHECK((in_order(said, {"does not support this command"}) ||
           in_order(said, {"Reverse execution is not currently supported"})));
}
