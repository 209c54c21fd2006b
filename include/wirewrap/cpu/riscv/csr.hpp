// Control and status registers: their numbers, their state, and what reads and writes do to it. What changes
// by itself (time, counters, interrupt inputs) is asked of an environment, so that this file knows neither
// hart nor bus.
//
//     Csrs csrs;
//     csrs.write(csr::mtvec, 0x8000'0101, now);         // vectored
//     csrs.read(csr::mtvec, now);                       // 0x80000101
//     csrs.read(0x7c0, now);                            // nullopt: no such register, an illegal instruction
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include <wirewrap/cpu/riscv/isa.hpp>
#include <wirewrap/cpu/riscv/pmp.hpp>
#include <wirewrap/cpu/riscv/privilege.hpp>

namespace wirewrap::riscv {

/// Numbers of the registers that exist here; table 2.2 to 2.6 of the privileged architecture.
namespace csr {
// clang-format off
enum Number : std::uint16_t {
    fflags = 0x001, frm = 0x002, fcsr = 0x003,
    sstatus = 0x100, sie = 0x104, stvec = 0x105, scounteren = 0x106, senvcfg = 0x10a,
    sscratch = 0x140, sepc = 0x141, scause = 0x142, stval = 0x143, sip = 0x144, stimecmp = 0x14d, satp = 0x180,
    mstatus = 0x300, misa = 0x301, medeleg = 0x302, mideleg = 0x303, mie = 0x304, mtvec = 0x305,
    mcounteren = 0x306, menvcfg = 0x30a, mcountinhibit = 0x320, mhpmevent3 = 0x323, mhpmevent31 = 0x33f,
    mscratch = 0x340, mepc = 0x341, mcause = 0x342, mtval = 0x343, mip = 0x344,
    pmpcfg0 = 0x3a0, pmpcfg2 = 0x3a2, pmpaddr0 = 0x3b0, pmpaddr15 = 0x3bf,
    mcycle = 0xb00, minstret = 0xb02, mhpmcounter3 = 0xb03, mhpmcounter31 = 0xb1f,
    cycle = 0xc00, time = 0xc01, instret = 0xc02, hpmcounter3 = 0xc03, hpmcounter31 = 0xc1f,
    mvendorid = 0xf11, marchid = 0xf12, mimpid = 0xf13, mhartid = 0xf14, mconfigptr = 0xf15,
};
// clang-format on
}  // namespace csr

/// Fields of mstatus and sstatus.
namespace status {
inline constexpr std::uint64_t sie = 1u << 1, mie = 1u << 3, spie = 1u << 5, mpie = 1u << 7, spp = 1u << 8,
                               mpp = 3u << 11, mprv = 1u << 17, sum = 1u << 18, mxr = 1u << 19,
                               tvm = 1u << 20, tw = 1u << 21, tsr = 1u << 22;
/// FS: off, initial, clean, dirty. SD says on reading that it is dirty.
inline constexpr std::uint64_t floating = 3u << 13, state_dirty = std::uint64_t{1} << 63;
inline constexpr unsigned mpp_shift = 11;
/// S and U modes are 64 bits wide, always.
inline constexpr std::uint64_t uxl_sxl = std::uint64_t{2} << 32 | std::uint64_t{2} << 34;
inline constexpr std::uint64_t machine_writable = sie | mie | spie | mpie | spp | mpp | mprv | sum | mxr |
                                                  tvm | tw | tsr;
inline constexpr std::uint64_t supervisor_writable = sie | spie | spp | sum | mxr;
inline constexpr std::uint64_t supervisor_visible = supervisor_writable | floating | std::uint64_t{3} << 32;
}  // namespace status

/// Fields of menvcfg.
namespace environment {
inline constexpr std::uint64_t fiom = 1;                        // fences of I/O are fences of memory, too
inline constexpr std::uint64_t timer = std::uint64_t{1} << 63;  // STCE: stimecmp is S mode's
}  // namespace environment

/// What a write to a register may have changed for the loop that executes instructions.
enum class CsrEffect : std::uint8_t {
    none,
    interrupts,   // an interrupt may have become pending or enabled
    timer,        // when the hart's own timer is up may have changed, and interrupts as well
    rights,       // with whose rights loads and stores are made may have changed, and interrupts as well
    translation,  // satp has changed
    protection,   // which addresses may be read, written or executed may have changed
};

struct Csrs {
    static constexpr std::uint64_t misa_value = std::uint64_t{2} << 62 | 1u << ('A' - 'A') |
                                                1u << ('C' - 'A') | 1u << ('I' - 'A') | 1u << ('M' - 'A') |
                                                1u << ('S' - 'A') | 1u << ('U' - 'A');
    /// Exceptions that may be delegated: all but the environment call from M mode, which S mode can never
    /// see.
    static constexpr std::uint64_t delegable_exceptions = 0xb3ff;
    static constexpr std::uint64_t counters_mask = 0xffff'ffff, counter_time = 2;

