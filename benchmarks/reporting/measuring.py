"""Running programs, and what comes of several rounds."""

import math
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

sys.path.append("tools/checks")
from compilers import COMPILERS, is_clang  # noqa: E402

# The compilers as the names of programs and the tables have them: {"gcc": "g++ 12", "clang": "clang 19"}.
SPOKEN = {
    "clang" if is_clang(name) else "gcc": name.replace("clang++", "clang").replace("-", " ") for name in COMPILERS
}
GCC = next(name for name in COMPILERS if not is_clang(name))


@dataclass
class Run:
    output: str
    user: float  # seconds of user CPU, all threads
    system: float
    wall: float


def run(*command):
    """Runs a program to its end. Fails with what it said when its exit status is not 0."""
    start = time.monotonic()
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    )
    output = process.stdout.read()
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: exit status {process.returncode}\n{said}")
    return Run(output, usage.ru_utime, usage.ru_stime, time.monotonic() - start)


def first_line(*command):
    """What a program prints first, for versions; empty when there is no such program."""
    try:
        said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8").stdout
    except FileNotFoundError:
        return ""
    return said.splitlines()[0] if said else ""


def median(values):
    return statistics.median(values)


def ratios(values, baseline):
    """The ratios of the rounds, each of two figures measured in the same round."""
    return [a / b for a, b in zip(values, baseline) if b > 0]


def spread(values, digits=2):
    """`1.08 (1.05–1.12)`: the median, the least and the greatest."""
    if not values:
        return "–"
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def geometric_mean(values):
    return math.exp(statistics.fmean(math.log(v) for v in values))


def table(head, rows):
    """A Markdown table; the first column is text, the others are figures."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
