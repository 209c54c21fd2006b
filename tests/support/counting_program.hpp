// Random programs of loops that count, for comparing two ways to execute them on a `FlatBus` of 1 MiB: pointers that go to and
// fro by all sorts of steps, to bounds that they hit, pass or miss, in the middle of RAM, over its ends and where no RAM is.
//
//     place(bus, counting_program(seed));
//     place(bus, skipping_handler());
//     riscv::Hart hart(bus, {.reset_pc = counting_start});
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "tests/support/busy_program.hpp"

namespace wirewrap::test {

inline constexpr std::uint64_t counting_start = FlatBus::ram_base + 0x1000;

/// Goes on for ever. Every choice comes from the seed; how far a loop goes changes from time to time.
class CountingProgram {
public:
    explicit CountingProgram(std::uint64_t seed) : a_(counting_start), random_(seed) {
        using namespace rv64;
        a_.la(x_time, FlatBus::ram_base + 0x800);
        a_.emit(csrw(riscv::csr::mtvec, x_time));
        a_.li(x_time, seed | 1);
        a_.la(x_table, FlatBus::ram_base + 0x4'0000);
        const std::uint64_t top = a_.here();
        for (int i = 0; i != 7; ++i) loop();
        a_.li(x_fuel, 0x5851'f42d'4c95'7f2d);
        a_.emit(r_type(0x33, 0, 1, x_time, x_time, x_fuel), addi(x_time, x_time, 1011));
        a_.emit(jal(0, static_cast<std::int64_t>(top - a_.here())));
    }
    const rv64::Assembler& code() const { return a_; }

private:
    using u32 = std::uint32_t;
    using u64 = std::uint64_t;
    using s64 = std::int64_t;
    using Reg = rv64::Reg;
    static constexpr Reg x_data = 5, data_registers = 5, x_pointer = 10, pointers = 3, x_bound = 13,
                         x_fuel = 14, x_count = 15, x_table = 16, x_step = 17, x_sum = 18, x_offset = 19,
                         x_time = 29;

    u64 below(u64 n) { return random_() % n; }
    bool one_in(u64 n) { return below(n) == 0; }
    Reg data() { return x_data + static_cast<Reg>(below(data_registers)); }
    Reg pointer() { return x_pointer + static_cast<Reg>(below(pointers)); }

    void loop() {
        using namespace rv64;
        constexpr std::array<s64, 8> steps = {1, 2, 4, 8, 16, 24, -8, -1};
        std::array<s64, pointers> by{};
        for (Reg i = 0; i != pointers; ++i) {
            by[i] = one_in(3) ? steps[below(steps.size())] : 8;
            a_.li(x_pointer + i, start());
        }
        // How many rounds: as many as some bits of what changes, now and then none or very many.
        a_.emit(i_type(0x13, 5, x_count, x_time, static_cast<s64>(8 + below(40))));
        a_.emit(i_type(0x13, 7, x_count, x_count, std::array{3, 15, 63, 255, 1023}[below(5)]));
        const s64 step = by[0] < 0 ? -by[0] : by[0];
        a_.li(x_step, static_cast<u64>(step));
        a_.emit(r_type(0x33, 0, 1, x_bound, x_count, x_step));
        if (one_in(4)) a_.emit(addi(x_bound, x_bound, static_cast<s64>(below(16)) - 8));
        a_.emit(r_type(0x33, 0, by[0] < 0 ? 0x20 : 0, x_bound, x_pointer, x_bound));
        a_.li(x_offset, below(1 << 12) - (one_in(2) ? 1 << 11 : 0));
        a_.li(x_fuel, 1 + below(2000));
        const bool by_register = one_in(4) && by[0] > 0;

        const u64 top = a_.here();
        std::vector<u64> leaving;  // branches that leave, as long as they are not complete
        const u64 items = 1 + below(6);
        const u64 fuel_at = below(items), tested_at = one_in(3) ? below(items) : items;
        for (u64 i = 0; i != items; ++i) {
            if (i == fuel_at) {
                a_.emit(addi(x_fuel, x_fuel, -1));
                leaving.push_back(a_.here());
                a_.emit(beq(x_fuel, 0, 0));
            }
            if (i == tested_at) leave_when_done(by[0]);
            if (one_in(5))
                detour();
            else
                item();
            if (i < pointers && one_in(2)) advance(static_cast<Reg>(i), by, by_register);
        }
        for (Reg i = 0; i != pointers; ++i) advance(i, by, by_register);
        if (one_in(3)) a_.emit(addi(x_count, x_count, -1));
        const s64 back = static_cast<s64>(top - a_.here());
        if (by[0] < 0 && one_in(2))
            a_.emit(branch(one_in(2) ? 5 : 7, x_pointer, x_bound, back));  // as long as it is not below
        else
            switch (below(6)) {
            case 0: a_.emit(branch(6, x_pointer, x_bound, back)); break;  // bltu
            case 1: a_.emit(branch(4, x_pointer, x_bound, back)); break;  // blt
            case 2: a_.emit(branch(7, x_bound, x_pointer, back)); break;  // bgeu
            case 3: a_.emit(branch(5, x_bound, x_pointer, back)); break;  // bge
            case 4: a_.emit(branch(one_in(2) ? 1 : 5, x_count, 0, back)); break;
            default: a_.emit(bne(x_pointer, x_bound, back)); break;
            }
        for (const u64 from : leaving)
            a_.patch(from, rv64::branch(0, x_fuel, 0, static_cast<s64>(a_.here() - from)));
        for (const auto& [from, kind, x, y] : tests_)
            a_.patch(from, rv64::branch(kind, x, y, static_cast<s64>(a_.here() - from)));
        tests_.clear();
    }
    /// Where a pointer begins. Nothing is stored below 0x8001'0000, where the code is.
    u64 start() {
        constexpr u64 ram = FlatBus::ram_base, end = ram + 0x10'0000;
        switch (below(12)) {
        case 0: return end - below(0x3000);
        case 1: return end + below(64) - 32;
        case 2: return below(1 << 16);
        case 3: return 0 - below(1 << 12);
        default: return ram + 0x2'0000 + below(0xb'0000);
        }
    }
    void advance(Reg i, std::array<s64, pointers>& by, bool by_register) {
        if (by[i] == 0) return;
        if (i == 0 && by_register)
            a_.emit(rv64::add(x_pointer, x_pointer, x_step));
        else
            a_.emit(rv64::addi(x_pointer + i, x_pointer + i, by[i]));
        by[i] = 0;
    }
    /// In the middle of the loop, by the first pointer.
    void leave_when_done(s64 by) {
        const u32 kind = std::array{0u, 7u, 5u}[by < 0 ? 0 : below(3)];  // beq, bgeu, bge
        tests_.push_back({a_.here(), kind, x_pointer, x_bound});
        a_.emit(rv64::branch(kind, x_pointer, x_bound, 0));
    }
    void item() {
        using namespace rv64;
        const s64 offset = static_cast<s64>(one_in(3) ? below(4096) - 2048 : 8 * below(4));
        const u32 width = static_cast<u32>(below(4));
        switch (below(9)) {
        case 0:
        case 1:
            a_.emit(load(one_in(3) ? 4 + static_cast<u32>(below(3)) : width, data(), pointer(), offset));
            break;
        case 2:
        case 3: a_.emit(store(width, one_in(6) ? 0 : data(), pointer(), offset)); break;
        case 4:
            a_.emit(r_type(one_in(2) ? 0x33 : 0x3b, 0, one_in(2) ? 0x20 : 0, data(), data(), data()));
            break;
        case 5: {  // an element of a table
            const Reg t = data();
            const u32 shift = 1 + static_cast<u32>(below(3));
            a_.emit(i_type(0x13, 7, t, data(), one_in(8) ? -1 : 255),
                    i_type(0x13, 1, t, one_in(2) ? t : data(), shift),
                    one_in(2) ? add(t, t, x_table) : add(t, x_table, t),
                    load(width, t, t, 8 * static_cast<s64>(below(4))));
            break;
        }
        case 6: {  // the low word
            const Reg t = data();
            a_.emit(i_type(0x13, 1, t, data(), 32), i_type(0x13, 5, t, t, static_cast<s64>(1 + below(32))));
            break;
        }
        case 7:
            a_.emit(r_type(0x33, 4, 0, data(), data(), data()), i_type(0x1b, 0, data(), data(), 0));
            break;
        default:  // a sum of registers that stays, or goes with a pointer
            a_.emit(add(x_sum, one_in(3) ? x_table : pointer(), x_offset),
                    load(width, data(), x_sum, offset));
        }
    }
    void detour() {
        const u64 from = a_.here();
        const Reg x = data(), y = data();
        const u32 kind = std::array{0u, 1u, 4u, 5u, 6u, 7u}[below(6)];
        a_.emit(rv64::branch(kind, x, y, 0));
        item();
        if (one_in(2)) item();
        a_.patch(from, rv64::branch(kind, x, y, static_cast<s64>(a_.here() - from)));
    }

    struct Test {
        u64 from;
        u32 kind;
        Reg x, y;
    };
    rv64::Assembler a_;
    std::mt19937_64 random_;
    std::vector<Test> tests_;
};

inline rv64::Assembler counting_program(std::uint64_t seed) { return CountingProgram(seed).code(); }

}  // namespace wirewrap::test