    std::uint64_t mstatus = status::uxl_sxl;
    std::uint64_t mie = 0, medeleg = 0, mideleg = 0;
    /// The bits of mip that software wrote; what devices drive is ored in on each read.
    std::uint64_t mip_software = 0;
    std::uint64_t mtvec = 0, mscratch = 0, mepc = 0, mcause = 0, mtval = 0, mcounteren = 0, menvcfg = 0;
    std::uint64_t stvec = 0, sscratch = 0, sepc = 0, scause = 0, stval = 0, scounteren = 0, senvcfg = 0,
                  satp = 0;
    std::uint64_t stimecmp = ~std::uint64_t{
        0};  // after reset the architecture lets it be anything: here, no timer is set
    std::uint64_t mhartid = 0;
    /// Bit m: mode m of satp exists. The hart's address translation says; Bare (0) always does.
    std::uint16_t satp_modes = 1;
    Extensions extensions;
    std::uint8_t fflags = 0, frm = 0;
    Pmp pmp;

    /// mcycle or minstret: follows the count of retired instructions at a distance, or stands still when
    /// inhibited.
    struct Counter {
        std::uint64_t value = 0;  // the distance, or the value while inhibited
        bool inhibited = false;

        std::uint64_t read(std::uint64_t retired) const { return inhibited ? value : value + retired; }
        void write(std::uint64_t to, std::uint64_t retired) { value = inhibited ? to : to - retired; }
        void inhibit(bool yes, std::uint64_t retired) {
            const std::uint64_t now = read(retired);
            inhibited = yes;
            write(now, retired);
        }
    };
    Counter cycle_counter, instret_counter;

    /// Whether floating point instructions and registers may be used.
    bool floating_on() const { return (mstatus & status::floating) != 0; }
    /// Whether STIP is what stimecmp says, and software cannot write it (Sstc).
    bool timer_on() const { return extensions.timer && (menvcfg & environment::timer) != 0; }
    /// STIP as stimecmp says it.
    std::uint64_t timer_interrupt(std::uint64_t time) const {
        return timer_on() && time >= stimecmp ? interrupt::supervisor_timer : 0;
    }
    /// mip, of which `lines` are driven by devices and the hart's timer.
    std::uint64_t pending(std::uint64_t lines) const {
        return (timer_on() ? mip_software & ~interrupt::supervisor_timer : mip_software) | lines;
    }
    /// A floating point register, or fcsr, has changed.
    void touch_floating() { mstatus |= status::floating; }

    /// Whether `mode` may access register `number` at all; the register may still not exist. Reading and
    /// writing are told apart by the caller: an instruction that does not write never fails for read-only
    /// registers.
    bool accessible(std::uint16_t number, bool writes, Privilege mode) const {
        if (static_cast<unsigned>(mode) < ((number >> 8) & 3u)) return false;
        if (writes && (number >> 10) == 3) return false;
        if (number >= csr::fflags && number <= csr::fcsr && !floating_on()) return false;
        if (number == csr::satp && mode == Privilege::supervisor && (mstatus & status::tvm) != 0)
            return false;
        if (number == csr::stimecmp && mode != Privilege::machine &&
            !(timer_on() && (mcounteren & counter_time) != 0))
            return false;
        if (number >= csr::cycle && number <= csr::hpmcounter31 && mode != Privilege::machine) {
            const std::uint64_t counter = std::uint64_t{1} << (number & 31);
            if ((mcounteren & counter) == 0) return false;
            if (mode == Privilege::user && (scounteren & counter) == 0) return false;
        }
        return true;
    }

