// The integer registers of a hart. x0 reads as zero because nobody writes it: the decoder sends results for
// x0 to an extra register, so that no instruction tests for it.
//
//     Registers x;
//     x[10] = 42;                     // a0
//     x[destination(0)] = 1;          // goes nowhere: x[0] is still 0
#pragma once

#include <array>
#include <cstdint>

#include <wirewrap/base/language.hpp>

namespace wirewrap::riscv {

/// Where results for x0 go.
inline constexpr std::uint8_t discarded_register = 32;

using Registers = std::array<std::uint64_t, 33>;
/// f0 … f31, of a hart that has them.
using FloatRegisters = std::array<std::uint64_t, 32>;
struct NoFloatRegisters {};

/// The register that an instruction with destination `rd` writes.
constexpr std::uint8_t destination(std::uint32_t rd) {
    return rd == 0 ? discarded_register : static_cast<std::uint8_t>(rd);
}

}  // namespace wirewrap::riscv
