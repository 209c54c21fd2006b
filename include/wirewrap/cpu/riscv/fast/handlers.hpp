// Every handler of the fast policy, and which one is right for some instructions: the numbers that the dispatch shell's
// table and the decoder share.
//
//     const Instruction two[] = {decode_compressed(0x078e), decode_compressed(0x97b2)};      // slli a5, a5, 3; add a5, a5, a2
//     constexpr Handler handler = all_handlers[handler_for(two)];                            // count 2
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>

#include <wirewrap/cpu/riscv/fast/sequences.hpp>

namespace wirewrap::riscv::fast {

/// What one handler does: its parts, of which the first `count` are there.
struct Handler {
    std::size_t count;
    std::array<Handled, longest_sequence> parts;
};

namespace detail {

/// What is asked of a sequence again and again.
struct Facts {
    std::size_t length, letters, handlers, first;
};
inline constexpr auto facts = [] {
    std::array<Facts, std::size(sequences)> result{};
    std::size_t first = handled.size();
    for (std::size_t i = 0; i != result.size(); ++i) {
        const Sequence& s = sequences[i];
        result[i] = {s.length(), s.letters(), s.handlers(), first};
        first += result[i].handlers;
    }
    return result;
}();

constexpr std::uint8_t register_of(char letter, std::size_t digits) {
    if (letter < 'X' || letter > 'Z') return indexed;
    for (char c = 'X'; c != letter; ++c) digits /= radix;
    return register_at(digits % radix);
}

constexpr auto all_handlers() {
    std::array<Handler, facts.back().first + facts.back().handlers> result{};
    std::size_t at = 0;
    for (const Handled& single : handled) result[at++] = {1, {single}};
    for (std::size_t s = 0; s != facts.size(); ++s)
        for (std::size_t digits = 0; digits != facts[s].handlers; ++digits) {
            Handler& handler = result[at++];
            handler.count = facts[s].length;
            for (std::size_t i = 0; i != handler.count; ++i) {
                const Part& part = sequences[s].parts[i];
                handler.parts[i] = {part.op, register_of(part.registers[0], digits),
                                    register_of(part.registers[1], digits),
                                    register_of(part.registers[2], digits)};
            }
        }
    return result;
}

/// Collects what the letters stand for; false when the instruction does not fit.
constexpr bool fits(const Part& part, const Instruction& i, std::array<std::uint8_t, 3>& meaning) {
    if (part.op != i.op) return false;
    const std::uint8_t registers[] = {i.rd, i.rs1, i.rs2};
    for (std::size_t k = 0; k != 3; ++k) {
        const char c = part.registers[k];
        if (c == '-' && registers[k] != discarded_register) return false;
        if (c == 'm' && is_cached(registers[k])) return false;
        if (c < 'X' || c > 'Z') continue;
        std::uint8_t& meant = meaning[static_cast<std::size_t>(c - 'X')];
        if (meant != indexed && meant != registers[k]) return false;
        meant = registers[k];
    }
    return true;
}

}  // namespace detail

/// Every handler of the policy: those of single instructions, then those of sequences.
inline constexpr auto all_handlers = detail::all_handlers();

/// The number of the handler for exactly these instructions, or `all_handlers.size()`.
constexpr std::size_t handler_for(std::span<const Instruction> instructions) {
    if (instructions.size() == 1) {
        const std::size_t number = handler_for(instructions[0]);
        return number == handled.size() ? all_handlers.size() : number;
    }
    for (std::size_t s = 0; s != detail::facts.size(); ++s) {
        const Sequence& sequence = sequences[s];
        const detail::Facts& facts = detail::facts[s];
        if (sequence.parts[0].op != instructions[0].op || facts.length != instructions.size()) continue;
        std::array<std::uint8_t, 3> meaning{indexed, indexed, indexed};
        std::size_t i = 0;
        while (i != instructions.size() && detail::fits(sequence.parts[i], instructions[i], meaning)) ++i;
        if (i != instructions.size()) continue;
        std::size_t digits = 0;
        for (std::size_t letter = facts.letters; letter-- != 0;)
            digits = digits * detail::radix + cached_position(meaning[letter]);
        return facts.first + digits;
    }
    return all_handlers.size();
}

}  // namespace wirewrap::riscv::fast
