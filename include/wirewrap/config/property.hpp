// A property as an option gives it, `size=512M` or `"size": 536870912`, and the readers that make a value of it.
//
//     const Property size{"size", "512M"};
//     read_size(size);                        // 512_MiB
//     read_switch({"share", "maybe"});        // an Error: "share=maybe: write on or off"
//
// What is written in QEMU's own grammar is text until a reader says what it is; JSON says itself what it is, and a text
// there is no number.
#pragma once

#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/config/size.hpp>

namespace wirewrap::config {

struct Property {
    enum class Kind : std::uint8_t { written, string, number, boolean, list };

    std::string name;
    std::string value;                     // as written; of a list, empty
    Kind kind = Kind::written;             // written: QEMU's grammar; the others: JSON
    std::vector<std::uint64_t> numbers{};  // of a list

    friend bool operator==(const Property&, const Property&) = default;
};
using Properties = std::vector<Property>;

namespace detail {
template <class... Parts>
std::unexpected<Error> wrong(const Property& property, const Parts&... parts) {
    return fail(property.name, "=", property.value, ": ", parts...);
}

/// Decimal, or hexadecimal after 0x; nothing when it is something else or does not fit into 64 bits.
inline bool to_number(std::string_view text, std::uint64_t& number) {
    int radix = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        radix = 16;
        text.remove_prefix(2);
    }
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, radix);
    return !text.empty() && error == std::errc{} && end == text.data() + text.size();
}
}  // namespace detail

/// `on` or `off`, in the spellings that QEMU takes.
inline Expected<bool> read_switch(const Property& property) {
    const std::string_view value = property.value;
    const bool words = property.kind == Property::Kind::written;
    if (property.kind == Property::Kind::boolean) return value == "true";
    if (words && (value == "on" || value == "yes" || value == "true" || value == "y")) return true;
    if (words && (value == "off" || value == "no" || value == "false" || value == "n")) return false;
    return detail::wrong(property, "write on or off");
}

/// A size with a unit; a JSON number counts bytes, a bare number counts `bare`.
inline Expected<Bytes> read_size(const Property& property, Bytes bare = Bytes{1}) {
    if (property.kind == Property::Kind::number) {
        std::uint64_t count = 0;
        if (detail::to_number(property.value, count)) return Bytes{count};
        return detail::wrong(property, "a size in JSON is a whole number of bytes below 2^64");
    }
    if (property.kind != Property::Kind::written)
        return detail::wrong(property, "a size in JSON is a number of bytes, without quotes and unit");
    const auto size = parse_size(property.value, bare);
    if (!size) return fail(property.name, "=", property.value, ": ", size.error().message);
    return size;
}

/// A whole number from `least` to `most`.
inline Expected<std::uint64_t> read_number(const Property& property, std::uint64_t most,
                                           std::uint64_t least = 0) {
    std::uint64_t number = 0;
    const bool may_be = property.kind == Property::Kind::written || property.kind == Property::Kind::number;
    if (may_be && detail::to_number(property.value, number) && number >= least && number <= most)
        return number;
    return detail::wrong(property, "write a whole number from ", least, " to ", most);
}

/// The numbers of `0`, `0-3`, or of a JSON list, in their order; at most `most` of them.
inline Expected<std::vector<std::uint64_t>> read_numbers(const Property& property,
                                                         std::uint64_t most = 65536) {
    if (property.kind == Property::Kind::list) return property.numbers;
    const std::string_view value = property.value;
    const std::size_t dash = value.find('-');
    std::uint64_t first = 0, last = 0;
    const bool is_range = dash != value.npos;
    const bool good = property.kind == Property::Kind::written &&
                      detail::to_number(value.substr(0, dash), first) &&
                      (!is_range || detail::to_number(value.substr(dash + 1), last));
    if (!is_range) last = first;
    if (!good || last < first)
        return detail::wrong(property, "write a number, or the first and the last of a range, such as 0-3");
    if (last - first >= most) return detail::wrong(property, "the range has ", most, " numbers at most");
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t n = first;; ++n) {
        numbers.push_back(n);
        if (n == last) return numbers;
    }
}

inline Expected<std::string> read_text(const Property& property) {
    if (property.kind == Property::Kind::written || property.kind == Property::Kind::string)
        return property.value;
    return detail::wrong(property, "write a text, in JSON with quotes");
}

/// A name for an object: QEMU's rule.
inline Expected<std::string> read_identifier(const Property& property) {
    const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    auto text = read_text(property);
    if (!text) return text;
    bool good = !text->empty() && letter(text->front());
    for (const char c : *text)
        good = good && (letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_');
    if (good) return text;
    return detail::wrong(property, "begin with a letter, and go on with letters, digits, '-', '.' and '_'");
}

/// What reads a property into the member of some struct; fails with the reader's sentence.
template <class Reader, class Target>
Expected<void> store(Reader reader, const Property& property, Target& target) {
    auto value = reader(property);
    if (!value) return std::unexpected(value.error());
    target = std::move(*value);
    return {};
}

}  // namespace wirewrap::config
