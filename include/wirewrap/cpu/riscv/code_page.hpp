// A 4 KiB page of guest code, decoded: one slot for each halfword, so that any even address can be jumped to.
//
//     address   +0          +2          +4          +6             page end
//     code     | addi a0,a0,1          | c.add     | c.j -6  |  …  |
//     slots    | addi_4    | undecoded | add_2     | jump    |  …  | page_end | page_end |
//     left     | 3         | 0         | 2         | 1       |
//
// A slot that was never reached says `undecoded`; executing it decodes the run from there to the next
// instruction that may leave it (branch, jump, system instruction, end of page). `left` counts the
// instructions to the end of the run, so that whoever enters a run pays for all of it at once and instruction
// counts stay exact. A slot with `left` 0 is free to enter: its handler finds out what to pay.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include <wirewrap/base/endian.hpp>
#include <wirewrap/cpu/riscv/decode.hpp>

namespace wirewrap::riscv {

inline constexpr std::uint64_t page_size = 4096;
inline constexpr std::size_t halfwords_per_page = page_size / 2;

/// One executable instruction. The handler is an address that the dispatch shell understands. 16 bytes for 2
/// bytes of code: eight times, which `CodePage` and the hart's program counter rely on.
struct alignas(16) Slot {
    const void* handler = nullptr;
    std::int32_t immediate = 0;
    std::uint8_t rd = discarded_register;
    std::uint8_t rs1 = 0;
    std::uint8_t rs2 = 0;
    std::uint8_t left = 0;
};
static_assert(sizeof(Slot) == 16);

/// Where the loop is: the slot to execute, and how many instructions may still start after the current run.
struct Cursor {
    const Slot* slot;
    std::int64_t budget;
};

/// The handler of each operation, by `Op`. A dispatch shell may have others for certain operands, and for sequences of up
/// to `longest` instructions that end together with a run or before.
struct Handlers : std::array<const void*, operation_count> {
    /// The handler for exactly these instructions; nullptr when there is none, or one of an operation will do.
    const void* (*chosen)(std::span<const Instruction> instructions) = nullptr;
    std::size_t longest = 1;
    /// By which code is decoded.
    Extensions extensions{};
};

constexpr const void* handler_of(const Handlers& handlers, Op op) {
    return handlers[static_cast<std::size_t>(op)];
}

/// Ends a run: control may go elsewhere than to the next instruction, or the hart's state may change under
/// it.
constexpr bool ends_run(Op op) {
    return (op >= Op::beq_near_4 && op <= Op::jump_register_2) || op >= Op::fence_i_4 || op <= Op::illegal_4;
}

// As they are decoded; inside a page they become near forms.
constexpr bool is_branch(Op op) { return op >= Op::beq_far_4 && op <= Op::bgeu_far_4; }
constexpr bool is_jump(Op op) { return op >= Op::jump_far_4 && op <= Op::jal_far_4; }
constexpr bool is_indirect(Op op) { return op >= Op::jalr_4 && op <= Op::jump_register_2; }

constexpr Op checked_form(Op op) {
    if (op < Op::lb_4 || op > Op::sd_2) return op;
    return static_cast<Op>(static_cast<int>(op) +
                           (static_cast<int>(Op::lb_checked_4) - static_cast<int>(Op::lb_4)));
}

constexpr Op near_form(Op op) {
    if (op >= Op::beq_far_4 && op <= Op::bgeu_far_4)
        return static_cast<Op>(static_cast<int>(op) -
                               (static_cast<int>(Op::beq_far_4) - static_cast<int>(Op::beq_near_4)));
    if (op == Op::jump_far_4) return Op::jump_near_4;
    if (op == Op::jump_far_2) return Op::jump_near_2;
    if (op == Op::jal_far_4) return Op::jal_near_4;
    return op;
}

/// The slot of one instruction, outside any page.
constexpr Slot make_slot(const Instruction& i, const Handlers& handlers, bool checked) {
    const Op op = checked ? checked_form(i.op) : i.op;
    const void* const chosen = handlers.chosen != nullptr && op == i.op ? handlers.chosen({&i, 1}) : nullptr;
    return {chosen != nullptr ? chosen : handler_of(handlers, op), i.immediate, i.rd, i.rs1, i.rs2, 1};
}

struct CodePage {
    static constexpr std::size_t longest_run = 255;  // `left` is a byte

    std::array<Slot, halfwords_per_page + 2> slots;  // an instruction may end one halfword past the page
    std::array<std::byte, page_size> bytes;          // what was decoded; compared after FENCE.I
    std::bitset<halfwords_per_page> absent;          // halfwords that the bus refused to fetch
    std::uint64_t valid_since = 0;                   // the FENCE.I count at which `bytes` was last compared
    bool checked = false;                            // loads and stores ask PMP and translation

    /// Forgets all decoded slots.
    void clear(const Handlers& handlers) {
        slots.fill(Slot{.handler = handler_of(handlers, Op::undecoded_4)});
        slots[halfwords_per_page].handler = handler_of(handlers, Op::page_end_4);
        slots[halfwords_per_page + 1].handler = handler_of(handlers, Op::page_end_4);
    }

    std::uint16_t halfword(std::size_t index) const {
        return read_memory<std::uint16_t>(bytes.data() + 2 * index);
    }

