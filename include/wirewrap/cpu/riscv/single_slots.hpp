// Slots for instructions that are executed alone, as at the end of a budget: who steps through a loop decodes it once.
//
//     const Slot* slot = singles.of(page, slot_in_page, handlers);      // its instruction, and what ends the page behind it
//     singles.forget();                                                 // code has changed
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/cpu/riscv/code_page.hpp>

namespace wirewrap::riscv {

class SingleSlots {
public:
    const Slot* of(const CodePage& page, const Slot* slot, const Handlers& handlers) {
        Single& single = singles_[reinterpret_cast<std::uintptr_t>(slot) / sizeof(Slot) % singles_.size()];
        if (single.of != slot) [[unlikely]] {
            single.of = slot;
            single.slots.fill(Slot{.handler = handler_of(handlers, Op::page_end_4)});
            single.slots[0] = page.plain(static_cast<std::size_t>(slot - page.slots.data()), handlers);
        }
        return single.slots.data();
    }
    void forget() {
        for (Single& single : singles_) single.of = nullptr;
    }

private:
    struct Single {
        const Slot* of = nullptr;
        std::array<Slot, 3> slots{};  // an instruction may be two slots long
    };
    std::array<Single, 64> singles_{};
};

}  // namespace wirewrap::riscv
