// Linux for RISC-V as its packages ship it: the flat `Image`, whose header says how much memory it takes, with or without a
// PE/COFF header around it by which UEFI starts it. Debian's kernel is the second, uncompressed.
//
//     const auto header = parse_riscv_kernel("vmlinux", bytes);
//     // nothing: no such header, so the file is whatever somebody made; else header->memory is 31.9 MiB
//
//     file    [code0 code1 | text_offset | image_size | flags … | "RISCV" "RSC\5" | PE offset][ text ][ data ]
//     memory  [ the file as it is ………………………………………………………………………………………………………………………………… | 000 .bss 000 )
//              0                                                                                 image_size
//
// Files that no RISC-V hart can begin with, and that are taken for kernels now and then, are told by their first bytes.
//
// Sources: Linux 6.12, Documentation/arch/riscv/boot-image-header.rst, boot.rst; Microsoft PE/COFF specification, sections
// "COFF File Header" and "Section Table". The magic numbers of the other formats: Linux, Documentation/arch/*/boot*.rst.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/endian.hpp>
#include <wirewrap/base/error.hpp>

namespace wirewrap {

/// What the header of a kernel says of it.
struct RiscvKernelHeader {
    Bytes memory{};       // from its first byte to the end of its .bss; never less than the file
    Bytes text_offset{};  // from a multiple of 2 MiB, where it wants to lie
    bool pe = false;      // it is a PE/COFF executable, too
};

namespace detail {

/// Bytes of a file that may be shorter than what is looked for in it.
class FileBytes {
public:
    explicit FileBytes(std::span<const std::byte> bytes) : bytes_(bytes) {}