    /// The value of register `number`, or nothing when there is no such register. `now` answers time(),
    /// retired() and interrupt_lines(), those of devices and of the hart's own timer.
    template <class Now>
    std::optional<std::uint64_t> read(std::uint16_t number, const Now& now) const {
        if (number >= csr::pmpaddr0 && number <= csr::pmpaddr15) return pmp.address(number - csr::pmpaddr0);
        if (number >= csr::mhpmcounter3 && number <= csr::mhpmcounter31) return 0;
        if (number >= csr::hpmcounter3 && number <= csr::hpmcounter31) return 0;
        if (number >= csr::mhpmevent3 && number <= csr::mhpmevent31) return 0;
        if (number <= csr::fcsr && !extensions.floating) return std::nullopt;
        switch (number) {
        case csr::fflags: return fflags;
        case csr::frm: return frm;
        case csr::fcsr: return fflags | frm << 5;
        case csr::sstatus: return status_word() & (status::supervisor_visible | status::state_dirty);
        case csr::sie: return mie & mideleg;
        case csr::stvec: return stvec;
        case csr::scounteren: return scounteren;
        case csr::senvcfg: return senvcfg;
        case csr::sscratch: return sscratch;
        case csr::sepc: return sepc;
        case csr::scause: return scause;
        case csr::stval: return stval;
        case csr::sip: return pending(now.interrupt_lines()) & mideleg;
        case csr::stimecmp: return extensions.timer ? std::optional(stimecmp) : std::nullopt;
        case csr::satp: return satp;
        case csr::mstatus: return status_word();
        case csr::misa: return misa_value | (extensions.floating ? 1u << ('F' - 'A') | 1u << ('D' - 'A') : 0);
        case csr::medeleg: return medeleg;
        case csr::mideleg: return mideleg;
        case csr::mie: return mie;
        case csr::mtvec: return mtvec;
        case csr::mcounteren: return mcounteren;
        case csr::menvcfg: return menvcfg;
        case csr::mcountinhibit:
            return (cycle_counter.inhibited ? 1u : 0u) | (instret_counter.inhibited ? 4u : 0u);
        case csr::mscratch: return mscratch;
        case csr::mepc: return mepc;
        case csr::mcause: return mcause;
        case csr::mtval: return mtval;
        case csr::mip: return pending(now.interrupt_lines());
        case csr::pmpcfg0: return pmp.packed_config(0);
        case csr::pmpcfg2: return pmp.packed_config(8);
        case csr::mcycle:
        case csr::cycle: return cycle_counter.read(now.retired());
        case csr::minstret:
        case csr::instret: return instret_counter.read(now.retired());
        case csr::time: return now.time();
        case csr::mvendorid:
        case csr::marchid:
        case csr::mimpid:
        case csr::mconfigptr: return 0;  // "not implemented", which the architecture lets them say
        case csr::mhartid: return mhartid;
        default: return std::nullopt;
        }
    }

    /// The value that csrrs and csrrc start from: interrupts that devices drive must not stick in mip.
    template <class Now>
    std::optional<std::uint64_t> read_to_modify(std::uint16_t number, const Now& now) const {
        if (number == csr::mip) return mip_software;
        if (number == csr::sip) return mip_software & mideleg;
        return read(number, now);
    }

