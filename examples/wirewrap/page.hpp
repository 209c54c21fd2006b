// A page about boards, for a browser: one file with everything in it.
#pragma once

#include <optional>
#include <string>

#include <wirewrap/base/bytes.hpp>

#include "examples/wirewrap/families.hpp"

namespace command {

/// `ram` is the size that is shown first: one that the boards accept; without it each board's default.
std::string page(const Boards& boards, std::optional<wirewrap::Bytes> ram = {});

/// Every board of every release.
std::string catalogue_page();

/// What a page lets one choose from, ascending: powers of two, the quarters between them and the default, as far as the board
/// accepts them, up to 1 TiB.
std::vector<wirewrap::Bytes> sizes_to_choose(const wirewrap::BoardDescription& board);

/// Written down in page/, and made a part of the program by Bazel.
namespace page_parts {
extern const std::string_view html, css, js;
}

}  // namespace command
