// The function of one region of hot code: its paths as straight code, joined where one leads to the head of
// another.
//
//     Cursor (*f)(Core&, Cursor, std::int32_t) = &RegionFunction<Core, HotPaths<code>, 0, false>::run;
//
// Each pass over a path is paid for at its head, whole, and leaving gives back what was not executed: one
// test of the budget for each pass.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <wirewrap/cpu/riscv/fused/hot_code.hpp>
#include <wirewrap/cpu/riscv/fused/local_core.hpp>

namespace wirewrap::riscv {

template <class C, class Paths, std::size_t Region, bool Checked>
class RegionFunction {
    using Window = WindowMemory<std::remove_cvref_t<decltype(std::declval<C&>().bus)>, Checked>;
    using Local = LocalCore<Window>;

    static constexpr std::size_t first_trace = Paths::regions[Region].first,
                                 trace_count = Paths::regions[Region].count;

    static_assert(trace_count <= most_paths,
                  "a region of hot code has too many paths; let it be two regions");

    /// How to leave, in the lowest bits of the complement of `Local::next`; the rest is an offset.
    enum Exit : std::int32_t {
        arriving,       // at an instruction
        in_its_place,   // at an instruction that was refused
        out_of_budget,  // at a head
        elsewhere,      // at `Local::far`
    };
    static constexpr std::int32_t exit(Exit how, std::int32_t offset) { return ~(offset * 4 + how); }

public:
    /// Executes from path `number` of the region, whose head is the cursor's slot.
    [[gnu::noinline]] static Cursor run(C& core, Cursor at, std::int32_t number) {
        if (!core.alone()) [[unlikely]]
            return {plain(core, at.slot), at.budget + at.slot->left};
        const std::int32_t entered = heads[static_cast<std::size_t>(number)];
        Local local{.x{},
                    .bus = Window(core),
                    .origin = core.pc_of(at.slot) - static_cast<std::uint64_t>(std::int64_t{entered}),
                    .budget = at.budget + at.slot->left,
                    .next = number};
        copy(core.x, local.x, std::integral_constant<std::uint64_t, Paths::registers(Region, false)>{});
        // Labels, so that control goes from path to path by a jump: compilers do not look for those across
        // the head of a loop around a switch.
        // clang-format off
#define WIREWRAP_CASE(n) case n: goto path_##n;
#define WIREWRAP_GO_ON switch (local.next) {                                                             \
    WIREWRAP_CASE(0) WIREWRAP_CASE(1) WIREWRAP_CASE(2) WIREWRAP_CASE(3)                                  \
    WIREWRAP_CASE(4) WIREWRAP_CASE(5) WIREWRAP_CASE(6) WIREWRAP_CASE(7)                                  \
    WIREWRAP_CASE(8) WIREWRAP_CASE(9) WIREWRAP_CASE(10) WIREWRAP_CASE(11)                                \
    WIREWRAP_CASE(12) WIREWRAP_CASE(13) WIREWRAP_CASE(14) WIREWRAP_CASE(15)                              \
    WIREWRAP_CASE(16) WIREWRAP_CASE(17) WIREWRAP_CASE(18) WIREWRAP_CASE(19)                              \
    WIREWRAP_CASE(20) WIREWRAP_CASE(21) WIREWRAP_CASE(22) WIREWRAP_CASE(23)                              \
    default: goto left; }
#define WIREWRAP_PATH(n) path_##n: follow_path<n>(local); WIREWRAP_GO_ON
        WIREWRAP_GO_ON
        WIREWRAP_PATH(0) WIREWRAP_PATH(1) WIREWRAP_PATH(2) WIREWRAP_PATH(3)
        WIREWRAP_PATH(4) WIREWRAP_PATH(5) WIREWRAP_PATH(6) WIREWRAP_PATH(7)
        WIREWRAP_PATH(8) WIREWRAP_PATH(9) WIREWRAP_PATH(10) WIREWRAP_PATH(11)
        WIREWRAP_PATH(12) WIREWRAP_PATH(13) WIREWRAP_PATH(14) WIREWRAP_PATH(15)
        WIREWRAP_PATH(16) WIREWRAP_PATH(17) WIREWRAP_PATH(18) WIREWRAP_PATH(19)
        WIREWRAP_PATH(20) WIREWRAP_PATH(21) WIREWRAP_PATH(22) WIREWRAP_PATH(23)
#undef WIREWRAP_PATH
#undef WIREWRAP_GO_ON
#undef WIREWRAP_CASE
    left:
        copy(local.x, core.x, std::integral_constant<std::uint64_t, Paths::registers(Region, true)>{});
        // clang-format on
        return leave(core, local, at.slot, entered);
    }

private:
    static constexpr auto heads = []<std::size_t... T>(std::index_sequence<T...>) {
        return std::array<std::int32_t, trace_count>{Paths::head(first_trace + T)...};
    }(std::make_index_sequence<trace_count>{});

    template <std::uint64_t Mask>
    [[gnu::always_inline]] static void copy(const Registers& from, Registers& to,
                                            std::integral_constant<std::uint64_t, Mask>) {
        [&]<std::size_t... R>(std::index_sequence<R...>) {
            ((Mask >> R & 1 ? void(to[R] = from[R]) : void()), ...);
        }(std::make_index_sequence<32>{});
    }

