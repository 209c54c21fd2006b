"""What compilers make of the whole repository: every header at once, examples that are linked and run, and each mistake of
tests/fail. Prints a row of a table for each compiler in WIREWRAP_COMPILERS, and on standard error what is not as it should
be.

    WIREWRAP_COMPILERS="g++-16,g++-16 -std=c++26" python3 -B tools/checks/survey.py
"""

import glob
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import compile_fail
from compilers import COMPILERS, compile_ahead, compile_text, headers_in, included_in, link, program_of

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic")
# fmt's library is made for one standard library, its headers for each; those of fmt 11.1 use malloc without <cstdlib>, which
# shows with libc++ 23.
LINKED = ("-DFMT_HEADER_ONLY", "-include", "cstdlib")
# Those that run and end without an argument; together they have boards, machines, policies, backends and devices.
EXAMPLES = ("examples/[chm]*.cpp", "examples/own_*/main.cpp")
MISTAKES = ("tests/fail/*/*.cpp",)


def found(patterns):
    return sorted(path for pattern in patterns for path in glob.glob(pattern))


def release(compiler):
    command = [program_of(compiler), "-dumpfullversion", "-dumpversion"]
    return subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8").stdout.split()[0]


def headers(compiler):
    """How many errors and warnings all headers at once give, and their text."""
    text = "".join(f"#include <{path.removeprefix('include/')}>\n" for path in headers_in(["include", "boards"]))
    accepted, output = compile_text(compiler, text, *WARNINGS)
    errors = len(re.findall(r"\berror:", output))
    return errors if accepted else max(errors, 1), len(re.findall(r"\bwarning:", output)), output


def failure_of(compiler, path, program):
    """What is wrong with an example, or nothing."""
    made, output = link(compiler, path, program, *WARNINGS, "-Werror", *LINKED)
    if not made:
        return f"{path} with {compiler}:\n{output}"
    status = subprocess.run([program], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode
    return f"{path} with {compiler} ends with status {status}" if status else ""


def unsaid_of(compiler, cases, folder):
    """What is wrong with the mistakes. What they include is compiled once."""
    ahead = compile_ahead(compiler, sorted({header for case in cases for header in included_in(case.source)}), folder)
    return [failure for group in compile_fail.groups_of(cases) for failure in compile_fail.mistakes(group, compiler, ahead)]


def row_of(compiler, cases):
    """A row, and what is not as it should be."""
    examples = found(EXAMPLES)
    errors, warnings, output = headers(compiler)
    with tempfile.TemporaryDirectory() as folder:
        programs = [failure_of(compiler, path, os.path.join(folder, "program")) for path in examples]
        unsaid = unsaid_of(compiler, cases, folder)
    wrong = [failure for failure in programs if failure]
    row = [
        compiler,
        release(compiler),
        f"{errors} errors, {warnings} warnings",
        f"{len(examples) - len(wrong)} of {len(examples)}",
        f"{len(cases) - len(unsaid)} of {len(cases)}",
    ]
    return row, ([output] if errors or warnings else []) + wrong + unsaid


def main():
    cases = [compile_fail.read_case(path) for path in found(MISTAKES)]
    holes = 0
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for row, told in pool.map(lambda compiler: row_of(compiler, cases), COMPILERS):
            print("| " + " | ".join(row) + " |", flush=True)
            print("\n".join([f"{row[0]}: done", *told]), file=sys.stderr, flush=True)
            holes += len(told)
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
