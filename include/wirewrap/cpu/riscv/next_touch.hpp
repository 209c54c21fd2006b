// What the next instruction of a hart reads or writes beside its registers, as far as a look at it tells.
//
//     const NextTouch touch = hart.next_touch();       // of `sd ra, 8(sp)`: a store of 8 bytes
//     if (touch.kind == NextTouch::Kind::store && !touch.changes) …          // and there they are already
#pragma once

#include <cstddef>
#include <cstdint>

#include <wirewrap/cpu/riscv/csr.hpp>
#include <wirewrap/cpu/riscv/instruction.hpp>

namespace wirewrap::riscv {

struct NextTouch {
    enum class Kind : std::uint8_t {
        nothing,  // registers, and those CSRs that only the hart itself changes
        load,     // from memory
        store,    // to memory
        back,     // none: it returns from a trap
        world,    // what may be different each time: a device, a counter, time, the inputs; or nobody knows
    };

    Kind kind = Kind::world;
    std::uint64_t address = 0;  // physical
    std::size_t width = 0;
    bool changes = false;  // a store of something else than what is there

    friend bool operator==(const NextTouch&, const NextTouch&) = default;
};

namespace detail {

/// Of an instruction without its place: of a load or a store, its width.
constexpr NextTouch touch_of(const Instruction& instruction) {
    using enum Op;
    using Kind = NextTouch::Kind;
    switch (instruction.op) {
    case lb_4:
    case lbu_4: return {.kind = Kind::load, .width = 1};
    case lh_4:
    case lhu_4: return {.kind = Kind::load, .width = 2};
    case lw_4:
    case lw_2:
    case lwu_4: return {.kind = Kind::load, .width = 4};
    case ld_4:
    case ld_2: return {.kind = Kind::load, .width = 8};
    case sb_4: return {.kind = Kind::store, .width = 1};
    case sh_4: return {.kind = Kind::store, .width = 2};
    case sw_4:
    case sw_2: return {.kind = Kind::store, .width = 4};
    case sd_4:
    case sd_2: return {.kind = Kind::store, .width = 8};
    case csrrw_4:
    case csrrs_4:
    case csrrc_4:
    case csrrwi_4:
    case csrrsi_4:
    case csrrci_4: {
        const auto number = static_cast<std::uint32_t>(instruction.immediate) >> 20;
        const bool counter = (number >= csr::mcycle && number <= csr::mhpmcounter31) ||
                             (number >= csr::cycle && number <= csr::hpmcounter31) ||
                             number == csr::mcountinhibit;
        const bool inputs = number == csr::mip || number == csr::sip;
        return {.kind = counter || inputs ? Kind::world : Kind::nothing};
    }
    case mret_4:
    case sret_4: return {.kind = Kind::back};
    case wfi_4:
    case pause_4: return {};
    default: break;
    }
    // Atomics, and what goes to and from floating point registers.
    if (instruction.op >= lb_checked_4 && instruction.op <= fsd_2) return {};
    return {.kind = Kind::nothing};
}

}  // namespace detail

}  // namespace wirewrap::riscv
