"""Reads the machine code that each compiler makes of the loops of computed jumps, and holds where they keep the cursor.

The next slot and the budget are in registers, or each guest instruction would wait for the last one's to come back from the
stack: a sixth of an interpreter's speed. One reference to the cursor that a call takes is enough to bring it there. What a
handler keeps there for a call of its own is there, too, so that a few are allowed.
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
            jumps, stack = len(JUMP.findall(body)), len(STACK.findall(body))
            print(f"{compiler}: {jumps} jumps, {stack} operands on the stack")
            if jumps < 100:
                failures.append(f"{compiler}: a loop has {jumps} jumps, which is no loop of all operations")
            if stack > jumps // 4:
                failures.append(f"{compiler}: a loop has {stack} operands on the stack, beside {jumps} jumps")
    return report(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
