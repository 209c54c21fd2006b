"""Translated code beside its loops: until it is there, at devices, and in a boot."""

import os
import pathlib
import selectors
import subprocess
import time

from kernels import FOLDER, KERNELS
from measuring import SPOKEN, median, run, spread, table

ACCESSES = {"load": "a load of the UART's line status", "store": "a store to the UART's scratch register"}
OPENSBI = "/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_dynamic.bin"
U_BOOT = "/usr/lib/u-boot/qemu-riscv64_smode/u-boot.bin"
BOOTS = {
    "wirewrap run": ["examples/wirewrap", "run"],
    "QEMU TCG": ["qemu-system-riscv64", "-M", "virt", "-display", "none", "-monitor", "none", "-serial", "stdio"],
}


def prompt(command, deadline=60):
    """Seconds of user CPU until U-Boot prompts; a key is pressed ahead, so that it does not count down."""
    process = subprocess.Popen(
        [*command, "-m", "256M", "-bios", OPENSBI, "-kernel", U_BOOT],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    said, pressed, end = b"", False, time.monotonic() + deadline
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ)
        while b"\n=> " not in said and time.monotonic() < end:
            if waiting.select(1):
                more = os.read(process.stdout.fileno(), 4096)
                if not more:
                    break
                said += more
                # What is printed comes in pieces.
                if b"stop autoboot" in said and not pressed:
                    pressed = True
                    process.stdin.write(b" ")
                    process.stdin.flush()
    process.kill()
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = -9
    process.stdin.close()
    process.stdout.close()
    if b"\n=> " not in said:
        raise RuntimeError(f"{' '.join(command)}: no prompt\n{said[-500:].decode(errors='replace')}")
    return usage.ru_utime


class Translating:
    """Milliseconds in `warm[compiler][kernel]` as (to full speed, first run, later run), nanoseconds in
    `devices[compiler][name]`, seconds in `boots[who]`; one figure for each round."""

    def __init__(self):
        self.warm = {name: {kernel: [] for kernel in KERNELS} for name in SPOKEN}
        self.devices = {name: {} for name in SPOKEN}
        self.boots = {name: [] for name in BOOTS}

    def prepare(self):
        pass

    def round(self):
        for compiler in SPOKEN:
            for kernel in KERNELS:
                said = run(str(FOLDER / f"warm_up_{compiler}.program"), str(FOLDER / f"{kernel}.bin")).output
                self.warm[compiler][kernel].append([float(figure) for figure in said.split()])
            for line in run(str(FOLDER / f"device_access_{compiler}.program")).output.splitlines():
                name, figure = line.split()
                self.devices[compiler].setdefault(name, []).append(float(figure))
        if pathlib.Path(U_BOOT).exists() and pathlib.Path(OPENSBI).exists():
            for who, command in BOOTS.items():
                self.boots[who].append(prompt(command))

    def above(self, compiler, access):
        """What a guest's access costs beyond the function of the device, round by round."""
        times = self.devices[compiler]
        return [
            device - ram - function
            for device, ram, function in zip(*(times[f"{access}/{what}"] for what in ("device", "ram", "function")))
        ]

    def full_speed(self, compiler, kernel):
        return [figures[0] for figures in self.warm[compiler][kernel]]

    def markdown(self):
        rows = [[kernel, *(spread(self.full_speed(c, kernel)) for c in SPOKEN)] for kernel in KERNELS]
        warm = table(["ms of CPU", *SPOKEN.values()], rows)
        rows = [
            [
                f"{said}, {SPOKEN[c]}",
                *(f"{median(self.devices[c][f'{access}/{what}']):.2f}" for what in ("device", "ram", "function")),
                spread(self.above(c, access)),
            ]
            for c in SPOKEN
            for access, said in ACCESSES.items()
        ]
        head = ["ns of CPU", "in the guest", "the same loop on RAM", "the device's function", "above it"]
        devices = table(head, rows)
        boots = "Not measured: no U-Boot or OpenSBI here.\n"
        if self.boots["wirewrap run"]:
            rows = [[who, spread(times)] for who, times in self.boots.items()]
            boots = table(["seconds of user CPU", "until U-Boot prompts"], rows)
        return f"""## Translated code, beside its loops

From a kernel's first instruction until 2 million instructions in a row take no more than 1 / 0.9 of what they take when all is
translated: CPU time, of a machine whose pages are there.

{warm}
A loop of four instructions. Above: what is left of it without the loop and the function.

{devices}
OpenSBI and U-Boot on riscv64/virt with 256 MiB, one hart.

{boots}"""
