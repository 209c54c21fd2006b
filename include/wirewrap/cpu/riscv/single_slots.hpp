// Slots for instructions that are executed alone, as at the end of a budget: who steps through a loop decodes it once, and
// asks for it by its address the next time.
//
//     const Slot* slot = singles.of(0x8000'1000, page, slot_in_page, handlers);   // and what leaves behind it
//     singles.find(0x8000'1000);            // the same, or nullptr
//     singles.forget();                     // addresses may lead elsewhere, code may be another
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/cpu/riscv/code_page.hpp>

namespace wirewrap::riscv {

class SingleSlots {
public:
    const Slot* of(std::uint64_t where, const CodePage& page, const Slot* slot, const Handlers& handlers) {
        Single& single = singles_[where / 2 % singles_.size()];
        if ((single.where & ~system) != where || single.when != when_) [[unlikely]] {
            const auto index = static_cast<std::size_t>(slot - page.slots.data());
            const Instruction instruction = page.instruction(index, handlers.extensions);
            const bool simple = instruction.op < Op::fence_i_4;
            const Slot leave{.handler = handler_of(handlers, Op::leave_4), .immediate = instruction.length};
            single = {.where = simple ? where : where | system,
                      .when = when_,
                      .slots = {page.plain(index, handlers), leave, leave}};
        }
        return single.slots.data();
    }
    /// Unless it is one of the environment's and of CSRs.
    const Slot* find(std::uint64_t where) const {
        const Single& single = singles_[where / 2 % singles_.size()];
        return single.where == where && single.when == when_ ? single.slots.data() : nullptr;
    }
    void forget() { when_ += contexts; }
    /// From now on code is of this context (less than 8), until another one is selected.
    void select(std::uint64_t context) { when_ = (when_ & ~(contexts - 1)) | context; }

private:
    static constexpr std::uint64_t contexts = 8, system = 1;

    struct Single {
        std::uint64_t where = 0;                 // + system
        std::uint64_t when = ~std::uint64_t{0};  // never
        std::array<Slot, 3> slots{};             // an instruction may be two slots long
    };
    std::array<Single, 256> singles_{};
    std::uint64_t when_ = 0;
};

}  // namespace wirewrap::riscv
