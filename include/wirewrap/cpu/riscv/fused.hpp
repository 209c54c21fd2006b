// Fused code: a hart that was compiled for the programs that it will run. Hot code that is known when the
// hart is compiled has functions of its own, in which the host's compiler sees constant operands and guest
// registers are host registers; all other code, and hot code that turned out different, runs as ever.
//
//     #include "firmware_profile.hpp"      // wirewrap profile -bios firmware.bin -o firmware_profile.hpp
//
//     riscv::Hart<Bus, riscv::Bare, riscv::DefaultDispatch, riscv::Fused<firmware_profile>> hart(bus);
//
// When a run is decoded, the bytes of each region of the profile are looked for around it, at any address of
// a page; only an exact match is fused. Counts of instructions, traps and what the guest sees stay exact.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>

#include <wirewrap/cpu/riscv/fused/hot_code.hpp>
#include <wirewrap/cpu/riscv/fused/region_function.hpp>

namespace wirewrap::riscv {

/// The codes are arrays of `Hot`, for example what `wirewrap profile` wrote; of two that know the same code
/// the first counts.
template <const auto&... Codes>
class Fused {
    static constexpr auto joined = [] {
        std::array<Hot, (std::size(Codes) + ...)> lines{};
        auto end = lines.begin();
        ((end = std::copy(std::begin(Codes), std::end(Codes), end)), ...);
        return lines;
    }();
    using Paths = HotPaths<joined>;
    static_assert(
        Paths::everything_fusible(),
        "hot code holds registers, memory, branches and jumps only; `wirewrap profile` writes no other");

public:
    /// Entering and leaving a function costs as much as thirty instructions: not too often.
    static constexpr std::uint64_t quantum = 8192;

    template <class C>
    class State {
    public:
        /// Heads that were found in decoded code so far.
        std::uint64_t marked() const { return marked_; }

        void decoded(C& core, CodePage& page, std::size_t first) {
            if (C::translates) return;
            for (std::size_t i = first; i < halfwords_per_page && page.decoded(i);
                 i += is_wide(page.halfword(i)) ? 2u : 1u) {
                if (page.slots[i].handler != handler_of(core.handlers, Op::region_4)) mark(core, page, i);
                if (page.slots[i].left == 1) return;
            }
        }
        static void cleared(CodePage&) {}

        [[gnu::always_inline]] static Cursor enter(C& core, Cursor at) {
            static constexpr auto functions = functions_of(
                std::make_index_sequence<2 * Paths::regions.size()>{});
            const std::int32_t number = at.slot->immediate;
            return functions[static_cast<std::size_t>(number) >> 16](core, at, number & 0xffff);
        }

    private:
        template <std::size_t... R>
        static constexpr auto functions_of(std::index_sequence<R...>) {
            // Twice each: as it is, and with PMP looking at loads and stores.
            return std::array{&RegionFunction<C, Paths, R / 2, (R % 2 != 0)>::run...};
        }

        void mark(C& core, CodePage& page, std::size_t index) {
            for (std::size_t region = 0; region != Paths::regions.size(); ++region)
                for (std::size_t t = 0; t != Paths::regions[region].count; ++t) {
                    const std::size_t trace = Paths::regions[region].first + t;
                    const std::uint32_t bits = Paths::steps[Paths::traces[trace].first].bits;
                    if (static_cast<std::uint16_t>(bits) != page.halfword(index)) continue;
                    const std::int32_t origin = static_cast<std::int32_t>(index) - Paths::head(trace) / 2;
                    if (!Paths::matches(region, page, origin)) continue;
                    page.begin_region(index, static_cast<std::int32_t>((2 * region + page.checked) << 16 | t),
                                      core.handlers);
                    ++marked_;
                    return;
                }
        }

        std::uint64_t marked_ = 0;
    };
};

}  // namespace wirewrap::riscv
