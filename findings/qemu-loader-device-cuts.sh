#!/bin/bash
# Guess: -device loader refuses a number that has more bytes than data-len says, and a file that does not fit into
# memory.
# Seen: of data=0x1122334455,data-len=4 the upper byte is dropped. A file of 300 bytes at the last byte of RAM gives
# one byte to the guest, and one at an address where there is nothing gives none. There is no message, and the machine
# starts.
# Why it matters: with a smaller -m, or an address that is one digit off, firmware is cut and the guest simply goes
# astray.
# Versions: QEMU 7.2.22 (Debian 12) and 11.1.3 (Debian sid) alike, qemu-system-riscv64, -machine virt -m 64M.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

qemu=qemu-system-riscv64
# What is at an address before the guest has run.
seen() {
    local look=$1 answer
    shift
    answer=$(ask_qemu -machine virt -m 64M -bios none "$@" <<<"{\"execute\":\"human-monitor-command\",
        \"arguments\":{\"command-line\":\"xp $look\"}}")
    grep -o '0x[0-9a-f]*\\r\|Cannot access memory' <<<"$answer" | sed 's|\\r||' || echo "did not start"
}

for release in qemu_riscv_7_2 qemu_riscv_11_1; do
    declare -n wanted=$release
    packages "${wanted[@]}"
    head -c 300 /dev/zero | tr '\0' '\245' >"$root/image"
    expect "$release 5 bytes, data-len=4" \
        "$(seen '/1xg 0x80000000' -device loader,addr=0x80000000,data=0x1122334455,data-len=4)" 0x0000000022334455
    expect "$release last byte" "$(seen '/1xb 0x83ffffff' -device loader,addr=0x83ffffff,file=/image)" 0xa5
    expect "$release behind RAM" "$(seen '/1xb 0x84000000' -device loader,addr=0x84000000,file=/image)" \
        'Cannot access memory'
done
