#!/bin/bash
# Guess: -initrd of a file for which the RAM has no room is refused.
# Seen: 7.2 starts with 64 MiB of RAM and an initrd of 60 MiB, and tells the guest in its tree that the initrd ends 28
# MiB behind the RAM. 11.1 refuses, and says that the device tree has no place.
# Why it matters: a kernel with too little RAM dies of a damaged initramfs, or of an access to nothing, and nobody
# says why.
# Versions: QEMU 7.2.22 (Debian 12) and 11.1.3 (Debian sid), qemu-system-riscv64, -machine virt.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

# Where RAM begins and how large it is, and from where to where the initrd lies, as the guest is told.
told() {
    printf '\157\0\0\0' >"$root/kernel" # j .
    truncate -s 60M "$root/initrd"
    inside qemu-system-riscv64 -M virt,dumpdtb=/tree -m 64M -nodefaults -display none -bios none \
        -kernel /kernel -initrd /initrd 2>"$root/messages" || { grep -o 'Not enough memory.*' "$root/messages"; return; }
    inside fdtget -t x /tree /memory@80000000 reg /chosen linux,initrd-start /chosen linux,initrd-end | paste -sd' '
}

packages "${qemu_riscv_7_2[@]}" device-tree-compiler=1.6.1-4+b1
expect "7.2 RAM, initrd" "$(told)" '0 80000000 0 4000000 82000000 85c00000'
packages "${qemu_riscv_11_1[@]}"
expect 11.1 "$(told)" 'Not enough memory to place DTB after kernel/initrd'
