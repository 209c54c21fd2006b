#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <unistd.h>

#include <nlohmann/json.hpp>

#include <wirewrap/trace/disassembler.hpp>

#include "tests/examples/guest.hpp"
#include "tests/examples/process.hpp"
#include "tests/support/u_boot.hpp"

using namespace wirewrap::test;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

std::string contents(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

const std::string first = "Trace 0: 0x0 [0000000000000000/0000000080000000/00000003/00000000] \n";

}  // namespace

TEST_CASE("a log of blocks, to a file and to standard error") {
    Guest guest;
    guest.say("hello\n");
    guest.finish(finish_pass);
    const std::string image = guest.file("traced.bin"), log = temporary("traced.log");
    const Finished run = ask({"run", "-bios", image, "-d", "exec,nochain", "-D", log});
    CHECK(run.status == 0);
    CHECK(run.out == "hello\n");
    CHECK(run.err.empty());
    CHECK(has(contents(log), first));

    const Finished here = ask({"run", "-bios", image, "-d", "exec", "-d", "int", "-singlestep", "-dfilter",
                               "0x1000..0x1fff,0x80000000+2"});
    CHECK(here.status == 0);
    CHECK(here.out == "hello\n");
    CHECK(has(here.err, "Trace 0: 0x0 [0000000000000000/0000000000001000/00000003/00000000] \n"));
    CHECK(has(here.err, first));
    CHECK_FALSE(has(here.err, "/0000000080000004/"));
    CHECK(ask({"run", "--interpret", "-bios", image, "-d", "exec"}).err ==
          ask({"run", "-bios", image, "-d", "exec"}).err);
}

TEST_CASE("logs with instructions as text") {
    if (const auto opened = wirewrap::trace::Disassembler::open(); !opened) {
        std::printf("SKIPPED: %s\n", opened.error().message.c_str());
        return;
    }
    Guest guest;
    guest.finish(finish_pass);
    const std::string image = guest.file("traced.bin"), log = temporary("traced.log"),
                      spike = temporary("spike.log");
    const Finished run = ask({"run", "-bios", image, "-d", "in_asm", "-D", log, "--spike-log", spike});
    CHECK(run.status == 0);
    CHECK(has(contents(log), "----------------\nIN: \nPriv: 3; Virt: 0\n0x0000000080000000:  "));
    CHECK(has(contents(spike), "core   0: 0x0000000080000000 (0x"));
    CHECK(has(contents(spike), ") sw "));
}

TEST_CASE("what cannot be logged is refused before anything runs") {
    Guest guest;
    guest.say("hello\n");
    guest.finish(finish_pass);
    const std::string image = guest.file("traced.bin");
    const auto refused = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {"run", "-bios", image});
        const Finished run = ask(more);
        CHECK(run.status != 0);
        CHECK(run.out.empty());
        return run.err;
    };
    CHECK(has(refused({"-d", "in_asm,cpu"}), "there is no cpu in the log, which has in_asm"));
    CHECK(has(refused({"-d", ","}), "-d"));
    CHECK(has(refused({"-D", temporary("nothing.log")}), "nothing is to be logged; add -d in_asm,exec"));
    CHECK(has(refused({"-d", "exec", "-D", "/nowhere/log"}), "/nowhere/log cannot be written: No such file"));
    CHECK(has(refused({"-d", "exec", "-dfilter", "0x80000000"}), "0x80000000 is no range of addresses"));
    CHECK(has(refused({"-d", "exec", "-dfilter", "5..4"}), "5..4 is an empty range"));
    CHECK(has(refused({"-d", "exec", "-dfilter", "0xffffffffffffffff+2"}), "beyond the last address"));
    CHECK(has(refused({"-trace", "events"}), "-d in_asm,exec shows what the guest executes"));
    CHECK(has(refused({"--symbols", "some.elf"}), "add --coverage FILE"));
    CHECK(has(refused({"--coverage", temporary("c.info")}), "has no DWARF that could be read"));
    CHECK(has(refused({"--coverage", temporary("c.info"), "--symbols", "nowhere.elf"}),
              "nowhere.elf cannot be opened for reading"));
    CHECK(has(refused({"--coverage", temporary("c.info"), "--symbols", "tests/trace/firmware.elf@x"}),
              "what stands after the last @ is no number of bytes"));
    CHECK(has(refused({"--coverage", "/nowhere/c.info", "--symbols", "tests/trace/firmware.elf"}),
              "/nowhere/c.info"));
    CHECK(has(refused({"--coverage", temporary("c.info"), "--symbols", "tests/trace/stripped.elf"}),
              "compile"));
}

