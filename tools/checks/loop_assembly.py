"""Reads the machine code that each compiler makes of the loops of computed jumps, and holds where they keep the cursor.

The next slot and the budget are in registers, or each guest instruction would wait for the last one's to come back from the
stack: a sixth of an interpreter's speed. One reference to the cursor that a call takes is enough to bring it there. Handlers
of atomics keep there what a call of theirs answers with, so that some are allowed to use the stack.
"""

import re
import sys

from compilers import COMPILERS, assembly_of, is_clang, report

LOOP = re.compile(r"^(_ZN\S*GotoDispatch\S*4loop\S*):\n(.*?)\.cfi_endproc", re.MULTILINE | re.DOTALL)
JUMP = re.compile(r"^\s+jmp\s+\*", re.MULTILINE)
STACK = re.compile(r"^\s+(?!push|pop)\w+\s.*\(%r[sb]p", re.MULTILINE)
LOOPS = 2


def main(path):
    failures = []
    for compiler in COMPILERS:
        if is_clang(compiler):
            print(f"{compiler}: jumps from operation to operation by tail calls, with the cursor in arguments")
            continue
        loops = [body for name, body in LOOP.findall(assembly_of(compiler, path)) if "loop" in name]
        if len(loops) != LOOPS:
            failures.append(f"{compiler}: {len(loops)} loops of computed jumps, not {LOOPS}")
        for body in loops:
            handlers = JUMP.split(body)
            stack = sum(1 for handler in handlers if STACK.search(handler))
            print(f"{compiler}: {len(handlers)} ways to a jump, {stack} by the stack")
            if len(handlers) < 100:
                failures.append(f"{compiler}: a loop has {len(handlers)} jumps, which is no loop of all operations")
            if stack > len(handlers) // 4:
                failures.append(f"{compiler}: {stack} of a loop's {len(handlers)} ways to a jump use the stack")
    return report(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
