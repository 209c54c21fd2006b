#!/bin/bash
# Guess: a value that uc_reg_write gives x0 of RISC-V is dropped; uc_reg_read of x0 is 0.
# Seen: x0 reads back what was written, also after code has run; instructions of the guest take it as 0. So the
# register file that the interface shows is not the one that the guest has.
# Why it matters: a harness that writes random values into all registers and compares them with another emulator finds
# a difference in each run, in a register that cannot differ.
# Versions: Unicorn 2.1.4 (Debian sid) and 2.0.1 (Debian 12) alike, RISC-V 64.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

answer() {
    cat >"$root/zero.py" <<'END'
import struct
from unicorn import Uc, UC_ARCH_RISCV, UC_MODE_RISCV64
from unicorn.riscv_const import UC_RISCV_REG_A0, UC_RISCV_REG_X0

machine = Uc(UC_ARCH_RISCV, UC_MODE_RISCV64)
machine.mem_map(0x80000000, 0x1000)
machine.mem_write(0x80000000, struct.pack("<I", 0x00100513))  # addi a0, x0, 1
machine.reg_write(UC_RISCV_REG_X0, 5)
machine.emu_start(0x80000000, 0x80000004)
print("a0 =", machine.reg_read(UC_RISCV_REG_A0), "x0 =", machine.reg_read(UC_RISCV_REG_X0))
END
    inside python3 /zero.py
}

packages bookworm python3-unicorn=2.0.1.post1-1 python3-setuptools=66.1.1-1+deb12u2
expect "2.0.1 x0 = 5, addi a0, x0, 1" "$(answer)" 'a0 = 1 x0 = 5'
packages sid python3-unicorn=2.1.4-4
expect "2.1.4 x0 = 5, addi a0, x0, 1" "$(answer)" 'a0 = 1 x0 = 5'
