// A property as an option gives it, `size=512M` or `"size": 536870912`, and the readers that make a value of it.
//
//     const Property size{"size", "512M"};
//     read_size(size);                        // 512_MiB
//     read_switch({"share", "maybe"});        // an Error: "share=maybe: write on or off"
//
// What is written in QEMU's own grammar is text until a reader says what it is; JSON says itself what it is, and a text
// there is no number.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/config/number.hpp>
#include <wirewrap/config/size.hpp>
#include <wirewrap/hostmem/no_throw.hpp>

namespace wirewrap::config {

struct Property {
    /// `written`: QEMU's grammar; the others: JSON, where `other` is null, a fraction, an object, a list of other things.
    enum class Kind : std::uint8_t { written, string, number, boolean, list, other };

    std::string name;
    std::string
        value;  // as written; of a list, empty; of a JSON number, its digits, perhaps behind a minus sign
    Kind kind = Kind::written;
    std::vector<std::uint64_t> numbers{};  // of a list
    std::string short_form{};              // `share` or `noshare`, where that is how it was written

    /// The same said, whichever way it was written.
    friend bool operator==(const Property& a, const Property& b) {
        return a.name == b.name && a.value == b.value && a.kind == b.kind && a.numbers == b.numbers;
    }
};
using Properties = std::vector<Property>;

/// What makes properties of a JSON object: `parse_json_object` of json_object.hpp, which is the only header that needs a JSON
/// library. Where none is given, JSON is refused.
using JsonReader = Expected<Properties> (*)(std::string_view text);

namespace detail {
/// No exception leaves what takes options apart: without memory for that it is an Error.
template <class Body>
auto reading(Body body) {
    return hostmem::detail::no_throw("reading options", body);
}

template <class... Parts>
std::unexpected<Error> wrong(const Property& property, Parts... parts) {
    if (!property.short_form.empty()) return fail(property.short_form, ": ", parts...);
    return fail(property.name, "=", property.value, ": ", parts...);
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
        if (const auto count = whole_number(property.value)) return Bytes{*count};
        return detail::wrong(property, "a size in JSON is a whole number of bytes below 2^64");
    }
    if (property.kind != Property::Kind::written)
        return detail::wrong(property, "a size in JSON is a number of bytes, without quotes and unit");
    const auto size = parse_size(property.value, bare);
    if (!size) return detail::wrong(property, size.error().message);
    return size;
}

/// A size of which a bare number counts bytes.
inline Expected<Bytes> read_bytes(const Property& property) { return read_size(property); }

/// A whole number from `least` to `most`. `minus_zero`: the options that QEMU parses as numbers at once take -0 for 0.
inline Expected<std::uint64_t> read_number(const Property& property, std::uint64_t most,
                                           std::uint64_t least = 0, bool minus_zero = false) {
    const bool may_be = property.kind == Property::Kind::written || property.kind == Property::Kind::number;
    const ScannedNumber number = may_be ? scan_number(property.value) : ScannedNumber{};
    const bool whole = number.length != 0 && number.length == property.value.size() && number.fits;
    if (whole && (!number.negative || (minus_zero && number.magnitude == 0)) && number.magnitude >= least &&
        number.magnitude <= most)
        return number.magnitude;
    return detail::wrong(property, "write a whole number from ", least, " to ", most);
}

/// The same, as a reader of its own: 0 to `Most`.
template <std::uint64_t Most, class Number = std::uint64_t, bool MinusZero = false>
Expected<Number> read_up_to(const Property& property) {
    const auto number = read_number(property, Most, 0, MinusZero);
    if (!number) return std::unexpected(number.error());
    return static_cast<Number>(*number);
}
/// Any that 64 bits hold.
inline constexpr auto read_any_number = read_up_to<std::numeric_limits<std::uint64_t>::max()>;
inline constexpr auto read_count = read_up_to<std::numeric_limits<std::uint64_t>::max(), std::uint64_t, true>;

/// One of several words, as the enumerator with its place.
template <class Enum, const auto& Words>
Expected<Enum> read_word(const Property& property) {
    for (std::size_t i = 0; i != Words.size(); ++i)
        if (property.value == Words[i]) return static_cast<Enum>(i);
    return detail::wrong(property, "write ", listing(Words.size(), [](std::size_t i) { return Words[i]; }));
}

/// The numbers of `0`, `0-3`, or of a JSON list, in their order; at most `most` of them.
inline Expected<std::vector<std::uint64_t>> read_numbers(const Property& property,
                                                         std::uint64_t most = 65536) {
    if (property.kind == Property::Kind::list) return property.numbers;
    if (property.kind != Property::Kind::written)
        return detail::wrong(property, "write a list of whole numbers, such as [0, 1]");
    const std::string_view value = property.value;
    const ScannedNumber first = scan_number(value);
    const std::string_view rest = value.substr(first.length);
    const auto last = rest.empty() ? std::optional(first.magnitude)
                                   : whole_number(rest.substr(rest.starts_with('-') ? 1 : rest.size()));
    if (first.length == 0 || !first.fits || first.negative || !last || *last < first.magnitude)
        return detail::wrong(property, "write a number, or the first and the last of a range, such as 0-3");
    if (*last - first.magnitude >= most)
        return detail::wrong(property, "the range has ", most, " numbers at most");
    std::vector<std::uint64_t> numbers;
    for (std::uint64_t n = first.magnitude;; ++n) {
        numbers.push_back(n);
        if (n == *last) return numbers;
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
