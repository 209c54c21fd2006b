// EXPECT: MyCpu has no debug_registers; a debugger asks for registers by name: static constexpr std::array debug_registers{DebugRegister{...}, ...}
// Registers have to be told by name and width before one can be read.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <wirewrap/debug/hart_check.hpp>

using namespace wirewrap;

struct MyCpu {
    static constexpr std::string_view debug_architecture = "riscv:rv32";
#ifdef WIREWRAP_MISTAKE
#else
    static constexpr std::array debug_registers{debug::DebugRegister{.name = "a", .bits = 8}};
#endif
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
