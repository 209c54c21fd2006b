// What a debugger needs of a hart, of whatever architecture. A type that is nearly one is refused with a sentence for each
// mistake.
//
//     struct MyCpu {                                                    // beside what an emulator needs
//         static constexpr std::string_view debug_architecture = "riscv:rv32";
//         static constexpr std::array debug_registers{DebugRegister{.name = "a", .bits = 8}, …};
//         std::uint64_t debug_register(std::size_t n) const;            // the n-th of them
//         void set_debug_register(std::size_t n, std::uint64_t value);
//         std::uint64_t pc() const;
//         void set_pc(std::uint64_t pc);
//     };
//     static_assert(DebuggableHart<MyCpu>);
//
// The architecture is one that the debugger knows, by the name that GDB's `set architecture` takes: it disassembles and
// unwinds by it. Registers that it insists on and the hart has not are given as constants.
//
// | what it may have besides             | then                                                                       |
// |--------------------------------------|----------------------------------------------------------------------------|
// | `set_breakpoints(addresses)`, `Exit::breakpoint` | it runs at full speed between breakpoints; Stepped<MyCpu> (stepped.hpp) adds them |
// | `forget_code()`                      | is told when the debugger has changed memory                               |
// | `debug_address(virtual)`             | addresses of the debugger are virtual: gives std::optional<std::uint64_t>  |
// | `state()`, `set_state(state)`        | goes backwards on a clock that goes by instructions; `forget_code()` too   |
// | `debug_state()`                      | gives a std::string that is shown beside the thread                        |
//
// A hart stops at the very access that a watchpoint is for when it looks at `machine.stop_requested()` behind its accesses.
// One whose type is given describes itself by a specialisation of `HartRegisters` (riscv_registers.hpp).
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <wirewrap/base/member_kind.hpp>
#include <wirewrap/base/said_by.hpp>
#include <wirewrap/base/text.hpp>
#include <wirewrap/base/verdict.hpp>
#include <wirewrap/debug/register.hpp>

namespace wirewrap::debug {

/// How a debugger reads and writes the registers of an H: by the members above.
template <class H>
struct HartRegisters {
    static constexpr std::string_view architecture = H::debug_architecture;
    /// GDB takes watchpoints of this architecture for ones that hit before their instruction, and steps over that by itself.
    static constexpr bool steps_over_watchpoints = architecture.starts_with("riscv");

    static std::vector<DebugRegister> all(const H&) {
        std::vector<DebugRegister> registers(std::begin(H::debug_registers), std::end(H::debug_registers));
        for (std::size_t n = 0; n != registers.size(); ++n)
            registers[n].number = static_cast<std::uint32_t>(n);
        return registers;
    }
    /// The register at place `n` of `all`, whose number is `number`; nothing when it cannot be read.
    static std::optional<std::uint64_t> read(const H& hart, std::size_t n, std::uint32_t) {
        return hart.debug_register(n);
    }
    static bool write(H& hart, std::size_t n, std::uint32_t, std::uint64_t value) {
        hart.set_debug_register(n, value);
        return true;
    }
};

/// Described by a specialisation, and not by its members.
template <class H>
concept DescribedElsewhere = requires { HartRegisters<H>::described_elsewhere; };

}  // namespace wirewrap::debug

namespace wirewrap::check {

template <class H>
struct DebugCheck {
    static constexpr std::vector<Text> mistakes() {
        std::vector<Text> mistakes;
        const auto say = [&](auto... parts) { mistakes.push_back(sentence(type_name<H>(), parts...)); };
        if constexpr (!requires(const H& hart) { static_cast<std::uint64_t>(hart.pc()); })
            say(" has no pc(); a debugger asks where a hart is: std::uint64_t pc() const");
        if constexpr (!requires(H& hart) { hart.set_pc(std::uint64_t{}); })
            say(" has no set_pc(address); a debugger lets a hart go on elsewhere: void set_pc(std::uint64_t "
                "pc)");
        if constexpr (!debug::DescribedElsewhere<H>) {
            if constexpr (!requires { std::string_view(H::debug_architecture); })
                say(" has no debug_architecture; a debugger shows instructions and stacks as those of an "
                    "architecture that it knows: static constexpr std::string_view debug_architecture = "
                    "NAME, as set architecture of GDB takes it");
            if constexpr (!requires { std::span<const debug::DebugRegister>(H::debug_registers); })
                say(" has no debug_registers; a debugger asks for registers by name: static constexpr "
                    "std::array debug_registers{DebugRegister{...}, ...}");
            if constexpr (!requires(const H& hart) {
                              static_cast<std::uint64_t>(hart.debug_register(std::size_t{}));
                          })
                say(" has no debug_register(n); a debugger reads the n-th of debug_registers: std::uint64_t "
                    "debug_register(std::size_t n) const");
            if constexpr (!requires(H& hart) { hart.set_debug_register(std::size_t{}, std::uint64_t{}); })
                say(" has no set_debug_register(n, value); a debugger writes the n-th of debug_registers: "
                    "void set_debug_register(std::size_t n, std::uint64_t value)");
        }
        return mistakes;
    }
};

}  // namespace wirewrap::check

namespace wirewrap::debug {

/// A hart that a debugger can look at. Breakpoints are another matter: `HasBreakpoints`.
template <class H>
concept DebuggableHart = Accepted<typename SaidBy<wirewrap::check::DebugCheck<H>>::type>;

/// A hart whose `run` comes back before the instruction at an address that was set.
template <class H>
concept HasBreakpoints = requires(H& hart, std::span<const std::uint64_t> addresses, std::uint64_t limit) {
    hart.set_breakpoints(addresses);
    std::remove_cvref_t<decltype(hart.run(limit).reason)>::breakpoint;
};

}  // namespace wirewrap::debug
