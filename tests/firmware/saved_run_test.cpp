// Debian's OpenSBI and U-Boot on riscv64/virt, saved in the middle of their work and gone on with in another process.
#include <catch2/catch.hpp>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include <fmt/core.h>

#include "tests/examples/guest.hpp"
#include "tests/examples/process.hpp"

using namespace wirewrap::test;

namespace {

bool installed() {
    for (const char* file : {"/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.elf",
                             "/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin"}) {
        if (std::filesystem::exists(file)) continue;
        std::cout << "SKIPPED: " << file << " is not installed\n";
        return false;
    }
    return true;
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// IEEE 802.3, bit by bit, of equal bytes.
std::uint32_t crc32(std::uint8_t byte, std::size_t count) {
    std::uint32_t crc = ~0u;
    for (std::size_t i = 0; i != count; ++i) {
        crc ^= byte;
        for (int bit = 0; bit != 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

constexpr std::size_t summed = 0x100'0000;
const std::string fill = fmt::format("mw.b 0x81000000 0x5a {:#x}", summed),
                  sum = fmt::format("crc32 0x81000000 {:#x}", summed);

/// Saves at the first of these moments in which the sum has begun and not ended; what was printed until then.
std::string save_in_the_middle(const std::string& file) {
    for (std::uint64_t instructions = 50'000'000; instructions < 1'000'000'000; instructions += 50'000'000) {
        const Finished run = ask(
            {"run", "-m", "64M", "--save", file, "--save-after", std::to_string(instructions)},
            fill + "\n" + sum + "\n");
        if (run.status != 0 || !run.err.empty()) return run.err;
        if (has(run.out, sum + "\r\n") && !has(run.out, "==>")) return run.out;
    }
    return "(the sum began and ended between two moments)";
}

}  // namespace

TEST_CASE("A checksum over RAM is right although its machine was saved in the middle of it") {
    if (!installed()) return;
    const std::string file = temporary("sum.snapshot");
    const std::string before = save_in_the_middle(file);
    INFO(before);
    REQUIRE(has(before, sum + "\r\n"));

    const Finished rest = ask({"run", "--restore", file}, "md.l 0x81000000 1\npoweroff\n");
    INFO(rest.out);
    CHECK(rest.err.empty());
    CHECK(rest.status == 0);
    CHECK(has(rest.out, fmt::format("==> {:08x}\r\n", crc32(0x5a, summed))));
    CHECK(has(rest.out, "81000000: 5a5a5a5a"));
    CHECK_FALSE(has(rest.out, "OpenSBI"));  // it did not start again

    SECTION("restored, it can be saved and restored again") {
        const Finished again = ask(
            {"run", "--restore", file, "--save", file + ".2", "--save-after", "1000000"});
        CHECK(again.status == 0);
        CHECK_FALSE(has(again.out, "==>"));
        const Finished last = ask({"run", "--restore", file + ".2"}, "poweroff\n");
        CHECK(has(last.out, fmt::format("==> {:08x}\r\n", crc32(0x5a, summed))));
    }
    SECTION("restored, it can be reset") {
        const Finished reset = ask({"run", "--restore", file}, "reset\npoweroff\n");
        CHECK(reset.status == 0);
        CHECK(has(reset.out, "OpenSBI v"));
        CHECK(has(reset.out, "DRAM:  64 MiB"));
    }
    SECTION("a machine of another size is refused") {
        const Finished larger = ask({"run", "-m", "128M", "--restore", file});
        CHECK(larger.status == 1);
        CHECK(larger.err ==
              "wirewrap: " + file +
                  " cannot be restored: block riscv_virt_board.ram has 64 MiB in the snapshot and 128 "
                  "MiB in riscv64/virt\n");
    }
    SECTION("the file lists what it holds") {
        const Finished list = ask({"ram", file, "--board", "riscv64/virt"});
        CHECK(list.status == 0);
        CHECK(has(list.out, "riscv_virt_board.ram         67108864"));
        CHECK(has(list.out, "state of     hart0, clock, machine, loop, device test,"));
        const Finished bytes = ask(
            {"ram", file, "--dump", "riscv_virt_board.ram", "--at", "0x1000000", "--size", "4"});
        CHECK(has(bytes.out, "0001000000  5a 5a 5a 5a"));
        const Finished other = ask({"ram", file, "--board", "x86_64/pc-i440fx-7.2"});
        CHECK(other.status == 1);
        CHECK(
            has(other.err,
                "it is of board riscv64/virt, not x86_64/pc-i440fx-7.2; main RAM, block pc.ram, is missing"));
    }
    SECTION("damaged, it is refused") {
        std::ifstream stream(file, std::ios::binary);
        std::string bytes((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
        bytes[bytes.size() / 2] ^= 0x10;
        const Finished damaged = ask({"run", "--restore", write_file("damaged.snapshot", bytes)});
        CHECK(damaged.status == 1);
        CHECK(has(damaged.err, "does not have its checksum"));
    }
}

TEST_CASE("SIGTERM saves") {
    if (!installed()) return;
    const std::string file = temporary("terminated.snapshot");
    std::filesystem::remove(file);
    const ::pid_t child = ::fork();
    if (child == 0) {
        const int nothing = ::open("/dev/null", O_RDWR);
        ::dup2(nothing, STDIN_FILENO);
        ::dup2(nothing, STDOUT_FILENO);
        become({wirewrap_program, "run", "-m", "64M", "--save", file});
    }
    std::this_thread::sleep_for(std::chrono::seconds(2));
    ::kill(child, SIGTERM);
    int status = 0;
    ::waitpid(child, &status, 0);
    CHECK(status_of(status) == 0);
    const Finished rest = ask({"run", "--restore", file}, "version\npoweroff\n");
    CHECK(rest.status == 0);
    CHECK(has(rest.out, "poweroff ..."));
}
