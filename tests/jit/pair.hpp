// A hart whose code is translated beside one that interprets, with the same program: complete states are compared wherever budgets
// end.
//
//     Pair pair;
//     pair.put({addi(10, 10, 1), jal(0, -4)});
//     pair.run(60'000, 300, seed);                     // in parts of random length
#pragma once

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <random>

#include <wirewrap/jit.hpp>

#include "tests/support/busy_program.hpp"
#include "tests/support/flat_bus.hpp"
#include "tests/support/rv64_assembler.hpp"

namespace wirewrap::test {

template <class Regions, class Bus = FlatBus>
using With = riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, Regions>;
using Translated = With<jit::Translated>;

/// Two harts on memories of their own, with the same contents.
template <class Regions = jit::Translated>
struct Pair {
    FlatBus plain_bus{Bytes{1 << 20}}, bus{Bytes{1 << 20}};
    riscv::Hart<FlatBus> plain;
    With<Regions> hart;

    explicit Pair(std::uint64_t start = FlatBus::ram_base, std::size_t code_pages = 1024)
        : plain(plain_bus, {.reset_pc = start}), hart(bus, {.reset_pc = start, .code_pages = code_pages}) {}

    void put(const rv64::Assembler& code) { place(plain_bus, code), place(bus, code); }
    void put(std::initializer_list<std::uint32_t> words, std::uint64_t where = FlatBus::ram_base) {
        plain_bus.write_program(words, where), bus.write_program(words, where);
    }
    /// Runs both for `count` instructions and compares all but memory.
    void step(std::uint64_t count) {
        REQUIRE(hart.run(count) == plain.run(count));
        for (std::size_t i = 0; i != 32; ++i) {
            INFO("x" << i);
            REQUIRE(hart.x(i) == plain.x(i));
        }
        REQUIRE(same_state(plain, hart));
        for (const std::uint16_t number :
             {riscv::csr::mepc, riscv::csr::mtval, riscv::csr::mstatus, riscv::csr::mcycle})
            REQUIRE(hart.csr(number) == plain.csr(number));
    }
    void run(std::uint64_t instructions, std::uint64_t longest, std::uint64_t seed) {
        std::mt19937_64 random(seed);
        for (std::uint64_t done = 0; done < instructions;) {
            const std::uint64_t part = random() % longest;
            step(part);
            done += part;
        }
        CHECK(plain_bus.ram == bus.ram);
        CHECK(plain_bus.printed == bus.printed);
    }
};

}  // namespace wirewrap::test
