"""Compiles the C++ in the Markdown pages named on the command line, on both compilers.

    ```cpp            must compile
    ```cpp fail       must not compile, and the compiler must print every line of the neighbouring ```text block:
                      the next fenced block if it is one, else the previous one

A block that includes nothing continues the ```cpp block before it, so that a page can show the one wrong line
beside a whole program; a program that another one continues is compiled as a part of it. Blocks of any other kind are left alone.

For clang what they include is compiled once for all of them; g++ is given each program by itself, so that one which does not
include what it uses is found.
"""

import os
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from compilers import COMPILERS, compile_ahead, compile_text, included_in, is_clang, report

FENCE = re.compile(r"^```(?P<kind>[^`\n]*)\n(?P<text>.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)


@dataclass
class Block:
    kind: str
    text: str
    line: int


def blocks_of(page):
    return [
        Block(m["kind"].strip(), m["text"], page.count("\n", 0, m.start()) + 1) for m in FENCE.finditer(page)
    ]


def expected_lines(blocks, index):
    """The sentences that belong to the failing block at `index`."""
    for neighbour in blocks[index + 1 : index + 2] + blocks[max(index - 1, 0) : index]:
        if neighbour.kind == "text":
            return [line.strip() for line in neighbour.text.splitlines() if line.strip()]
    return []


def check_block(compiler, flags, place, program, must_compile, sentences):
    """What `compiler` does with the block that page and place say it does not, as failures."""
    compiles, output = compile_text(compiler, program, *flags)
    if must_compile:
        return [] if compiles else [f"{place} does not compile with {compiler}:\n{output}"]
    if compiles:
        return [f"{place} is marked 'cpp fail' but compiles with {compiler}"]
    wanted = "".join(f"\n    {s}" for s in sentences if s not in output)
    return [f"{place}: {compiler} does not say{wanted}\nIt says\n{output}"] if wanted else []


def programs_of(path, failures):
    """Place, text, whether it must compile, and expected sentences of each block of C++; adds to `failures`."""
    with open(path, encoding="utf-8") as file:
        blocks = blocks_of(file.read())
    programs, program = [], ""  # the blocks before a block are compiled with it
    for index, block in enumerate(blocks):
        if block.kind not in ("cpp", "cpp fail"):
            continue
        place = f"{path}:{block.line}"
        located = f'#line {block.line + 1} "{path}"\n{block.text}'
        whole = located if "#include" in block.text else program + located
        if block.kind == "cpp":
            if programs and programs[-1][2] and whole.startswith(programs[-1][1]):
                programs.pop()
            program = whole
            programs.append((place, whole, True, []))
        elif sentences := expected_lines(blocks, index):
            programs.append((place, whole, False, sentences))
        else:
            failures.append(f"{place} is marked 'cpp fail' but no ```text block beside it says what is expected")
    return programs


def main(paths):
    failures = []
    programs = [program for path in paths for program in programs_of(path, failures)]
    if not programs and not failures:
        print("SKIPPED: no page holds C++ yet")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        included = sorted({header for program in programs for header in included_in(program[1])})
        # Where there is one compiler alone, it is the one that looks.
        ahead = {each: compile_ahead(each, included, folder) for each in COMPILERS[1:] if is_clang(each)}
        jobs = [
            pool.submit(check_block, each, ahead.get(each, []), *program) for program in programs for each in COMPILERS
        ]
        for job in jobs:
            failures += job.result()
    return report(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
