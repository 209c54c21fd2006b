"""Compiles the C++ in the Markdown pages named on the command line, on both compilers.

    ```cpp            must compile
    ```cpp fail       must not compile, and the compiler must print every line of the neighbouring ```text block:
                      the next fenced block if it is one, else the previous one

A block that includes nothing continues the ```cpp block before it, so that a page can show the one wrong line
beside a whole program. Blocks of any other kind are left alone.
"""

import re
import sys
from dataclasses import dataclass

from compilers import COMPILERS, compile_text, report

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


def check_block(place, program, must_compile, sentences):
    failures = []
    for compiler in COMPILERS:
        compiles, output = compile_text(compiler, program)
        if must_compile:
            if not compiles:
                failures.append(f"{place} does not compile with {compiler}:\n{output}")
        elif compiles:
            failures.append(f"{place} is marked 'cpp fail' but compiles with {compiler}")
        elif missing := [s for s in sentences if s not in output]:
            wanted = "".join(f"\n    {s}" for s in missing)
            failures.append(f"{place}: {compiler} does not say{wanted}\nIt says\n{output}")
    return failures


def check_page(path):
    """Returns the number of compiled blocks and the failures."""
    with open(path, encoding="utf-8") as file:
        blocks = blocks_of(file.read())
    count, failures, program = 0, [], ""
    for index, block in enumerate(blocks):
        if block.kind not in ("cpp", "cpp fail"):
            continue
        count += 1
        place = f"{path}:{block.line}"
        located = f'#line {block.line + 1} "{path}"\n{block.text}'
        whole = located if "#include" in block.text else program + located
        if block.kind == "cpp":
            program = whole
            failures += check_block(place, whole, True, [])
        elif sentences := expected_lines(blocks, index):
            failures += check_block(place, whole, False, sentences)
        else:
            failures.append(f"{place} is marked 'cpp fail' but no ```text block beside it says what is expected")
    return count, failures


def main(paths):
    results = [check_page(path) for path in paths]
    if not sum(count for count, _ in results):
        print("SKIPPED: no page holds C++ yet")
    return report([failure for _, failures in results for failure in failures])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
