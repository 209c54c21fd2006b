// The texts of instructions, kept by their words: code has few different ones, and making a text takes long.
//
//     trace::Texts texts(disassembler);
//     texts.of(0xfd7d).operands;               // "a0, -2"
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <wirewrap/cpu/riscv/code_page.hpp>
#include <wirewrap/cpu/riscv/compressed.hpp>
#include <wirewrap/trace/disassembler.hpp>

namespace wirewrap::trace {

inline riscv::Instruction decoded(std::uint32_t word) {
    constexpr riscv::Extensions all{.floating = true, .bits = true, .pause = true};
    const auto first = static_cast<std::uint16_t>(word);
    return riscv::is_wide(first) ? riscv::decode(word, all) : riscv::decode_compressed(first, all);
}

/// Control may go elsewhere than to the next instruction, or the hart's state may change under it.
inline bool ends_block(const riscv::Instruction& instruction) {
    return riscv::ends_run(instruction.op) || riscv::is_branch(instruction.op) ||
           riscv::is_jump(instruction.op);
}

class Texts {
public:
    struct Entry : InstructionText {
        std::uint32_t word = 0;
        std::optional<std::int32_t> distance{};  // to the target of a jump or branch
        bool filled = false;
    };

    explicit Texts(Disassembler disassembler) : disassembler_(std::move(disassembler)) {}

    const Entry& of(std::uint32_t word) {
        Entry& entry = entries_[(word * 0x9e3779b1u) >> (32 - bits)];
        if (!entry.filled || entry.word != word) fill(entry, word);
        return entry;
    }

private:
    static constexpr unsigned bits = 13;

    void fill(Entry& entry, std::uint32_t word) {
        static_cast<InstructionText&>(entry) = disassembler_.text(word);
        entry.word = word;
        entry.filled = true;
        const riscv::Instruction instruction = decoded(word);
        entry.distance.reset();
        if (riscv::is_branch(instruction.op) || riscv::is_jump(instruction.op))
            entry.distance = instruction.immediate;
    }

    Disassembler disassembler_;
    std::vector<Entry> entries_ = std::vector<Entry>(std::size_t{1} << bits);
};

}  // namespace wirewrap::trace
