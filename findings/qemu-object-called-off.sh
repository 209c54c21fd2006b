#!/bin/bash
# Guess: a word that begins with `no` switches a property off, so that `noid` of an object is refused: an id is no switch.
# Seen: -object memory-backend-ram,size=64M,noid makes a backend whose id is "off". The short form is text, id=off, and off is
# a good identifier.
# Versions: QEMU 7.2.22 (Debian 12) and 11.1.3 (Debian sid) alike.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

for release in qemu_7_2 qemu_11_1; do
    declare -n wanted=$release
    packages "${wanted[@]}"
    ids=$(ask_qemu -object memory-backend-ram,size=64M,noid <<<'{"execute":"query-memdev"}' |
        grep -o '"id": "[^"]*"' | sort | paste -sd' ')
    expect "$release backends" "$ids" '"id": "off" "id": "pc.ram"'
done
