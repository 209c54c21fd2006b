#!/bin/bash
# Guess: numbers of one option are read alike; with a leading 0 they are octal, or they are not. And B is a unit of sizes, so
# that 0x8000B is 32 KiB.
# Seen: in `-m 010,slots=010` the size is 10 MiB and there are 8 slots: sizes are never octal, counts are. In a hexadecimal
# size B is a digit: 0x8000B is 524,299 bytes, which are rounded up to 532,480 (whole 8 KiB).
# Versions: QEMU 7.2.22 (Debian 12) and 11.1.3 (Debian sid) alike.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

memory='{"execute":"qom-get","arguments":{"path":"/machine","property":"memory"}}'
for release in qemu_7_2 qemu_11_1; do
    declare -n wanted=$release
    packages "${wanted[@]}"
    expect "$release -m 010,slots=010" "$(ask_qemu -m 010,slots=010,maxmem=4G <<<"$memory" | tr -d '\r')" \
        '{"return": {"size": 10485760, "slots": 8, "max-size": 4294967296}}'
    expect "$release -m 0x8000B" "$(ask_qemu -m 0x8000B <<<"$memory" | tr -d '\r')" '{"return": {"size": 532480}}'
done
