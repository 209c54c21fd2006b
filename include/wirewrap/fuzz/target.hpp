// A guest that is run again and again from one state, each time with another input: what a fuzzing engine calls its target.
//
//     auto machine = state::clone<state::MarkedPages<>>(original).value();
//     Emulator<decltype(machine), Rv64, VirtualClock> emulator(machine);      // harts with jit::TranslatedForFuzzing
//     …                                                                       // registers, traps: where each case begins
//     fuzz::Target target(emulator, original.memory_blocks(), counters, {.instructions = 100'000});
//     const fuzz::Outcome outcome = target.run([&](auto& emulator) { … });    // store the input, then run it
//
//     begin ─> input ─> run ─> Outcome ─> a look at what is left ─┐
//       ^────────────────── next run: the dirty pages go back <───┘
//
// Edges are counted where `counters` are; who reads them clears them, as the engines do before each case. What translated code
// may do by itself it does by itself when the machine has `MarkedPages`; on a machine with `DirtyPages` everything is
// interpreted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include <wirewrap/base/address.hpp>
#include <wirewrap/base/bytes.hpp>
#include <wirewrap/base/error.hpp>
#include <wirewrap/board/traits.hpp>
#include <wirewrap/cpu/riscv/edges.hpp>
#include <wirewrap/emulator/emulator.hpp>
#include <wirewrap/fuzz/outcome.hpp>
#include <wirewrap/machine/machine.hpp>
#include <wirewrap/state/dirty_pages.hpp>
#include <wirewrap/state/marked_pages.hpp>
#include <wirewrap/state/reset_point.hpp>

namespace wirewrap::fuzz {

/// A hart that counts edges: one with `jit::TranslatedForFuzzing`, or with `riscv::CountedEdges`.
template <class H>
concept CountsEdges = requires(H& hart, const riscv::EdgeCounters& edges) {
    hart.regions().count_edges(edges);
};

namespace detail {

template <class M>
inline constexpr bool marks_pages = false;
template <class B, class Backend, class... Ps>
inline constexpr bool marks_pages<Machine<B, Backend, Ps...>> = (std::is_same_v<state::MarkedPages<>, Ps> ||
                                                                 ...);
template <class M>
using PagesOf = std::conditional_t<marks_pages<M>, state::MarkedPages<>, state::DirtyPages<>>;

}  // namespace detail

/// For one thread, as its machine and emulator, which must outlive it and stay where they are.
template <class E>
    requires CountsEdges<typename E::Hart>
class Target {
    using M = typename E::MachineType;
    static constexpr std::size_t harts = board_harts<typename M::BoardType>;

public:
    /// Cases begin in the state of `emulator` now. `memory`: blocks that are equal to its memory and stay so, those of the
    /// original. `counters` must outlive the target.
    template <class Blocks>
    Target(E& emulator, const Blocks& memory, std::span<std::uint8_t> counters, CaseOptions options = {})
        : emulator_(emulator), options_(options), point_(emulator, memory) {
        for (std::size_t i = 0; i != harts; ++i) {
            emulator.hart(i).regions().count_edges(riscv::EdgeCounters(counters));
            before_[i] = last_traps(emulator.hart(i));
        }
        if constexpr (detail::marks_pages<M>) let_harts_look();
    }
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;

    /// Goes back to the beginning if a case was run before, lets `place(emulator)` store the next one, and runs it.
    template <class Place>
    Outcome run(Place&& place) {
        if (used_) pages_ = point_.reset();
        used_ = true;
        place(emulator_);
        return judge(emulator_.poll(options_.instructions), before_, emulator_, options_);
    }
    /// Pages that the last reset has copied.
    std::size_t pages() const { return pages_; }

    /// Why nothing is translated; nothing when all that can be is, or where harts only interpret.
    std::optional<Error> objection() {
        if constexpr (requires { emulator_.hart(0).regions().objection(); })
            return emulator_.hart(0).regions().objection();
        else
            return std::nullopt;
    }

private:
    void let_harts_look() {
        if constexpr (requires { emulator_.hart(0).regions().ask_about_stores({}); }) {
            M& machine = emulator_.machine();
            auto& pages = machine.template policy<state::MarkedPages<>>();
            for (std::size_t i = 0; i != harts; ++i)
                emulator_.hart(i).regions().ask_about_stores(
                    {machine.memory_blocks()[0].bytes.data(), pages.marks()});
            pages.harts_look();
        }
    }

    E& emulator_;
    CaseOptions options_;
    std::array<LastTraps, harts> before_{};
    state::ResetPoint<E, detail::PagesOf<M>> point_;
    std::size_t pages_ = 0;
    bool used_ = false;
};

/// Stores an input of `most` bytes at most. What is longer is refused: an engine is to be told how long inputs may be.
template <class Machine>
Expected<void> put_input(Machine& machine, GuestAddress where, Bytes most, std::span<const std::byte> input) {
    if (Bytes{input.size()} > most)
        return fail("an input of ", Bytes{input.size()}, " does not fit into the ", most, " at ", where,
                    "; tell the engine the most: -max_len=", most.count, " (libFuzzer), -G ", most.count,
                    " (AFL++)");
    if (const auto stored = machine.debug_write(where, input); !stored)
        return fail("the input cannot be stored: ", describe(stored.error()),
                    "; give an address in the machine's memory");
    return {};
}

}  // namespace wirewrap::fuzz