    bool has(std::uint64_t offset, std::string_view text) const {
        if (offset > bytes_.size() || text.size() > bytes_.size() - offset) return false;
        return std::ranges::equal(bytes_.subspan(offset, text.size()), text,
                                  [](std::byte b, char c) { return b == static_cast<std::byte>(c); });
    }
    /// Little-endian; nothing past the end.
    template <AccessWord T>
    std::optional<T> word(std::uint64_t offset) const {
        if (offset > bytes_.size() || sizeof(T) > bytes_.size() - offset) return std::nullopt;
        return read_memory<T>(bytes_.data() + offset);
    }
    std::uint64_t size() const { return bytes_.size(); }

private:
    std::span<const std::byte> bytes_;
};

inline constexpr std::string_view riscv_magic{"RISCV\0\0\0", 8}, riscv_magic2{"RSC\x05", 4},
    pe_magic{"PE\0\0", 4}, dos_magic{"MZ", 2};
inline constexpr std::uint16_t pe_riscv64 = 0x5064;

/// What a file that begins like another thing than a kernel for RISC-V is, and what to do about it.
inline std::string_view known_as_other(const FileBytes& file) {
    struct Known {
        std::uint64_t offset;
        std::string_view magic, what;
    };
    using namespace std::string_view_literals;
    static constexpr std::array known{
        Known{0, "\x1f\x8b"sv, "compressed by gzip: give what `gzip -dc FILE` writes"},
        Known{0,
              "\xfd"
              "7zXZ\0"sv,
              "compressed by xz: give what `xz -dc FILE` writes"},
        Known{0, "\x28\xb5\x2f\xfd"sv, "compressed by zstd: give what `zstd -dc FILE` writes"},
        Known{0, "BZh"sv, "compressed by bzip2: give what `bzip2 -dc FILE` writes"},
        Known{0, "\x04\x22\x4d\x18"sv, "compressed by lz4: give what `lz4 -dc FILE` writes"},
        Known{0, "\x02\x21\x4c\x18"sv, "compressed by lz4: give what `lz4 -dc FILE` writes"},
        Known{0, "\x27\x05\x19\x56"sv,
              "an image for U-Boot's bootm: give the kernel that was wrapped into it"},
        Known{0, "\xd0\x0d\xfe\xed"sv, "a device tree or a FIT image: give the kernel itself"},
        Known{0, "070701"sv, "a cpio archive, as an initramfs is: give it as the initrd"},
        Known{0, "!<arch>\n"sv, "an archive, such as a Debian package: give the kernel that is in it"},
        Known{0x38, "ARMd"sv, "a kernel for AArch64: give one for RISC-V"},
        Known{0x202, "HdrS"sv, "a kernel for x86: give one for RISC-V"},
    };
    for (const Known& one : known)
        if (file.has(one.offset, one.magic)) return one.what;
    return {};
}

/// A kernel that unpacks itself under UEFI says where what was packed lies in it, and by which program. How to get at it.
/// Source: Linux, drivers/firmware/efi/libstub/zboot-header.S; the names of the programs: Makefile.zboot of 6.12 and 6.13.
inline Text zboot_remedy(const FileBytes& file) {
    struct Program {
        std::string_view type, command;
    };
    static constexpr std::array programs{Program{"gzip", "gzip -dc"},
                                         Program{"zstd", "zstd -dc"},
                                         Program{"zstd22", "zstd -dc"},
                                         Program{"xzkern", "xz -dc"},
                                         Program{"lzma", "xz -dc --format=lzma"},
                                         Program{"lz4", "lz4 -dc"}};
    const auto offset = file.word<std::uint32_t>(8), size = file.word<std::uint32_t>(12);
    const bool inside = offset && size && std::uint64_t{*offset} + *size <= file.size();
    for (const Program& program : programs)
        if (inside && file.has(24, program.type) && file.word<std::uint8_t>(24 + program.type.size()) == 0)
            return sentence("give what `tail -c +", std::uint64_t{*offset} + 1, " FILE | head -c ", *size,
                            " | ", program.command, "` writes");
    return sentence("give the Image that was packed into it");
}

/// The sections of a PE file lie inside it, and it is for this machine.
inline Expected<void> check_pe(std::string_view name, const FileBytes& file, std::uint64_t header) {
    const auto machine = file.word<std::uint16_t>(header + 4),
               sections = file.word<std::uint16_t>(header + 6),
               optional = file.word<std::uint16_t>(header + 20);
    if (!machine || !sections || !optional)
        return fail(name, " is ", Bytes{file.size()}, ", and its PE header at byte ", header,
                    " goes on after that: it is truncated; copy it again");
    if (*machine != pe_riscv64)
        return fail(name, " is a PE executable for machine ", *machine,
                    ", and this board runs 64-bit RISC-V (", pe_riscv64, "): give a kernel built for it");
    for (std::uint64_t i = 0; i != *sections; ++i) {
        const std::uint64_t entry = header + 24 + *optional + 40 * i;
        const auto size = file.word<std::uint32_t>(entry + 16), offset = file.word<std::uint32_t>(entry + 20);
        if (size && offset && std::uint64_t{*size} + *offset <= file.size()) continue;
        const std::uint64_t wanted = size && offset ? std::uint64_t{*size} + *offset : entry + 40;
        return fail(name, " is ", Bytes{file.size()}, ", and section ", i, " of it ends at byte ", wanted,
                    ": it is truncated; copy it again");
    }
    return {};
}

}  // namespace detail

/// Reads the header of a kernel for RISC-V. Nothing when the file has none: then it is raw code. `name` is what sentences call
/// the file. Errors: a kernel for another machine or byte order, a truncated one, a compressed one, no kernel at all.
inline Expected<std::optional<RiscvKernelHeader>> parse_riscv_kernel(std::string_view name,
                                                                     std::span<const std::byte> bytes) {
    using namespace detail;
    const FileBytes file(bytes);
    const bool dos = file.has(0, dos_magic);
    const std::uint64_t pe = file.word<std::uint32_t>(0x3c).value_or(0);
    if (!file.has(0x30, riscv_magic) && !file.has(0x38, riscv_magic2)) {
        if (dos && file.has(4, "zimg"))
            return fail(name, " is a kernel that unpacks itself under UEFI: ", zboot_remedy(file));
        if (const std::string_view other = known_as_other(file); !other.empty())
            return fail(name, " is ", other);
        if (dos && file.has(pe, pe_magic)) {
            if (const auto checked = check_pe(name, file, pe); !checked)
                return std::unexpected(checked.error());
            return fail(name,
                        " is a PE executable without the header of a kernel for RISC-V, which only UEFI "
                        "can start: give a kernel, or UEFI as firmware");
        }
        return std::nullopt;
    }
    const auto text_offset = file.word<std::uint64_t>(8), image_size = file.word<std::uint64_t>(16),
               flags = file.word<std::uint64_t>(24);
    if ((*flags & 1) != 0)
        return fail(name, " is a big-endian kernel, and this board is little-endian: give one for it");
    constexpr std::uint64_t most = std::uint64_t{1} << 40;
    if (*image_size > most || *text_offset > most)
        return fail(name, " says in its header that it takes ", Bytes{*image_size}, " at ",
                    Bytes{*text_offset}, ", more than any kernel: it is damaged; copy it again");
    const bool is_pe = dos && file.has(pe, pe_magic);
    if (dos && !is_pe)
        return fail(name, " has no PE header at byte ", pe, ", where it says: it is damaged; copy it again");
    if (is_pe)
        if (const auto checked = check_pe(name, file, pe); !checked) return std::unexpected(checked.error());
    return RiscvKernelHeader{.memory = Bytes{std::max<std::uint64_t>(*image_size, file.size())},
                             .text_offset = Bytes{*text_offset},
                             .pe = is_pe};
}

}  // namespace wirewrap
