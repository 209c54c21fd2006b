#!/bin/bash
# Guess: -machine memory.size=N says what -m N says, so that 0 stands for the machine's default there, too.
# Seen: -m 0 is the default, 128 MiB; -machine pc,memory.size=0 is a PC that starts with a RAM of 0 bytes. Beside a size of
# -machine, -m 0 says nothing: 64 MiB stay.
# Versions: QEMU 7.2.22 (Debian 12) and 11.1.3 (Debian sid) alike.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

memory='{"execute":"qom-get","arguments":{"path":"/machine","property":"memory"}}'
for release in qemu_7_2 qemu_11_1; do
    declare -n wanted=$release
    packages "${wanted[@]}"
    size() { ask_qemu "$@" <<<"$memory" | grep -o '"size": [0-9]*'; }
    expect "$release -m 0" "$(size -m 0)" '"size": 134217728'
    expect "$release memory.size=0" "$(size -machine pc,memory.size=0)" '"size": 0'
    expect "$release memory.size=64M -m 0" "$(size -machine pc,memory.size=64M -m 0)" '"size": 67108864'
done
