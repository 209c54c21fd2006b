#!/bin/bash
# Guess: fdtput refuses what does not fit into a cell, and reads a number as dtc and C do, in each release.
# Seen: 0x100000000 is 0 and 0x1ff in a byte is 0xff, without a word. With -t u, release 1.6.1 takes 010 for ten and
# 0x80000000 for 0 (it stops at the x); 1.8.1 takes them for eight and for 2 GiB.
# Why it matters: scripts that patch a board's memory node, `fdtput -t u board.dtb /memory@80000000 reg …`, write a
# RAM of 0 bytes, and which commands do so depends on the release.
# Versions: fdtput 1.6.1 (Debian 12) and 1.8.1 (Debian sid).
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

put() { # TYPE NUMBER: the bytes that are then in the tree
    echo '/dts-v1/; / { };' | inside dtc -I dts -O dtb -o /tree.dtb
    inside fdtput -t "$1" /tree.dtb / p "$2" && inside fdtget -t bx /tree.dtb / p
}

packages bookworm device-tree-compiler=1.6.1-4+b1
expect "1.6.1 -t x 0x100000000" "$(put x 0x100000000)" '0 0 0 0'
expect "1.6.1 -t bx 0x1ff" "$(put bx 0x1ff)" 'ff'
expect "1.6.1 -t u 0x80000000" "$(put u 0x80000000)" '0 0 0 0'
expect "1.6.1 -t u 010" "$(put u 010)" '0 0 0 a'

packages sid device-tree-compiler=1.8.1-2
expect "1.8.1 -t x 0x100000000" "$(put x 0x100000000)" '0 0 0 0'
expect "1.8.1 -t bx 0x1ff" "$(put bx 0x1ff)" 'ff'
expect "1.8.1 -t u 0x80000000" "$(put u 0x80000000)" '80 0 0 0'
expect "1.8.1 -t u 010" "$(put u 010)" '0 0 0 8'
