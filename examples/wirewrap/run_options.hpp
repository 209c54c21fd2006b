// QEMU's options on the command line of `run`: found among the others, whole words as QEMU reads them, and taken when the
// board can do what they ask or does it anyway. What it cannot do is refused by name.
//
//     RunRequest request;
//     std::vector<std::string_view> words{"-M", "virt", "-nographic", "-bios", "none", "-kernel", "hello.elf"};
//     take_run_options(words, request);           // words: {"-bios", "none", "-kernel", "hello.elf"}
#pragma once

#include <string_view>
#include <vector>

#include <wirewrap/base/error.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

/// Takes QEMU's options with their values out of `words`, with one dash or two; what `run` knows itself stays.
wirewrap::Expected<void> take_run_options(std::vector<std::string_view>& words, RunRequest& request);

}  // namespace command
