"""Compiles the C++ in the Markdown pages named on the command line.

    ```cpp            must compile
    ```cpp fail       must not compile, and the compiler must print every line of the neighbouring ```text block:
                      the next fenced block if it is one, else the previous one

A block that includes nothing continues the ```cpp block before it, so that a page can show the one wrong line
beside a whole program; a program that another one continues is compiled as a part of it. Blocks of any other kind are left alone.

What must not compile is shown to every compiler, what must to one alone: to others by WIREWRAP_COMPILERS.
"""

import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from compilers import ALONE, COMPILERS, compile_text, included_in, report
from includes import Ahead, Includes, paths_included_in
from standard_names import missing_includes

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


@dataclass
class Program:
    place: str  # page and line
    text: str
    must_compile: bool
    sentences: list  # what the compiler has to say where it must not


def check(compiler, program, flags=()):
    """What `compiler` does with the program that its page says it does not, as failures."""
    compiles, output = compile_text(compiler, program.text, *flags)
    if program.must_compile:
        return [] if compiles else [f"{program.place} does not compile with {compiler}:\n{output}"]
    if compiles:
        return [f"{program.place} is marked 'cpp fail' but compiles with {compiler}"]
    wanted = "".join(f"\n    {s}" for s in program.sentences if s not in output)
    return [f"{program.place}: {compiler} does not say{wanted}\nIt says\n{output}"] if wanted else []


def programs_of(path, failures):
    """Those of a page; adds to `failures`."""
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
            if programs and programs[-1].must_compile and whole.startswith(programs[-1].text):
                programs.pop()
            program = whole
            programs.append(Program(place, whole, True, []))
        elif sentences := expected_lines(blocks, index):
            programs.append(Program(place, whole, False, sentences))
        else:
            failures.append(f"{place} is marked 'cpp fail' but no ```text block beside it says what is expected")
    return programs


def main(paths):
    failures = []
    programs = [program for path in paths for program in programs_of(path, failures)]
    if not programs and not failures:
        print("SKIPPED: no page holds C++ yet")
    whole = [program for program in programs if program.must_compile]
    includes = Includes()
    closures = {program.place: includes.closure(paths_included_in(program.text)) for program in whole}
    for program in whole:
        there = includes.foreign(closures[program.place]) | set(included_in(program.text))
        failures += missing_includes(program.place, program.text, there)
    with Ahead(includes, closures.values()) as ahead, ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(lambda one: check(ALONE, one, ahead.flags(closures[one.place])), one) for one in whole]
        jobs += [pool.submit(check, each, one) for one in programs if not one.must_compile for each in COMPILERS]
        for job in jobs:
            failures += job.result()
    return report(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
