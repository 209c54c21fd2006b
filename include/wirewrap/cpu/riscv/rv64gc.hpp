// The hart that Linux distributions for riscv64 are made for, and a little more: RV64GC with page tables of up to five
// levels, Zba, Zbb, Zbs, Sstc and Zihintpause.
//
//     template <HartBus Bus>
//     using Rv64 = riscv::Hart<Bus, riscv::Rv64gc>;
#pragma once

#include <wirewrap/cpu/riscv/isa.hpp>
#include <wirewrap/cpu/riscv/paging.hpp>

namespace wirewrap::riscv {

/// A policy of address translation of a hart that has these extensions.
template <class Translation, Extensions Has>
struct With : Translation {
    static constexpr Extensions extensions = Has;
};

using Rv64gc = With<Sv57, Extensions{.floating = true, .bits = true, .timer = true, .pause = true}>;

}  // namespace wirewrap::riscv
