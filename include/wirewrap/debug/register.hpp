// A register of a hart as a debugger sees it.
//
//     constexpr DebugRegister accumulator{.name = "a", .bits = 8};
//     constexpr DebugRegister counter{.name = "pc", .bits = 16, .type = "code_ptr"};
#pragma once

#include <cstdint>
#include <string_view>

#include <wirewrap/base/language.hpp>

namespace wirewrap::debug {

struct DebugRegister {
    std::string_view name;
    /// 8, 16, 32 or 64.
    unsigned bits = 64;
    /// As GDB's target descriptions have it: int, code_ptr, data_ptr, ieee_single, ieee_double.
    std::string_view type = "int";
    /// The part of the hart that it belongs to, as GDB names those of architectures that it knows.
    std::string_view feature = "org.gnu.gdb.hart";
    /// By which the protocol knows it. Those that are read together come first, without gaps.
    std::uint32_t number = 0;
    /// Shown with the general registers (`info registers`); others are asked for by name.
    bool general = true;
};

}  // namespace wirewrap::debug
