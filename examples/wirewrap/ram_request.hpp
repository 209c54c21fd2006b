// How much RAM a command line asks of a board.
#pragma once

#include <optional>
#include <string>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/board/description.hpp>
#include <wirewrap/config/ram_size.hpp>
#include <wirewrap/config/size.hpp>

namespace command {

/// `asked` bytes as `-m` means them, accepted by the board; or the sentence that says why not.
inline wirewrap::Expected<wirewrap::Bytes> ram_of(const wirewrap::BoardDescription& board,
                                                  wirewrap::Bytes asked) {
    const auto size = wirewrap::requested_ram(asked, board.default_ram_size);
    if (!size) return wirewrap::fail(board.name, ": ", size.error().message);
    if (const wirewrap::Verdict verdict = board.ram_verdict(*size); !verdict)
        return std::unexpected(verdict.error());
    return size;
}

/// The same of the text after `-m`; without one, the board's default.
inline wirewrap::Expected<wirewrap::Bytes> ram_of(const wirewrap::BoardDescription& board,
                                                  const std::optional<std::string>& memory) {
    if (!memory) return ram_of(board, wirewrap::Bytes{});
    const auto asked = wirewrap::parse_size(*memory, wirewrap::ram_option_unit);
    if (!asked) return wirewrap::fail("-m: ", asked.error().message);
    return ram_of(board, *asked);
}

}  // namespace command
