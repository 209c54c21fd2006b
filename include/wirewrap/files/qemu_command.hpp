// The command line by which QEMU has the same machine.
//
//     files::qemu_command(describe_board<boards::riscv::Virt>(), 128_MiB)
//     // qemu-system-riscv64 -machine virt -m 128M
#pragma once

#include <string>

#include <wirewrap/files/places.hpp>

namespace wirewrap::files {

/// What follows `-m`: mebibytes, or what is left of them in a smaller unit.
inline std::string qemu_size(Bytes size) {
    constexpr std::uint64_t kib = 1024, mib = 1024 * kib;
    if (size.count % mib == 0) return sentence(size.count / mib, "M").string();
    if (size.count % kib == 0) return sentence(size.count / kib, "K").string();
    return sentence(size.count, "B").string();
}

/// One line for a shell. Errors: the board does not take that much RAM; its name is no target and machine of QEMU.
inline Expected<std::string> qemu_command(const BoardDescription& board, Bytes ram_size) {
    if (const Verdict verdict = board.ram_verdict(ram_size); !verdict)
        return std::unexpected(verdict.error());
    const std::size_t slash = board.name.find('/');
    const auto is_plain = [](std::string_view word) {
        return !word.empty() && word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                       "0123456789-_.") == word.npos;
    };
    if (slash == board.name.npos || !is_plain(board.name.substr(0, slash)) ||
        !is_plain(board.name.substr(slash + 1)))
        return fail(board.name,
                    " is no machine of QEMU: those are named by target and machine, such as riscv64/virt");
    std::string line = sentence("qemu-system-", board.name.substr(0, slash), " -machine ",
                                board.name.substr(slash + 1), " -m ")
                           .string() +
                       qemu_size(ram_size);
    if (board.harts > 1) line += sentence(" -smp ", board.harts).string();
    return line + "\n";
}

}  // namespace wirewrap::files
