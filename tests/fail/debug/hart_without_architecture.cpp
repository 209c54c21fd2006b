// EXPECT: MyCpu has no debug_architecture; a debugger shows instructions and stacks as those of an architecture that it knows: static constexpr std::string_view debug_architecture = NAME, as set architecture of GDB takes it
// A debugger disassembles and unwinds by an architecture, and cannot guess which.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/debug/hart_check.hpp>

using namespace wirewrap;

struct MyCpu {
#ifdef WIREWRAP_MISTAKE
#else
    static constexpr std::string_view debug_architecture = "riscv:rv32";
#endif
    static constexpr std::array debug_registers{debug::DebugRegister{.name = "a", .bits = 8}};
    std::uint64_t debug_register(std::size_t) const { return a; }
    void set_debug_register(std::size_t, std::uint64_t value) { a = static_cast<std::uint8_t>(value); }
    std::uint64_t pc() const { return at; }
    void set_pc(std::uint64_t pc) { at = pc; }

    std::uint64_t at = 0;
    std::uint8_t a = 0;
};

template <debug::DebuggableHart Hart>
struct Debugged {};
Debugged<MyCpu> debugged;
