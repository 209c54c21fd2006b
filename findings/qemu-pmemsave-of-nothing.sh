#!/bin/bash
# Guess: pmemsave of addresses where the machine has neither memory nor a device is an error, as it is for xp ("Cannot
# access memory") and for memsave ("Invalid addr").
# Seen: it writes as many bytes as it was asked for, all zero, and succeeds. Of the same 16 bytes memsave writes none.
# Why it matters: a dump with a wrong address, or longer than RAM, looks like memory that the guest has cleared.
# Versions: QEMU 7.2.22 (Debian 12) and 11.1.3 (Debian sid) alike, qemu-system-riscv64, -machine virt -m 64M.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

qemu=qemu-system-riscv64
ask() { ask_qemu -machine virt -m 64M -bios none | tr -d '\r'; }

for release in qemu_riscv_7_2 qemu_riscv_11_1; do
    declare -n wanted=$release
    packages "${wanted[@]}"
    looked=$(ask <<<'{"execute":"human-monitor-command","arguments":{"command-line":"xp /1xb 0x90000000"}}')
    expect "$release xp" "$(grep -o 'Cannot access memory' <<<"$looked")" 'Cannot access memory'
    saved=$(ask <<<'{"execute":"memsave","arguments":{"val":2415919104,"size":16,"filename":"/hole"}}')
    expect "$release memsave" "$(grep -o 'Invalid addr' <<<"$saved")" 'Invalid addr'
    saved=$(ask <<<'{"execute":"pmemsave","arguments":{"val":2415919104,"size":16,"filename":"/hole"}}')
    expect "$release pmemsave" "$saved" '{"return": {}}'
    expect "$release bytes" "$(od -An -tx1 "$root/hole")" ' 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00'
done
