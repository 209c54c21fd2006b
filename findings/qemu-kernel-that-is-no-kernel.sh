#!/bin/bash
# Guess: -kernel refuses an ELF file of another architecture, and an object file.
# Seen: riscv64's virt copies each of them to the place of the kernel as if it were a raw image, ELF header first, and
# jumps there. There is no message. The same file with the right machine number is loaded as its segments say.
# Why it matters: the wrong file of a build folder looks like firmware that hangs.
# Versions: QEMU 7.2.22 (Debian 12) and 11.1.3 (Debian sid) alike, qemu-system-riscv64, -machine virt.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

# An executable of one instruction (j .) at 0x80000000, or an object file without sections, for a machine of ELF's list.
elf() { # TYPE MACHINE
    python3 - "$1" "$2" <<'END'
import struct, sys

kind, machine = (int(word) for word in sys.argv[1:])
base, segments = 0x80000000, 1 if kind == 2 else 0
out = b"\x7fELF\x02\x01\x01" + bytes(9)
out += struct.pack("<HHIQQQI", kind, machine, 1, base * segments, 64 * segments, 0, 0)
out += struct.pack("<HHHHHH", 64, 56, segments, 64, 0, 0)
out += struct.pack("<IIQQQQQQ", 1, 5, 120, base, base, 4, 4, 8) * segments + b"\x6f\0\0\0"
sys.stdout.buffer.write(out)
END
}

qemu=qemu-system-riscv64
first_word() {
    elf "$@" >"$root/kernel"
    ask_qemu -machine virt -m 64M -bios none -kernel /kernel <<<'{"execute":"human-monitor-command",
        "arguments":{"command-line":"xp /1xw 0x80000000"}}' | grep -o ': 0x[0-9a-f]*'
}

for release in qemu_riscv_7_2 qemu_riscv_11_1; do
    declare -n wanted=$release
    packages "${wanted[@]}"
    expect "$release executable of RISC-V" "$(first_word 2 243)" ': 0x0000006f'
    expect "$release executable of x86-64" "$(first_word 2 62)" ': 0x464c457f'
    expect "$release object file of RISC-V" "$(first_word 1 243)" ': 0x464c457f'
done