TEST_CASE("a log that does not fit is told") {
    Guest guest;
    guest.say("hello\n");
    guest.finish(finish_pass);
    const Finished run = ask({"run", "-bios", guest.file("traced.bin"), "-d", "exec", "-D", "/dev/full"});
    CHECK(run.status != 0);
    CHECK(run.out == "hello\n");
    CHECK(has(run.err, "/dev/full cannot be written: No space left on device"));
}

TEST_CASE("which lines were executed") {
    const std::string info = temporary("firmware.info");
    // It waits at its end, for ever.
    const Finished run = ask(
        {"run", "-bios", "none", "-kernel", "tests/trace/firmware.elf", "--coverage", info});
    CHECK(has(run.err, "lines were executed; `genhtml " + info + "` makes pages of them"));
    CHECK(has(contents(info), "tests/trace/guest/firmware.c\nDA:"));
    CHECK(has(contents(info), ",7\n"));
    CHECK_FALSE(has(run.err, "no line of"));

    const Finished moved = ask({"run", "-bios", "none", "-kernel", "tests/trace/firmware.elf", "--coverage",
                                info, "--symbols", "tests/trace/firmware.elf@0x1000000"});
    CHECK(has(moved.err, "no line of tests/trace/firmware.elf was executed"));
}

TEST_CASE("which functions were executed, by names alone") {
    const std::string info = temporary("functions.info"), stripped = "tests/trace/stripped.elf";
    const Finished run = ask({"run", "-bios", "none", "-kernel", stripped, "--function-coverage", info});
    INFO(run.err);
    CHECK(has(run.err, " functions were executed; `genhtml " + info + "` makes a page of them"));
    CHECK(has(contents(info), "SF:" + info + ".txt\nFN:1,"));
    CHECK(has(contents(info), "\nFNDA:1,sum\n"));
    CHECK(has(contents(info), "\nFNDA:0,never\n"));
    CHECK(has(contents(info + ".txt"), " sum\n"));
    CHECK(has(
        ask({"run", "-bios", "none", "-kernel", "tests/trace/guest/firmware.c", "--function-coverage", info})
            .err,
        "--function-coverage: tests/trace/guest/firmware.c is no ELF file with a symbol table"));
    CHECK(
        has(ask({"run", "--function-coverage", info}).err, "no file says which they are: add --symbols ELF"));
}

TEST_CASE("which functions of U-Boot were executed") {
    const std::string u_boot = u_boot_elf, genhtml = "/usr/bin/genhtml";
    if (::access(genhtml.c_str(), X_OK) != 0) {
        std::puts("SKIPPED: there is no genhtml; Debian's package is lcov");
        return;
    }
    if (const std::string why = no_u_boot_functions(); !why.empty()) {
        std::puts(("SKIPPED: " + why).c_str());
        return;
    }
    // U-Boot says by how much it moves itself.
    const std::vector<std::string> words{wirewrap_program, "run", "-m",        "128M",
                                         "-icount",        "0",   "--symbols", u_boot};
    constexpr std::chrono::seconds patience{240};
    const std::string before = temporary("before.info"), after = temporary("after.info");
    std::vector<std::string> first = words, second = words;
    first.insert(first.end(), {"--function-coverage", before});
    const Finished said = run_program(first, "bdinfo\npoweroff\n", patience);
    INFO(said.out << said.err);
    constexpr std::string_view key = "reloc off   = ";
    const std::size_t at = said.out.find(key);
    REQUIRE(at != std::string::npos);
    second.insert(second.end(), {"--symbols", u_boot + "@" + said.out.substr(at + key.size(), 18),
                                 "--function-coverage", after});
    const Finished moved = run_program(second, "poweroff\n", patience);
    INFO(moved.out << moved.err);
    CHECK(has(contents(before), "\nFNDA:1,board_init_f\n"));
    CHECK(has(contents(before), "\nFNDA:0,do_reset\n"));
    CHECK(has(contents(after), "\nFNDA:1,board_init_f\n"));
    CHECK(has(contents(before), "\nFNDA:0,getchar\n"));  // behind the move
    CHECK_FALSE(has(contents(after), "\nFNDA:0,getchar\n"));
    CHECK(has(contents(after), "\nFNDA:0,do_reset\n"));
    const Finished pages = run_program({genhtml, "--output-directory", temporary("pages"), after}, {},
                                       patience);
    INFO(pages.out << pages.err);
    CHECK(pages.status == 0);
    CHECK(has(pages.out, " functions)"));
}

