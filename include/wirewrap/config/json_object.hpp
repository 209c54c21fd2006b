// A JSON object as `-object` and `-device` take one instead of the list grammar: RFC 8259, and texts may be in single quotes.
//
//     parse_json_object(R"({"id": "m0", "size": 536870912, "host-nodes": [0, 1]})");
//     config::configure(board, words, {.json = config::parse_json_object});
//
// Read by nlohmann-json, which no other header of the library includes: <wirewrap/config.hpp> does not, and takes this
// function from whoever wants JSON. Numbers keep their 64 bits. A name that is there twice is refused, as QEMU does.
#pragma once

#if !__has_include(<nlohmann/json.hpp>)
#error "<wirewrap/config/json_object.hpp> needs nlohmann-json: Debian's package is nlohmann-json3-dev."
#endif

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/property.hpp>

namespace wirewrap::config {

namespace detail {

/// What the parser calls; it never throws, and stops when one of these says false.
class FlatObject {
public:
    using number_integer_t = nlohmann::json::number_integer_t;
    using number_unsigned_t = nlohmann::json::number_unsigned_t;
    using number_float_t = nlohmann::json::number_float_t;
    using string_t = nlohmann::json::string_t;
    using binary_t = nlohmann::json::binary_t;

    Properties properties{};
    std::string problem{};  // empty: none

    bool null() { return value(Property::Kind::other, {}); }
    bool boolean(bool on) { return value(Property::Kind::boolean, on ? "true" : "false"); }
    bool number_integer(number_integer_t number) {
        if (number >= 0) return number_unsigned(static_cast<number_unsigned_t>(number));  // -0
        return value(Property::Kind::number, sentence(std::int64_t{number}).string());
    }
    bool number_unsigned(number_unsigned_t number) {
        if (depth_ != 2 || property().kind != Property::Kind::list)
            return value(Property::Kind::number, sentence(std::uint64_t{number}).string());
        property().numbers.push_back(number);
        return true;
    }
    bool number_float(number_float_t, const string_t&) { return value(Property::Kind::other, {}); }
    bool string(string_t& text) {
        if (text.find('\0') != text.npos || has_noncharacter(text))
            return stop("a text has \\u0000, or a code that is no character: leave it out");
        return value(Property::Kind::string, std::move(text));
    }
    bool binary(binary_t&) { return stop("binary data have no place in JSON"); }

    bool start_object(std::size_t) {
        if (depth_ != 0) value(Property::Kind::other, {});
        return deeper();
    }
    bool end_object() { return --depth_, true; }
    bool start_array(std::size_t) {
        if (depth_ == 0) return stop("an object begins with {");
        value(depth_ == 1 ? Property::Kind::list : Property::Kind::other, {});
        return deeper();
    }
    bool end_array() { return --depth_, true; }
    bool key(string_t& name) {
        if (depth_ != 1) return true;
        if (!names_.insert(name).second)
            return stop(sentence("the name ", name, " is there twice: leave one out").view());
        properties.push_back({.name = std::move(name), .value = {}});
        return true;
    }
    template <class Exception>
    bool parse_error(std::size_t position, const std::string& token, const Exception&) {
        return stop(
            sentence("at character ", position, ", ",
                     token.empty() ? std::string("the end") : "'" + printable(token) + "'",
                     ", it is no JSON: write names and texts in double quotes, numbers in decimal without "
                     "leading zeros, true or false")
                .view());
    }

private:
    Property& property() { return properties.back(); }

    bool value(Property::Kind kind, std::string text) {
        if (depth_ == 0) return stop("an object begins with {");
        if (depth_ > 1) {
            // Lists hold whole numbers; of other things, and of what lies deeper, it is enough that they are there.
            property().kind = Property::Kind::other;
            return true;
        }
        property().kind = kind;
        property().value = std::move(text);
        return true;
    }
    bool deeper() {
        constexpr unsigned deepest = 64;
        if (++depth_ <= deepest) return true;
        return stop(sentence("it is more than ", deepest, " levels deep").view());
    }
    bool stop(std::string_view why) {
        problem = why;
        return false;
    }

    /// The last two codes of a plane, and 32 in the first, stand for no character in UTF-8 that is well formed.
    static bool has_noncharacter(std::string_view text) {
        for (std::size_t i = 0; i < text.size(); ++i) {
            const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[i + k]); };
            std::uint32_t code = 0;
            if (byte(0) >= 0xf0)
                code = (byte(0) & 7u) << 18 | (byte(1) & 63u) << 12 | (byte(2) & 63u) << 6 | (byte(3) & 63u);
            else if (byte(0) >= 0xe0)
                code = (byte(0) & 15u) << 12 | (byte(1) & 63u) << 6 | (byte(2) & 63u);
            if ((code & 0xfffeu) == 0xfffeu || (code >= 0xfdd0 && code <= 0xfdef)) return true;
        }
        return false;
    }
    static std::string printable(const std::string& token) {
        std::string text;
        for (const char c : token) text += static_cast<unsigned char>(c) < ' ' ? '?' : c;
        return text;
    }

    std::set<std::string, std::less<>> names_;
    unsigned depth_ = 0;
};

/// QEMU's JSON as that of RFC 8259: 'it''s' quotes are made double ones, and \' is a quote.
inline std::string with_double_quotes(std::string_view text) {
    std::string result;
    char quote = 0;
    for (std::size_t i = 0; i != text.size(); ++i) {
        const char c = text[i];
        if (quote == 0) {
            if (c == '"' || c == '\'') quote = c;
            result += c == '\'' ? '"' : c;
        } else if (c == quote) {
            quote = 0;
            result += '"';
        } else if (c == '\\' && i + 1 != text.size()) {
            const char escaped = text[++i];
            if (escaped != '\'') result += c;
            result += escaped;
        } else {
            if (c == '"') result += '\\';
            result += c;
        }
    }
    return result;
}

}  // namespace detail

/// The object's members, in their order. Errors name the place.
inline Expected<Properties> parse_json_object(std::string_view text) {
    return detail::reading([&]() -> Expected<Properties> {
        if (text.find('\0') != text.npos)
            return fail("the JSON cannot be read: it has a byte that is zero, at character ",
                        text.find('\0') + 1);
        detail::FlatObject object;
        const std::string json = detail::with_double_quotes(text);
        if (!nlohmann::json::sax_parse(json, &object))
            return fail("the JSON cannot be read: ", object.problem);
        return std::move(object.properties);
    });
}

}  // namespace wirewrap::config
