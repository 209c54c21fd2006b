// EXPECT: MyCpu has no debug_register(n); a debugger reads the n-th of debug_registers: std::uint64_t debug_register(std::size_t n) const
// Of registers that are listed the values are asked for.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/debug/hart_check.hpp>

using namespace wirewrap;

struct MyCpu {
    static constexpr std::string_view debug_architecture = "riscv:rv32";
    static constexpr std::array debug_registers{debug::DebugRegister{.name = "a", .bits = 8}};
#ifdef WIREWRAP_MISTAKE
#else
    std::uint64_t debug_register(std::size_t) const { return a; }
#endif
    void set_debug_register(std::size_t, std::uint64_t value) { a = static_cast<std::uint8_t>(value); }
    std::uint64_t pc() const { return at; }
    void set_pc(std::uint64_t pc) { at = pc; }

    std::uint64_t at = 0;
    std::uint8_t a = 0;
};

template <debug::DebuggableHart Hart>
struct Debugged {};
Debugged<MyCpu> debugged;
