// A machine that runs, with consoles, in a program that has neither exceptions nor type information.
#include <cstdint>

#include <boards/riscv/virt.hpp>
#include <wirewrap/console.hpp>
#include <wirewrap/cpu.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/loader.hpp>
#include <wirewrap/machine.hpp>

using namespace wirewrap;
using Virt = Machine<boards::riscv::Virt, hostmem::Anonymous>;

int run_guest(std::span<const std::byte> image, std::string_view serial) {
    auto machine = Virt::create();
    if (!machine) return 1;
    if (!load_raw(*machine, "guest", image, machine->ram_windows()[0].base)) return 1;
    const auto place = console::parse_serial(serial);
    if (!place) return 1;
    auto console = console::open_console(*place);
    if (!console) return 1;
    Emulator<Virt, riscv::DefaultHart> emulator(*machine);
    emulator.hart(0).set_pc(machine->ram_windows()[0].base.value);
    Stopped stopped;
    do stopped = emulator.poll(*console, 1'000'000);
    while (stopped.reason == StopReason::limit);
    return stopped.finish && stopped.finish->kind == Finish::pass ? 0 : 1;
}
