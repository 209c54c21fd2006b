#include "examples/wirewrap/text_file.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>

namespace command {

using wirewrap::Expected;

Expected<void> write_file(const std::string& path, const std::string& text) {
    const auto cannot = [&](int error) {
        return wirewrap::fail(path, " cannot be written: ", std::generic_category().message(error),
                              "; name a file in a folder that may be written to");
    };
    std::FILE* const file = std::fopen(path.c_str(), "w");
    if (file == nullptr) return cannot(errno);
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    const int write_error = errno;
    const bool closed = std::fclose(file) == 0;
    if (!written) return cannot(write_error);
    if (!closed) return cannot(errno);
    return {};
}

}  // namespace command
