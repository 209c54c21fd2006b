// Hot code as data: the paths that a program spends its time on, instruction by instruction. `wirewrap
// profile` writes such arrays; `Fused` (fused.hpp) makes functions of them.
//
//     inline constexpr riscv::Hot countdown[] = {
//         riscv::hot_region(0x8000'0000),            // code of one page; everything below is relative to it
//         riscv::hot_trace(),                        // a path, from its head in the likely direction
//         riscv::hot_code(0x10, 0x0000'17fd),        // c.addi a5, -1
//         riscv::hot_code(0x12, 0x0000'fffd),        // c.bnez a5, 0x10: closes to the head
//     };
//
// A path leaves where a branch goes the other way. Where it goes on at the head of another path of its
// region, or ends there, control stays in the function:
//
//     trace 0 ──> a ─> b ─> c ─┐            trace 1 ──> d ─> e ─┐
//              ^      └─────────────────────^                   └──> out, to the hart's slots
//              └───────────────┘
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <wirewrap/cpu/riscv/code_page.hpp>
#include <wirewrap/cpu/riscv/decode.hpp>

namespace wirewrap::riscv {

/// One line of hot code. `offset` counts bytes from the start of the page that was profiled; `bits` are those
/// of the instruction, in its upper half 0 when it is compressed.
struct Hot {
    enum class Kind : std::uint8_t { region, trace, code, target } kind = Kind::region;
    std::uint16_t offset = 0;
    std::uint32_t bits = 0;
};

/// Code of the page at `address`, which is there for the reader: the code is known by its bytes, wherever it
/// is.
constexpr Hot hot_region(std::uint64_t) { return {Hot::Kind::region, 0, 0}; }
/// A path; its first instruction is its head.
constexpr Hot hot_trace() { return {Hot::Kind::trace, 0, 0}; }
constexpr Hot hot_code(std::uint16_t offset, std::uint32_t bits) { return {Hot::Kind::code, offset, bits}; }
/// Where the indirect jump before it goes often.
constexpr Hot hot_target(std::uint16_t offset) { return {Hot::Kind::target, offset, 0}; }

/// As many paths as one region may have.
inline constexpr std::size_t most_paths = 24;

/// As many targets as one indirect jump may have.
inline constexpr std::size_t hot_targets = 4;

/// Has a part in a path: everything but what may change more than registers and memory.
constexpr bool fusible(Op op) { return (op >= Op::addi_4 && op <= Op::sd_2) && op != Op::illegal_4; }
constexpr bool is_memory(Op op) { return op >= Op::lb_4 && op <= Op::sd_2; }

/// What hot code says, in a form that templates can use: paths as ranges of steps, regions as ranges of
/// paths.
template <const auto& Code>
struct HotPaths {
    struct Step {
        Instruction instruction{};
        std::uint32_t bits = 0;
        std::uint16_t offset = 0;
        std::array<std::uint16_t, hot_targets> targets{};
        std::uint8_t target_count = 0;

        constexpr std::uint16_t following() const {
            return static_cast<std::uint16_t>(offset + instruction.length);
        }
        /// Of a branch or jump.
        constexpr std::int32_t destination() const { return offset + instruction.immediate; }
    };
    struct Range {
        std::size_t first = 0, count = 0;
    };

    static constexpr std::size_t count(Hot::Kind kind) {
        std::size_t n = 0;
        for (const Hot& line : Code) n += line.kind == kind;
        return n;
    }

private:
    static constexpr std::size_t step_count = count(Hot::Kind::code), trace_count = count(Hot::Kind::trace),
                                 region_count = count(Hot::Kind::region);
    struct All {
        std::array<Step, step_count> steps{};
        std::array<Range, trace_count> traces{};    // of steps
        std::array<Range, region_count> regions{};  // of traces
    };
    static constexpr All all = [] {
        All result;
        std::size_t step = 0, trace = 0, region = 0;
        for (const Hot& line : Code) {
            switch (line.kind) {
            case Hot::Kind::region: result.regions[region++] = {trace, 0}; break;
            case Hot::Kind::trace:
                result.traces[trace++] = {step, 0};
                ++result.regions[region - 1].count;
                break;
            case Hot::Kind::code: {
                Step& to = result.steps[step++];
                to.bits = line.bits;
                to.offset = line.offset;
                to.instruction = is_wide(static_cast<std::uint16_t>(line.bits))
                                     ? decode(line.bits)
                                     : decode_compressed(static_cast<std::uint16_t>(line.bits));
                ++result.traces[trace - 1].count;
                break;
            }
            case Hot::Kind::target: {
                Step& to = result.steps[step - 1];
                to.targets[to.target_count++] = line.offset;
                break;
            }
            }
        }
        return result;
    }();

public:
    static constexpr const auto& steps = all.steps;
    static constexpr const auto& traces = all.traces;
    static constexpr const auto& regions = all.regions;

    static constexpr std::uint16_t head(std::size_t trace) { return steps[traces[trace].first].offset; }

    /// The path of a region that begins at `offset`, or `none`.
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t trace_at(std::size_t region, std::int32_t offset) {
        const Range& range = regions[region];
        for (std::size_t t = range.first; t != range.first + range.count; ++t)
            if (head(t) == offset) return t;
        return none;
    }

    static constexpr bool everything_fusible() {
        for (const Step& step : steps)
            if (!fusible(step.instruction.op)) return false;
        return true;
    }

    /// Bit n: register n, for those that the region touches, or only those that it writes.
    static constexpr std::uint64_t registers(std::size_t region, bool written_only) {
        std::uint64_t mask = 0;
        for (std::size_t t = regions[region].first; t != regions[region].first + regions[region].count; ++t)
            for (std::size_t s = traces[t].first; s != traces[t].first + traces[t].count; ++s) {
                const Instruction& i = steps[s].instruction;
                mask |= std::uint64_t{1} << i.rd;
                if (!written_only) mask |= std::uint64_t{1} << i.rs1 | std::uint64_t{1} << i.rs2;
            }
        return mask & ~(std::uint64_t{1} | std::uint64_t{1} << discarded_register);
    }

    /// The code of the region is in the page, its offset 0 at halfword `origin` (which may lie outside).
    static bool matches(std::size_t region, const CodePage& page, std::int32_t origin) {
        const Range& range = regions[region];
        const std::size_t first = traces[range.first].first;
        const Range& last = traces[range.first + range.count - 1];
        for (std::size_t s = first; s != last.first + last.count; ++s) {
            const std::int32_t at = origin + steps[s].offset / 2;
            const bool wide = is_wide(static_cast<std::uint16_t>(steps[s].bits));
            if (at < 0 || at + (wide ? 1 : 0) >= static_cast<std::int32_t>(halfwords_per_page)) return false;
            const auto index = static_cast<std::size_t>(at);
            if (page.absent[index] || page.halfword(index) != static_cast<std::uint16_t>(steps[s].bits))
                return false;
            if (wide && (page.absent[index + 1] || page.halfword(index + 1) != steps[s].bits >> 16))
                return false;
        }
        return true;
    }
};

}  // namespace wirewrap::riscv
