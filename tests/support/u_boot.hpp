// Debian's U-Boot for QEMU's `virt` as an ELF file, for tests that ask it for functions. That of Debian 12 and 13 names those
// that its programs may call; Debian's later packages have it stripped.
//
//     if (const std::string why = no_u_boot_functions(); !why.empty()) { std::puts(("SKIPPED: " + why).c_str()); return; }
#pragma once

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace wirewrap::test {

inline const std::string u_boot_elf = "/usr/lib/u-boot/qemu-riscv64_smode/uboot.elf";

/// Why its functions cannot be asked for; empty: they can.
inline std::string no_u_boot_functions() {
    using namespace std::string_view_literals;
    std::ifstream file(u_boot_elf, std::ios::binary);
    if (!file) return "there is no U-Boot; Debian's package is u-boot-qemu";
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    if (bytes.find("\0board_init_f\0"sv) == std::string::npos) return u_boot_elf + " names no functions";
    return {};
}

}  // namespace wirewrap::test
