// What a board calls its CPUs and their interrupt lines. A board that says nothing has RISC-V's words.
//
//     static constexpr CpuWords cpu_words{"cpu", {"irq", "fiq"}};
//     static constexpr auto wires = wiring(wire<"gic.irq0", "cpu0.irq">,        // the same as "cpu0", 0
//                                          wire<"gic.fiq0", "cpu0.fiq">);
//
//     static constexpr auto wires = wiring(wire<"plic.context0", "hart0.meip">);  // without words: "hart0", 11
#pragma once

#include <wirewrap/base/language.hpp>

#include <array>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <string_view>

namespace wirewrap {

/// `name` and a number, from 0 and at most four digits, is a CPU.
class CpuWords {
public:
    static constexpr std::size_t none = std::string_view::npos;

    /// At most 16 lines, from line 0; "" for those without a name.
    constexpr CpuWords(std::string_view name, std::initializer_list<std::string_view> lines = {})
        : name(name), count_(lines.size()) {
        std::size_t number = 0;
        for (const std::string_view line : lines) lines_[number++] = line;
    }

    constexpr std::span<const std::string_view> lines() const { return {lines_.data(), count_}; }

    /// The number of the CPU that `called` is the name of; `none` for any other name, hart01 among them.
    constexpr std::size_t cpu(std::string_view called) const {
        if (!called.starts_with(name)) return none;
        const std::string_view digits = called.substr(name.size());
        if (digits.empty() || digits.size() > 4 || (digits[0] == '0' && digits.size() > 1)) return none;
        std::size_t number = 0;
        for (const char c : digits) {
            if (c < '0' || c > '9') return none;
            number = number * 10 + static_cast<std::size_t>(c - '0');
        }
        return number;
    }

    /// The number of a line; `none` for "" and for names that it has not.
    constexpr std::size_t line(std::string_view called) const {
        for (std::size_t i = 0; i != count_; ++i)
            if (!called.empty() && lines_[i] == called) return i;
        return none;
    }

    std::string_view name;

private:
    std::array<std::string_view, 16> lines_{};
    std::size_t count_ = 0;
};

/// Lines are the bits of mip (The RISC-V Instruction Set Manual, Volume II, "Machine Interrupt Registers").
inline constexpr CpuWords riscv_words{
    "hart", {"", "ssip", "", "msip", "", "stip", "", "mtip", "", "seip", "", "meip"}};

}  // namespace wirewrap
