#!/bin/bash
# Guess: with -dtb FILE the guest finds the memory that -m gives, or that of the file, and the virt boards agree
# which.
# Seen: aarch64's virt writes the size after -m into the tree of the file. riscv64's virt leaves the tree as it is:
# after -m 256M the guest is told of 64 MiB. Neither adds the second CPU of -smp 2.
# Why it matters: a tree that was dumped once and kept pins the RAM of one board and not of the other.
# Versions: QEMU 7.2.22 (Debian 12) and 11.1.3 (Debian sid) alike.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

# The memory node that the guest gets of a tree that was dumped with 64 MiB and one CPU, and how many CPUs it has.
told() { # ARCHITECTURE NODE
    inside "qemu-system-$1" -nodefaults -M virt,dumpdtb=/kept -m 64M -display none 2>/dev/null
    inside "qemu-system-$1" -nodefaults -M virt,dumpdtb=/given -m 256M -smp 2 -dtb /kept -display none 2>/dev/null
    echo "$(inside fdtget -t x /given "$2" reg), CPUs: $(inside fdtget -l /given /cpus | grep -c '^cpu@')"
}

for release in 7.2 11.1; do
    if [ $release = 7.2 ]; then
        packages "${qemu_riscv_7_2[@]}" qemu-system-arm=1:7.2+dfsg-7+deb12u18+b3 \
            device-tree-compiler=1.6.1-4+b1
    else
        packages "${qemu_riscv_11_1[@]}" qemu-system-arm=1:11.1.3+ds-1 device-tree-compiler=1.8.1-2
    fi
    expect "$release riscv64 -m 256M" "$(told riscv64 /memory@80000000)" '0 80000000 0 4000000, CPUs: 1'
    expect "$release aarch64 -m 256M" "$(told aarch64 /memory@40000000)" '0 40000000 0 10000000, CPUs: 1'
done
