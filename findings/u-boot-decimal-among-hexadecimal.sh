#!/bin/bash
# Guess: numbers at U-Boot's prompt are hexadecimal, in all commands.
# Seen: `test` reads them as decimal ones, and what is none is 0: after `setexpr x 8 + 8` x is 10, `itest 10 == 0x10`
# holds, `test $x -eq 16` does not, and `test f -eq 0` does. `fdt set` reads <10> as ten, <010> as eight and [10] as
# sixteen; 4294967296 in a cell and 100 in a byte are 0, without a word.
# Why it matters: boot scripts count with setexpr and compare with test, and patch the memory node with fdt set.
# Versions: U-Boot 2023.01 (Debian 12; OpenSBI 1.1, QEMU 7.2.22) and 2025.01 (Debian sid; 1.9, 11.1.3) alike, riscv64.
set -euo pipefail
. "$(dirname "$(readlink -f "$0")")/packages.sh"

# Types each line at the prompt when the one before is answered; prints the answers.
prompt() {
    python3 - "$root" "$@" <<'END'
import os, subprocess, sys, threading

root, lines = sys.argv[1], sys.argv[2:]
guest = subprocess.Popen(
    ["chroot", root, "qemu-system-riscv64", "-M", "virt", "-m", "128M", "-nodefaults", "-display", "none",
     "-serial", "stdio", "-bios", "/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin",
     "-kernel", "/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin"],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
patience = threading.Timer(200, guest.kill)
patience.start()

def until(text):
    seen = b""
    while not seen.endswith(text):
        byte = os.read(guest.stdout.fileno(), 1)
        if not byte:
            sys.exit("QEMU ended: " + seen.decode(errors="replace")[-300:])
        seen += byte
    return seen

def typed(line):
    os.write(guest.stdin.fileno(), line.encode() + b"\r")
    return until(b"\n=> ").decode().replace("\r", "").split("\n", 1)[1].removesuffix("=> ")

until(b"autoboot")
os.write(guest.stdin.fileno(), b"\r")
until(b"=> ")
for line in lines:
    print(" ".join(typed(line).split()), end=";")
guest.kill()
patience.cancel()
END
}

ask_u_boot() { # RELEASE
    expect "$1 setexpr, itest, test" "$(prompt 'setexpr x 8 + 8; echo $x' 'itest $x == 0x10 && echo sixteen' \
        'test $x -eq 16 && echo sixteen' 'test $x -eq 10 && echo ten' 'test f -eq 0 && echo nothing')" \
        '10;sixteen;;ten;nothing;'
    expect "$1 fdt set" "$(prompt 'fdt addr $fdtcontroladdr' 'fdt move $fdtcontroladdr 84000000 8000' \
        'fdt set / cells <10 010 0x10 4294967296>' 'fdt print / cells' 'fdt set / bytes [10 100]' 'fdt print / bytes' |
        grep -o '[a-z]* = [^;]*' | paste -sd' ')" \
        'cells = <0x0000000a 0x00000008 0x00000010 0x00000000> bytes = [10 00]'
}

packages "${qemu_riscv_7_2[@]}" opensbi=1.1-2 u-boot-qemu=2023.01+dfsg-2+deb12u3
ask_u_boot 2023.01
packages "${qemu_riscv_11_1[@]}" opensbi=1.9-1 u-boot-qemu=2025.01-3.2
ask_u_boot 2025.01
