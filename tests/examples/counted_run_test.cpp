// wirewrap run -icount: time by instructions, runs that are the same again, and GDB that goes backwards in one.
#include <catch2/catch.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "tests/debug/gdb.hpp"
#include "tests/examples/guest.hpp"
#include "tests/examples/process.hpp"
#include "tests/support/socket_path.hpp"
#include "tests/support/u_boot.hpp"

using namespace wirewrap::test;
using namespace wirewrap::test::rv64;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// A run that waits for GDB, and GDB with these commands in it; what GDB said, and the run.
struct Debugged {
    std::string said;
    Finished run;
};
Debugged debugged_run(std::vector<std::string> options, const std::string& symbols,
                      const std::vector<std::string>& commands, std::string_view typed = {}) {
    const std::string socket = socket_path("gdb");
    std::filesystem::remove(socket);
    options.insert(options.begin(), {wirewrap_program, "run", "-S", "-gdb", "unix:" + socket});
    Debugged result;
    std::thread run([&] { result.run = run_program(options, typed, std::chrono::seconds(240)); });
    for (int n = 0; n != 1000 && !std::filesystem::exists(socket); ++n)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::vector<std::string> words{gdb_program(), "-nx", "-batch"};
    for (const char* const each :
         {"set pagination off", "set confirm off", "set remotetimeout 60", "set architecture riscv:rv64"})
        words.insert(words.end(), {"-ex", each});
    words.insert(words.end(), {"-ex", "target remote " + socket});
    for (const std::string& each : commands) words.insert(words.end(), {"-ex", each});
    words.insert(words.end(), {"-ex", "kill"});
    if (!symbols.empty()) words.push_back(symbols);
    const Finished gdb = run_program(words, {}, std::chrono::seconds(240));
    run.join();
    result.said = in_words_of_13(gdb.out + gdb.err);
    return result;
}

/// Prints the low bytes of `time` and of the clock on the wall, each as two letters, some instructions after each other.
Guest clocks() {
    Guest guest;
    constexpr std::uint64_t goldfish = 0x10'1000, mtime = 0x200'bff8;
    guest.code.li(10, mtime);
    guest.code.li(11, goldfish);
    for (const int wait : {1, 100, 1000}) {
        guest.code.li(12, static_cast<std::uint64_t>(wait));
        guest.code.emit(addi(12, 12, -1), bne(12, 0, -4));
        for (const bool wall : {false, true}) {
            guest.code.emit(wall ? lw(13, 11, 0) : lw(13, 10, 0));
            for (const int shift : {12, 8, 4, 0}) {
                guest.code.emit(i_type(0x13, 5, 14, 13, shift), i_type(0x13, 7, 14, 14, 15),
                                addi(14, 14, 'a'), sb(14, 8, 0));
            }
        }
    }
    guest.finish(finish_pass);
    return guest;
}

}  // namespace

TEST_CASE("with -icount runs are the same again, however long instructions are") {
    Guest guest = clocks();
    const std::string image = guest.file("clocks.bin");
    std::string before;
    for (const std::string shift : {"0", "3", "10"}) {
        const std::vector<std::string> words{"run",     "-bios",          "none", "-kernel", image,
                                             "-icount", "shift=" + shift, "-smp", "1"};
        const Finished first = ask(words), second = ask(words);
        INFO(first.err);
        CHECK(first.status == 0);
        CHECK(first.out.size() == 24);
        CHECK(first.out == second.out);
        CHECK(first.out != before);
        before = first.out;
        std::vector<std::string> slowly = words;
        slowly.push_back("--interpret");
        CHECK(ask(slowly).out == first.out);
        std::vector<std::string> with_others = words;
        with_others.back() = "3";
        CHECK(ask(with_others).status == 0);
    }
}

TEST_CASE("what -icount cannot be is refused") {
    Guest guest;
    guest.finish(finish_pass);
    const std::string image = guest.file("pass.bin");
    const auto refused = [&](const std::string& value, std::vector<std::string> more = {}) {
        more.insert(more.begin(), {"run", "-bios", "none", "-kernel", image, "-icount", value});
        const Finished run = ask(more);
        CHECK(run.status == 1);
        return run.err;
    };
    CHECK(has(refused("shift=11"), "-icount shift=11: 11 is no shift: write 0 to 10"));
    CHECK(has(refused("1k"), "1k is no shift"));
    CHECK(has(refused("auto"), "no run is like another one"));
    CHECK(has(refused("align=off"), "add shift=0"));
    CHECK(has(refused("sleep=maybe"), "sleep=maybe is no switch"));
    CHECK(has(refused("shift=0,sleep=on"),
              "time jumps to the next timer: it does not pass as the host's does: "
              "write sleep=off"));
    CHECK(has(refused("shift=0,align=on"), "write align=off"));
    CHECK(has(refused("shift=0,align=maybe"), "align=maybe is no switch"));
    CHECK(has(refused("shift=0,rr=record,rrfile=run"), "leave rr out"));
    CHECK(has(refused("shift=0,speed=1"), "there is no speed"));
    CHECK(has(refused("0", {"-rtc", "base=utc"}), "-rtc asks for the host's"));
    CHECK(has(refused("0", {"-smp", "2", "-accel", "tcg,thread=multi"}), "each has a thread"));
    for (const char* const taken :
         {"0", "shift=0x3,sleep=off,align=off", "shift=7,sleep=off", "sleep=off", "sleep=on"})
        CHECK(ask({"run", "-bios", "none", "-kernel", image, "-icount", taken}).status == 0);
}

