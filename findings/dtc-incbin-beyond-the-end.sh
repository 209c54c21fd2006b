#!/bin/bash
# Guess: /incbin/("file", offset, length) of bytes that the file does not have is an error, as in assemblers.
# Seen: what is there is taken: two bytes for eight, and an empty property where the offset is behind the end. Neither
# is worth a warning, and the status is 0.
# Why it matters: a blob in a tree, such as firmware, a splash screen or a key, is cut short without anybody being
# told.
# Versions: dtc 1.6.1 (Debian 12) and 1.8.1 (Debian sid) alike.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

for version in 'bookworm 1.6.1-4+b1' 'sid 1.8.1-2'; do
    packages "${version% *}" "device-tree-compiler=${version#* }"
    release=${version#* }
    printf 'abcdef' >"$root/blob"
    printf '/dts-v1/; / { short = /incbin/("/blob", 4, 8); none = /incbin/("/blob", 100, 8); };' >"$root/tree.dts"
    messages=$(inside dtc -I dts -O dtb -o /tree.dtb /tree.dts 2>&1) || expect "$release status" $? 0
    expect "$release messages" "$messages" ''
    expect "$release 8 of the last 2 bytes" "$(inside fdtget -t bx /tree.dtb / short)" '65 66'
    expect "$release 8 bytes behind the end" "$(inside fdtget -t bx /tree.dtb / none)" ''
done
