// Address translation as a policy of the hart. `Bare` is the one that there is: virtual addresses are physical, and what
// the policy does not do costs no instruction.
//
//     Hart<Bus> hart(bus);                         // Hart<Bus, Bare>
//
// A policy names the modes of satp that it offers (bit m: mode m) and whether it is the identity. Loads and stores of a
// hart whose translation is the identity and whose PMP restricts nothing go straight to memory; all others are decoded
// into `_checked` operations. Those ask a policy that translates first (docs/address-translation.md):
//
//     struct Sv39 {
//         static constexpr std::uint16_t satp_modes = 1 << 0 | 1 << 8;
//         static constexpr bool identity = false;
//         TranslationCache cache;                                                // a hit: one comparison, one addition
//         template <class Core> Translated translate(Core&, std::uint64_t, Access);   // a miss: the walk
//     };
#pragma once

#include <concepts>
#include <cstdint>
#include <expected>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/cpu/riscv/translation_cache.hpp>
#include <wirewrap/cpu/riscv/trap.hpp>

namespace wirewrap::riscv {

struct Bare {
    static constexpr std::uint16_t satp_modes = 1 << 0;
    static constexpr bool identity = true;
};

/// A physical address, or the exception that the access takes instead.
using Translated = std::expected<std::uint64_t, Cause>;

/// What the hart asks of a policy. `Core` is for page walks, which read memory.
template <class T, class Core>
concept TranslatesFor = T::identity || requires(T& policy, Core& core, std::uint64_t address, Access kind) {
    { policy.cache } -> std::same_as<TranslationCache&>;
    { policy.translate(core, address, kind) } -> std::same_as<Translated>;
};

}  // namespace wirewrap::riscv
