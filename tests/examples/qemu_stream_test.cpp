// `wirewrap ram` of migration streams.
#include <cstdio>
#include <fstream>
#include <string>

#include <catch2/catch.hpp>

#include <tests/examples/process.hpp>
#include <tests/support/running_qemu.hpp>

using namespace wirewrap::test;

namespace {
const std::string arduino =
    "tests/qemu/corpus/avr-uno";  // QEMU 7.2.22, -machine uno, stopped before its first instruction
}

TEST_CASE("a stream's blocks are listed, in pages of the size that makes sense of it") {
    const Finished listed = ask({"ram", arduino});
    CHECK(listed.err == "");
    CHECK(listed.status == 0);
    CHECK(listed.out == "machine      arduino-uno\n"
                        "pages of     256 bytes\n"
                        "\n"
                        "BLOCK           BYTES     IN THE FILE\n"
                        "flash           32768               0\n"
                        "sram             4096               0\n");
}

TEST_CASE("a stream that is cut short, or of another board, is refused") {
    const std::string cut = scratch("cut.stream");
    const auto bytes = content_of(arduino);
    std::ofstream(cut, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), 500);
    const Finished refused = ask({"ram", cut});
    CHECK(refused.status == 1);
    CHECK(refused.err.find("the stream ends at byte 500") != std::string::npos);

    const Finished other = ask({"ram", arduino, "--board", "x86_64/pc"});
    CHECK(other.status == 1);
}

TEST_CASE("a stream that QEMU writes now is compared with the board, and its bytes are printed") {
    if (!qemu_is_installed("x86_64")) {
        std::puts("SKIPPED: qemu-system-x86_64 is not installed");
        return;
    }
    const std::string words = scratch("words.bin"), stream = scratch("pc.stream");
    std::ofstream(words, std::ios::binary) << "a stream of QEMU";
    {
        RunningQemu qemu("x86_64", {"-machine", "pc", "-m", "32", "-S", "-device",
                                    "loader,force-raw=on,addr=0x100ff8,file=" + words});
        REQUIRE(qemu.migrate_to(stream) == "completed");
    }
    const Finished fits = ask(
        {"ram", stream, "--board", "pc", "--dump", "pc.ram", "--at", "0x100ff0", "--size", "0x20"});
    CHECK(fits.err == "");
    CHECK(fits.out == "0000100ff0  00 00 00 00 00 00 00 00 61 20 73 74 72 65 61 6d  ........a stream\n"
                      "0000101000  20 6f 66 20 51 45 4d 55 00 00 00 00 00 00 00 00   of QEMU........\n");
    const Finished older = ask({"ram", stream, "--board", "x86_64/pc-i440fx-7.1"});
    CHECK(older.status == 1);
    CHECK(older.err == "wirewrap: " + stream +
                           " is not memory of x86_64/pc-i440fx-7.1: it is of machine pc-i440fx-7.2, not "
                           "pc-i440fx-7.1\n");
    const Finished nothing = ask({"ram", stream, "--dump", "vga.vram"});
    CHECK(nothing.err.find(" has no block vga.vram; it has pc.ram, ") != std::string::npos);
    const Finished beyond = ask({"ram", stream, "--dump", "pc.ram", "--at", "0x1ffffff", "--size", "2"});
    CHECK(beyond.err.find("block pc.ram has 32 MiB, and 2 bytes from 0x1ffffff on do not lie in it") !=
          std::string::npos);
}
