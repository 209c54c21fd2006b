#!/bin/bash
# Guess: a number that does not fit into a cell of a device tree source is an error.
# Seen: dtc 1.6.1 refuses 4294967296, dtc 1.8.1 makes it 0 with a warning, and writes the tree. In both a number whose
# upper 32 bits are all ones fits, whatever is below: <0xffffffff00000001> is 1, without a warning, and -129 is the
# byte 0x7f.
# Why it matters: RAM of 4 GiB written into one cell is RAM of 0 bytes, and a sign-extended 64-bit address is cut in
# two.
# Versions: dtc 1.6.1 (Debian 12) and 1.8.1 (Debian sid).
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

# The property as dtc writes it, and what kind of complaint there was.
compiled() {
    printf '/dts-v1/; / { p = %s; };' "$1" | inside dtc -I dts -O dts 2>&1 |
        grep -o 'p = .*;\|Error\|WARNING' | sort | paste -sd' '
}

packages bookworm device-tree-compiler=1.6.1-4+b1
expect "1.6.1 4294967296" "$(compiled '<4294967296>')" 'Error'
expect "1.6.1 0xffffffff00000001" "$(compiled '<0xffffffff00000001>')" 'p = <0x01>;'
expect "1.6.1 byte -129" "$(compiled '/bits/ 8 <(-129)>')" 'p = [7f];'

packages sid device-tree-compiler=1.8.1-2
expect "1.8.1 4294967296" "$(compiled '<4294967296>')" 'WARNING p = <0x00>;'
expect "1.8.1 0xffffffff00000001" "$(compiled '<0xffffffff00000001>')" 'p = <0x01>;'
expect "1.8.1 byte -129" "$(compiled '/bits/ 8 <(-129)>')" 'p = [7f];'
