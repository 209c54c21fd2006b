#!/bin/bash
# Guess: SC at a misaligned address raises an exception, as the A extension says, whether or not something is reserved.
# Seen: in QEMU 7.2 one without a reservation fails in silence: its register is 1 and nothing is raised. In 11.1 it raises
# store address misaligned.
# Versions: QEMU 7.2.22 (Debian 12) and 11.1.3 (Debian sid), qemu-system-riscv64.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

# auipc a0, 0; addi a2, a0, 20; csrw mtvec, a2; addi a0, a0, 1; sc.w a1, zero, (a0); j .
program=(-device loader,addr=0x80000000,data=0x0145061300000517,data-len=8
    -device loader,addr=0x80000008,data=0x0015051330561073,data-len=8
    -device loader,addr=0x80000010,data=0x0000006f180525af,data-len=8)
raised() {
    {
        echo '{"execute":"qmp_capabilities"}'
        sleep 10
        echo '{"execute":"human-monitor-command","arguments":{"command-line":"info registers"}}'
        echo '{"execute":"quit"}'
    } | inside qemu-system-riscv64 -machine virt -bios none -accel tcg -nodefaults -display none -monitor none -serial none \
        -qmp stdio "${program[@]}" | tr -d '\r' | grep -ao 'mcause  *[0-9a-f]*\|x11/a1 *[0-9a-f]*' |
        tr -s ' ' | paste -sd' '
}

packages bookworm "${qemu_riscv_7_2[1]}"
expect "misaligned SC in 7.2" "$(raised)" "mcause 0000000000000000 x11/a1 0000000000000001"
packages sid "${qemu_riscv_11_1[1]}"
seen=$(raised)
expect "misaligned SC in 11.1" "${seen% x11/a1 *}" "mcause 0000000000000006"
