#!/bin/bash
# Guess: expressions of device tree sources mean what the same expressions mean in C, whose operators and macros they
# take.
# Seen: everything is 64 bits without a sign. -1 is not below 0 but above it, half of -4 is 0x7ffffffffffffffe, and -5
# % 3 is 2.
# Why it matters: offsets below a base, in expressions that a header shares with C, are other numbers in the tree than
# in the firmware; a comparison picks the other value without a word.
# Versions: dtc 1.6.1 (Debian 12) and 1.8.1 (Debian sid) alike; the half is an error in one and a warning in the
# other.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

compiled() { # of one property with 64-bit elements
    printf '/dts-v1/; / { p = /bits/ 64 <%s>; };' "$1" | inside dtc -I dts -O dtb |
        inside fdtget -t x - / p
}

for version in 'bookworm 1.6.1-4+b1' 'sid 1.8.1-2'; do
    packages "${version% *}" "device-tree-compiler=${version#* }"
    release=${version#* }
    expect "$release (-1 < 0)" "$(compiled '(-1 < 0)')" '0 0'
    expect "$release (-1 > 0 ? 7 : 8)" "$(compiled '(-1 > 0 ? 7 : 8)')" '0 7'
    expect "$release (-4 / 2)" "$(compiled '(-4 / 2)')" '7fffffff fffffffe'
    expect "$release (-5 % 3)" "$(compiled '(-5 % 3)')" '0 2'
    expect "$release (-16 >> 4)" "$(compiled '(-16 >> 4)')" 'fffffff ffffffff'
done
