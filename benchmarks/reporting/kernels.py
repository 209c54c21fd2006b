"""Guest loops: each kernel on wirewrap's hart, under QEMU and on the host, in turn."""

import pathlib
import shlex

from measuring import SPOKEN, geometric_mean, median, ratios, run, spread, table

FOLDER = pathlib.Path("benchmarks/kernels")
KERNELS = ["seqsum", "copy64", "bytes", "rand", "chase", "sieve", "crc32", "matmul", "qsort", "fib"]
MEMORY_BOUND = {"rand", "chase"}  # not in the geometric mean: they measure the host's memory
FUSED_FIRST = {"seqsum", "copy64", "bytes", "rand", "chase"}  # as in benchmarks/kernels/fused_first.cpp


def fused(compiler, own):
    """The hart that was compiled for a kernel, or the one that was compiled for five others."""
    return lambda kernel: f"fused_{'first' if (kernel in FUSED_FIRST) == own else 'last'}_{compiler}"


# Programs, or functions from kernels to programs.
HARTS = {
    f"{way}, {spoken}": make(name)
    for way, make in {
        "compact": "hart_{}".format,
        "compact, remembered translations": "remembered_{}".format,
        "fast": "fast_{}".format,
        "translated": "translated_{}".format,
        "own profile": lambda name: fused(name, True),
        "others' profile": lambda name: fused(name, False),
    }.items()
    for name, spoken in SPOKEN.items()
}
QEMU, NATIVE = "QEMU TCG", "native, same C"


def qemu(image, *options):
    return ["qemu-system-riscv64", "-M", "virt", "-m", "256M", "-bios", str(image), "-display", "none",
            "-monitor", "none", "-serial", "stdio", *options]  # fmt: skip


def peer(command):
    """What runs a kernel on somebody else's program: `{bin}` in its words is the raw image for QEMU's `virt`, `{elf}` the
    kernel as a static program of 64-bit Linux on RISC-V, which is put behind the others where neither is named."""
    words = shlex.split(command)
    if not any(name in word for word in words for name in ("{bin}", "{elf}")):
        words.append("{elf}")
    return lambda kernel: [
        word.replace("{bin}", str(FOLDER / f"{kernel}.bin")).replace("{elf}", str(FOLDER / f"{kernel}.linux.elf"))
        for word in words
    ]


class Kernels:
    """`seconds[runner][kernel]` has one figure of user CPU for each round; `instructions[kernel]` the count."""

    def __init__(self, peers=()):
        self.peers = [name for name, _ in peers]
        self.runners = {
            name: lambda kernel, program=program: [
                str(FOLDER / f"{program(kernel) if callable(program) else program}.program"),
                str(FOLDER / f"{kernel}.bin"),
            ]
            for name, program in HARTS.items()
        }
        self.runners[QEMU] = lambda kernel: qemu(FOLDER / f"{kernel}.bin")
        self.runners |= {name: peer(command) for name, command in peers}
        self.seconds = {name: {kernel: [] for kernel in KERNELS} for name in [*self.runners, NATIVE]}
        self.instructions, self.checksums, self.repetitions = {}, {}, {}

    def prepare(self):
        """The checksum by the host's own arithmetic, the count by QEMU's -icount, and how often a native run repeats."""
        for kernel in KERNELS:
            once = run(FOLDER / f"{kernel}.native")
            self.checksums[kernel] = once.output.strip()
            self.repetitions[kernel] = max(1, min(50, round(0.3 / max(once.user, 0.006))))
            checksum, count = run(*qemu(FOLDER / f"{kernel}.bin", "-icount", "shift=0")).output.split()
            self._check(kernel, "QEMU -icount", checksum, self.checksums[kernel])
            self.instructions[kernel] = int(count, 16)

    def round(self):
        start = {name: min(run(*command("empty")).user for _ in range(3)) for name, command in self.runners.items()}
        for kernel in KERNELS:
            for name, command in self.runners.items():
                done = run(*command(kernel))
                checksum, *count = done.output.split()
                self._check(kernel, name, checksum, self.checksums[kernel])
                # Without -icount QEMU's minstret is a clock; peers need not count.
                if name in HARTS:
                    (count,) = count
                    self._check(kernel, name + " (instructions)", int(count, 16), self.instructions[kernel])
                self.seconds[name][kernel].append(max(done.user - start[name], 1e-3))
            times = self.repetitions[kernel]
            done = run(FOLDER / f"{kernel}.native", str(times))
            self._check(kernel, NATIVE, done.output.strip(), self.checksums[kernel])
            self.seconds[NATIVE][kernel].append(max(done.user, 1e-3) / times)

    @staticmethod
    def _check(kernel, who, found, expected):
        if found != expected:
            raise RuntimeError(f"{kernel} on {who}: {found}, not {expected}")

    def speed(self, name, kernel):
        """Million guest instructions a second; for native runs, those that a guest would have needed."""
        return self.instructions[kernel] / 1e6 / median(self.seconds[name][kernel])

    def mean(self, name):
        return geometric_mean([self.speed(name, kernel) for kernel in KERNELS if kernel not in MEMORY_BOUND])

    def to_qemu(self, name, kernel):
        return ratios(self.seconds[QEMU][kernel], self.seconds[name][kernel])

    def mean_to_qemu(self, name):
        """One ratio for each round, of the geometric means."""
        kept = [self.to_qemu(name, kernel) for kernel in KERNELS if kernel not in MEMORY_BOUND]
        return [geometric_mean(of_round) for of_round in zip(*kept)]

    def markdown(self):
        names = list(self.seconds)
        rows = [
            [kernel, f"{self.instructions[kernel] / 1e6:.0f}", *(f"{self.speed(name, kernel):.0f}" for name in names)]
            for kernel in KERNELS
        ]
        rows.append(["**geometric mean, without rand and chase**", "", *(f"**{self.mean(name):.0f}**" for name in names)])
        speeds = table(["kernel", "million instructions", *names], rows)
        compared = [*HARTS, *self.peers]
        rows = [[kernel, *(spread(self.to_qemu(name, kernel)) for name in compared)] for kernel in KERNELS]
        rows.append(["**geometric mean**", *(f"**{spread(self.mean_to_qemu(name))}**" for name in compared)])
        beside = table(["as fast as QEMU TCG", *compared], rows)
        return f"""## Guest loops

Million guest instructions a second of user CPU, less that of an empty kernel. The checksum of every run is that of the same
C on the host, the number of retired instructions that of `qemu-system-riscv64 -icount`. Native: what the host needs for
the same C without vectors, in the guest's instructions.

{speeds}
Median and range of the ratios of one round to the next, above 1: wirewrap is faster.

{beside}"""
