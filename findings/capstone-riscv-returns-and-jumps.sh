#!/bin/bash
# Guess: what Capstone says of an instruction means the same for each architecture: a return is in a group of returns,
# a plain jump in the group of jumps, and the target of a branch is an address.
# Seen: of RISC-V, `ret` and `j` are in the group of calls and in no other, `mret` is in none, and the operand of a
# branch is its distance. Of x86-64 and AArch64 returns are returns and operands are addresses.
# Why it matters: tracers and coverage tools that pair calls with returns by these groups count each return, and each
# loop that ends in `j`, as a call; targets are off by the address of the branch.
# Versions: Capstone 5.0.9 (Debian sid).
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

packages sid python3-capstone=5.0.9-1
cat >"$root/ask.py" <<'END'
import sys
import capstone as cs

machines = {"riscv": (cs.CS_ARCH_RISCV, cs.CS_MODE_RISCV64), "x86": (cs.CS_ARCH_X86, cs.CS_MODE_64),
            "arm64": (cs.CS_ARCH_ARM64, cs.CS_MODE_ARM)}
engine = cs.Cs(*machines[sys.argv[1]])
engine.detail = True
instruction = next(engine.disasm(bytes.fromhex(sys.argv[2]), 0x1000))
numbers = [hex(operand.imm) for operand in instruction.operands if operand.type == cs.CS_OP_IMM]
print(instruction.mnemonic, *sorted(instruction.group_name(group) for group in instruction.groups), *numbers)
END
says() { inside python3 /ask.py "$@"; }
expect "RISC-V ret" "$(says riscv 67800000)" 'ret call'
expect "RISC-V mret" "$(says riscv 73002030)" 'mret'
expect "RISC-V j to 0x1010" "$(says riscv 6f000001)" 'j call 0x10'
expect "RISC-V beqz to 0x100c" "$(says riscv 63060500)" 'beqz branch_relative jump 0xc'
expect "x86-64 ret" "$(says x86 c3)" 'ret mode64 ret'
expect "x86-64 jmp to 0x1010" "$(says x86 eb0e)" 'jmp branch_relative jump 0x1010'
expect "AArch64 ret" "$(says arm64 c0035fd6)" 'ret return'
expect "AArch64 b.eq to 0x100c" "$(says arm64 60000054)" 'b.eq branch_relative jump 0x100c'
