#!/bin/bash
# Guess: ctzw counts the trailing zeroes of the lower word and answers at most 32, whatever the upper word holds.
# Seen: of 1 << 40, QEMU 7.2 answers 40: it counts in all 64 bits. 11.1 answers 32.
# Versions: QEMU 7.2.22 (Debian 12) and 11.1.3 (Debian sid), qemu-system-riscv64, -cpu rv64,zbb=on.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

# li a0, 1; slli a0, a0, 40; ctzw a1, a0; j .
program=(-device loader,addr=0x80000000,data=0x0285151300100513,data-len=8
    -device loader,addr=0x80000008,data=0x0000006f6015159b,data-len=8)
counted() {
    {
        echo '{"execute":"qmp_capabilities"}'
        sleep 3
        echo '{"execute":"human-monitor-command","arguments":{"command-line":"info registers"}}'
        echo '{"execute":"quit"}'
    } | inside qemu-system-riscv64 -machine virt -cpu rv64,zbb=on -bios none -accel tcg -nodefaults -display none \
        -monitor none -serial none -qmp stdio "${program[@]}" | grep -ao 'x11/a1 *[0-9a-f]*' | grep -o '[0-9a-f]*$'
}

packages bookworm qemu-system-misc=1:7.2+dfsg-7+deb12u18+b3
expect "ctzw of 1 << 40 in 7.2" "$(counted)" 0000000000000028
packages sid qemu-system-riscv=1:11.1.3+ds-1
expect "ctzw of 1 << 40 in 11.1" "$(counted)" 0000000000000020
