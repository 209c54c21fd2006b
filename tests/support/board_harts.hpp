// The three ways in which a hart may execute, on a `BoardBus`: compact; fast, with a loop compiled from a profile; and with
// code translated while it runs.
//
//     TEMPLATE_TEST_CASE("…", "", CompactOnBoard, FastOnBoard, TranslatedOnBoard) {
//         BoardBus bus;
//         TestType hart(bus, {.reset_pc = BoardBus::ram_base});
//
// The handlers of the fast one are compiled once, in fast_board_hart.cpp.
#pragma once

#include <wirewrap/cpu.hpp>
#include <wirewrap/cpu/riscv/dispatch_fast.hpp>
#include <wirewrap/cpu/riscv/fused.hpp>
#include <wirewrap/jit.hpp>

#include "tests/support/board_bus.hpp"
#include "tests/support/rv64_assembler.hpp"

namespace wirewrap::test {

/// sw x6,0(x5); lw x7,0(x5); addi x6,x6,1; bne x6,x8,-12
inline constexpr std::uint32_t busy_loop[] = {rv64::sw(6, 5, 0), rv64::lw(7, 5, 0), rv64::addi(6, 6, 1),
                                              rv64::bne(6, 8, -12)};
inline constexpr riscv::Hot busy_loop_profile[] = {
    riscv::hot_region(0x8000'0000),   riscv::hot_trace(),
    riscv::hot_code(0, busy_loop[0]), riscv::hot_code(4, busy_loop[1]),
    riscv::hot_code(8, busy_loop[2]), riscv::hot_code(12, busy_loop[3])};

using CompactOnBoard = riscv::Hart<BoardBus>;
using FastOnBoard = riscv::Hart<BoardBus, riscv::Bare, riscv::FastDispatch, riscv::Fused<busy_loop_profile>>;
using TranslatedOnBoard = riscv::Hart<BoardBus, riscv::Bare, riscv::DefaultDispatch, jit::Translated>;

}  // namespace wirewrap::test

extern template class wirewrap::riscv::FastDispatch<
    wirewrap::riscv::Core<wirewrap::test::BoardBus, wirewrap::riscv::Bare,
                          wirewrap::riscv::Fused<wirewrap::test::busy_loop_profile>>>;
