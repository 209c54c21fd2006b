#include <wirewrap/loader/riscv_kernel.hpp>

#include <catch2/catch.hpp>

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

using namespace wirewrap;
using namespace std::string_view_literals;
using Bytes8 = std::vector<std::byte>;

namespace {

template <class T>
void put(Bytes8& file, std::size_t at, T value) {
    write_memory<T>(file.data() + at, value);
}
void put(Bytes8& file, std::size_t at, std::string_view text) {
    for (std::size_t i = 0; i != text.size(); ++i) file[at + i] = static_cast<std::byte>(text[i]);
}

/// As scripts/head.S of Linux makes it.
Bytes8 image(std::size_t size = 4096, std::uint64_t memory = 10'000) {
    Bytes8 file(size);
    put<std::uint64_t>(file, 8, 0x20'0000);
    put<std::uint64_t>(file, 16, memory);
    put(file, 0x30, "RISCV\0\0\0"sv);
    put(file, 0x38, "RSC\x05"sv);
    return file;
}
/// With the header for UEFI, and two sections to the end of the file.
Bytes8 pe_image(std::size_t size = 4096) {
    Bytes8 file = image(size);
    put(file, 0, "MZ"sv);
    put<std::uint32_t>(file, 0x3c, 0x40);
    put(file, 0x40, "PE\0\0"sv);
    put<std::uint16_t>(file, 0x44, 0x5064);
    put<std::uint16_t>(file, 0x46, 2);
    put<std::uint16_t>(file, 0x54, 160);
    for (const std::uint32_t section : {0u, 1u}) {
        const std::size_t entry = 0x40 + 24 + 160 + 40 * section;
        put<std::uint32_t>(file, entry + 16, 1024);
        put<std::uint32_t>(file, entry + 20, section == 0 ? 1024 : static_cast<std::uint32_t>(size) - 1024);
    }
    return file;
}
std::string refusal(const Bytes8& file) {
    const auto header = parse_riscv_kernel("vmlinux", file);
    return header ? "" : header.error().message;
}

}  // namespace

TEST_CASE("The header of a flat image says how much memory it takes") {
    const auto header = parse_riscv_kernel("Image", image());
    REQUIRE(header);
    REQUIRE(*header);
    CHECK((*header)->memory == Bytes{10'000});
    CHECK((*header)->text_offset == Bytes{0x20'0000});
    CHECK_FALSE((*header)->pe);
    // Kernels before 5.0 said 0.
    CHECK((*parse_riscv_kernel("Image", image(4096, 0)))->memory == Bytes{4096});
}

TEST_CASE("The same with a PE header around it") {
    const auto header = parse_riscv_kernel("vmlinux", pe_image());
    REQUIRE(header);
    CHECK((*header)->pe);
    CHECK((*header)->memory == Bytes{10'000});
}

TEST_CASE("A file without a header is no business of this one") {
    for (const std::size_t size : {0u, 1u, 0x2fu, 0x30u, 0x3au, 4096u}) {
        const auto header = parse_riscv_kernel("code.bin", Bytes8(size));
        REQUIRE(header);
        CHECK_FALSE(*header);
    }
}

TEST_CASE("Every length of a truncated kernel is a sentence or raw code, and never a read past its end") {
    const Bytes8 whole = pe_image();
    for (std::size_t size = 0; size != whole.size(); ++size) {
        const Bytes8 part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        const auto header = parse_riscv_kernel("vmlinux", part);
        if (size < 0x38)
            CHECK((header && !*header));
        else
            CHECK_FALSE(header);
    }
    CHECK(refusal(Bytes8(whole.begin(), whole.end() - 1)) ==
          "vmlinux is 4095 bytes, and section 1 of it ends at byte 4096: it is truncated; copy it again");
}

TEST_CASE("What is no kernel for this board is told by what it is") {
    Bytes8 file = pe_image();
    put<std::uint16_t>(file, 0x44, 0x8664);
    CHECK(refusal(file) == "vmlinux is a PE executable for machine 34404, and this board runs 64-bit RISC-V "
                           "(20580): give a kernel built for it");
    file = image();
    put<std::uint64_t>(file, 24, 1);
    CHECK(refusal(file) ==
          "vmlinux is a big-endian kernel, and this board is little-endian: give one for it");
    file = image(4096, ~std::uint64_t{0});
    CHECK_THAT(refusal(file), Catch::EndsWith("more than any kernel: it is damaged; copy it again"));
    file = image();
    put(file, 0, "MZ"sv);
    put<std::uint32_t>(file, 0x3c, 0xffff'fff0);
    CHECK_THAT(refusal(file), Catch::Contains("has no PE header at byte 4294967280"));

    const auto begins = [](std::size_t at, std::string_view magic) {
        Bytes8 other(4096);
        put(other, at, magic);
        return refusal(other);
    };
    CHECK(begins(0, "\x1f\x8b\x08"sv) == "vmlinux is compressed by gzip: give what `gzip -dc FILE` writes");
    CHECK_THAT(begins(0, "\xfd"
                         "7zXZ\0"sv),
               Catch::Contains("compressed"));
    CHECK_THAT(begins(0, "\x28\xb5\x2f\xfd"sv), Catch::Contains("compressed"));
    Bytes8 zboot(4096);
    put(zboot, 0, "MZ"sv);
    put(zboot, 4, "zimg"sv);
    CHECK(refusal(zboot) ==
          "vmlinux is a kernel that unpacks itself under UEFI: give the Image that was packed into it");
    put<std::uint32_t>(zboot, 8, 1024);
    put<std::uint32_t>(zboot, 12, 3072);
    put(zboot, 24, "gzip"sv);
    CHECK(refusal(zboot) ==
          "vmlinux is a kernel that unpacks itself under UEFI: give what `tail -c +1025 FILE | head "
          "-c 3072 | gzip -dc` writes");
    put(zboot, 24, "xzkern"sv);
    CHECK_THAT(refusal(zboot), Catch::EndsWith("| xz -dc` writes"));
    put<std::uint32_t>(zboot, 12, 3073);  // past the end
    CHECK_THAT(refusal(zboot), Catch::EndsWith("give the Image that was packed into it"));
    CHECK_THAT(begins(0x38, "ARMd"sv), Catch::Contains("for AArch64"));
    CHECK_THAT(begins(0x202, "HdrS"sv), Catch::Contains("for x86"));
    CHECK_THAT(begins(0, "070701"sv), Catch::Contains("cpio archive"));
    CHECK_THAT(begins(0, "!<arch>\n"sv), Catch::Contains("Debian package"));
    CHECK_THAT(begins(0, "\x27\x05\x19\x56"sv), Catch::Contains("U-Boot"));
    CHECK_THAT(begins(0, "\xd0\x0d\xfe\xed"sv), Catch::Contains("device tree"));
}
