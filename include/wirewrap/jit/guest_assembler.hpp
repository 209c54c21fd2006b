// Xbyak with guest registers: each is a host register or an operand in memory, as the region's map says.
//
//     rsp  the host's stack       rbx  budget            rax, rdx  scratch
//     rbp  &x[16]: x0 … x31 are   r15  host address      rcx, rsi, rdi, r8 … r14  guest registers
//          at -128 … +120              minus guest's
//
//     with(10, [&](const auto& a0) { add(rax, a0); });        // add rax, rsi   or   add rax, [rbp - 48]
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <cpuid.h>

#include <wirewrap/jit/code_memory.hpp>
#include <wirewrap/jit/jumps.hpp>
#include <wirewrap/jit/layout.hpp>
#include <wirewrap/jit/region.hpp>
#include <wirewrap/jit/registers.hpp>

namespace wirewrap::jit {

/// Where a page is.
struct Place {
    const riscv::Slot* slots;
    std::uint64_t address;    // of the page
    const RamLimits* limits;  // of the RAM that its code may access without asking
    bool limits_change;       // while the code stays
};

/// How the interpreter executes an instruction of a region: by `call`, at `slot`, with `unpaid` more in the budget. Translated code
/// looks for it where it was when it was translated.
struct Interpreted {
    Interpret call;
    const riscv::Slot* slot;
    std::int64_t unpaid;
    riscv::Slot plain;  // without a region that begins there
};

/// Code that is rarely executed, and written behind all other.
struct Late {
    enum class What : std::uint8_t { budget, edge, ram, scaled, bus, page, block, division };

    What what;
    std::size_t step = 0;  // or what else it is about
    Jump from{}, other{};  // it is reached by
    Spot back = 0, done = 0;
    std::uint32_t number = 0;
};

class GuestAssembler : protected Jumps {
protected:
    using Reg64 = Xbyak::Reg64;

    GuestAssembler(CodeMemory memory, const HartLayout& layout)
        : Jumps(memory.size().count, memory.writable()), memory_(std::move(memory)), hart_(layout) {
        for (std::size_t guest = 0; guest != 32; ++guest)
            memory_of_.push_back(qword[rbp + place_in_memory(guest)]);
    }

    /// To be called between writing code and executing it: code that was written at another linear address is certain to
    /// be seen after a serializing instruction (Intel SDM, volume 3, 9.1.3 and 9.3; AMD APM, volume 2, 7.6.4).
    static void settle() {
        // IRET to the next instruction is one. CPUID is another, and leaves a virtual machine each time, for microseconds.
        std::uint64_t shadow_stack = 0;  // where the thread has one, IRET would look for its frame there
        asm volatile("rdsspq %0" : "+r"(shadow_stack));
        if (shadow_stack != 0) {
            unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
            __cpuid(0, eax, ebx, ecx, edx);
            return;
        }
        std::uint64_t scratch = 0;
        asm volatile("lea -128(%%rsp), %%rsp\n\t"  // the red zone
                     "mov %%ss, %0\n\t"
                     "push %0\n\t"
                     "lea 136(%%rsp), %0\n\t"
                     "push %0\n\t"
                     "pushfq\n\t"
                     "mov %%cs, %0\n\t"
                     "push %0\n\t"
                     "lea 1f(%%rip), %0\n\t"
                     "push %0\n\t"
                     "iretq\n"
                     "1:"
                     : "=&r"(scratch)
                     :
                     : "cc", "memory");
    }

    static Reg64 reg_of(std::int8_t number) { return Reg64(number); }
    bool held(std::size_t guest) const { return map_.holds(guest); }
    Reg64 reg(std::size_t guest) const { return reg_of(map_.host[guest]); }
    // Xbyak takes immediates and displacements unsigned.
    static std::uint32_t bits(std::int32_t immediate) { return static_cast<std::uint32_t>(immediate); }
    static std::size_t displacement(std::int64_t distance) { return static_cast<std::size_t>(distance); }
    static std::size_t place_in_memory(std::size_t guest) { return 8 * guest - 128; }  // from rbp
    const Xbyak::Address& memory(std::size_t guest) const { return memory_of_[guest]; }
    Xbyak::Address memory32(std::size_t guest) const { return dword[rbp + place_in_memory(guest)]; }
    Xbyak::RegExp place_of(const void* of_hart) const {
        return rbp +
               displacement(static_cast<const char*>(of_hart) - reinterpret_cast<const char*>(hart_.x + 16));
    }
    Xbyak::Address field(const void* of_hart) const { return qword[place_of(of_hart)]; }
    /// The value of a guest register, as a register: its own, or `scratch`.
    Reg64 value(std::size_t guest, const Reg64& scratch) {
        if (held(guest)) return reg(guest);
        load(scratch, guest);
        return scratch;
    }
    void load(const Reg64& to, std::size_t guest) {
        if (guest == 0)
            xor_(to.cvt32(), to.cvt32());
        else if (held(guest))
            mov(to, reg(guest));
        else
            mov(to, memory(guest));
    }
    void load32(const Reg64& to, std::size_t guest) {
        if (guest == 0)
            xor_(to.cvt32(), to.cvt32());
        else if (held(guest))
            mov(to.cvt32(), reg(guest).cvt32());
        else
            mov(to.cvt32(), memory32(guest));
    }
    /// Calls f with the guest register as an operand, in memory or not. x0 must be dealt with before.
    template <class F>
    void with(std::size_t guest, F f) {
        if (held(guest))
            f(reg(guest));
        else
            f(memory(guest));
    }
    template <class F>
    void with32(std::size_t guest, F f) {
        if (held(guest))
            f(reg(guest).cvt32());
        else
            f(memory32(guest));
    }
    /// Where a result is computed; `keep` brings it home.
    Reg64 result(std::size_t guest) const { return held(guest) ? reg(guest) : rax; }
    void keep(std::size_t guest, const Reg64& from) {
        if (guest == riscv::discarded_register) return;
        if (!held(guest))
            mov(memory(guest), from);
        else if (reg(guest).getIdx() != from.getIdx())
            mov(reg(guest), from);
    }
    void constant(const Reg64& to, std::uint64_t value) {
        if (value == 0)
            xor_(to.cvt32(), to.cvt32());
        else
            mov(to, value);
    }
    std::uint64_t address_of(const Step& step) const { return place_.address + 2 * step.index; }

    CodeMemory memory_;
    HartLayout hart_;
    Place place_{};
    RegisterMap map_;
    std::vector<Late> late_;
    std::vector<Xbyak::Address>
        memory_of_;  // guest registers; Xbyak takes as long for an operand as for the instruction
};

}  // namespace wirewrap::jit
