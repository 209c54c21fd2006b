// Privilege modes, exception causes and interrupt numbers, as the privileged architecture (version 1.12)
// numbers them.
//
//     if (hart.privilege() == Privilege::machine) ...
//     auto cause = Cause::load_access_fault;               // what mcause holds for it is 5
#pragma once

#include <cstdint>

#include <wirewrap/base/language.hpp>

namespace wirewrap::riscv {

enum class Privilege : std::uint8_t { user = 0, supervisor = 1, machine = 3 };

/// Exception codes: table 3.6 of the privileged architecture.
enum class Cause : std::uint8_t {
    instruction_access_fault = 1,
    illegal_instruction = 2,
    breakpoint = 3,
    load_address_misaligned = 4,
    load_access_fault = 5,
    store_address_misaligned = 6,
    store_access_fault = 7,
    ecall_from_user = 8,
    ecall_from_supervisor = 9,
    ecall_from_machine = 11,
    instruction_page_fault = 12,
    load_page_fault = 13,
    store_page_fault = 15,
};

/// Interrupts by their bit in mip and mie, which is also their exception code.
namespace interrupt {
inline constexpr std::uint64_t supervisor_software = 1u << 1;
inline constexpr std::uint64_t machine_software = 1u << 3;
inline constexpr std::uint64_t supervisor_timer = 1u << 5;
inline constexpr std::uint64_t machine_timer = 1u << 7;
inline constexpr std::uint64_t supervisor_external = 1u << 9;
inline constexpr std::uint64_t machine_external = 1u << 11;
inline constexpr std::uint64_t supervisor_level = supervisor_software | supervisor_timer |
                                                  supervisor_external;
inline constexpr std::uint64_t machine_level = machine_software | machine_timer | machine_external;
}  // namespace interrupt

/// Set in mcause and scause when the trap is an interrupt.
inline constexpr std::uint64_t interrupt_cause_bit = std::uint64_t{1} << 63;

}  // namespace wirewrap::riscv
