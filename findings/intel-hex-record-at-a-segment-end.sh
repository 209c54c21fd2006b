#!/bin/bash
# Guess: a valid Intel HEX file is the same memory for each program that reads it.
# Seen: with a segment (record 02), offsets are modulo 64 KiB, so that of 8 bytes at offset 0xfffc of the segment at
# 0x10000 four are at 0x1fffc and four at 0x10000. srec_cat reads it so; objcopy and QEMU's loader go on at 0x20000.
# Why it matters: firmware for old boards comes in such files; converted by one tool and loaded by another, four bytes
# are elsewhere.
# Versions: srec_cat 1.64, GNU objcopy 2.47, QEMU 11.1.3 (Debian sid).
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

packages "${qemu_11_1[@]}" srecord=1.64-6 binutils-riscv64-unknown-elf=1:2.47-2+33
printf '%s\r\n' :020000021000EC :08FFFC000102030405060708D9 :00000001FF >"$root/segment.hex"

# S2, the number of bytes that follow, the address.
expect srec_cat "$(inside srec_cat /segment.hex -intel -o - -motorola 2>/dev/null | grep -o '^S2.{8}' -E | sort |
    paste -sd' ')" 'S208010000 S20801FFFC'
inside riscv64-unknown-elf-objcopy -I ihex -O srec /segment.hex /segment.srec
expect objcopy "$(grep -o '^S2.{8}' -E "$root/segment.srec")" S20C01FFFC
bytes() {
    ask_qemu -m 64M -device loader,file=/segment.hex <<<"{\"execute\":\"human-monitor-command\",
        \"arguments\":{\"command-line\":\"xp /4xb $1\"}}" | grep -o ': 0x[^\\]*'
}
expect "QEMU at 0x10000" "$(bytes 0x10000)" ': 0x00 0x00 0x00 0x00'
expect "QEMU at 0x20000" "$(bytes 0x20000)" ': 0x05 0x06 0x07 0x08'
