// The hart as one function sees it: guest registers that it touches as local values, the bounds of RAM, and
// where it is. `Instructions` works on it as on a `Core`, so that fused code means what slots mean; the
// compiler, which sees constant operands, keeps the values in host registers.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <type_traits>
#include <utility>

#include <wirewrap/base/bus.hpp>
#include <wirewrap/cpu/riscv/code_page.hpp>
#include <wirewrap/cpu/riscv/instructions.hpp>
#include <wirewrap/cpu/riscv/registers.hpp>
#include <wirewrap/cpu/riscv/shared_memory.hpp>

namespace wirewrap::riscv {

/// The direct window of a bus, copied: nobody else can change it, so it need not be looked at again after a
/// store. What lies elsewhere, or in the last seven bytes, is refused: the slot of the instruction will do
/// it, and leave the loop where the access says so. Without a window all accesses are. `Checked`: the part of it where PMP allows everything; otherwise the base is a constant on most
/// boards.
template <class Bus, bool Checked>
class WindowMemory {
    using Words = Memory<Bus>;

public:
    template <class C>
    explicit WindowMemory(const C& core) : marked_(core.bus) {
        DirectWindow window;
        if constexpr (requires { core.bus.direct_window(); }) window = core.bus.direct_window();
        constexpr std::uint64_t margin = sizeof(std::uint64_t) - 1;
        base_ = window.base.value;
        memory_ = window.memory;
        std::uint64_t size = window.size.count;
        if constexpr (Checked) {
            const Window& open = core.data_window();
            const std::uint64_t first = std::max(base_, open.first);
            const std::uint64_t last = std::min(base_ + size - 1, open.last);
            const bool empty = size == 0 || open.empty || last < first;
            size = empty ? 0 : last - first + 1;
            if (!empty) memory_ += first - base_;
            base_ = first;
        }
        end_ = size <= margin ? 0 : size - margin;
    }

    template <AccessWord T>
    [[gnu::always_inline]] Loaded<T> load(GuestAddress address) const {
        const std::uint64_t offset = address.value - base_;
        if (offset < end_) [[likely]]
            return Words::template read<T>(memory_ + offset);
        return std::unexpected(BusFault{});
    }
    template <AccessWord T>
    [[gnu::always_inline]] Stored store(GuestAddress address, T value) const {
        const std::uint64_t offset = address.value - base_;
        if (offset >= end_) [[unlikely]]
            return std::unexpected(BusFault{});
        Words::write(marked_.bus(), memory_ + offset, value);
        return {};
    }

private:
    /// The bus is needed where stores leave marks on it.
    struct Marked {
        Bus* of;
        explicit Marked(Bus& bus) : of(&bus) {}
        const Bus& bus() const { return *of; }
    };
    struct Unmarked {
        explicit Unmarked(Bus&) {}
        const Unmarked& bus() const { return *this; }
    };

    std::byte* memory_;
    std::uint64_t base_, end_;  // of offsets at which eight bytes fit
    [[no_unique_address]] std::conditional_t<MarksStores<Bus>, Marked, Unmarked> marked_;
};

template <class Memory>
struct LocalCore {
    static constexpr bool translates = false;  // code whose addresses are virtual is not fused
    static constexpr bool refuses = true;      // loads and stores that its memory does not answer

    Registers x;
    Memory bus;
    std::uint64_t origin;  // address of offset 0
    std::int64_t budget;   // as the function has paid

    std::int32_t offset = 0;   // of the instruction being executed
    std::int32_t next = 0;     // path to go on with; negative: how and where to leave
    std::uint64_t far = 0;     // where to, when that is outside the page
    std::uint64_t target = 0;  // where the instruction went
    bool jumped = false;       // it went to `target`
    bool refused = false;      // the instruction cannot be executed here

    [[gnu::always_inline]] std::uint64_t pc_of(const Slot*) const {
        return origin + static_cast<std::uint64_t>(std::int64_t{offset});
    }
    // What an instruction answers with is a slot; any will do.
    [[gnu::always_inline]] const Slot* enter(std::uint64_t where, std::int64_t) {
        target = where;
        jumped = true;
        return &nowhere;
    }
    [[gnu::always_inline]] void refuse() { refused = true; }
    /// Budgets are not kept in the cursor.
    [[gnu::always_inline]] const Slot* out_of_budget(const Slot* slot, std::int64_t) const { return slot; }

private:
    static constexpr Slot nowhere{};
};

/// One operation, by its number.
template <Op O, class C>
[[gnu::always_inline]] inline void execute(C& core, Cursor& at) {
#define WIREWRAP_ONE(name)                                                                                   \
    if constexpr (O == Op::name##_4) Instructions<C>::template name<4>(core, at);
#define WIREWRAP_TWO(name)                                                                                   \
    WIREWRAP_ONE(name)                                                                                       \
    if constexpr (O == Op::name##_2) Instructions<C>::template name<2>(core, at);
    WIREWRAP_RISCV_OPERATIONS(WIREWRAP_ONE, WIREWRAP_TWO)
#undef WIREWRAP_ONE
#undef WIREWRAP_TWO
}

}  // namespace wirewrap::riscv