TEST_CASE("who reads and writes what, as lines and as a trace for Perfetto") {
    Guest guest;
    guest.say("hi");
    guest.finish(finish_pass);
    const std::string image = guest.file("traced.bin"), log = temporary("bus.log"),
                      json = temporary("bus.json");
    const std::vector<std::string> words{"run", "-bios", image, "--bus-log", log};
    const auto lines = [&](std::vector<std::string> more) {
        more.insert(more.begin(), words.begin(), words.end());
        const Finished run = ask(more);
        CHECK(run.status == 0);
        CHECK(run.out == "hi");
        CHECK(run.err.empty());
        return contents(log);
    };
    const std::string all = lines({"--bus-json", json});
    CHECK(has(all, ": store 1 0x10000000 uart0+0x0 = 0x68\n"));
    CHECK(has(all, ": store 4 0x100000 test+0x0 = 0x5555\n"));
    CHECK(has(all, "hart 0 0x80000"));
    CHECK_FALSE(has(all, "host"));
    CHECK_FALSE(has(all, "fetch"));

    const std::string uart = lines({"--bus-filter", "uart0,width=1"});
    CHECK(std::ranges::count(uart, '\n') == 2);
    CHECK(lines({"--bus-filter", "0x10000000+0x100,stores", "--interpret"}) == uart);
    CHECK(lines({"--bus-filter", "uart0,stores", "-icount", "0"}) == uart);
    CHECK(lines({"--bus-filter", "uart0,loads"}).empty());
    CHECK(lines({"--bus-filter", "width=4,stores,uart0,test"}).find("uart0") == std::string::npos);
    CHECK(has(lines({"--bus-filter", "0x80000000..0x80000003,fetches"}), ": fetch 4 0x80000000 "));

    // As "Trace Event Format" has it: an array of events, each with a phase, a process and a thread.
    const auto trace = nlohmann::json::parse(contents(json));
    REQUIRE(trace.is_object());
    const auto& events = trace.at("traceEvents");
    REQUIRE(events.is_array());
    CHECK(events.size() == static_cast<std::size_t>(std::ranges::count(all, '\n')) + 1);
    double last = 0;
    std::size_t uarts = 0;
    for (const auto& event : events) {
        INFO(event.dump());
        REQUIRE(event.at("pid").is_number_unsigned());
        REQUIRE(event.at("tid").is_number_unsigned());
        REQUIRE(event.at("name").is_string());
        REQUIRE(event.at("args").is_object());
        if (event.at("ph") == "M") {
            CHECK(event.at("name") == "thread_name");
            CHECK(event.at("args").at("name") == "hart 0");
            continue;
        }
        CHECK(event.at("ph") == "i");
        CHECK(event.at("s") == "t");
        REQUIRE(event.at("ts").is_number());
        CHECK(event.at("ts") >= last);
        last = event.at("ts");
        CHECK(event.at("args").at("width").is_number_unsigned());
        uarts += event.at("cat") == "uart0";
    }
    CHECK(uarts == 2);
}

TEST_CASE("accesses that nobody can mean are refused") {
    Guest guest;
    guest.finish(finish_pass);
    const std::string image = guest.file("traced.bin");
    const auto refused = [&](const std::string& filter) {
        const Finished run = ask(
            {"run", "-bios", image, "--bus-log", temporary("bus.log"), "--bus-filter", filter});
        CHECK(run.status == 1);
        return run.err;
    };
    CHECK(has(refused("uart9"),
              "--bus-filter uart9: there is no 'uart9' here; there are loads, stores, fetches"));
    CHECK(has(refused("uart9"), "uart0"));
    CHECK(has(refused("width=0"), "width=0 is no width of an access"));
    CHECK(has(refused("0x10+"), "0x10+ is no range of addresses"));
    CHECK(has(refused("uart0,"), "there is no ''"));
    CHECK(has(ask({"run", "-bios", image, "--bus-filter", "uart0"}).err,
              "add --bus-log FILE or --bus-json FILE"));
    CHECK(
        has(ask({"run", "-bios", image, "--bus-log", "/nowhere/bus"}).err, "/nowhere/bus cannot be written"));
    CHECK(has(ask({"run", "-bios", image, "--bus-log", "/dev/full"}).err, "/dev/full cannot be written"));
    CHECK(has(ask({"run", "-bios", image, "-smp", "2", "-accel", "tcg,thread=multi", "--bus-log", "bus"}).err,
              "cannot be debugged or traced"));
}
