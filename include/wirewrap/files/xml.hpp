// Text for XML.
#pragma once

#include <string>
#include <string_view>

#include <wirewrap/base/language.hpp>

namespace wirewrap::files {

/// For attributes and elements. Control characters, which XML has no way to say, become `?`.
inline std::string escaped(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
        case '&': result += "&amp;"; break;
        case '<': result += "&lt;"; break;
        case '>': result += "&gt;"; break;
        case '"': result += "&quot;"; break;
        default: result += static_cast<unsigned char>(c) < ' ' ? '?' : c;
        }
    }
    return result;
}

inline std::string element(std::string_view name, std::string_view content) {
    return "<" + std::string(name) + ">" + escaped(content) + "</" + std::string(name) + ">";
}

}  // namespace wirewrap::files
