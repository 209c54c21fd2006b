// Address translation as a policy of the hart. With `Bare` virtual addresses are physical, and what the policy does not do
// costs no instruction; those with page tables are in paging.hpp.
//
//     Hart<Bus> hart(bus);                         // Hart<Bus, Bare>
//     Hart<Bus, Sv39> other(bus);
//
// A policy names the modes of satp that it offers (bit m: mode m) and whether it is the identity. Loads and stores of a
// hart whose translation is the identity go straight to memory where PMP restricts nothing, and are decoded into `_checked`
// operations where it does. Those of any other hart ask the policy (docs/address-translation.md):
//
//     struct Mine {
//         static constexpr std::uint16_t satp_modes = 1 << 0 | 1 << 8;
//         static constexpr bool identity = false;
//         TranslationCache cache;                                                // a hit: one comparison, one addition
//         template <class Core> Translated translate(Core&, std::uint64_t, Access);   // a miss: the walk
//         bool is_small(std::uint64_t address) const;       // optional: the walk there found no page above 4 KiB
//         void forgotten();                                 // optional: the cache has forgotten all
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

/// An access that does not happen: the exception, and the address of the part that it is about.
struct Refused {
    Cause cause;
    std::uint64_t value;
};

/// What the hart asks of a policy. `Core` is for page walks, which read memory.
template <class T, class Core>
concept TranslatesFor = T::identity || requires(T& policy, Core& core, std::uint64_t address, Access kind) {
    { policy.cache } -> std::same_as<TranslationCache&>;
    { policy.translate(core, address, kind) } -> std::same_as<Translated>;
};

}  // namespace wirewrap::riscv
