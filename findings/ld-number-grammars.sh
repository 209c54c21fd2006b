#!/bin/bash
# Guess: a size in MEMORY of a linker script is the same number to GNU ld and to LLVM's lld, or an error; B is a unit,
# bytes.
# Seen: 010K is 8 KiB to ld and 10 KiB to lld. 09K is 9 KiB to lld, and to ld 0, without a word. ld takes 0x10K for 16
# KiB, and lld refuses it. 1000B is 8 to ld: B says binary, as D decimal and H hexadecimal; of these lld knows H. G is
# none of either.
# Why it matters: the map of a board is written once and linked by both; RAM has another size, or none.
# Versions: GNU ld 2.40 (Debian 12) and 2.47 (sid) alike, lld 23.1.4 (sid).
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

length() { # LINKER NUMBER: the length of a region, as the linker understands it
    echo '.word 0' | inside riscv64-unknown-elf-as -o /empty.o
    printf 'MEMORY { RAM : ORIGIN = 0x80000000, LENGTH = %s } size = LENGTH(RAM);
        SECTIONS { /DISCARD/ : { *(.text) *(.data) *(.bss) } }' "$2" >"$root/board.ld"
    if inside "$1" -T /board.ld -o /board.elf /empty.o 2>/dev/null; then
        echo $((0x$(inside riscv64-unknown-elf-nm /board.elf | sed -n 's/ A size//p')))
    else
        echo refused
    fi
}
lengths() { for number in 010K 09K 0x10K 1000B 100H 1G; do length "$1" "$number"; done | paste -sd' '; }

packages bookworm binutils-riscv64-unknown-elf=2.40-2+4+b1
expect "ld 2.40" "$(lengths riscv64-unknown-elf-ld)" '8192 0 16384 8 256 refused'
packages sid binutils-riscv64-unknown-elf=1:2.47-2+33 lld-23=1:23.1.4-2
expect "ld 2.47" "$(lengths riscv64-unknown-elf-ld)" '8192 0 16384 8 256 refused'
expect "lld 23" "$(lengths ld.lld-23)" '10240 9216 refused refused 256 refused'
