// Two machines, one RAM: what a guest of the first stores, a guest of the second finds.
//
//     g++ -std=c++23 -I WIREWRAP/include main.cpp -o own_backend && ./own_backend
#include <cstdint>
#include <iostream>

#include <wirewrap/hostmem/memfd.hpp>
#include <wirewrap/machine.hpp>

#include "inherited.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;

struct Small {
    static constexpr auto name = "small";
    static constexpr auto ram = main_ram("small.ram", 16_MiB).placed(at(0x8000'0000));
};

int main() {
    auto first = Machine<Small, hostmem::Memfd>::create();
    if (!first) return 1;
    const int descriptor = first->ram_memory()->descriptor();

    using Second = Machine<Small, own::Inherited>;
    auto second = Second::create({.memory = {.descriptor = descriptor, .common = {.prealloc = true}}});
    if (!second) {
        std::cerr << second.error().message << '\n';
        return 1;
    }
    if (!first->store<std::uint32_t>(at(0x8000'1000), 42)) return 1;
    std::cout << "the second machine loads " << second->load<std::uint32_t>(at(0x8000'1000)).value_or(0)
              << '\n';
    std::cout << Second::create().error().message << '\n';
    std::cout << Second::create({.ram_size = 64_MiB, .memory = {.descriptor = descriptor}}).error().message
              << '\n';
}
