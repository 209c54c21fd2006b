// Files that a command writes.
#pragma once

#include <string>

#include <wirewrap/base/error.hpp>

namespace command {

/// Makes or replaces the file; the error names it and says why it cannot be.
wirewrap::Expected<void> write_file(const std::string& path, const std::string& text);

}  // namespace command