    /// Decodes from halfword `start`, which is undecoded, to the end of its run or to what is decoded
    /// already.
    void decode_run(std::size_t start, const Handlers& handlers) {
        std::array<std::uint16_t, longest_run> run;
        std::array<Instruction, longest_run> instructions;
        std::size_t count = 0, index = start;
        unsigned left = 0;  // of what follows the run
        for (;;) {
            if (index >= halfwords_per_page) break;
            if (slots[index].handler != handler_of(handlers, Op::undecoded_4)) {
                left = slots[index].left;
                break;
            }
            // A byte cannot count further: pay anew there, for one instruction at a time.
            if (count == longest_run) {
                slots[index].handler = handler_of(handlers, Op::single_step_4);
                break;
            }
            const Instruction i = decode_slot(index, handlers);
            if (slots[index].left == 0) break;  // does its own counting
            instructions[count] = i;
            run[count++] = static_cast<std::uint16_t>(index);
            if (ends_run(i.op)) break;
            index += is_wide(halfword(index)) ? 2u : 1u;
        }
        const std::size_t length = count;
        while (count != 0) {
            if (left == longest_run) {
                // Nobody who paid for more falls into a slot with a full count, so it may change its mind.
                slots[index] = {.handler = handler_of(handlers, Op::single_step_4)};
                left = 0;
            }
            index = run[--count];
            slots[index].left = static_cast<std::uint8_t>(++left);
        }
        if (handlers.longest > 1)
            choose_sequences(std::span(run).first(length), std::span(instructions).first(length), handlers);
    }

    /// The slot holds an instruction that was decoded, or a region that begins there.
    bool decoded(std::size_t index) const { return slots[index].left != 0 && !absent[index]; }

    /// Of a halfword that is not absent, nor the first one of an instruction whose rest is.
    Instruction instruction(std::size_t index, Extensions has) const {
        const std::uint16_t first = halfword(index);
        return is_wide(first) ? decode(first | std::uint32_t{halfword(index + 1)} << 16, has)
                              : decode_compressed(first, has);
    }

    /// The instruction of a decoded slot as it would be outside the page.
    Slot plain(std::size_t index, const Handlers& handlers) const {
        return make_slot(instruction(index, handlers.extensions), handlers, checked);
    }

    /// Lets a decoded slot stand for region `number` (regions.hpp).
    void begin_region(std::size_t index, std::int32_t number, const Handlers& handlers) {
        // A sequence that began before would pass by, and take the number for an operand.
        for (std::size_t back = 1; back <= 2 * (handlers.longest - 1) && back <= index; ++back)
            if (decoded(index - back) && slots[index - back].handler != handler_of(handlers, Op::region_4))
                end_region(index - back, handlers);
        slots[index].handler = handler_of(handlers, Op::region_4);
        slots[index].immediate = number;
    }
    /// Lets a slot that stood for a region be what it was before.
    void end_region(std::size_t index, const Handlers& handlers) {
        const std::uint8_t left = slots[index].left;
        decode_slot(index, handlers);
        slots[index].left = left;
    }

private:
    /// Gives slots the handlers of sequences that begin there, so that a run takes the fewest handlers from any slot.
    void choose_sequences(std::span<const std::uint16_t> run, std::span<const Instruction> instructions,
                          const Handlers& handlers) {
        std::array<std::uint8_t, longest_run + 1> steps{};  // to the end of the run
        for (std::size_t i = run.size(); i-- != 0;) {
            steps[i] = static_cast<std::uint8_t>(steps[i + 1] + 1);
            Slot& first = slots[run[i]];
            for (std::size_t n = 2; n <= handlers.longest && i + n <= run.size(); ++n) {
                // Where runs are paid anew, they do not hang together.
                if (slots[run[i + n - 1]].left + n - 1 != first.left) break;
                const auto cost = static_cast<std::uint8_t>(steps[i + n] + 1);
                if (cost > steps[i]) continue;
                if (const void* const handler = handlers.chosen(instructions.subspan(i, n))) {
                    first.handler = handler;
                    steps[i] = cost;
                }
            }
        }
    }

    /// Fills one slot; branches and jumps inside the page get the distance in bytes of slots. Gives the instruction with
    /// the operation that was chosen.
    Instruction decode_slot(std::size_t index, const Handlers& handlers) {
        Slot& slot = slots[index];
        const std::uint16_t first = halfword(index);
        if (absent[index]) {
            slot = {.handler = handler_of(handlers, Op::fetch_fault_4), .left = 1};
            return {.op = Op::fetch_fault_4};
        }
        const bool wide = is_wide(first);
        // The second half lies in another page, which may change, be elsewhere or be missing: look at it each
        // time.
        if (wide && (index + 1 == halfwords_per_page || absent[index + 1])) {
            slot = {.handler = handler_of(handlers, Op::single_step_4)};
            return {.op = Op::single_step_4};
        }
        Instruction i = instruction(index, handlers.extensions);
        const Op near = near_form(i.op);
        if (near != i.op) {
            const std::int64_t target = static_cast<std::int64_t>(index) * 2 + i.immediate;
            if (target >= 0 && target < static_cast<std::int64_t>(page_size)) {
                i.op = near;
                i.immediate *= static_cast<std::int32_t>(sizeof(Slot) / 2);
            }
        }
        slot = make_slot(i, handlers, checked);
        if (checked) i.op = checked_form(i.op);
        return i;
    }
};

}  // namespace wirewrap::riscv
