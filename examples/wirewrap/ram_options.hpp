// QEMU's RAM options on the command line of `run`: found among the others, and made a configuration.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/board/description.hpp>
#include <wirewrap/config/configuration.hpp>

namespace command {

/// Takes -m, -object, -machine, -M, -numa, -mem-path and -mem-prealloc out of `words`, each with its value, as QEMU writes
/// them or with two dashes; the other words stay.
std::vector<std::string> take_ram_options(std::vector<std::string_view>& words);

/// `options` as taken. Without a size, and without a backend that is the RAM, it is `default_size`. Errors name the option;
/// one that says nothing about RAM is an error too, because nobody else looks at it.
wirewrap::Expected<wirewrap::config::Configuration> configure_ram(const wirewrap::BoardDescription& board,
                                                                  std::span<const std::string> options,
                                                                  std::string_view default_size);

}  // namespace command
