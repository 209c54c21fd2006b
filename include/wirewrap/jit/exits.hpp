// Ways out of translated code and back into it: to the interpreter, for one instruction or for good, and to other regions.
//
//     enter ─> entry: load registers ─> block …           leave_at: store registers ─> slot, budget ─> leave
//     interpret: spill ─> the core's function ─> reload   far:      store registers ─> table of targets ─> entry there
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <wirewrap/cpu/riscv/translation_cache.hpp>
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

    static Op op(const Step& step) { return step.op; }
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
        mov(eax, static_cast<std::uint32_t>(i * sizeof(Interpreted)));
        call_at(interpret_);
    }

    /// What each region has once.
    void region_code() {
        interpret_ = here();
        store_registers();
        store_bias();
        mov(rdx, reinterpret_cast<std::uint64_t>(interpreted_.data()));
        add(rax, rdx);
        mov(rdi, reinterpret_cast<std::uint64_t>(hart_.core));
        mov(rsi, qword[rax + offsetof(Interpreted, slot)]);
        mov(rdx, qword[rax + offsetof(Interpreted, unpaid)]);
        add(rdx, rbx);
        lea(rcx, ptr[rax + offsetof(Interpreted, plain)]);
        sub(rsp, 8);  // aligned
        call(qword[rax + offsetof(Interpreted, call)]);
        add(rsp, 8);
        test(al, al);
        const Jump left = ahead(If::equal);
        load_registers();
        ret();
        land(left);
        add(rsp, 8);
        jump(leave_core_);
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

    /// rdx: the entry for an access of 2^width bytes at the address in rax, and that access's guess from now on. Equal: the access
    /// is in the page that it knows.
    void find_entry(std::uint32_t guess, bool stores, std::size_t width) {
        mov(edx, guess);
        call_at(look_up_[stores][width]);
    }

    void load_registers() {
        for (std::size_t guest = 1; guest != 32; ++guest)
            if (held(guest)) mov(reg(guest), memory(guest));
    }

    /// On the host's stack, for what a block or a loop has to remember.
    static constexpr std::size_t homes = 7;
    static_assert(homes >= AccessGroups::homes);
    Xbyak::Address home(std::size_t i) const { return qword[rsp + 8 * i]; }

    const Steps* steps_ = nullptr;  // of the region in hand
    std::span<const Interpreted> interpreted_;

private:
    using Enter = riscv::Cursor (*)(std::uint64_t* x16, std::int64_t budget, const void* entry);
    static constexpr std::uint32_t frame = 8 * homes;
    static_assert(frame % 16 == 8);  // the stack is aligned where regions call

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

        if (hart_.loads != nullptr)
            for (const bool stores : {false, true})
                for (std::size_t width = 0; width != 4; ++width) look_up_code(stores, width);

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

    /// rdx: the entry for the address in rax, the guess at rdx from now on. Equal: it has the page of the access.
    void look_up_code(bool stores, std::size_t width) {
        using Cache = riscv::TranslationCache;
        static_assert(Cache::page_bytes == 4096 && Cache::entry_bytes == 16);
        look_up_[stores][width] = here();
        push(rcx);
        rorx(rcx, rax, 12 - 4);
        and_(rcx, field(hart_.places));
        mov(dword[place_of(hart_.guesses) + rdx * sizeof *hart_.guesses], ecx);
        mov(rdx, field(stores ? hart_.stores : hart_.loads));
        add(rdx, rcx);
        if (width != 0) add(rax, (1 << width) - 1);  // the page of the last byte
        and_(rax, bits(-static_cast<std::int32_t>(Cache::page_bytes)));
        cmp(rax, qword[rdx + Cache::page_at]);
        pop(rcx);
        ret();
    }

    Enter enter_ = nullptr;
    std::array<std::array<Spot, 4>, 2> look_up_{};    // of all regions
    Spot leave_core_ = 0, leave_ = 0, dispatch_ = 0;  // of all regions
    Spot interpret_ = 0, leave_at_ = 0, far_ = 0;     // of the region in hand
};

}  // namespace wirewrap::jit
