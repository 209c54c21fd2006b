#!/usr/bin/env python3
"""Makes the streams of this folder: make.py RELEASE FOLDER_OF_QEMU_PROGRAMS [NAME…].

A guest is stopped before its first instruction, with a pattern in its RAM, or runs the program below; QEMU writes its
state, and `pmemsave` its RAM. Both are kept packed by zstd, the RAM as RELEASE-NAME.ram.zst.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

# Stores 1 and 0 by turns at byte 8 of each of 64 pages from 0x8010'0000 on, so that pages become pages of zeroes
# after QEMU has written them:
#     li t0, 1; slli t0, t0, 31; lui t1, 0x100; add t0, t0, t1; li t4, 0
#     outer: li t2, 0; mv t3, t0
#     inner: add t5, t4, t2; andi t5, t5, 1; sd t5, 8(t3); lui t6, 1; add t3, t3, t6; addi t2, t2, 1
#            li a0, 64; blt t2, a0, inner
#     addi t4, t4, 1; lui a1, 0x40
#     delay: addi a1, a1, -1; bnez a1, delay
#     j outer
TOGGLE = bytes.fromhex(
    "930210009392f20137031000b3826200930e000093030000138e0200338f7e00137f1f002334ee01"
    "b71f0000330efe019383130013050004e3c2a3fe938e1e00b70504009385f5ffe39e05fe6ff09ffc")

# Lines that are easily packed, and differ.
PATTERN = b"".join(b"line %6d of RAM\n" % i for i in range(500))

MIB = 1 << 20

SPIKE = ["-machine", "spike", "-bios", "none", "-m", "4"]
INTEGRATOR = ["-machine", "integratorcp", "-m", "2", "-audio", "driver=none"]

# name: target, options, where the pattern goes, RAM (address, size), capabilities
GUESTS = {
    "spike": ("riscv64", SPIKE, 0x8001_0123, (0x8000_0000, 4 * MIB), []),
    "spike-mapped": ("riscv64", SPIKE, 0x8001_0123, (0x8000_0000, 4 * MIB), ["mapped-ram"]),
    "spike-multifd": ("riscv64", SPIKE, 0x8001_0123,
                      (0x8000_0000, 4 * MIB), ["mapped-ram", "multifd"]),
    "spike-running": ("riscv64", SPIKE, None,
                      (0x8000_0000, 4 * MIB), ["mapped-ram"]),
    "integratorcp-mapped": ("arm", INTEGRATOR, 0x1_0401, (0, 2 * MIB), ["mapped-ram"]),
    "integratorcp": ("arm", INTEGRATOR, 0x1_0401, (0, 2 * MIB), []),
    "s390x": ("s390x", ["-machine", "s390-ccw-virtio", "-m", "4", "-bios", "SMALL"], 0x1_0001, (0, 4 * MIB), []),
    "s390x-mapped": ("s390x", ["-machine", "s390-ccw-virtio", "-m", "4", "-bios", "SMALL"], 0x1_0001, (0, 4 * MIB),
                     ["mapped-ram"]),
    "q35-plugged": ("x86_64", [
        "-machine", "q35", "-bios", "EMPTY", "-m", "4,slots=4,maxmem=4G",
        "-object", "memory-backend-ram,id=d0,size=2M", "-device", "pc-dimm,memdev=d0",
        "-object", "memory-backend-ram,id=v0,size=16M",
        "-device", "virtio-mem-pci,memdev=v0,id=vm0,requested-size=4M,addr=9"],
                    0x10_0001, (0x10_0000, 3 * MIB), []),
}


class Qemu:
    """A QEMU that is spoken to over QMP."""

    def __init__(self, program, options):
        self.process = subprocess.Popen(
            [program, "-accel", "tcg", "-nodefaults", "-display", "none", "-monitor", "none", "-serial", "none",
             "-qmp", "stdio"] + options,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.execute("qmp_capabilities")

    def execute(self, command, **arguments):
        line = json.dumps({"execute": command, "arguments": arguments}) + "\n"
        self.process.stdin.write(line.encode())
        self.process.stdin.flush()
        while True:
            answer = json.loads(self.process.stdout.readline())
            if "error" in answer:
                sys.exit("%s: %s" % (command, answer["error"]["desc"]))
            if "return" in answer:
                return answer["return"]

    def wait(self):
        while True:
            answer = self.execute("query-migrate")
            if answer["status"] in ("completed", "failed"):
                return answer["status"]
            time.sleep(0.01)


def make(release, folder, name, scratch):
    target, options, pattern_at, (base, size), capabilities = GUESTS[name]
    # Firmware of zeroes: a PC's has a multiple of 64 KiB, that of IBM Z no more than 4 KiB.
    zeroes = {"EMPTY": 65536, "SMALL": 4096}
    for file, length in zeroes.items():
        (scratch / file).write_bytes(bytes(length))
    pattern = scratch / "pattern.bin"
    pattern.write_bytes(TOGGLE if pattern_at is None else PATTERN)
    options = [str(scratch / option) if option in zeroes else option for option in options]
    if pattern_at is not None:
        options.append("-S")
    at = 0x8000_0000 if pattern_at is None else pattern_at
    options += ["-device", "loader,force-raw=on,file=%s,addr=%d" % (pattern, at)]
    qemu = Qemu(os.path.join(folder, "qemu-system-" + target), options)
    qemu.execute("migrate-set-capabilities",
                 capabilities=[{"capability": each, "state": True} for each in capabilities])
    stream, ram = scratch / "stream", scratch / "ram"
    fast = {"max-bandwidth": 1 << 40}
    if pattern_at is None:
        # Slow enough to go round several times.
        qemu.execute("migrate-set-parameters", **{"max-bandwidth": 65536, "downtime-limit": 1})
        time.sleep(0.5)
    else:
        qemu.execute("migrate-set-parameters", **fast)
    qemu.execute("migrate", uri="file:%s" % stream)
    if pattern_at is None:
        while qemu.execute("query-migrate").get("ram", {}).get("dirty-sync-count", 0) < 3:
            assert qemu.execute("query-migrate").get("status") != "completed", "it was too fast"
            time.sleep(0.01)
        qemu.execute("migrate-set-parameters", **{"max-bandwidth": 1 << 40, "downtime-limit": 2000})
    assert qemu.wait() == "completed", name
    qemu.execute("pmemsave", val=base, size=size, filename=str(ram))
    qemu.process.kill()
    here = pathlib.Path(__file__).resolve().parent
    for file, ending in ((stream, ""), (ram, ".ram")):
        packed = here / ("%s-%s%s.zst" % (release, name, ending))
        subprocess.run(["zstd", "-q", "-f", "-19", str(file), "-o", str(packed)], check=True)


def main():
    release, folder = sys.argv[1:3]
    for name in sys.argv[3:] or GUESTS:
        with tempfile.TemporaryDirectory() as scratch:
            make(release, folder, name, pathlib.Path(scratch))


main()
