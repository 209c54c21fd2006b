"""Checks one file of tests/fail/: a mistake that must not compile, and its twin that must.

    // EXPECT: handheld accepts 32 MiB, 64 MiB or 128 MiB of RAM, not 48 MiB
    #include <wirewrap/machine.hpp>
    #ifdef WIREWRAP_MISTAKE
    using Backend = hostmem::Fixed<48_MiB>;
    #else
    using Backend = hostmem::Fixed<64_MiB>;
    #endif

With WIREWRAP_MISTAKE defined each compiler must refuse the file and print every EXPECT sentence whole; without it
each compiler must accept the file.
"""

import re
import sys

from compilers import COMPILERS, compile_file, report


def shape_errors(source):
    """What is wrong with the file itself."""
    directives = re.findall(r"^\s*#\s*(ifdef\s+WIREWRAP_MISTAKE|else|endif)\b", source, re.MULTILINE)
    if [d.split()[0] for d in directives] != ["ifdef", "else", "endif"]:
        return ["the file must hold exactly one '#ifdef WIREWRAP_MISTAKE ... #else ... #endif'"]
    return []


def main(path):
    with open(path, encoding="utf-8") as file:
        source = file.read()
    sentences = [s.strip() for s in re.findall(r"^// EXPECT:(.*)$", source, re.MULTILINE)]
    failures = shape_errors(source)
    if not sentences or not all(sentences):
        failures.append("the file must say '// EXPECT: <sentence>' at least once")

    for compiler in COMPILERS if not failures else ():
        accepted, output = compile_file(compiler, path, "-DWIREWRAP_MISTAKE")
        missing = [s for s in sentences if s not in output]
        if accepted:
            failures.append(f"{compiler} accepts the mistake")
        elif missing:
            wanted = "".join(f"\n    {s}" for s in missing)
            failures.append(f"{compiler} refuses the mistake, but does not say{wanted}\nIt says\n{output}")
        accepted, output = compile_file(compiler, path)
        if not accepted:
            failures.append(f"{compiler} refuses the twin without the mistake:\n{output}")
    return report(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
