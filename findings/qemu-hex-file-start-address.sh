#!/bin/bash
# Guess: -device loader,file=X.hex,cpu-num=0 begins at the start address that the Intel HEX file names.
# Seen: on riscv64 a start address of 0x80000100, in the RAM of virt, becomes a pc of 0xffffffff80000100: the 32 bits
# are taken for a number with a sign. -device loader,addr=0x80000100,cpu-num=0 begins at 0x80000100.
# Why it matters: RAM of RISC-V boards begins at 0x80000000, so each such file starts where there is nothing.
# Versions: QEMU 7.2.22 (Debian 12) and 11.1.3 (Debian sid) alike, qemu-system-riscv64, -machine virt.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

qemu=qemu-system-riscv64
pc() { # after the options of a loader
    ask_qemu -machine virt -m 64M -bios none "$@" <<<'{"execute":"human-monitor-command",
        "arguments":{"command-line":"info registers"}}' | grep -o '[^a-z]pc  *[0-9a-f]*' | grep -o '[0-9a-f]*$'
}

for release in qemu_riscv_7_2 qemu_riscv_11_1; do
    declare -n wanted=$release
    packages "${wanted[@]}"
    # Upper half 0x8000; the instruction j . at 0x0100; start address 0x80000100; the end.
    printf '%s\r\n' :0200000480007A :040100006F0000008C :040000058000010076 :00000001FF >"$root/program.hex"
    expect "$release word at 0x80000100" "$(ask_qemu -machine virt -m 64M -bios none -device loader,file=/program.hex \
        <<<'{"execute":"human-monitor-command","arguments":{"command-line":"xp /1xw 0x80000100"}}' |
        grep -o '0x[0-9a-f]*')" 0x0000006f
    expect "$release pc by file" "$(pc -device loader,file=/program.hex,cpu-num=0)" ffffffff80000100
    expect "$release pc by addr=" "$(pc -device loader,addr=0x80000100,cpu-num=0)" 0000000080000100
done
