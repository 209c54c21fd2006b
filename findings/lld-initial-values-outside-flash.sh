#!/bin/bash
# Guess: behind `.data : { … } > RAM AT> FLASH`, a further section `> RAM` has its initial values in flash as well,
# behind those of .data, as GNU ld has it and its manual says; one linker script, one image.
# Seen: lld gives the further section a load address in RAM, and the next section of flash the place where ld has its
# values.
# Why it matters: start-up code copies RAM's initial values out of flash. Linked by lld, the flash image of the board
# lacks them, and objcopy -O binary makes a file that reaches from flash to RAM.
# Versions: GNU ld 2.40 (Debian 12) and 2.47 (sid) alike, lld 23.1.4 (sid), RISC-V.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

load_addresses() { # LINKER
    inside riscv64-unknown-elf-as -o /parts.o - <<'END'
.globl _start
.text
_start: .word 0x6f
.data
.word 1
.section .table, "aw"
.word 2
.section .rodata
.word 3
END
    cat >"$root/board.ld" <<'END'
MEMORY { FLASH (rx) : ORIGIN = 0x20000000, LENGTH = 64K  RAM (rwx) : ORIGIN = 0x80000000, LENGTH = 64K }
SECTIONS {
    .text : { *(.text) } > FLASH
    .data : { *(.data) } > RAM AT> FLASH
    .table : { *(.table) } > RAM
    .rodata : { *(.rodata) } > FLASH
}
END
    inside "$1" -T /board.ld -o /board.elf /parts.o
    inside riscv64-unknown-elf-objdump -h /board.elf | awk '$2 ~ /^[.](data|table|rodata)$/ { print $2, $5 }' |
        paste -sd' '
}

of_ld='.data 0000000020000004 .table 0000000020000008 .rodata 000000002000000c'
packages bookworm binutils-riscv64-unknown-elf=2.40-2+4+b1
expect "ld 2.40" "$(load_addresses riscv64-unknown-elf-ld)" "$of_ld"
packages sid binutils-riscv64-unknown-elf=1:2.47-2+33 lld-23=1:23.1.4-2
expect "ld 2.47" "$(load_addresses riscv64-unknown-elf-ld)" "$of_ld"
expect "lld 23" "$(load_addresses ld.lld-23)" '.data 0000000020000004 .table 0000000080000004 .rodata 0000000020000008'