    /// Writes an existing register; fields that cannot hold the value keep what they hold or take what the
    /// architecture gives. A counter written now reads as that value for the next instruction.
    template <class Now>
    CsrEffect write(std::uint16_t number, std::uint64_t value, const Now& now) {
        if (number >= csr::pmpaddr0 && number <= csr::pmpaddr15) {
            pmp.set_address(number - csr::pmpaddr0, value);
            return CsrEffect::protection;
        }
        const std::uint64_t floating = extensions.floating ? status::floating : 0;
        switch (number) {
        case csr::fflags: return write_floating(static_cast<std::uint32_t>(value & 31) | frm << 5);
        case csr::frm: return write_floating(fflags | static_cast<std::uint32_t>(value & 7) << 5);
        case csr::fcsr: return write_floating(static_cast<std::uint32_t>(value & 255));
        case csr::sstatus: return write_status(value, status::supervisor_writable | floating);
        case csr::mstatus: return write_status(value, status::machine_writable | floating);
        case csr::sie: return assign(mie, (mie & ~mideleg) | (value & mideleg), CsrEffect::interrupts);
        case csr::mie:
            return assign(mie, value & (interrupt::supervisor_level | interrupt::machine_level),
                          CsrEffect::interrupts);
        case csr::sip: return write_software_interrupts(value, interrupt::supervisor_software & mideleg);
        case csr::mip:
            return write_software_interrupts(value, timer_on() ? interrupt::supervisor_level &
                                                                     ~interrupt::supervisor_timer
                                                               : interrupt::supervisor_level);
        case csr::mideleg: return assign(mideleg, value & interrupt::supervisor_level, CsrEffect::interrupts);
        case csr::medeleg: return assign(medeleg, value & delegable_exceptions);
        // Direct and vectored; a reserved mode changes nothing.
        case csr::mtvec: return (value & 3) < 2 ? assign(mtvec, value) : CsrEffect::none;
        case csr::stvec: return (value & 3) < 2 ? assign(stvec, value) : CsrEffect::none;
        case csr::mcounteren: return assign(mcounteren, value & counters_mask);
        case csr::scounteren: return assign(scounteren, value & counters_mask);
        case csr::menvcfg:
            return extensions.timer
                       ? assign(menvcfg, value & (environment::fiom | environment::timer), CsrEffect::timer)
                       : assign(menvcfg, value & environment::fiom);
        case csr::stimecmp: return assign(stimecmp, value, CsrEffect::timer);
        case csr::senvcfg: return assign(senvcfg, value & 1);
        case csr::mscratch: return assign(mscratch, value);
        case csr::sscratch: return assign(sscratch, value);
        case csr::mepc: return assign(mepc, value & ~std::uint64_t{1});
        case csr::sepc: return assign(sepc, value & ~std::uint64_t{1});
        case csr::mcause: return assign(mcause, value);
        case csr::scause: return assign(scause, value);
        case csr::mtval: return assign(mtval, value);
        case csr::stval: return assign(stval, value);
        case csr::satp:  // a mode that is not there leaves all of the register as it was
            return (satp_modes >> (value >> 60) & 1) != 0 ? assign(satp, value, CsrEffect::translation)
                                                          : CsrEffect::none;
        case csr::pmpcfg0: return pmp.set_packed_config(0, value), CsrEffect::protection;
        case csr::pmpcfg2: return pmp.set_packed_config(8, value), CsrEffect::protection;
        case csr::mcountinhibit:
            cycle_counter.inhibit((value & 1) != 0, now.retired() + 1);
            instret_counter.inhibit((value & 4) != 0, now.retired() + 1);
            return CsrEffect::none;
        case csr::mcycle: return cycle_counter.write(value, now.retired() + 1), CsrEffect::none;
        case csr::minstret: return instret_counter.write(value, now.retired() + 1), CsrEffect::none;
        default: return CsrEffect::none;  // misa and the counters that always read zero
        }
    }

    Privilege previous_machine() const {
        return static_cast<Privilege>((mstatus & status::mpp) >> status::mpp_shift);
    }

private:
    static CsrEffect assign(std::uint64_t& reg, std::uint64_t value, CsrEffect effect = CsrEffect::none) {
        reg = value;
        return effect;
    }

    CsrEffect write_status(std::uint64_t value, std::uint64_t writable) {
        if ((value & status::mpp) >> status::mpp_shift == 2)
            writable &= ~status::mpp;  // no mode has this number
        const std::uint64_t before = mstatus;
        mstatus = (mstatus & ~writable) | (value & writable);
        // With MPRV, loads and stores go by MPP.
        const bool rights_change = ((before ^ mstatus) & (status::mprv | status::sum | status::mxr)) != 0 ||
                                   ((mstatus & status::mprv) != 0 && ((before ^ mstatus) & status::mpp) != 0);
        return rights_change ? CsrEffect::rights : CsrEffect::interrupts;
    }

    std::uint64_t status_word() const {
        return mstatus | ((mstatus & status::floating) == status::floating ? status::state_dirty : 0);
    }
    CsrEffect write_floating(std::uint32_t value) {
        fflags = value & 31;
        frm = static_cast<std::uint8_t>(value >> 5);
        touch_floating();
        return CsrEffect::none;
    }

    CsrEffect write_software_interrupts(std::uint64_t value, std::uint64_t writable) {
        mip_software = (mip_software & ~writable) | (value & writable);
        return CsrEffect::interrupts;
    }
};

}  // namespace wirewrap::riscv
