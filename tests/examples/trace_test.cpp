#include <catch2/catch.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

#include <wirewrap/trace/disassembler.hpp>

#include "tests/examples/guest.hpp"
#include "tests/examples/process.hpp"

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
