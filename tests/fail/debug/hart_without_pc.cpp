// EXPECT: MyCpu has no pc(); a debugger asks where a hart is: std::uint64_t pc() const
// Breakpoints and steps are told by where the hart is.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/debug/hart_check.hpp>

using namespace wirewrap;

struct MyCpu {
    static constexpr std::string_view debug_architecture = "riscv:rv32";
    static constexpr std::array debug_registers{debug::DebugRegister{.name = "a", .bits = 8}};
    std::uint64_t debug_register(std::size_t) const { return a; }
    void set_debug_register(std::size_t, std::uint64_t value) { a = static_cast<std::uint8_t>(value); }
#ifdef WIREWRAP_MISTAKE
#else
    std::uint64_t pc() const { return at; }
#endif
    void set_pc(std::uint64_t pc) { at = pc; }

    std::uint64_t at = 0;
    std::uint8_t a = 0;
};

template <debug::DebuggableHart Hart>
struct Debugged {};
Debugged<MyCpu> debugged;
