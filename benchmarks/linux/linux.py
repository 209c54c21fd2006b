"""Linux beside QEMU: how long a boot takes, a load of busybox's applets, and the ten kernels as user programs.

    tools/bazel run //benchmarks/linux -- --rounds 3

Each round does everything once in each emulator. A boot is measured by the user CPU of the emulator, from its start to power-off;
what runs in the guest by the guest's clock, four times in a row. Prints ratios to QEMU, above 1: wirewrap is faster.
"""

import argparse
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time

KERNELS = ("seqsum", "copy64", "bytes", "rand", "chase", "sieve", "crc32", "matmul", "qsort", "fib")
LOAD = {
    "sha256sum": "sha256sum /tmp/a",
    "gzip": "gzip -c /tmp/a",
    "sort": "od -An -tx4 /tmp/a | head -60000 | sort",
    "awk": "awk 'BEGIN{for(i=0;i<1000000;i++){s+=i*7%13; a[i%100]=s} print s}'",
}
TIMES = 4

# What runs nothing is what the script around it takes.
NOTHING = "true"
EMULATORS = {"QEMU": "qemu-system-riscv64 -M virt -nographic", "wirewrap": "examples/wirewrap run"}


def script():
    """Prints a line for each piece of work: MEASURED, its name, and the guest's seconds before and after."""
    lines = ["now() { cut -d' ' -f1 /proc/uptime; }", "dd if=/dev/urandom of=/tmp/a bs=1M count=8 2>/dev/null"]
    work = {kernel: " ; ".join([f"{kernel}.linux.elf"] * TIMES) for kernel in KERNELS}
    work |= LOAD
    for name, command in work.items():
        lines.append(f"s=$(now); {{ {command} ; }} > /dev/null; echo MEASURED {name} $s $(now)")
    return "\n".join(lines) + "\n"


def boot(emulator, folder, text, programs=()):
    """User CPU in seconds, of the emulator and the script that makes the initial file system; and what the guest printed."""
    with tempfile.NamedTemporaryFile("w", suffix=".sh") as file:
        file.write(text)
        file.flush()
        command = [sys.executable, "-B", "examples/linux/linux.py", "--folder", folder, "--script", file.name]
        for program in programs:
            command += ["--add", program]
        process = subprocess.Popen(
            command + ["--emulator", EMULATORS.get(emulator, emulator)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0 or (emulator != NOTHING and "Power down" not in output):
        sys.exit(f"linux: in {emulator} the guest did not get to its power-off; it printed last:\n{output[-1000:]}")
    return usage.ru_utime, output


def measured(output):
    """Seconds by the name of the work."""
    words = [line.split() for line in output.splitlines() if line.startswith("MEASURED")]
    return {name: float(end) - float(start) for _, name, start, end in words}


def row(name, values):
    """A row of the table: medians, and the median and range of the ratios of one round to the next."""
    ratios = [a / b for a, b in zip(values["QEMU"], values["wirewrap"])]
    qemu, own = (statistics.median(values[emulator]) for emulator in EMULATORS)
    ratio = statistics.median(ratios)
    print(f"| {name} | {qemu:.2f} | {own:.2f} | {ratio:.2f} ({min(ratios):.2f}–{max(ratios):.2f}) |")
    return ratio


def main():
    parser = argparse.ArgumentParser(description="Linux beside QEMU.")
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only-boot", action="store_true", help="leave out what runs in the guest")
    parser.add_argument("--folder", default=os.path.join(cache, "wirewrap-linux"), help="where Debian's packages are")
    request = parser.parse_args()
    programs = [f"benchmarks/kernels/{kernel}.linux.elf" for kernel in KERNELS]
    boots = {emulator: [] for emulator in EMULATORS}
    work = {}
    boot(NOTHING, request.folder, "true\n")  # gets the packages, once
    begun = time.monotonic()
    for _ in range(request.rounds):
        # One after the other, so that what disturbs the host disturbs both.
        for emulator in EMULATORS:
            around = boot(NOTHING, request.folder, "true\n")[0]
            boots[emulator].append(boot(emulator, request.folder, "true\n")[0] - around)
        for emulator in () if request.only_boot else EMULATORS:
            for name, seconds in measured(boot(emulator, request.folder, script(), programs)[1]).items():
                work.setdefault(name, {one: [] for one in EMULATORS})[emulator].append(max(seconds, 0.01))
    print(f"{request.rounds} rounds, {time.monotonic() - begun:.0f} s\n")
    print("| | QEMU, s | wirewrap, s | wirewrap's speed ÷ QEMU's |\n|---|--:|--:|--:|")
    row("boot to power-off, user CPU", boots)
    if request.only_boot:
        return
    for name in LOAD:
        row(name, work[name])
    ratios = [row(f"{kernel}, {TIMES} times", work[kernel]) for kernel in KERNELS]
    print(f"| **kernels, geometric mean** | | | **{math.exp(sum(map(math.log, ratios)) / len(ratios)):.2f}** |")


if __name__ == "__main__":
    main()
