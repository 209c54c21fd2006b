#!/bin/bash
# Guess: the stack pointer of an ATmega328P is the end of RAM, 0x08ff, after a reset, as its data sheet has it, in
# each QEMU.
# Seen: it is 0 in 7.2 and 0x08ff in 11.1.
# Why it matters: a program in assembly language that pushes without setting SP runs on the chip and in 11.1; in 7.2
# its first push goes to address 0, where the registers are.
# Versions: QEMU 7.2.22 (Debian 12) and 11.1.3 (Debian sid), qemu-system-avr, -machine uno.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

qemu=qemu-system-avr
stack_pointer() {
    printf '\377\317' >"$root/program" # rjmp .
    ask_qemu -machine uno -bios /program <<<'{"execute":"human-monitor-command",
        "arguments":{"command-line":"info registers"}}' | grep -o 'SP: *[0-9a-f]*' | grep -o '[0-9a-f]*$'
}

packages "${qemu_riscv_7_2[@]}"
expect 7.2 "$(stack_pointer)" 0000
packages sid qemu-system-misc=1:11.1.3+ds-1
expect 11.1 "$(stack_pointer)" 08ff
