// The command line: which subcommand is asked, with what.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include <wirewrap/base/error.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

/// `--help` or `--version`: a text to print instead of doing anything.
struct Information {
    std::string text;
};

using Request = std::variant<Information, BoardsRequest, MapRequest, WriteRequest, CheckRequest,
                             ConfigRequest, RunRequest, ProfileRequest, RamRequest>;

/// `words` are the arguments after the program's name. Without a subcommand it is `run`. Long options may begin with one
/// dash, as in QEMU: `-kernel u-boot.bin`. What follows `config` is QEMU's grammar throughout.
wirewrap::Expected<Request> parse_arguments(std::span<const std::string_view> words);

}  // namespace command
