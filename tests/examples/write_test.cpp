// The files of `wirewrap write`, each read by the program that it is for.
#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/examples/process.hpp"

using namespace wirewrap::test;
using nlohmann::json;

namespace {

std::string temporary(const std::string& name) {
    const char* const folder = std::getenv("TEST_TMPDIR");
    return std::string(folder != nullptr ? folder : "/tmp") + "/" + name;
}

std::string contents(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string file_with(const std::string& name, const std::string& text) {
    std::ofstream(temporary(name)) << text;
    return temporary(name);
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// A program of the system by its name.
Finished system_program(std::vector<std::string> words, std::string_view input = {}) {
    words.insert(words.begin(), "/usr/bin/env");
    return run_program(words, input);
}

/// One file of a board, on standard output.
std::string written(const std::string& board, const std::string& kind, const std::string& memory = "0") {
    const Finished done = ask({"write", board, "-m", memory, kind, "-"});
    INFO(done.err);
    REQUIRE(done.status == 0);
    return done.out;
}

const std::vector<std::string> some_boards{"riscv64/virt", "x86_64/pc", "aarch64/virt", "mips64el/malta",
                                           "aarch64/microbit"};

}  // namespace

TEST_CASE("GNU ld places a program in RAM, and knows the devices") {
    file_with("board.ld", written("riscv64/virt", "--ld", "64M"));
    const std::string script = file_with("program.ld",
                                         "INCLUDE board.ld\nENTRY(_start)\nSECTIONS\n{\n"
                                         "    .text : { *(.text) } > RAM\n    .bss : { *(.bss) } > RAM\n"
                                         "    .boot : { *(.boot) } > riscv_virt_board_mrom\n}\n");
    const auto link = [&](const std::string& bytes) {
        const std::string source = file_with("program.S",
                                             ".globl _start\n_start: lla a0, uart0_base\n j _start\n"
                                             ".section .boot, \"a\"\n .quad _start\n"
                                             ".bss\n .space " +
                                                 bytes + "\n");
        return system_program({"riscv64-unknown-elf-gcc", "-nostdlib", "-Wl,--no-warn-rwx-segments",
                               "-mcmodel=medany", "-L", temporary(""), "-T", script, source, "-o",
                               temporary("program.elf")});
    };
    const Finished linked = link("4096");
    INFO(linked.err);
    REQUIRE(linked.status == 0);
    const std::string symbols = system_program({"riscv64-unknown-elf-nm", temporary("program.elf")}).out;
    CHECK(has(symbols, "0000000080000000 T _start\n"));
    CHECK(has(symbols, "0000000010000000 A uart0_base\n"));
    const Finished full = link("64 * 1024 * 1024");
    CHECK(full.status != 0);
    CHECK(has(full.err, "region `riscv_virt_board_ram' overflowed"));
}

TEST_CASE("GNU ld takes the script of other boards") {
    const std::string object = file_with("nothing.S", "");
    REQUIRE(system_program({"riscv64-unknown-elf-as", object, "-o", temporary("nothing.o")}).status == 0);
    for (const std::string& board : some_boards) {
        const std::string script = file_with("other.ld", written(board, "--ld") +
                                                             "SECTIONS { .text : { LONG(1) } > RAM }\n");
        const Finished linked = system_program(
            {"riscv64-unknown-elf-ld", "-T", script, temporary("nothing.o"), "-o", temporary("other.elf")});
        INFO(board << "\n" << linked.err);
        CHECK(linked.status == 0);
    }
}

TEST_CASE("a C compiler and an assembler take the header") {
    for (const std::string& board : some_boards) {
        file_with("board.h", written(board, "--c-header"));
        const std::string source = file_with(
            "board.c", "#include \"board.h\"\n#include \"board.h\"\nint harts[HARTS];\n");
        const Finished compiled = system_program(
            {"gcc", "-std=c11", "-Wall", "-Wextra", "-pedantic-errors", "-Werror", "-fsyntax-only", source});
        INFO(board << "\n" << compiled.err);
        CHECK(compiled.status == 0);
    }
    file_with("board.h", written("riscv64/virt", "--c-header", "3G"));
    const std::string source = file_with(
        "facts.c",
        "#include \"board.h\"\n_Static_assert(UART0_BASE == 0x10000000 && UART0_IRQ == 10, \"\");\n"
        "_Static_assert(RISCV_VIRT_BOARD_RAM_SIZE == 3ull << 30 && CLINT_MTIP0 == 7 && HARTS == 1, \"\");\n");
    CHECK(system_program({"gcc", "-std=c11", "-fsyntax-only", source}).status == 0);
    const std::string assembly = file_with("facts.S", "#include \"board.h\"\n.quad UART0_BASE, PLIC_SIZE\n");
    CHECK(system_program({"gcc", "-c", assembly, "-o", temporary("facts.o")}).status == 0);
}

TEST_CASE("an SVD file is valid") {
    const std::string schema = "tests/files/svd.rng";
    const std::string text = written("riscv64/virt", "--svd");
    const auto valid = [&](const std::string& svd) {
        return system_program({"xmllint", "--noout", "--relaxng", schema, file_with("board.svd", svd)})
                   .status == 0;
    };
    CHECK(valid(text));
    CHECK(valid(written("or1k/or1k-sim", "--svd")));
    const std::size_t at = text.find("<size>");
    CHECK(!valid(text.substr(0, at) + "<sise>" + text.substr(at + 6)));
    const std::string registers = "count(//peripheral[name='uart0']/registers/register)";
    CHECK(system_program({"xmllint", "--xpath", registers, file_with("board.svd", text)}).out == "12\n");
    CHECK(system_program({"xmllint", "--xpath", "string(//peripheral[name='uart0']/interrupt/value)",
                          temporary("board.svd")})
              .out == "10\n");
}

TEST_CASE("GDB takes the memory map") {
    const auto regions = [](const std::string& board, const std::string& memory) {
        const std::string map = file_with("map.xml", written(board, "--gdb-map", memory));
        return system_program({"gdb-multiarch", "-nx", "-batch", "-ex", "set remotetimeout 60", "-ex",
                               "set architecture riscv:rv64", "-ex",
                               "target remote | python3 tests/files/memory_map_stub.py " + map, "-ex",
                               "info mem"})
            .out;
    };
    const std::string virt = regions("riscv64/virt", "64M");
    INFO(virt);
    CHECK(has(virt, "0x0000000000001000 0x0000000000010000 ro "));
    CHECK(has(virt, "0x0000000020000000 0x0000000022000000 flash blocksize 0x40000 "));
    CHECK(has(virt, "0x0000000080000000 0x0000000084000000 rw "));
    CHECK(!has(virt, "0x0000000010000000"));
    const std::string pc = regions("x86_64/pc", "8G");
    INFO(pc);
    CHECK(has(pc, "0x0000000100000000 0x0000000240000000 rw "));
}

TEST_CASE("dtc takes the device tree") {
    REQUIRE(ask({"write", "riscv64/virt", "-m", "64M", "--dtb", temporary("board.dtb")}).status == 0);
    const Finished tree = system_program({"dtc", "-q", "-I", "dtb", "-O", "dts", temporary("board.dtb")});
    CHECK(tree.status == 0);
    CHECK(has(tree.out, "memory@80000000 {"));
    CHECK(has(tree.out, "reg = <0x00 0x80000000 0x00 0x4000000>;"));
    CHECK(has(tree.out, "serial@10000000 {"));
    CHECK(
        has(ask({"write", "x86_64/pc", "--dtb", "-"}).err, "x86_64/pc-i440fx-11.1 has no device tree here"));
}

TEST_CASE("QEMU has the machine of its command line") {
    const auto memory = [](const std::string& board, const std::string& size) {
        const Finished line = ask({"write", board, "--qemu", "7.2", "-m", size, "--qemu-command", "-"});
        INFO(line.err);
        REQUIRE(line.status == 0);
        std::vector<std::string> words{"sh", "-c",
                                       "exec " + line.out.substr(0, line.out.size() - 1) +
                                           " -S -display none -nodefaults -qmp stdio"};
        const Finished qemu = system_program(words, "{\"execute\": \"qmp_capabilities\"}\n"
                                                    "{\"execute\": \"query-memory-size-summary\"}\n"
                                                    "{\"execute\": \"query-current-machine\"}\n"
                                                    "{\"execute\": \"quit\"}\n");
        INFO(line.out << qemu.err << qemu.out);
        CHECK(qemu.status == 0);
        const std::size_t at = qemu.out.find("{\"return\": {\"base-memory\"");
        REQUIRE(at != qemu.out.npos);
        return json::parse(qemu.out.substr(at, qemu.out.find('\n', at) - at))["return"]["base-memory"]
            .get<std::uint64_t>();
    };
    CHECK(memory("riscv64/virt", "192M") == std::uint64_t{192} << 20);
    CHECK(memory("riscv64/spike", "0") == std::uint64_t{128} << 20);
    CHECK(memory("x86_64/q35", "3G") == std::uint64_t{3} << 30);
}

TEST_CASE("several files at once, or none when one of them cannot be made") {
    const std::string script = temporary("several.ld"), header = temporary("several.h");
    REQUIRE(ask({"write", "riscv64/virt", "--ld", script, "-c-header", header}).status == 0);
    CHECK(has(contents(script), "MEMORY\n"));
    CHECK(has(contents(header), "#define UART0_IRQ 10 "));
    const std::string lost = temporary("lost.ld");
    const Finished none = ask({"write", "x86_64/pc", "--ld", lost, "--dtb", temporary("lost.dtb")});
    CHECK(none.status == 1);
    CHECK(!std::ifstream(lost).good());
}

TEST_CASE("bad words of write are answered with sentences") {
    CHECK(ask({"write", "riscv64/virt"}).err == "wirewrap: write needs to know what and where to, such as "
                                                "--ld board.ld; see `wirewrap write --help`\n");
    CHECK(has(ask({"write", "riscv64/virt", "--ld"}).err, "--ld needs a value after it"));
    CHECK(has(ask({"write", "riscv64/virt", "--ld", ""}).err, "--ld has an empty value; give it a file"));
    CHECK(has(ask({"write", "riscv64/virt", "--ld", "/nowhere/at/all"}).err,
              "/nowhere/at/all cannot be written"));
    CHECK(has(ask({"write", "riscv64/virt", "--lds", "x"}).err, "did you mean --ld"));
    CHECK(has(ask({"write", "riscv64/virt", "-m", "1E", "--ld", "-"}).err,
              "does not fit into 56 address bits"));
    CHECK(ask({"write"}).err == "wirewrap: BOARD is required; see `wirewrap write --help`\n");
}
