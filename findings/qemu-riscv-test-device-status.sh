#!/bin/bash
# Guess: a guest that writes "fail" (0x3333) to the test device of virt ends QEMU with a status that is not 0; "pass"
# (0x5555) ends it with 0, whatever the upper half of the word holds.
# Seen: the status is the upper half alone, modulo 256. Fail with code 0 and with code 256 is status 0, a success.
# Pass with code 1 is 0 in 7.2 and 1 in 11.1.
# Why it matters: test runners of bare-metal programs ask the status; `*finisher = 0x3333` is a test that never fails.
# Versions: QEMU 7.2.22 (Debian 12) and 11.1.3 (Debian sid), qemu-system-riscv64, -machine virt.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

# lui a0, 0x100; auipc a1, 0; lw a1, 28(a1); sw a1, 0(a0); j .    and the word at 0x80000020
status_of() {
    local status=0
    inside qemu-system-riscv64 -machine virt -m 64M -bios none -accel tcg -nodefaults -display none \
        -monitor none -serial none \
        -device loader,addr=0x80000000,data=0x0000059700100537,data-len=8 \
        -device loader,addr=0x80000008,data=0x00b5202301c5a583,data-len=8 \
        -device loader,addr=0x80000010,data=0x0000006f,data-len=4 \
        -device loader,addr=0x80000020,data="$1",data-len=4 || status=$?
    echo $status
}

for release in qemu_riscv_7_2 qemu_riscv_11_1; do
    declare -n wanted=$release
    packages "${wanted[@]}"
    expect "$release fail, code 1" "$(status_of 0x00013333)" 1
    expect "$release fail, code 0" "$(status_of 0x00003333)" 0
    expect "$release fail, code 256" "$(status_of 0x01003333)" 0
    [ $release = qemu_riscv_7_2 ] && passed=0 || passed=1
    expect "$release pass, code 1" "$(status_of 0x00015555)" $passed
done
