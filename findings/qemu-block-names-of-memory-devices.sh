#!/bin/bash
# Guess: the RAM block of a memory device is called as its backend, whatever device makes memory of it: that is the name by
# which a migration stream finds it.
# Seen: of a pc-dimm it is the backend's id, of virtio-mem that id behind the device's path (0000:00:02.0/v0), so that the same
# command line with the device in another slot has other streams; the block of virtio-pmem has no name at all.
# Versions: QEMU 7.2.22 (Debian 12) and 11.1.3 (Debian sid) alike.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

blocks='{"execute":"human-monitor-command","arguments":{"command-line":"info ramblock"}}'
for release in qemu_7_2 qemu_11_1; do
    declare -n wanted=$release
    packages "${wanted[@]}"
    # Each line begins with the name, if there is one, and goes on with the page size.
    names=$(ask_qemu -m 64M,slots=4,maxmem=2G \
        -object memory-backend-ram,id=v0,size=64M -device virtio-mem-pci,memdev=v0,requested-size=0,addr=2 \
        -object memory-backend-ram,id=d0,size=128M -device pc-dimm,memdev=d0 \
        -object memory-backend-ram,id=p0,size=128M,share=on -device virtio-pmem-pci,memdev=p0,addr=3 <<<"$blocks" |
        sed 's/\\r\\n/\n/g' | grep 'KiB' | sed 's/ *[0-9]* KiB.*//; s/^ *//; s/^$/(none)/' | head -3 | sort | paste -sd' ')
    expect "$release blocks" "$names" '(none) 0000:00:02.0/v0 d0'
done
