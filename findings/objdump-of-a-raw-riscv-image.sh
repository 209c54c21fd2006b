#!/bin/bash
# Guess: objdump -b binary -m riscv:rv64, which cannot know what the hart of a raw image has, shows all instructions
# that it knows.
# Seen: it shows those of RV64GC, and `.insn` or a number for Zba, Zbb and the rest, although an ELF file of the same
# bytes has their names. gdb shows the memory of a stub in the same way while no ELF file is loaded.
# Why it matters: firmware and kernels come as raw images; what looks like data, or like a trap, is clz and sh1add.
# Versions: GNU objdump 2.40 (Debian 12) and 2.47 (sid), RISC-V.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

assemble() {
    printf '%s\n' 'clz a0, a1' 'sh1add a0, a1, a2' 'mul a0, a1, a2' |
        inside riscv64-unknown-elf-as -march=rv64gc_zba_zbb -o /code.o
    inside riscv64-unknown-elf-objcopy -O binary /code.o /code.bin
}
shown() {
    inside riscv64-unknown-elf-objdump "$@" | sed -n 's/^ *[048]:[\t ]*[0-9a-f]*[\t ]*\([.a-z0-9]*\).*/\1/p' |
        paste -sd' '
}

packages bookworm binutils-riscv64-unknown-elf=2.40-2+4+b1
assemble
expect "2.40 ELF file" "$(shown -d /code.o)" 'clz sh1add mul'
expect "2.40 raw image" "$(shown -D -b binary -m riscv:rv64 /code.bin)" '.4byte .4byte mul'
packages sid binutils-riscv64-unknown-elf=1:2.47-2+33
assemble
expect "2.47 ELF file" "$(shown -d /code.o)" 'clz sh1add mul'
expect "2.47 raw image" "$(shown -D -b binary -m riscv:rv64 /code.bin)" '.insn .insn mul'
