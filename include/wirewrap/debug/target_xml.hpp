// The target description that GDB asks for: the architecture by which it disassembles and unwinds, no operating system, and
// the registers, by feature.
//
//     target_xml("riscv:rv64", registers);
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/debug/register.hpp>

namespace wirewrap::debug {

/// Characters that mean something in XML, as references.
inline std::string xml_text(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '<')
            result += "&lt;";
        else if (c == '>')
            result += "&gt;";
        else if (c == '&')
            result += "&amp;";
        else if (c == '"')
            result += "&quot;";
        else
            result += c;
    }
    return result;
}

inline std::string target_xml(std::string_view architecture, std::span<const DebugRegister> registers) {
    std::string xml = "<?xml version=\"1.0\"?>\n<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n<target>\n";
    // Without it GDB takes the guest for a program of Linux, and steps by breakpoints that mret and sret pass by.
    xml += "<architecture>" + xml_text(architecture) + "</architecture>\n<osabi>none</osabi>\n";
    std::vector<std::string_view> features;
    for (const DebugRegister& each : registers)
        if (std::ranges::find(features, each.feature) == features.end()) features.push_back(each.feature);
    for (const std::string_view feature : features) {
        xml += "<feature name=\"" + xml_text(feature) + "\">\n";
        for (const DebugRegister& each : registers) {
            if (each.feature != feature) continue;
            xml += "<reg name=\"" + xml_text(each.name) + "\" bitsize=\"" + std::to_string(each.bits) +
                   "\" regnum=\"" + std::to_string(each.number) + "\" type=\"" + xml_text(each.type) + "\"";
            if (!each.general) xml += " save-restore=\"no\" group=\"system\"";
            xml += "/>\n";
        }
        xml += "</feature>\n";
    }
    return xml + "</target>\n";
}

}  // namespace wirewrap::debug
