#!/bin/bash
# Guess: a migration stream that has nothing but main RAM is refused, because processor and devices are missing in it.
# Seen: it is loaded, "completed" and without a word: one page is there, and the machine is otherwise as after a reset.
# Versions: QEMU 7.2.22 (Debian 12) and 11.1.3 (Debian sid), qemu-system-x86_64, pc-i440fx-7.2 with 16 MiB.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

# A head with the machine's name; section "ram" that begins with the list of blocks, pc.ram alone; its end, with a page of 0xa5
# at 0x3000; the end of the stream, and a description of devices, of which there is none.
stream() {
    python3 - <<'END'
import struct, sys

def word(value):
    return struct.pack(">I", value)

def long(value):
    return struct.pack(">Q", value)

def text(value):
    return bytes([len(value)]) + value

machine, block, size = b"pc-i440fx-7.2", b"pc.ram", 16 << 20
ended = long(0x10) + b"\x7e" + word(2)
sys.stdout.buffer.write(
    b"QEVM" + word(3) + b"\x07" + word(len(machine)) + machine
    + b"\x01" + word(2) + text(b"ram") + word(0) + word(4) + long(size | 4) + text(block) + long(size) + ended
    + b"\x03" + word(2) + long(0x3000 | 8) + text(block) + b"\xa5" * 4096 + ended
    + b"\x00" + b"\x06" + word(2) + b"{}"
)
END
}

loaded() {
    stream >"$root/stream"
    {
        echo '{"execute":"qmp_capabilities"}'
        sleep 3
        echo '{"execute":"query-migrate"}'
        echo '{"execute":"human-monitor-command","arguments":{"command-line":"xp /2xb 0x2fff"}}'
        echo '{"execute":"quit"}'
    } | inside qemu-system-x86_64 -machine pc-i440fx-7.2 -m 16M -accel tcg -S -nodefaults -display none -monitor none \
        -serial none -qmp stdio -incoming "$1" 2>/dev/null 3<"$root/stream" |
        grep -ao 'completed\|failed\|0x00 0x..' | paste -sd ' '
}

packages "${qemu_7_2[@]}"
expect "RAM alone in 7.2" "$(loaded fd:3)" "completed 0x00 0xa5"
packages "${qemu_11_1[@]}"
expect "RAM alone in 11.1" "$(loaded file:/stream)" "completed 0x00 0xa5"
