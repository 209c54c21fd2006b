// Debian's GDB and Debian's U-Boot, whose ELF file has the names that its programs may call: breakpoints, steps and the way
// back in a real boot, before U-Boot moves itself to the end of RAM and behind that.
#include <catch2/catch.hpp>

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include <wirewrap/cpu.hpp>
#include <wirewrap/cpu/riscv/breakpoints.hpp>
#include <wirewrap/cpu/riscv/rv64gc.hpp>
#include <wirewrap/debug.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/jit.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/state/watchpoints.hpp>

#include <boards/riscv/virt.hpp>

#include "examples/wirewrap/booting.hpp"
#include "tests/debug/gdb.hpp"
#include "tests/support/u_boot.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

const std::string& u_boot = u_boot_elf;
constexpr std::uint64_t linked_at = 0x8020'0000;

using Virt = Machine<boards::riscv::Virt, hostmem::Anonymous, state::Watchpoints>;
template <class Bus>
using Rv64 = riscv::Hart<Bus, riscv::Rv64gc, riscv::DefaultDispatch, riscv::Breakpoints<jit::Translated>>;

/// Types one line at the first prompt. The guest ran on after GDB had let it go, and may have printed one that nobody saw: an empty
/// line is answered by another.
struct OneLine : NoConsole {
    explicit OneLine(std::string_view line) : left(line) {}
    std::optional<std::uint8_t> next(bool) {
        if (!std::exchange(woken, true)) return std::uint8_t{'\n'};
        if (left.empty() || printed.find("\n=> ") == std::string::npos) return std::nullopt;
        const char c = left.front();
        left.remove_prefix(1);
        return static_cast<std::uint8_t>(c);
    }
    void print(std::span<const std::uint8_t> bytes) { printed.append(bytes.begin(), bytes.end()); }
    bool ended() { return false; }
    std::string_view left;
    std::string printed;
    bool woken = false;
};

}  // namespace

TEST_CASE("GDB debugs U-Boot, forwards and backwards") {
    const command::RunRequest request;
    const auto images = command::read_images(request, 128_MiB);
    if (!images || !std::filesystem::exists(gdb_program())) {
        std::cout << "SKIPPED: OpenSBI, U-Boot or " << gdb_program() << " is not installed\n";
        return;
    }
    if (const std::string why = no_u_boot_functions(); !why.empty()) {
        std::cout << "SKIPPED: " << why << "\n";
        return;
    }
    auto machine = Virt::create({.ram_size = 128_MiB});
    REQUIRE(machine);
    const auto start = command::load<Rv64<Virt>>(*machine, *images, request, true);
    REQUIRE(start);
    Emulator<Virt, Rv64, VirtualClock> emulator(*machine);
    emulator.hart(0).set_pc(start->value);

    // gd, U-Boot's global data, is what gp points to; its first word is the address of the board's data.
    const std::string early = debugged(emulator, u_boot,
                                       {"monitor reverse on",
                                        "break *board_init_f",
                                        "continue",
                                        "print $priv",
                                        "watch -location *(long*)$gp",
                                        "continue",
                                        "print/x *(long*)$gp > 0x80000000",
                                        "disable",
                                        "tbreak *printf",
                                        "continue",
                                        "backtrace 1",
                                        "stepi",
                                        "stepi",
                                        "reverse-stepi",
                                        "reverse-stepi",
                                        "print (long)$pc - (long)&printf",
                                        "enable",
                                        "reverse-continue",
                                        "x/i $pc",
                                        "print *(long*)$gp",
                                        "reverse-continue",
                                        "print (long)$pc - (long)&board_init_f",
                                        "monitor reverse"});
    INFO(early);
    CHECK(in_order(early, {"Breakpoint 1, 0x", " in board_init_f ()", "= 1", "Hardware watchpoint 2",
                           "Old value = 0", "New value = ", "= 0x1", " in printf ()", "#0  0x",
                           " in printf ()", "= 0", "Hardware watchpoint 2", "New value = 0", "\tsd\t", "= 0",
                           "Breakpoint 1, 0x", " in board_init_f ()", "= 0"}));
    CHECK(in_order(early, {"recorded from instruction 0 on"}));

    OneLine console("bdinfo\n");
    std::string_view place;
    for (int n = 0; n != 400 && place.find('\n') == place.npos; ++n) {
        (void)emulator.run(console, 20'000'000);
        const std::size_t at = console.printed.find("relocaddr   = 0x");
        if (at != std::string::npos) place = std::string_view(console.printed).substr(at + 16);
    }
    (void)emulator.run(console, 20'000'000);
    INFO(console.printed);
    std::uint64_t relocated = 0;
    std::from_chars(place.data(), place.data() + std::min<std::size_t>(place.size(), 16), relocated, 16);
    REQUIRE(relocated > linked_at);

    // What is typed is typed again on the way from the past.
    const std::string late = debugged(
        emulator, "",
        {fmt::format("add-symbol-file {} -o {:#x}", u_boot, relocated - linked_at), "monitor reverse on",
         "break *do_reset", "continue", "print (int)$a2", "x/s *(char**)$a3", "x/s ((char**)$a3)[1]",
         "tbreak *getchar", "reverse-continue", "print (long)$pc - (long)&getchar", "tbreak *getchar",
         "reverse-continue", "continue", "x/s *(char**)$a3", "x/s ((char**)$a3)[1]", "stepi", "reverse-stepi",
         "print (long)$pc - (long)&do_reset"},
        {.halted = true}, "reset -w\n");
    INFO(late);
    CHECK(in_order(late, {"Breakpoint 1, 0x", " in do_reset ()", "= 2", "\"reset\"", "\"-w\"",
                          " in getchar ()", "= 0", " in getchar ()", "Breakpoint 1, 0x", " in do_reset ()",
                          "\"reset\"", "\"-w\"", "= 0"}));
}
