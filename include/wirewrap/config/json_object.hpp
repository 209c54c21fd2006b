// A flat JSON object, as QEMU's `-object` takes one instead of the list grammar.
//
//     parse_json_object(R"({"id": "m0", "size": 536870912, "host-nodes": [0, 1]})");
//
// Single quotes do for double ones. Values are texts, whole numbers, booleans, and lists of whole numbers: all that a memory backend has.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <wirewrap/base/error.hpp>
#include <wirewrap/config/property.hpp>

namespace wirewrap::config {

namespace detail {

class JsonReader {
public:
    explicit JsonReader(std::string_view text) : rest_(text), size_(text.size()) {}

    Expected<Properties> object() {
        Properties properties;
        if (!take('{')) return broken("an object begins with {");
        if (!take('}')) do {
                Property property;
                if (!string(property.name)) return broken("a name in double quotes is missing");
                if (!take(':')) return broken("a colon after the name is missing");
                if (auto read = value(property); !read) return std::unexpected(read.error());
                for (const Property& earlier : properties)
                    if (earlier.name == property.name) return broken("a name is there twice");
                properties.push_back(std::move(property));
            } while (take(','));
        if (!properties.empty() && !take('}')) return broken("a comma or } is missing");
        blanks();
        if (!rest_.empty()) return broken("something follows the object");
        return properties;
    }

private:
    std::unexpected<Error> broken(std::string_view why) const {
        return fail("the JSON cannot be read, at character ", size_ - rest_.size() + 1, ": ", why);
    }
    void blanks() {
        while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_.front()) != std::string_view::npos)
            rest_.remove_prefix(1);
    }
    bool take(char c) {
        blanks();
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// Escapes of one character; \u has no place in names, paths and sizes that people write.
    bool string(std::string& text) {
        const char quote = take('"') ? '"' : '\'';
        if (quote != '"' && !take(quote)) return false;
        while (!rest_.empty()) {
            char c = rest_.front();
            rest_.remove_prefix(1);
            if (c == quote) return true;
            if (c == '\\') {
                constexpr std::string_view names = "\"'\\/bfnrt", meanings = "\"'\\/\b\f\n\r\t";
                if (rest_.empty() || names.find(rest_.front()) == names.npos) return false;
                c = meanings[names.find(rest_.front())];
                rest_.remove_prefix(1);
            }
            text += c;
        }
        return false;
    }
    std::string word() {
        blanks();
        const std::size_t end = std::min(rest_.find_first_of(" \t\r\n,]}"), rest_.size());
        const std::string text(rest_.substr(0, end));
        rest_.remove_prefix(end);
        return text;
    }
    Expected<void> value(Property& property) {
        blanks();
        if (rest_.starts_with('"') || rest_.starts_with('\'')) {
            property.kind = Property::Kind::string;
            if (!string(property.value))
                return broken("a text does not end, or has an escape that is not known here");
            return {};
        }
        if (take('[')) {
            property.kind = Property::Kind::list;
            if (take(']')) return {};
            do {
                std::uint64_t number = 0;
                if (!to_number(word(), number)) return broken("a list has whole numbers");
                property.numbers.push_back(number);
            } while (take(','));
            if (!take(']')) return broken("a comma or ] is missing");
            return {};
        }
        property.value = word();
        if (property.value == "true" || property.value == "false") {
            property.kind = Property::Kind::boolean;
            return {};
        }
        property.kind = Property::Kind::number;
        if (property.value.find_first_not_of("-0123456789") != std::string::npos || property.value.empty())
            return broken("a value is a text, a whole number, true, false, or a list of whole numbers");
        return {};
    }

    std::string_view rest_;
    std::size_t size_;
};

}  // namespace detail

/// The object's members, in their order. Errors name the place.
inline Expected<Properties> parse_json_object(std::string_view text) {
    return detail::JsonReader(text).object();
}

}  // namespace wirewrap::config