TEST_CASE("a snapshot has its own kind of time") {
    Guest guest;
    guest.code.emit(jal(0, 0));
    const std::string image = guest.file("loop.bin"), counted = temporary("counted.snapshot"),
                      timed = temporary("timed.snapshot");
    const std::vector<std::string> words{"run", "-bios", "none", "-kernel", image, "-m", "32M"};
    const auto saved = [&](const std::string& to, std::vector<std::string> more) {
        more.insert(more.begin(), words.begin(), words.end());
        more.insert(more.end(), {"--save", to, "--save-after", "1000"});
        return ask(more).status;
    };
    REQUIRE(saved(counted, {"-icount", "2"}) == 0);
    REQUIRE(saved(timed, {}) == 0);
    const auto restored = [&](const std::string& from, std::vector<std::string> more) {
        more.insert(more.begin(),
                    {"run", "--restore", from, "--save", temporary("again"), "--save-after", "1"});
        return ask(more);
    };
    CHECK(has(restored(counted, {}).err, "was saved with time that goes by instructions: add -icount"));
    CHECK(has(restored(timed, {"-icount", "2"}).err, "was saved with the host's time"));
    CHECK(restored(counted, {"-icount", "2"}).status == 0);
    CHECK(restored(counted, {"-icount", "0"}).status == 0);
    CHECK(restored(timed, {}).status == 0);
}

TEST_CASE("GDB goes backwards in a run to the store that changed a word") {
    if (!std::filesystem::exists(gdb_program())) {
        std::puts("SKIPPED: there is no GDB; Debian's package is gdb-multiarch");
        return;
    }
    const std::string guest = "tests/debug/guest.elf";
    for (const std::string harts : {"1", "2"}) {
        const Debugged debugged = debugged_run(
            {"-bios", "none", "-kernel", guest, "-icount", "shift=0", "-smp", harts}, guest,
            {"monitor reverse on", "break mix if b == 900", "continue", "delete", "print victim == 7",
             "watch victim", "reverse-continue", "x/i $pc", "print rounds", "print victim", "delete", "stepi",
             "print victim == 7", "reverse-stepi", "print victim", "monitor reverse"});
        INFO(debugged.said << debugged.run.err);
        CHECK(in_order(debugged.said,
                       {"Breakpoint 1, mix", "= 0", "Hardware watchpoint 2: victim", "New value = 7", "spoil",
                        "=> 0x", "<spoil+4>:\tsd", "= 700", "= 7", "= 0", "= 7"}));
        CHECK(in_order(debugged.said, {"recorded from instruction 0 on, and this is 0", " moments"}));
        CHECK(has(debugged.run.err, "the debugger has ended the run"));
    }
}

TEST_CASE("without -icount there is no way back, and how there is one is said") {
    if (!std::filesystem::exists(gdb_program())) {
        std::puts("SKIPPED: there is no GDB; Debian's package is gdb-multiarch");
        return;
    }
    const std::string guest = "tests/debug/guest.elf";
    const Debugged debugged = debugged_run({"-bios", "none", "-kernel", guest}, guest,
                                           {"monitor reverse on", "reverse-stepi"});
    INFO(debugged.said);
    CHECK(has(debugged.said, "the host's, which does not come again"));
    CHECK(has(debugged.said, "-icount"));
}

TEST_CASE("GDB goes backwards in U-Boot, over what was typed") {
    const std::string& u_boot = u_boot_elf;
    if (!std::filesystem::exists(gdb_program())) {
        std::puts("SKIPPED: there is no GDB; Debian's package is gdb-multiarch");
        return;
    }
    if (const std::string why = no_u_boot_functions(); !why.empty()) {
        std::puts(("SKIPPED: " + why).c_str());
        return;
    }
    // gd, U-Boot's global data, is what gp points to; its first word is the address of the board's data.
    const Debugged debugged = debugged_run(
        {"-icount", "shift=0", "-m", "128M"}, u_boot,
        {"monitor reverse on", "break *board_init_f", "continue", "print $priv",
         "watch -location *(long*)$gp", "continue", "print/x *(long*)$gp > 0x80000000", "disable",
         "tbreak *printf", "continue", "enable", "reverse-continue", "x/i $pc", "print *(long*)$gp",
         "reverse-continue", "print (long)$pc - (long)&board_init_f"});
    INFO(debugged.said << debugged.run.err);
    CHECK(in_order(debugged.said,
                   {"Breakpoint 1, 0x", " in board_init_f ()", "= 1", "Hardware watchpoint 2",
                    "Old value = 0", "New value = ", "= 0x1", " in printf ()", "Hardware watchpoint 2",
                    "New value = 0", "\tsd\t", "= 0", "Breakpoint 1, 0x", " in board_init_f ()", "= 0"}));
}
