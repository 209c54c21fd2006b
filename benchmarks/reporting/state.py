"""Snapshots beside writing and reading their bytes, and rounds of a routine from one state."""

import pathlib
import re
import tempfile

from measuring import GCC, SPOKEN, median, run, spread, table

FOLDER = pathlib.Path("benchmarks/state")
ROWS = {
    "save": "save ÷ bytes summed up, written, fsync",
    "open": "open ÷ bytes read, summed up",
    "restore": "restore ÷ bytes read, summed up",
    "both": "open and restore ÷ bytes read, summed up",
}
USED = {"4096": "one page", "67108864": "64 MiB"}


class State:
    """`ratios[compiler][used][row]` and `rounds[row]`, microseconds, have one figure for each round of the report."""

    def __init__(self):
        self.ratios = {name: {used: {row: [] for row in ROWS} for used in USED} for name in SPOKEN}
        self.rounds, self.missing = {}, []
        self._kept = tempfile.TemporaryDirectory()
        self._routine = pathlib.Path(self._kept.name, "rounds")

    def prepare(self):
        if not pathlib.Path("/usr/include/unicorn/unicorn.h").exists():
            self.missing.append("rounds of a routine: the Debian package libunicorn-dev is not installed")
            return
        try:
            run(GCC, "-std=c++23", "-O2", "-DNDEBUG", "-Iinclude", "-I.", "-o", str(self._routine),
                str(FOLDER / "rounds.cpp"), "-lunicorn")  # fmt: skip
        except RuntimeError as error:
            self.missing.append(f"rounds of a routine: do not compile here: {str(error).splitlines()[1]}")

    def round(self):
        for compiler in SPOKEN:
            used = None
            for line in run(str(FOLDER / f"snapshots_{compiler}.program"), "/dev/shm", "5").output.splitlines():
                if found := re.match(r"(\d+) bytes in use", line):
                    used = found[1]
                elif (words := line.split())[0] in ROWS:
                    self.ratios[compiler][used][words[0]].append(float(words[1]))
        if self._routine.exists():
            for line in run(str(self._routine)).output.splitlines():
                if found := re.match(r"(\w[\w ]*?)\s+([\d.]+)\s+[\d.]+$", line):
                    self.rounds.setdefault(found[1], []).append(float(found[2]))

    def markdown(self):
        rows = [
            [f"{said}, {used}", *(spread(self.ratios[c][key][row]) for c in SPOKEN)]
            for row, said in ROWS.items()
            for key, used in USED.items()
        ]
        snapshots = table(["1 GiB of RAM, in use", *SPOKEN.values()], rows)
        routine = ""
        if self.rounds:
            rows = [[name, f"{median(times):.2f}"] for name, times in self.rounds.items()]
            routine = """
A routine of a few hundred instructions that stores to 20 pages of 1 GiB, again and again from the same state.

""" + table(["µs a round", SPOKEN["gcc"]], rows)
        return f"""## State

Snapshots in memory (`/dev/shm`), as ratios of wall time; the checksum is that of the snapshot.

{snapshots}{routine}"""
