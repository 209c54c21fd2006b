"""Reads the machine code that each compiler makes of tests/machine/assembly.cpp and holds its instructions.

An access to RAM is what is executed from the entry of the function to its return, the way without a fault: a
subtraction, a comparison, a branch, and the access. What a board does not use must not show at all.
"""

import re
import sys

from compilers import COMPILERS, assembly_of, report

# The most instructions on the way without a fault, `ret` apart.
LIMITS = {
    "load_size_in_type": 5,
    "store_size_in_type": 6,  # the result, too
    "load_size_at_run_time": 7,
    "store_size_at_run_time": 8,
    "store_tracked": 20,  # its page, whether it ends in the same one, and the bit that says that it is dirty already
    "load_watched": 12,  # how far from the first watchpoint
}
# Where a compiler needs more.
MORE = {("g++-16", "store_tracked"): 23}  # a shift and a test of the bit, which others make one `bt` of
# A machine with policies that have no hooks is the machine without policies. How g++ 12 turns the outcome of the way with
# a fault into a result, by a branch or by `sete`, differs between two functions with the same source.
SAME = [
    ("load_size_at_run_time", "load_empty_policies"),
    ("store_size_at_run_time", "store_empty_policies"),
    ("load_size_at_run_time", "load_tracked"),  # dirty tracking does not look at loads
]
# A machine that is made without options has no use for checks of a size, threads that take pages, or NUMA nodes.
UNNAMED = re.compile(r"^(_Z\w*(?:ram_verdict|Population|nodes_with_memory)\w*):", re.MULTILINE)
# Saving registers for the call on the way with a fault belongs to that way, wherever the compiler puts it.
FAULT_FRAME = re.compile(r"push|pop|(sub|add)q\s+\$\d+, %rsp")


def body(assembly, function):
    """The instructions of a function, labels and directives taken out."""
    match = re.search(rf"^{function}:(.*?)\.cfi_endproc", assembly, re.MULTILINE | re.DOTALL)
    if not match:
        return []
    lines = (line.split("#")[0].strip() for line in match.group(1).splitlines())
    return [re.sub(r"\s+", " ", line) for line in lines if line and not line.startswith(".") and not line.endswith(":")]


def to_return(instructions):
    """Up to the first `ret`: compilers lay the likely way out straight."""
    path = []
    for instruction in instructions:
        if instruction.startswith("ret"):
            return path
        if not FAULT_FRAME.match(instruction):
            path.append(instruction)
    return path


def without_names(instructions):
    """Symbols and local labels differ between two instantiations; nothing else may."""
    return [re.sub(r"_Z\w+|\.L\w+", "name", instruction) for instruction in instructions]


def indirect_calls(assembly):
    """Calls through pointers, by function. A watchpoint tells its client by one, whose function object ends by one, time is asked
    for by one, and exceptions say what they are by one, by right."""
    calls, function = [], ""
    for line in assembly.splitlines():
        if label := re.match(r"([A-Za-z_]\w*):", line):
            function = label[1]
        elif re.match(r"\s*callq?\s+\*", line) and not re.search("watch|TimeSource|_Function_base|6caught", function, re.I):
            calls.append(f"{function}: {line.strip()}")
    return calls


def main(path):
    failures = []
    for compiler in COMPILERS:
        assembly = assembly_of(compiler, path)
        for function, limit in LIMITS.items():
            access = to_return(body(assembly, function))
            print(f"{compiler} {function}: {len(access)} instructions: {'; '.join(access)}")
            if not access:
                failures.append(f"{compiler}: {function} is not in the assembly")
            limit = MORE.get((compiler, function), limit)
            if len(access) > limit:
                failures.append(f"{compiler}: {function} has {len(access)} instructions, not {limit} or fewer")
        for plain, empty in SAME:
            if without_names(to_return(body(assembly, plain))) != without_names(to_return(body(assembly, empty))):
                failures.append(f"{compiler}: {empty} differs from {plain}")
        if not body(assembly, "make_plain"):
            failures.append(f"{compiler}: make_plain is not in the assembly")
        if unnamed := UNNAMED.findall(assembly):
            failures.append(f"{compiler}: create() without options is compiled with {unnamed}")
        indirect = indirect_calls(assembly)
        if indirect:
            failures.append(f"{compiler}: devices are called through pointers: {indirect}")
    return report(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
