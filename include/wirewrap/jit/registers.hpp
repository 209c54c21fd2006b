// Which guest registers a region keeps in host registers: those that its loops use most. All others stay in memory, where
// most x86 instructions can reach them as an operand.
//
//     rsp  the host's stack       rbx  budget            rax, rdx  scratch
//     rbp  &x[16]: x0 … x31 are   r15  host address      rcx, rsi, rdi, r8 … r14  guest registers
//          at -128 … +120              minus guest's
#pragma once

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>

#include <wirewrap/jit/region.hpp>

namespace wirewrap::jit {

struct RegisterMap {
    /// Numbers of host registers: rcx, rsi, rdi, r8 … r14.
    static constexpr std::array<std::int8_t, 10> hosts = {1, 6, 7, 8, 9, 10, 11, 12, 13, 14};
    static constexpr std::int8_t none = -1;

    std::array<std::int8_t, 33> host = filled();  // by guest register
    std::bitset<33> written;                      // somewhere in the region

    bool holds(std::size_t guest) const { return host[guest] != none; }

private:
    static constexpr std::array<std::int8_t, 33> filled() {
        std::array<std::int8_t, 33> all{};
        all.fill(none);
        return all;
    }
};

inline RegisterMap choose_registers(const Steps& steps) {
    // A loop is taken for ten rounds.
    constexpr std::uint64_t rounds[] = {1, 10, 100, 1000, 10000};
    std::array<std::uint64_t, 33> uses{};
    RegisterMap map;
    for (const Step& step : steps) {
        const std::uint64_t weight = rounds[step.depth];
        uses[step.code.rs1] += weight;
        uses[step.code.rs2] += weight;
        uses[step.code.rd] += weight;
        map.written[step.code.rd] = true;
    }
    std::array<std::uint8_t, 31> order;
    for (std::size_t i = 0; i != order.size(); ++i) order[i] = static_cast<std::uint8_t>(i + 1);
    std::ranges::sort(order, [&](std::uint8_t a, std::uint8_t b) {
        return uses[a] != uses[b] ? uses[a] > uses[b] : a < b;
    });
    for (std::size_t i = 0; i != RegisterMap::hosts.size() && uses[order[i]] != 0; ++i)
        map.host[order[i]] = RegisterMap::hosts[i];
    return map;
}

}  // namespace wirewrap::jit
