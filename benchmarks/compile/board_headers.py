"""What including one board's header costs beside `machine` alone, in instructions that each compiler executes.

    tools/bazel run //benchmarks/compile:board_headers

Seconds depend on what else a host does; instructions, counted by valgrind (Debian package `valgrind`), do not. A board costs
what that board costs: its ratio stays below LIMIT.
"""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.append("tools/checks")
from compilers import COMPILERS  # noqa: E402

FLAGS = ("-std=c++23", "-fsyntax-only", "-Iinclude", "-I.", "-x", "c++", "-")
# The dearest of each kind, by the time of g++: many boards, a map with devices, many versions; and a board of one fact.
BOARDS = ("sparc/leon3", "riscv/virt", "x86/pc", "arm/raspi", "arm/aspeed", "arm/allwinner", "arm/stm32", "sparc/sun4v")
LIMIT = 1.3


def instructions(compiler, program):
    command = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null", "--trace-children=yes"]
    result = subprocess.run(
        [*command, compiler, *FLAGS], input=program, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    if result.returncode != 0:
        sys.exit(f"{compiler} does not compile\n{program}\n{result.stdout}")
    return sum(int(count.replace(",", "")) for count in re.findall(r"I\s+refs:\s+([\d,]+)", result.stdout))


def main():
    if not shutil.which("valgrind"):
        sys.exit("valgrind is missing; install the Debian package valgrind")
    machine = "#include <wirewrap/machine.hpp>\n"
    programs = {"machine alone": machine} | {b: machine + f"#include <boards/{b}.hpp>\n" for b in BOARDS}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {(c, n): pool.submit(instructions, c, p) for n, p in programs.items() for c in COMPILERS}
    dear = []
    print(f"{'':16}" + "".join(f"{c:>24}" for c in COMPILERS))
    for name in programs:
        counts = [jobs[c, name].result() for c in COMPILERS]
        ratios = [n / jobs[c, "machine alone"].result() for c, n in zip(COMPILERS, counts)]
        print(f"{name:16}" + "".join(f"{n / 1e9:14.2f} G  {r:6.3f}" for n, r in zip(counts, ratios)))
        if max(ratios) > LIMIT:
            dear.append(name)
    if dear:
        sys.exit(f"more than {LIMIT} times machine alone: {', '.join(dear)}")


if __name__ == "__main__":
    main()
