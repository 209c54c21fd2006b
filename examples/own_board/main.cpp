// Lists the board beside one of wirewrap's, and makes a machine of it.
//
//     g++ -std=c++23 -I WIREWRAP/include -I WIREWRAP main.cpp -o gateway && ./gateway
#include <cstdint>
#include <iostream>

#include <boards/riscv/virt.hpp>
#include <wirewrap/board/board_list.hpp>
#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/machine.hpp>

#include "gateway.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;

int main() {
    constexpr auto boards = board_list<gateway::Gateway, wirewrap::boards::riscv::Virt>;
    for (const BoardDescription& board : describe_boards(boards))
        std::cout << board.name << " accepts " << board.ram_rule << " of RAM\n";

    using Machine = wirewrap::Machine<gateway::Gateway, hostmem::Memfd>;
    auto machine = Machine::create({.ram_size = 512_MiB});
    if (!machine) {
        std::cerr << machine.error().message << '\n';
        return 1;
    }
    if (!machine->store<std::uint32_t>(at(0x9fff'fffc), 42)) return 1;
    std::cout << "the last word of RAM holds " << machine->load<std::uint32_t>(at(0x9fff'fffc)).value_or(0)
              << '\n';
    std::cout << Machine::create({.ram_size = 300_MiB}).error().message << '\n';
}
