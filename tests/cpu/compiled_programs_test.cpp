// Programs in C, compiled for RV64IMAC: their results are known, and the instructions they take are the ones
// that QEMU counts.
#include <catch2/catch.hpp>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <wirewrap/cpu.hpp>

#include "tests/support/flat_bus.hpp"
#include "tests/support/harts.hpp"
#include "tests/support/qemu.hpp"

using namespace wirewrap;
using namespace wirewrap::literals;
using namespace wirewrap::test;

namespace {

struct Program {
    const char* name;
    std::uint64_t result;
};

constexpr Program programs[] = {
    {"crc32", 1000 * 0xcbf43926ull},  // the check value of CRC-32, a thousand times
    {"fib", 46368},
    {"sieve", 78498},               // primes below a million
    {"matmul", 0xa9a184708c36158},  // these two as the same source gives them on the host
    {"qsort", 0x5adf38b73b692870},
};

std::vector<std::byte> image_of(const char* name) {
    std::ifstream file("tests/cpu/programs/" + std::string(name) + ".bin", std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    std::vector<std::byte> image(bytes.size());
    std::memcpy(image.data(), bytes.data(), bytes.size());
    return image;
}

template <class Hart>
std::string run_here(std::span<const std::byte> image, std::uint64_t step) {
    FlatBus bus(16_MiB);
    std::copy(image.begin(), image.end(), bus.ram.begin());
    Hart hart(bus, {.reset_pc = FlatBus::ram_base});
    while (bus.finished == 0 && hart.retired() < 1'000'000'000) hart.run(step);
    CHECK(bus.finished == 0x5555);
    return bus.printed;
}

std::uint64_t number(const std::string& printed, std::size_t index) {
    std::uint64_t value = 0;
    std::memcpy(&value, printed.data() + 8 * index, 8);
    return value;
}

}  // namespace

TEMPLATE_TEST_CASE("compiled programs compute what they should in the instructions they should take", "",
                   Compact, Fast) {
    const bool qemu = qemu_installed();
    if (!qemu)
        std::puts("SKIPPED: qemu-system-riscv64 is not installed: instruction counts are not compared");
    for (const Program& program : programs) {
        INFO(program.name);
        const auto image = image_of(program.name);
        REQUIRE(!image.empty());
        const std::string printed = run_here<TestType>(image, 1'000'000);
        REQUIRE(printed.size() == 16);
        CHECK(number(printed, 0) == program.result);
        CHECK(run_here<TestType>(image, 77) == printed);  // wherever the budget ends
        if (qemu) CHECK(number(run_in_qemu(image, "-icount shift=0"), 1) == number(printed, 1));
    }
}
