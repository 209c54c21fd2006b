// Instructions that are fetched from the bus one by one, because somebody wants to hear of each fetch.
//
//     const Slot* slot = HeardFetches<C>::step(core, core.pc, 1);      // to be entered; its fault was taken
#pragma once

#include <cstdint>

#include <wirewrap/base/address.hpp>
#include <wirewrap/cpu/riscv/code_source.hpp>
#include <wirewrap/cpu/riscv/core.hpp>

namespace wirewrap::riscv {

template <class C>
struct HeardFetches {
    /// A slot that holds the instruction at `where` alone, fetched from the bus, which lets somebody hear of it.
    [[gnu::noinline]] static const Slot* step(C& core, std::uint64_t where, std::int64_t now) {
        const Translated begin = core.fetched_from(where);
        if (!begin) return core.fetch_fault(where, where, now, begin.error());
        std::uint32_t raw = 0;
        // One fetch for each instruction, where its length can be seen before.
        if (looks_wide(core.bus, *begin)) {
            if (const Translated rest = core.fetched_from(where + 2); rest && *rest == *begin + 2)
                if (const auto both = core.bus.template fetch<std::uint32_t>(GuestAddress{*begin}))
                    raw = *both;
        }
        if (raw == 0) {
            const auto first = core.bus.template fetch<std::uint16_t>(GuestAddress{*begin});
            if (!first) return core.fetch_fault(where, where, now);
            raw = *first;
            if (is_wide(*first)) {
                const Translated rest = core.fetched_from(where + 2);
                if (!rest) return core.fetch_fault(where, where + 2, now, rest.error());
                const auto second = core.bus.template fetch<std::uint16_t>(GuestAddress{*rest});
                if (!second) return core.fetch_fault(where, where + 2, now);
                raw |= std::uint32_t{*second} << 16;
            }
        }
        return core.alone_at(where, raw, is_wide(static_cast<std::uint16_t>(raw)), now > 0);
    }
};

}  // namespace wirewrap::riscv
