// Edges of a guest's control flow as the fuzzing engines count them: counters of 8 bits, one for each way that a branch or an
// indirect jump can go, by a hash of where it stands and where it leads.
//
//     std::array<std::uint8_t, 65536> map{};
//     const EdgeCounters edges(map);
//     edges.count(0x8000'0010, 0x8000'0040);             // 1, …, 255, 1, …: never back to 0
//
// What always goes one way (a jump or call to a constant address) is not counted: the edge before it says as much. Nor are
// traps and returns from them.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include <wirewrap/cpu/riscv/code_page.hpp>
#include <wirewrap/cpu/riscv/registers.hpp>

namespace wirewrap::riscv {

/// Counters that somebody else owns. Of a number that is no power of two, the next lower power of two is used.
class EdgeCounters {
public:
    static constexpr std::size_t most = std::size_t{1} << 30;

    EdgeCounters() = default;  // none
    explicit EdgeCounters(std::span<std::uint8_t> counters) {
        if (counters.empty()) return;
        first_ = counters.data();
        mask_ = static_cast<std::uint32_t>(std::bit_floor(std::min(counters.size(), most)) - 1);
    }

    bool present() const { return first_ != nullptr; }
    std::uint8_t* data() const { return first_; }
    std::uint32_t mask() const { return mask_; }

    /// What the address of a branch gives to the index of its counters.
    static std::uint32_t mixed(std::uint64_t from) {
        return static_cast<std::uint32_t>((from >> 1) * 0x9e37'79b9'7f4a'7c15 >> 33);
    }
    std::size_t index(std::uint64_t from, std::uint64_t to) const {
        return (mixed(from) ^ static_cast<std::uint32_t>(to >> 1)) & mask_;
    }
    void count(std::uint64_t from, std::uint64_t to) const {
        std::uint8_t& counter = first_[index(from, to)];
        counter = static_cast<std::uint8_t>(counter == 255 ? 1 : counter + 1);
    }

    friend bool operator==(const EdgeCounters&, const EdgeCounters&) = default;

private:
    std::uint8_t* first_ = nullptr;
    std::uint32_t mask_ = 0;
};

/// An instruction that edges may begin at, as it stands outside any page.
struct EdgeSource {
    Instruction code{};

    /// Of the instruction at a decoded halfword of a page.
    static EdgeSource at(const CodePage& page, std::size_t index, Extensions has) {
        const std::uint16_t first = page.halfword(index);
        if (!is_wide(first)) return {decode_compressed(first, has)};
        if (index + 1 == halfwords_per_page) return {};
        return {decode(first | std::uint32_t{page.halfword(index + 1)} << 16, has)};
    }

    /// Whether it is a branch or an indirect jump.
    bool counts() const { return is_branch(code.op) || is_indirect(code.op); }
    /// Where such a one leads from `pc` now.
    std::uint64_t target(const Registers& x, std::uint64_t pc) const {
        const auto immediate = static_cast<std::uint64_t>(std::int64_t{code.immediate});
        if (is_indirect(code.op)) return (x[code.rs1] + immediate) & ~std::uint64_t{1};
        return taken(x[code.rs1], x[code.rs2]) ? pc + immediate : pc + code.length;
    }

private:
    bool taken(std::uint64_t a, std::uint64_t b) const {
        const auto signed_a = static_cast<std::int64_t>(a), signed_b = static_cast<std::int64_t>(b);
        switch (code.op) {
        case Op::beq_far_4:
        case Op::beq_far_2: return a == b;
        case Op::bne_far_4:
        case Op::bne_far_2: return a != b;
        case Op::blt_far_4: return signed_a < signed_b;
        case Op::bge_far_4: return signed_a >= signed_b;
        case Op::bltu_far_4: return a < b;
        default: return a >= b;
        }
    }
};

/// The last instruction of the run that begins at a decoded halfword, if all of it is decoded; else `halfwords_per_page`.
inline std::size_t end_of_run(const CodePage& page, std::size_t index) {
    while (index < halfwords_per_page && page.decoded(index)) {
        if (page.slots[index].left == 1) return index;
        index += is_wide(page.halfword(index)) ? 2u : 1u;
    }
    return halfwords_per_page;
}

}  // namespace wirewrap::riscv
