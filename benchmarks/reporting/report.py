"""Measures everything in alternation and writes docs/benchmarks.md and docs/benchmarks.svg.

    tools/bazel run -c opt //benchmarks:report
    tools/bazel run -c opt //benchmarks:report -- --rounds 9
    tools/bazel run -c opt //benchmarks:report -- --only kernels --rounds 3      prints, writes nothing
    tools/bazel run -c opt //benchmarks:report -- --peer "libriscv=/opt/rvlinux --single"     a column of guest loops for it

A peer is given each kernel as a static program of 64-bit Linux on RISC-V, or where `{bin}` stands in its command, as a raw image
for the machine `virt`; it prints the kernel's checksum and ends with success.

Each round measures everything once and takes a few minutes on an idle host; `--rounds 1` is the shortest run of everything.

The notes at the end of the page, from the heading `## Notes` on, are written by people and kept.
"""

import argparse
import datetime
import os
import pathlib
import re
import sys

from access import TARGETS, Access
from compiling import Compiling
from glance import glance
from kernels import Kernels
from measuring import COMPILERS, first_line
from plot import svg
from setup import Setup
from state import State
from translating import Translating

SUBJECTS = {
    "access": Access,
    "kernels": Kernels,
    "translating": Translating,
    "setup": Setup,
    "state": State,
    "compiling": Compiling,
}
NOTES = "## Notes"


def _host():
    cpu = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    huge = re.search(r"\[(.*)\]", pathlib.Path("/sys/kernel/mm/transparent_hugepage/enabled").read_text())
    virtual = "virtual machine" if "hypervisor" in pathlib.Path("/proc/cpuinfo").read_text() else "no hypervisor"
    return f"{cpu[1] if cpu else 'unknown CPU'}, {os.cpu_count()} CPUs, {virtual}, transparent huge pages: {huge[1]}"


def _versions():
    packages = ["unicorn", "systemc"]
    lines = [
        *(first_line(name, "--version") for name in COMPILERS),
        first_line("riscv64-unknown-elf-gcc", "--version"),
        first_line("qemu-system-riscv64", "--version"),
    ]
    for name in packages:
        found = first_line("dpkg-query", "-W", "-f", "${source:Package} ${Version}\n", f"lib{name}-dev")
        if found.startswith(name):
            lines.append(found)
    return "; ".join(line for line in lines if line)


def _peer(text):
    name, equals, command = text.partition("=")
    if not (name and equals and command):
        raise argparse.ArgumentTypeError(f"{text}: write NAME=COMMAND")
    return name, command


def _progress(text):
    print(text, file=sys.stderr, flush=True)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--only", choices=SUBJECTS)
    options.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND", type=_peer)
    chosen = options.parse_args()

    subjects = {
        name: make(chosen.peer) if make is Kernels else make()
        for name, make in SUBJECTS.items()
        if chosen.only in (None, name)
    }
    for name, subject in subjects.items():
        _progress(f"{name}: getting ready")
        subject.prepare()
    for number in range(chosen.rounds):
        for name, subject in subjects.items():
            _progress(f"round {number + 1} of {chosen.rounds}: {name}")
            subject.round()

    text = "\n".join(subject.markdown() for subject in subjects.values())
    if chosen.only:
        print(text)
        return
    text = glance(subjects) + "\n" + text
    skipped = "".join(f"* Not measured: {reason}.\n" for name in ("access", "state") for reason in subjects[name].missing)
    docs = pathlib.Path(os.environ.get("BUILD_WORKSPACE_DIRECTORY", "."), "docs")
    page = docs / "benchmarks.md"
    kept = page.read_text().partition(NOTES)[2] if page.exists() else "\n"
    page.write_text(f"""# Benchmarks

Written by `tools/bazel run -c opt //benchmarks:report` on {datetime.date.today()}; rounds: {chosen.rounds}, in each
everything once, so that what disturbs the host disturbs all alike. Trust ratios, not figures.

* {_host()}
* {_versions()}
{skipped}
![Guest loops and accesses](benchmarks.svg)

{text}

{NOTES}{kept}""")
    (docs / "benchmarks.svg").write_text(svg(subjects["kernels"], subjects["access"], TARGETS))
    _progress(f"written: {page}")


if __name__ == "__main__":
    main()
