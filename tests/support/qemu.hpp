// Runs a bare-metal image under Debian's qemu-system-riscv64 and collects what it prints.
//
//     if (!qemu_installed()) { std::puts("SKIPPED: ..."); return; }
//     std::string printed = run_in_qemu(image);         // until the image writes to the test finisher
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include <wirewrap/cpu/riscv/isa.hpp>

namespace wirewrap::test {

inline bool qemu_installed() { return std::system("qemu-system-riscv64 --version >/dev/null 2>&1") == 0; }

/// A directory of the test's own: Bazel names one, otherwise the system's.
inline std::filesystem::path scratch_directory() {
    const char* given = std::getenv("TEST_TMPDIR");
    return given != nullptr ? std::filesystem::path(given) : std::filesystem::temp_directory_path();
}

/// A second hart makes QEMU's atomics what the architecture describes: with one, QEMU performs them as a load
/// and a store and reports faults of the load. The image has to park the second hart.
inline constexpr const char* two_harts = "-smp 2 -accel tcg,thread=multi";

/// QEMU's hart with no more extensions than wirewrap's. Since it knows `rv64i`, that is built up; its `rv64` has more to
/// turn off in every release.
inline std::string cpu_of_qemu(const riscv::Extensions& has = {}) {
    static const bool builds_up = std::system("qemu-system-riscv64 -cpu help 2>/dev/null | grep -qw rv64i") ==
                                  0;
    std::string cpu = builds_up
                          ? "rv64i,m=on,a=on,c=on,s=on,u=on,zicsr=on,zifencei=on,zicntr=on,zihpm=on,pmp=on,"
                            "mmu=on,sv39=on,sv48=on,sv57=on"
                          : "rv64,h=off,zbc=off";
    const auto turn = [&](std::string_view names, bool on) {
        for (std::size_t at = 0; at < names.size();) {
            const std::size_t end = std::min(names.find(' ', at), names.size());
            if (on || !builds_up)
                cpu += "," + std::string(names.substr(at, end - at)) + (on ? "=on" : "=off");
            at = end + 1;
        }
    };
    turn("f d", has.floating);
    turn("zba zbb zbs", has.bits);
    turn("sstc", false);
    return cpu;
}

/// The image starts at 0x80000000 in 64 MiB of RAM, on a hart with no more extensions than wirewrap's. What
/// was printed so far when QEMU did not end by itself within two minutes: a second's work, on a host that may be busy.
inline std::string run_in_qemu(std::span<const std::byte> image, const std::string& options = "",
                               const riscv::Extensions& has = {}) {
    const std::filesystem::path directory = scratch_directory();
    const std::string program = directory / "wirewrap_qemu.bin", output = directory / "wirewrap_qemu.out";
    std::ofstream(program, std::ios::binary)
        .write(reinterpret_cast<const char*>(image.data()), static_cast<std::streamsize>(image.size()));
    std::filesystem::remove(output);
    const std::string command = "timeout 120 qemu-system-riscv64 -M virt -m 64M -cpu " + cpu_of_qemu(has) +
                                " -bios " + program + " -display none -monitor none -serial file:" + output +
                                " " + options + " >/dev/null 2>&1 </dev/null";
    [[maybe_unused]] const int status = std::system(command.c_str());
    std::ifstream file(output, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace wirewrap::test
