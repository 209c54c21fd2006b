// Fuzzing a routine of firmware: thousands of runs a second, each from the same state, on a clone that goes back by the pages
// that the run has stored to. The routine copies a message to the last 16 bytes of RAM and believes its length.
//
//     $ fuzz_routine
//     a store to 0x80010000 faults for the message "WRAP0…" after 2710 runs
//
// What guides it is the number of instructions: a message that gets further is kept, and changed further.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>

#include <fmt/core.h>

#include <boards/riscv/virt.hpp>
#include <wirewrap/cpu/riscv.hpp>
#include <wirewrap/emulator.hpp>
#include <wirewrap/hostmem.hpp>
#include <wirewrap/machine.hpp>
#include <wirewrap/state.hpp>

namespace {

using namespace wirewrap;
using namespace wirewrap::literals;

template <class Bus>
using Rv64 = riscv::Hart<Bus>;
using Original = Machine<boards::riscv::Virt, hostmem::Memfd>;
using Clone = Machine<boards::riscv::Virt, state::CopyOnWrite, state::DirtyPages<>>;

constexpr GuestAddress code = at(0x8000'0000), message_at = at(0x8000'8000);
constexpr std::size_t longest = 64;

/// a0: the message, "WRAP", a length, and so many bytes.
constexpr std::array<std::uint32_t, 27> routine{
    0x0005'4283,  // lbu t0,0(a0)
    0x0570'0313,  // li t1,87
    0x0462'9e63,  // bne t0,t1,64
    0x0015'4283,  // lbu t0,1(a0)
    0x0520'0313,  // li t1,82
    0x0462'9863,  // bne t0,t1,64
    0x0025'4283,  // lbu t0,2(a0)
    0x0410'0313,  // li t1,65
    0x0462'9263,  // bne t0,t1,64
    0x0035'4283,  // lbu t0,3(a0)
    0x0500'0313,  // li t1,80
    0x0262'9c63,  // bne t0,t1,64
    0x0045'4283,  // lbu t0,4(a0)
    0x0055'0593,  // add a1,a0,5
    0x8001'0637,  // lui a2,0x80010
    0x0206'1613,  // sll a2,a2,0x20
    0x0206'5613,  // srl a2,a2,0x20
    0xff06'0613,  // add a2,a2,-16
    0x0002'8e63,  // beqz t0,64
    0x0005'c303,  // lbu t1,0(a1)
    0x0066'0023,  // sb t1,0(a2)
    0x0015'8593,  // add a1,a1,1
    0x0016'0613,  // add a2,a2,1
    0xfff2'8293,  // add t0,t0,-1
    0xfe9f'f06f,  // j 48
    0x1050'0073,  // wfi
    0xffdf'f06f,  // j 64
};

using Message = std::array<std::uint8_t, longest>;

Message changed(Message message, std::mt19937& random) {
    for (std::uint32_t changes = 1 + random() % 2; changes != 0; --changes)
        message[random() % 8] = static_cast<std::uint8_t>(random() % 128);
    return message;
}

std::string shown(const Message& message) {
    std::string text;
    for (std::size_t i = 0; i != 5; ++i)
        text += message[i] >= 0x20 && message[i] < 0x7f ? std::string(1, static_cast<char>(message[i]))
                                                        : fmt::format("\\x{:02x}", message[i]);
    return text;
}

/// A sentence about the first message that makes the routine fault.
Expected<std::string> fuzz() {
    auto original = Original::create({.ram_size = 64_KiB});
    if (!original) return std::unexpected(original.error());
    const auto to = original->ram_span(code, Bytes{sizeof routine});
    std::ranges::copy(std::as_bytes(std::span(routine)), to.begin());

    auto machine = state::clone(*original);
    if (!machine) return std::unexpected(machine.error());
    Emulator<Clone, Rv64, VirtualClock> emulator(*machine);
    auto& hart = emulator.hart(0);
    hart.set_pc(code.value);
    hart.set_x(10, message_at.value);
    hart.set_csr(riscv::csr::mtvec,
                 code.value + 4 * (routine.size() - 2));  // a fault ends in the last WFI, too
    state::ResetPoint point(emulator, original->memory_blocks());
    const auto input = machine->ram_span(message_at, Bytes{longest});  // each reset empties it, too

    std::mt19937 random(1);
    Message best{};
    std::uint64_t furthest = 0;
    constexpr int most_runs = 1'000'000;
    for (int run = 1; run <= most_runs; ++run) {
        const Message message = changed(best, random);
        std::ranges::copy(std::as_bytes(std::span(message)), input.begin());
        const std::uint64_t executed = hart.run(2000).executed;
        constexpr std::uint64_t store_access_fault = 7;
        if (hart.csr(riscv::csr::mcause) == store_access_fault)
            return fmt::format("a store to {:#x} faults for the message \"{}…\" after {} runs",
                               *hart.csr(riscv::csr::mtval), shown(message), run);
        if (executed > furthest) {
            furthest = executed;
            best = message;
        }
        point.reset();
    }
    return fail("no message made the routine fault in ", most_runs, " runs");
}

}  // namespace

int main() {
    const auto found = fuzz();
    fmt::print(found ? stdout : stderr, "{}\n", found ? *found : found.error().message);
    return found ? 0 : 1;
}
