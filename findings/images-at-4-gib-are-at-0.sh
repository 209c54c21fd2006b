#!/bin/bash
# Guess: formats with addresses of 32 bits cannot say 4 GiB, and the tools that write them say so.
# Seen: objcopy refuses Intel HEX, and of the same file makes an S-record image for address 0. srec_cat puts it to 0
# in either format, and mkimage writes load address and entry point 0 for 0x100000000. Without a message, status 0.
# Why it matters: boards have RAM at and above 4 GiB; such an image loads over ROM or vectors at 0.
# Versions: GNU objcopy 2.40 (Debian 12) and 2.47 (sid) alike; srec_cat 1.64, mkimage 2025.01 (sid).
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

assemble() {
    echo '.globl _start; _start: .word 0x6f' | inside riscv64-unknown-elf-as -o /image.o
    inside riscv64-unknown-elf-ld -Ttext=0x100000000 -N --no-warn-rwx-segments -o /image.elf /image.o
}
srec() {
    inside riscv64-unknown-elf-objcopy -O srec /image.elf /image.srec
    grep '^S[123]' "$root/image.srec" | tr -d '\r'
}

packages bookworm binutils-riscv64-unknown-elf=2.40-2+4+b1
assemble
expect "2.40 objcopy -O srec" "$(srec)" S309000000006F00000087

packages sid binutils-riscv64-unknown-elf=1:2.47-2+33 srecord=1.64-6 u-boot-tools=2025.01-3.2
assemble
expect "2.47 objcopy -O srec" "$(srec)" S309000000006F00000087
expect "2.47 objcopy -O ihex" \
    "$(inside riscv64-unknown-elf-objcopy -O ihex /image.elf /image.hex 2>&1 |
        grep -o 'out of range for Intel Hex')" \
    'out of range for Intel Hex'
printf 'o\0\0\0' >"$root/image.bin"
expect "srec_cat -intel" \
    "$(inside srec_cat /image.bin -binary -offset 0x100000000 -o - -intel | grep '^:04' | tr -d '\r')" \
    :040000006F0000008D
expect "mkimage" \
    "$(inside mkimage -A riscv -T standalone -C none -a 0x100000000 -e 0x100000000 -d /image.bin /image.ui |
        grep -o 'Load Address: *[0-9a-f]*\|Entry Point: *[0-9a-f]*' | paste -sd' ')" \
    'Load Address: 00000000 Entry Point:  00000000'
