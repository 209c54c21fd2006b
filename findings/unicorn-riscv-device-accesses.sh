#!/bin/bash
# Guess: a load of 8 bytes from memory that uc_mmio_map made is one call with size 8, and a load reads the bytes that
# it names: a misaligned one may be taken apart, and reads nothing else.
# Seen: there are two calls of 4 bytes. A load of 8 bytes at offset 2 is four calls, 0 to 0x10: the registers before
# and behind it are read as well. A store at offset 2 is taken apart and writes its own bytes only.
# Why it matters: a read from a FIFO or of an interrupt status has an effect; the neighbour's happens too. And a
# 64-bit register, such as mtime of a CLINT, is read in halves between which it may move.
# Versions: Unicorn 2.1.4 (Debian sid), RISC-V 64.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

packages sid python3-unicorn=2.1.4-4
cat >"$root/accesses.py" <<'END'
import struct, sys
from unicorn import Uc, UC_ARCH_RISCV, UC_MODE_RISCV64
from unicorn.riscv_const import UC_RISCV_REG_A0

calls = []
machine = Uc(UC_ARCH_RISCV, UC_MODE_RISCV64)
machine.mem_map(0x80000000, 0x1000)
machine.mmio_map(0x10000000, 0x1000, lambda uc, at, size, data: calls.append(f"{at:x}+{size}") or 0, None,
                 lambda uc, at, size, value, data: calls.append(f"{at:x}+{size}"), None)
machine.mem_write(0x80000000, struct.pack("<I", int(sys.argv[1], 16)))
machine.reg_write(UC_RISCV_REG_A0, 0x10000000)
machine.emu_start(0x80000000, 0x80000004)
print(*calls)
END
calls() { inside python3 /accesses.py "$1"; }
expect "lw a2, 0(a0)" "$(calls 00052603)" '0+4'
expect "ld a2, 0(a0)" "$(calls 00053603)" '0+4 4+4'
expect "sd a2, 0(a0)" "$(calls 00c53023)" '0+4 4+4'
expect "ld a2, 2(a0)" "$(calls 00253603)" '0+4 4+4 8+4 c+4'
expect "lw a2, 2(a0)" "$(calls 00252603)" '0+4 4+4'
expect "sw a2, 2(a0)" "$(calls 00c52123)" '2+1 3+1 4+1 5+1'
