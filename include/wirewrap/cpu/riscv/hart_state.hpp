// The architectural state of a hart, apart from the hart: what a snapshot holds, and what one hart takes over from another.
//
//     const HartState before = hart.state();
//     hart.run(1000);
//     hart.set_state(before);                // as if it had not run
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include <wirewrap/cpu/riscv/csr.hpp>
#include <wirewrap/cpu/riscv/privilege.hpp>
#include <wirewrap/cpu/riscv/trap.hpp>

namespace wirewrap::riscv {

struct HartState {
    std::array<std::uint64_t, 32> x{};
    std::array<std::uint64_t, 32> f{};  // of a hart with floating point
    std::uint64_t pc = 0;
    Privileged privileged;
    bool waiting = false;       // in WFI
    std::uint64_t retired = 0;  // instructions since reset
    bool reserved = false;      // by LR
    std::uint8_t reserved_width = 0;
    std::uint64_t reserved_address = 0, reserved_value = 0;
    std::uint64_t reserved_for = 0;  // instructions since LR

    /// What the hart's own type decides, its number, extensions and the modes of satp, is not among the fields.
    template <class Archive>
    void state(Archive& archive) {
        archive.field("x", x);
        archive.field("pc", pc);
        archive.field("mode", privileged.mode, Privilege::machine);
        archive.field("waiting", waiting);
        archive.field("retired", retired);
        archive.field("reserved", reserved);
        archive.field("reserved_width", reserved_width, std::uint8_t{8});
        archive.field("reserved_address", reserved_address);
        archive.field("reserved_value", reserved_value);
        archive.field("reserved_for", reserved_for);
        csr_state(archive);
        archive.require(static_cast<unsigned>(privileged.mode) != 2, "no privilege mode has the number 2");
        archive.require(x[0] == 0, "x0 is not 0");
        archive.require(pc % 2 == 0, "pc is odd");
        archive.require(reserved_for <= retired, "a reservation is older than the hart");
    }

private:
    template <class Archive>
    void csr_state(Archive& archive) {
        Csrs& csrs = privileged.csrs;
        archive.field("mstatus", csrs.mstatus);
        archive.field("mie", csrs.mie);
        archive.field("medeleg", csrs.medeleg);
        archive.field("mideleg", csrs.mideleg);
        archive.field("mip_software", csrs.mip_software);
        archive.field("mtvec", csrs.mtvec);
        archive.field("mscratch", csrs.mscratch);
        archive.field("mepc", csrs.mepc);
        archive.field("mcause", csrs.mcause);
        archive.field("mtval", csrs.mtval);
        archive.field("mcounteren", csrs.mcounteren);
        archive.field("menvcfg", csrs.menvcfg);
        archive.field("stvec", csrs.stvec);
        archive.field("sscratch", csrs.sscratch);
        archive.field("sepc", csrs.sepc);
        archive.field("scause", csrs.scause);
        archive.field("stval", csrs.stval);
        archive.field("scounteren", csrs.scounteren);
        archive.field("senvcfg", csrs.senvcfg);
        archive.field("satp", csrs.satp);
        archive.field("mcycle", csrs.cycle_counter.value);
        archive.field("mcycle_inhibited", csrs.cycle_counter.inhibited);
        archive.field("minstret", csrs.instret_counter.value);
        archive.field("minstret_inhibited", csrs.instret_counter.inhibited);
        archive.group("pmp", csrs.pmp);
        if (csrs.extensions.timer) archive.field("stimecmp", csrs.stimecmp);
        if (csrs.extensions.floating) {
            archive.field("f", f);
            archive.field("fflags", csrs.fflags, std::uint8_t{31});
            archive.field("frm", csrs.frm, std::uint8_t{7});
        }
        const std::uint64_t known = status::machine_writable | status::uxl_sxl |
                                    (csrs.extensions.floating ? status::floating : 0);
        archive.require((csrs.mstatus & ~known) == 0 && (csrs.mstatus & status::uxl_sxl) == status::uxl_sxl,
                        "mstatus has bits that it cannot have");
        archive.require((csrs.mstatus & status::mpp) >> status::mpp_shift != 2,
                        "mstatus.MPP is 2, which no privilege mode has");
        archive.require((csrs.satp_modes >> (csrs.satp >> 60) & 1) != 0,
                        "satp has a mode that the hart has not");
        archive.require((csrs.mtvec & 3) < 2 && (csrs.stvec & 3) < 2, "a trap vector has a reserved mode");
        archive.require(csrs.mepc % 2 == 0 && csrs.sepc % 2 == 0, "mepc or sepc is odd");
    }
};

}  // namespace wirewrap::riscv
