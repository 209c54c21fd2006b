// The bytes of a range, as `wirewrap ram --dump` is asked for them and prints them.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include <wirewrap/base.hpp>

#include "examples/wirewrap/commands.hpp"

namespace command {

inline wirewrap::Expected<std::uint64_t> number_of_bytes(std::string_view text, std::string_view option) {
    const bool hex = text.starts_with("0x");
    const std::string_view digits = text.substr(hex ? 2 : 0);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value, hex ? 16 : 10);
    if (error != std::errc{} || end != digits.end() || digits.empty())
        return wirewrap::fail(option, " takes a number of bytes, such as 4096 or 0x1000, not ", text);
    return value;
}

struct DumpRange {
    wirewrap::Bytes offset, size;
};
/// What `--at` and `--size` say, inside a block.
inline wirewrap::Expected<DumpRange> dump_range(const RamRequest& request, std::string_view block,
                                                wirewrap::Bytes length) {
    using namespace wirewrap;
    const auto at = number_of_bytes(request.at, "--at");
    if (!at) return std::unexpected(at.error());
    const auto size = number_of_bytes(request.size, "--size");
    if (!size) return std::unexpected(size.error());
    if (Bytes{*at} > length || Bytes{*size} > length - Bytes{*at})
        return fail("block ", block, " has ", length, ", and ", Bytes{*size}, " from ", GuestAddress{*at},
                    " on do not lie in it");
    return DumpRange{Bytes{*at}, Bytes{*size}};
}

inline void print_bytes(const std::vector<std::byte>& bytes, wirewrap::Bytes offset) {
    constexpr std::size_t width = 16;
    for (std::size_t line = 0; line < bytes.size(); line += width) {
        const std::size_t count = std::min(width, bytes.size() - line);
        std::string hex, characters;
        for (std::size_t i = line; i != line + count; ++i) {
            const auto byte = static_cast<unsigned char>(bytes[i]);
            hex += fmt::format(" {:02x}", byte);
            characters += byte >= 0x20 && byte < 0x7f ? static_cast<char>(byte) : '.';
        }
        fmt::print("{:010x} {:<{}}  {}\n", offset.count + line, hex, 3 * width, characters);
    }
}

}  // namespace command