    template <std::size_t T>
    [[gnu::always_inline]] static void follow_path(Local& local) {
        if constexpr (T < trace_count)
            pass<T>(local, std::make_index_sequence<Paths::traces[first_trace + T].count>{});
    }

    /// Passes over path T until control leaves it.
    template <std::size_t T, std::size_t... I>
    [[gnu::always_inline]] static void pass(Local& local, std::index_sequence<I...>) {
        do {
            local.budget -= std::int64_t{sizeof...(I)};
            if (local.budget < 0) [[unlikely]]
                return go(local, sizeof...(I), exit(out_of_budget, Paths::head(first_trace + T)));
        } while ((step<T, I>(local) && ...));
    }

    [[gnu::always_inline]] static void go(Local& local, std::size_t unexecuted, std::int32_t next) {
        local.budget += static_cast<std::int64_t>(unexecuted);
        local.next = next;
    }

    /// Executes step I of path T. False: control has left the path, or the pass.
    template <std::size_t T, std::size_t I>
    [[gnu::always_inline]] static bool step(Local& local) {
        static constexpr const auto& here = Paths::steps[Paths::traces[first_trace + T].first + I];
        static constexpr Op op = here.instruction.op;
        static constexpr std::size_t left = Paths::traces[first_trace + T].count - I;
        // And two to go on to.
        static constexpr std::array<Slot, 3> slots = {Slot{nullptr, here.instruction.immediate,
                                                           here.instruction.rd, here.instruction.rs1,
                                                           here.instruction.rs2, 0}};
        Cursor at{&slots[0], 0};
        local.offset = here.offset;
        local.jumped = local.refused = false;
        if constexpr (is_branch(op)) {
            execute<op>(local, at);
            if (local.jumped) return follow<T, I, here.destination()>(local);
            return follow<T, I, here.following()>(local);
        } else if constexpr (is_jump(op)) {
            execute<op>(local, at);
            return follow<T, I, here.destination()>(local);
        } else if constexpr (is_indirect(op)) {
            execute<op>(local, at);
            return follow_indirect<T, I>(local, std::make_index_sequence<here.target_count>{});
        } else {
            execute<op>(local, at);
            if constexpr (is_memory(op))
                if (local.refused) [[unlikely]] {
                    go(local, left, exit(in_its_place, here.offset));
                    return false;
                }
            return follow<T, I, here.following()>(local);
        }
    }

    /// Goes on after step I of path T at `Offset`.
    template <std::size_t T, std::size_t I, std::int32_t Offset>
    [[gnu::always_inline]] static bool follow(Local& local) {
        constexpr const auto& path = Paths::traces[first_trace + T];
        constexpr bool last = I + 1 == path.count;
        constexpr std::size_t successor = Paths::trace_at(Region, Offset);
        if constexpr (last && successor == first_trace + T) return true;
        if constexpr (!last)
            if constexpr (Paths::steps[path.first + I + 1].offset == Offset) return true;
        if constexpr (successor != Paths::none)
            go(local, path.count - I - 1, static_cast<std::int32_t>(successor - first_trace));
        else if constexpr (Offset >= 0 && Offset < static_cast<std::int32_t>(page_size))
            go(local, path.count - I - 1, exit(arriving, Offset));
        else {
            local.far = local.origin + static_cast<std::uint64_t>(std::int64_t{Offset});
            go(local, path.count - I - 1, exit(elsewhere, 0));
        }
        return false;
    }

    template <std::size_t T, std::size_t I, std::size_t... N>
    [[gnu::always_inline]] static bool follow_indirect(Local& local, std::index_sequence<N...>) {
        static constexpr const auto& here = Paths::steps[Paths::traces[first_trace + T].first + I];
        bool going_on = false;
        const bool expected = ((local.target == local.origin + here.targets[N] &&
                                (going_on = follow<T, I, here.targets[N]>(local), true)) ||
                               ...);
        if (expected) return going_on;
        local.far = local.target;
        go(local, Paths::traces[first_trace + T].count - I - 1, exit(elsewhere, 0));
        return false;
    }

    [[gnu::always_inline]] static Cursor leave(C& core, const Local& local, const Slot* entered_slot,
                                               std::int32_t entered) {
        const std::int32_t where = ~local.next;
        const Slot* const slot = entered_slot + ((where >> 2) - entered) / 2;
        switch (static_cast<Exit>(where & 3)) {
        case arriving: return {slot, local.budget};
        case elsewhere: return {core.enter(local.far, local.budget), local.budget};
        case out_of_budget:
            // The next stay has a new budget. One that begins here and cannot pay goes on slot by slot.
            if (local.budget != core.quantum)
                return {core.stop_at(core.pc_of(slot), local.budget), local.budget};
            [[fallthrough]];
        case in_its_place: break;
        }
        return {plain(core, slot), local.budget};
    }

    /// The slot, or what was there before it stood for a region.
    [[gnu::noinline, gnu::cold]] static const Slot* plain(C& core, const Slot* slot) {
        if (slot->handler != handler_of(core.handlers, Op::region_4)) return slot;
        const CodePage& page = core.page_of(slot);
        return core.in_place_of(
            slot, page.plain(static_cast<std::size_t>(slot - page.slots.data()), core.handlers));
    }
};

}  // namespace wirewrap::riscv
