// The registers of this library's RISC-V harts for a debugger: x0 to x31 and pc, floating point where the hart has it, the
// privilege mode and every CSR that there is.
//
// GDB knows x registers by the numbers 0 to 31, pc by 32, f registers by 33 to 64; those of others are free, and are here
// what QEMU gives them: 65 for the privilege mode, 66 + n for CSR n. Their order and names in features are those of GDB's
// manual, "RISC-V Features".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <wirewrap/cpu/riscv/csr_names.hpp>
#include <wirewrap/cpu/riscv/privilege.hpp>
#include <wirewrap/debug/hart_check.hpp>

namespace wirewrap::debug {

/// A hart with the members that this library's RISC-V harts have.
template <class H>
concept RiscvHart = requires(H& hart, const H& view, std::size_t n, std::uint64_t value,
                             std::uint16_t number) {
    { view.x(n) } -> std::same_as<std::uint64_t>;
    hart.set_x(n, value);
    { view.pc() } -> std::same_as<std::uint64_t>;
    hart.set_pc(value);
    { view.csr(number) } -> std::same_as<std::optional<std::uint64_t>>;
    { hart.set_csr(number, value) } -> std::same_as<bool>;
    { view.privilege() } -> std::same_as<riscv::Privilege>;
    hart.set_privilege(riscv::Privilege::machine);
};
template <class H>
concept RiscvHartWithFloats = RiscvHart<H> &&
                              requires(H& hart, const H& view, std::size_t n, std::uint64_t value) {
                                  { view.f(n) } -> std::same_as<std::uint64_t>;
                                  hart.set_f(n, value);
                              };

template <RiscvHart H>
struct HartRegisters<H> {
    static constexpr bool described_elsewhere = true;
    static constexpr std::string_view architecture = "riscv:rv64";
    static constexpr bool steps_over_watchpoints = true;

    static constexpr std::uint32_t pc = 32, first_f = 33, privilege = 65, first_csr = 66;

    static std::vector<DebugRegister> all(const H& hart) {
        std::vector<DebugRegister> registers;
        for (std::uint32_t n = 0; n != 32; ++n)
            registers.push_back({.name = x_names[n],
                                 .type = n >= 1 && n <= 4 ? (n == 1 ? "code_ptr" : "data_ptr") : "int",
                                 .feature = "org.gnu.gdb.riscv.cpu",
                                 .number = n});
        registers.push_back(
            {.name = "pc", .type = "code_ptr", .feature = "org.gnu.gdb.riscv.cpu", .number = pc});
        if constexpr (RiscvHartWithFloats<H>) {
            for (std::uint32_t n = 0; n != 32; ++n)
                registers.push_back({.name = f_names[n],
                                     .type = "ieee_double",
                                     .feature = "org.gnu.gdb.riscv.fpu",
                                     .number = first_f + n});
            for (const std::uint16_t n : {1, 2, 3})
                registers.push_back({.name = riscv::csr_name(n),
                                     .bits = 32,
                                     .feature = "org.gnu.gdb.riscv.fpu",
                                     .number = first_csr + n});
        }
        registers.push_back(
            {.name = "priv", .feature = "org.gnu.gdb.riscv.virtual", .number = privilege, .general = false});
        for (const auto& [number, name] : riscv::csr_names)
            if (number > 3 && hart.csr(number))
                registers.push_back({.name = name,
                                     .feature = "org.gnu.gdb.riscv.csr",
                                     .number = first_csr + number,
                                     .general = false});
        return registers;
    }

    static std::optional<std::uint64_t> read(const H& hart, std::size_t, std::uint32_t number) {
        if (number < 32) return hart.x(number);
        if (number == pc) return hart.pc();
        if constexpr (RiscvHartWithFloats<H>)
            if (number >= first_f && number < privilege) return hart.f(number - first_f);
        if (number == privilege) return static_cast<std::uint64_t>(hart.privilege());
        if (number - first_csr < 0x1000) return hart.csr(static_cast<std::uint16_t>(number - first_csr));
        return std::nullopt;
    }

    static bool write(H& hart, std::size_t, std::uint32_t number, std::uint64_t value) {
        if (number < 32) return hart.set_x(number, value), true;
        if (number == pc) return hart.set_pc(value), true;
        if constexpr (RiscvHartWithFloats<H>)
            if (number >= first_f && number < privilege) return hart.set_f(number - first_f, value), true;
        if (number == privilege) {
            if (value == 2 || value > 3) return false;  // no such mode
            return hart.set_privilege(static_cast<riscv::Privilege>(value)), true;
        }
        return number - first_csr < 0x1000 &&
               hart.set_csr(static_cast<std::uint16_t>(number - first_csr), value);
    }

private:
    static constexpr std::array<std::string_view, 32> x_names{
        "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "fp", "s1", "a0",  "a1",  "a2", "a3", "a4", "a5",
        "a6",   "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
    static constexpr std::array<std::string_view, 32> f_names{
        "ft0", "ft1", "ft2", "ft3", "ft4",  "ft5",  "ft6", "ft7", "fs0",  "fs1", "fa0",
        "fa1", "fa2", "fa3", "fa4", "fa5",  "fa6",  "fa7", "fs2", "fs3",  "fs4", "fs5",
        "fs6", "fs7", "fs8", "fs9", "fs10", "fs11", "ft8", "ft9", "ft10", "ft11"};
};

}  // namespace wirewrap::debug
