// QEMU's RAM options of `run` made a configuration.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/error.hpp>
#include <wirewrap/board/description.hpp>
#include <wirewrap/config/configuration.hpp>

namespace command {

/// How many harts QEMU's options ask for, `most` at most; nothing when they do not say.
wirewrap::Expected<std::optional<std::size_t>> asked_harts(const wirewrap::BoardDescription& board,
                                                           std::span<const std::string> options,
                                                           std::size_t most);

/// `options` as taken. Without a size, and without a backend that is the RAM, it is `default_size`. Errors name the option;
/// one that says nothing about RAM is an error too, because nobody else looks at it.
wirewrap::Expected<wirewrap::config::Configuration> configure_ram(const wirewrap::BoardDescription& board,
                                                                  std::span<const std::string> options,
                                                                  std::string_view default_size);

}  // namespace command
