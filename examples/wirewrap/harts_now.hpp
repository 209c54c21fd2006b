// Where the harts of a running machine are, for a person who asks: one line for each.
//
//     harts_now(emulator);     // "hart0 is at 0x80200314 in supervisor mode, after 12345 instructions, and waits for an interrupt"
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <fmt/core.h>

#include <wirewrap/board/traits.hpp>
#include <wirewrap/cpu/riscv/privilege.hpp>

namespace command {

constexpr std::string_view mode_name(wirewrap::riscv::Privilege mode) {
    switch (mode) {
    case wirewrap::riscv::Privilege::user: return "user";
    case wirewrap::riscv::Privilege::supervisor: return "supervisor";
    default: return "machine";
    }
}

/// To be called between turns.
template <class Emulator>
std::string harts_now(Emulator& emulator) {
    std::string text;
    for (std::size_t i = 0; i != emulator.harts(); ++i) {
        const auto& hart = emulator.hart(i);
        text += fmt::format("{}{} is at {:#x} in {} mode, after {} instructions{}\n",
                            wirewrap::board_cpu_words<typename Emulator::MachineType::BoardType>.name, i,
                            hart.pc(), mode_name(hart.privilege()), hart.retired(),
                            hart.waiting() ? ", and waits for an interrupt" : "");
    }
    return text;
}

}  // namespace command
