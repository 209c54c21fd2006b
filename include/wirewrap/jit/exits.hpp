// Ways out of translated code and back into it: to the interpreter, for one instruction or for good, and to other regions.
//
//     enter ─> entry: load registers ─> block …           leave_at: store registers ─> slot, budget ─> leave
//     interpret: spill ─> the core's function ─> reload   far:      store registers ─> table of targets ─> entry there
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <wirewrap/jit/access_groups.hpp>
#include <wirewrap/jit/arithmetic.hpp>
#include <wirewrap/jit/code_memory.hpp>
#include <wirewrap/jit/layout.hpp>
#include <wirewrap/jit/region.hpp>

namespace wirewrap::jit {

class Exits : protected Arithmetic {
public:
    /// Runs translated code from `entry`, until it leaves.
    // clang's -fsanitize=function would look in front of it for a type that nobody wrote there.
#ifdef __clang__
    [[clang::no_sanitize("function")]]
#endif
    riscv::Cursor enter(std::uint64_t* x16, std::int64_t budget, const void* entry) const {
        return enter_(x16, budget, entry);
    }

protected:
    Exits(CodeMemory memory, const HartLayout& layout) : Arithmetic(std::move(memory), layout) {
        common_code();
    }

    static Op op(const Step& step) { return meaning(step.code.op); }
    const Step& step(std::size_t i) const { return (*steps_)[i]; }

    /// To the interpreter, at a slot of this page that nobody has paid for.
    void leave_at(std::size_t index) {
        mov(eax, static_cast<std::uint32_t>(index * sizeof(riscv::Slot)));
        jump(leave_at_);
    }
    void go_far(std::uint64_t target) {
        constant(rax, target);
        go_far();
    }
    /// To the address in rax.
    void go_far() { jump(far_); }
    void leave_or_go(std::size_t index) {
        if (index < riscv::halfwords_per_page)
            leave_at(index);
        else
            go_far(place_.address + 2 * index);
    }
    /// The interpreter executes step i; then the translation goes on behind this code.
    void interpret(std::size_t i) {
        const Step& at = step(i);
        const Interpreted& by = interpreted_[i];
        call_at(spill_);
        mov(rdi, reinterpret_cast<std::uint64_t>(hart_.core));
        mov(rsi, reinterpret_cast<std::uint64_t>(place_.slots + at.index));
        lea(rdx, ptr[rbx + at.unpaid]);
        mov(rcx, reinterpret_cast<std::uint64_t>(by.plain));
        mov(rax, reinterpret_cast<std::uint64_t>(by.call));
        call(rax);
        test(al, al);
        jump(If::equal, leave_core_);
        call_at(reload_);
    }

    /// What each region has once.
    void region_code() {
        spill_ = here();
        store_registers();
        store_bias();
        ret();
        reload_ = here();
        for (std::size_t guest = 1; guest != 32; ++guest)
            if (held(guest)) mov(reg(guest), memory(guest));
        ret();
        leave_at_ = here();
        store_registers();
        store_bias();
        mov(rdx, reinterpret_cast<std::uint64_t>(place_.slots));
        add(rax, rdx);
        jump(leave_);
        far_ = here();
        store_registers();
        jump(dispatch_);
    }

    const Steps* steps_ = nullptr;  // of the region in hand
    std::span<const Interpreted> interpreted_;

private:
    using Enter = riscv::Cursor (*)(std::uint64_t* x16, std::int64_t budget, const void* entry);
    /// Homes of groups. The stack is aligned where interpret() calls.
    static constexpr std::uint32_t frame = 8 * (AccessGroups::homes - 1) + 8;
    static_assert(frame % 16 == 8);

    void store_registers() {
        for (std::size_t guest = 1; guest != 32; ++guest)
            if (held(guest) && map_.written[guest]) mov(memory(guest), reg(guest));
    }
    void store_bias() {
        mov(rdx, place_.address - (reinterpret_cast<std::uintptr_t>(place_.slots) >> 3));
        mov(field(hart_.bias), rdx);
    }

    void common_code() {
        enter_ = reinterpret_cast<Enter>(reinterpret_cast<std::uintptr_t>(memory_.executable(getCurr())));
        for (const Reg64& saved : {rbx, rbp, r12, r13, r14, r15}) push(saved);
        sub(rsp, frame);
        mov(rbp, rdi);
        mov(rbx, rsi);
        mov(r15, hart_.host_minus_guest);
        jmp(rdx);

        leave_core_ = here();  // the core has written its budget
        mov(rax, reinterpret_cast<std::uint64_t>(hart_.leave));
        xor_(ebx, ebx);
        leave_ = here();
        mov(rdx, rbx);
        add(rsp, frame);
        for (const Reg64& saved : {r15, r14, r13, r12, rbp, rbx}) pop(saved);
        ret();

        dispatch_ = here();  // to the guest address in rax; guest registers are in memory
        mov(ecx, eax);
        and_(ecx, static_cast<std::uint32_t>(2 * (known_targets - 1)));
        mov(rsi, field(hart_.targets));
        lea(rcx, ptr[rsi + rcx * 8]);
        static_assert(sizeof(KnownTarget) == 16);  // the index counts halfwords
        cmp(qword[rcx + offsetof(KnownTarget, target)], rax);
        const Jump unknown = ahead(If::not_equal);
        jmp(qword[rcx + offsetof(KnownTarget, entry)]);
        land(unknown);
        mov(rdi, reinterpret_cast<std::uint64_t>(hart_.core));
        mov(rsi, rax);
        mov(rdx, rbx);
        mov(rax, reinterpret_cast<std::uint64_t>(hart_.find));
        call(rax);
        test(rax, rax);
        const Jump found = ahead(If::not_equal);
        mov(rax, rdx);
        jump(leave_);
        land(found);
        jmp(rax);
    }

    Enter enter_ = nullptr;
    Spot leave_core_ = 0, leave_ = 0, dispatch_ = 0;        // of all regions
    Spot spill_ = 0, reload_ = 0, leave_at_ = 0, far_ = 0;  // of the region in hand
};

}  // namespace wirewrap::jit
