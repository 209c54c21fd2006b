// Debian's OpenSBI and U-Boot on riscv64/virt: typed to, and held to their answers.
#include <catch2/catch.hpp>

#include <array>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "tests/examples/on_terminal.hpp"
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

std::size_t count_of(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
    return count;
}

/// What U-Boot printed between the command and the next prompt, with plain line ends.
std::string answer(const std::string& out, const std::string& command) {
    const std::string echo = "=> " + command + "\r\n";
    const std::size_t begin = out.find(echo);
    if (begin == out.npos) return "(no answer)";
    const std::size_t end = out.find("\n=> ", begin + echo.size() - 1);
    std::string text = out.substr(begin + echo.size(),
                                  end == out.npos ? out.npos : end + 1 - begin - echo.size());
    std::erase(text, '\r');
    return text;
}

/// IEEE 802.3, bit by bit.
std::uint32_t crc32(const std::vector<std::uint8_t>& bytes) {
    std::uint32_t crc = ~0u;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit != 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

template <class Word>
std::vector<std::uint8_t> filled(Word word, std::size_t count) {
    std::vector<std::uint8_t> bytes(sizeof word * count);
    for (std::size_t i = 0; i != bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(word >> 8 * (i % sizeof word));
    return bytes;
}

struct Size {
    const char* option;
    std::uint64_t bytes;
    const char* banner;
};

}  // namespace

TEST_CASE("the checksum of the test is the one everybody uses") {
    CHECK(crc32({'1', '2', '3', '4', '5', '6', '7', '8', '9'}) == 0xcbf43926);
}

TEST_CASE("U-Boot answers") {
    if (!installed()) return;
    const auto size = GENERATE(Size{"64M", 64ULL << 20, "64 MiB"}, Size{"256M", 256ULL << 20, "256 MiB"},
                               Size{"2G", 2ULL << 30, "2 GiB"});
    INFO(size.option);
    const std::vector<std::string> commands{
        "version",
        "bdinfo",
        "mw.l 0x81000000 0xdeadbeef 0x1000",
        "md.l 0x81000000 4",
        "mw.q 0x81001000 0x0123456789abcdef 1",
        "md.b 0x81000ffe 0xc",
        "md.l 0x81003ffc 1",
        "crc32 0x81000000 0x1000",
        "mw.b 0x81100000 0x5a 0x10001",
        "crc32 0x81100000 0x10001",
        "crc32 0x81100001 0x10000",
        "poweroff",
    };
    std::string typed;
    for (const std::string& command : commands) typed += command + "\n";
    const Finished run = ask({"run", "-m", size.option}, typed);
    INFO(run.out);
    CHECK(run.err.empty());
    CHECK(run.status == 0);

    CHECK(has(run.out, "OpenSBI v"));
    CHECK(has(run.out, fmt::format("DRAM:  {}\r\n", size.banner)));
    CHECK(has(answer(run.out, "version"), "U-Boot 20"));

    const std::string information = answer(run.out, "bdinfo");
    CHECK(has(information, "-> start    = 0x0000000080000000\n"));
    CHECK(has(information, fmt::format("-> size     = 0x{:016x}\n", size.bytes)));
    // 2023.01 pads the number of bytes with zeros, 2025.01 does not.
    const std::string memory = fmt::format("memory[0]\t[0x80000000-0x{:x}], 0x",
                                           0x8000'0000 + size.bytes - 1);
    CHECK((has(information, fmt::format("{}{:08x} bytes", memory, size.bytes)) ||
           has(information, fmt::format("{}{:x} bytes", memory, size.bytes))));

    CHECK(has(answer(run.out, "md.l 0x81000000 4"), "81000000: deadbeef deadbeef deadbeef deadbeef"));
    CHECK(has(answer(run.out, "md.b 0x81000ffe 0xc"), "81000ffe: ad de ef cd ab 89 67 45 23 01 ef be"));
    CHECK(has(answer(run.out, "md.l 0x81003ffc 1"), "81003ffc: deadbeef"));
    const auto checksum = [&](const std::string& command, const std::vector<std::uint8_t>& bytes) {
        CHECK(has(answer(run.out, command), fmt::format("==> {:08x}\n", crc32(bytes))));
    };
    checksum("crc32 0x81000000 0x1000", filled<std::uint32_t>(0xdeadbeef, 0x400));
    checksum("crc32 0x81100000 0x10001", filled<std::uint8_t>(0x5a, 0x10001));
    checksum("crc32 0x81100001 0x10000", filled<std::uint8_t>(0x5a, 0x10000));
    CHECK(has(answer(run.out, "poweroff"), "poweroff ..."));
}

TEST_CASE("QEMU's RAM options say what U-Boot's RAM is made of") {
    if (!installed()) return;
    const auto size = [](std::vector<std::string> options) {
        options.insert(options.begin(), "run");
        const Finished run = ask(options, "mw.l 0x83fffffc 0xcafef00d 4\nmd.l 0x83fffffc 4\npoweroff\n");
        INFO(run.out << run.err);
        CHECK(run.status == 0);
        CHECK(has(answer(run.out, "md.l 0x83fffffc 4"), "83fffffc: cafef00d cafef00d cafef00d cafef00d"));
        const std::size_t begin = run.out.find("DRAM:  ");
        return begin == run.out.npos ? "" : run.out.substr(begin + 7, run.out.find('\r', begin) - begin - 7);
    };
    CHECK(size({"-object", "memory-backend-memfd,id=m,size=512M,prealloc=on", "-machine",
                "memory-backend=m"}) == "512 MiB");
    CHECK(size({"-m", "128M", "-mem-path", std::filesystem::temp_directory_path(), "-mem-prealloc"}) ==
          "128 MiB");
    // Two backends, whose border is 4 bytes into what the commands above write and read. A node has a CPU.
    CHECK(size({"-m", "128M", "-smp", "2", "-object", "memory-backend-ram,id=a,size=64M", "-object",
                "memory-backend-memfd,id=b,size=64M", "-numa", "node,memdev=a", "-numa", "node,memdev=b"}) ==
          "128 MiB");
}

TEST_CASE("interpreted, U-Boot answers as it does translated") {
    if (!installed()) return;
    const std::string typed = "mw.b 0x81100000 0x5a 0x10001\ncrc32 0x81100000 0x10001\nbdinfo\npoweroff\n";
    const Finished translated = ask({"run", "-m", "128M"}, typed);
    const Finished interpreted = ask({"run", "-m", "128M", "--interpret"}, typed);
    CHECK(translated.status == 0);
    CHECK(interpreted.status == 0);
    CHECK(answer(translated.out, "crc32 0x81100000 0x10001") ==
          answer(interpreted.out, "crc32 0x81100000 0x10001"));
    CHECK(answer(translated.out, "bdinfo") == answer(interpreted.out, "bdinfo"));
}

TEST_CASE("two lines through a pipe are enough") {
    if (!installed()) return;
    const Finished run = ask({"run", "-m", "1G"}, "bdinfo\npoweroff\n");
    CHECK(run.status == 0);
    CHECK(has(run.out, "DRAM:  1 GiB\r\n"));
    CHECK(has(answer(run.out, "bdinfo"), "-> size     = 0x0000000040000000\n"));
}

TEST_CASE("U-Boot as an ELF executable, and without a command, is the same") {
    if (!installed()) return;
    const Finished elf = ask({"-kernel", "/usr/lib/u-boot/qemu-riscv64_smode/uboot.elf", "-m", "128"},
                             "version\npoweroff\n");
    CHECK(elf.status == 0);
    CHECK(has(elf.out, "DRAM:  128 MiB\r\n"));
    const Finished none = ask({}, "poweroff\n");
    CHECK(none.status == 0);
    CHECK(has(none.out, "DRAM:  256 MiB\r\n"));
}

TEST_CASE("reset starts OpenSBI and U-Boot again") {
    if (!installed()) return;
    // U-Boot 2025.01 has a buffer at 0x81000000.
    const Finished run = ask({"run"}, "mw.l 0x84000000 0x12345678\nreset\nmd.l 0x84000000 1\npoweroff\n");
    CHECK(run.status == 0);
    CHECK(count_of(run.out, "OpenSBI v") == 2);
    CHECK(count_of(run.out, "DRAM:  256 MiB") == 2);
    CHECK(has(answer(run.out, "md.l 0x84000000 1"), "84000000: 12345678"));
}

TEST_CASE("a load that OpenSBI forbids is a trap in U-Boot, which resets") {
    if (!installed()) return;
    const Finished run = ask({"run"}, "md.l 0x80000000 1\npoweroff\n");
    CHECK(run.status == 0);
    CHECK(has(run.out, "Unhandled exception: Load access fault"));
    CHECK(count_of(run.out, "OpenSBI v") == 2);
}

TEST_CASE("on a terminal U-Boot counts down, and a key stops it") {
    if (!installed()) return;
    OnTerminal run({wirewrap_program});
    if (!run.works()) {
        std::cout << "SKIPPED: this system gives out no pseudo-terminals\n";
        return;
    }
    REQUIRE(has(run.screen("Hit any key to stop autoboot"), "Hit any key to stop autoboot"));
    run.type(" ");
    REQUIRE(has(run.screen("=> "), "=> "));
    run.type("printenv bootdelay\r");
    CHECK(has(run.screen("bootdelay="), "bootdelay="));
    run.type("poweroff\r");
    CHECK(has(run.screen("poweroff ..."), "poweroff ..."));
    CHECK(run.wait() == 0);
    CHECK(run.is_as_before());
}
