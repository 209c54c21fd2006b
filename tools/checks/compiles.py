"""Checks that a file compiles on each compiler with each of some sets of flags.

    compiles.py tests/hostmem/embedded.cpp -fno-exceptions "-fno-exceptions -fno-rtti"
"""

import sys

from compilers import COMPILERS, compile_file, report

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")


def main(path, *sets):
    failures = []
    for flags in sets:
        for compiler in COMPILERS:
            accepted, output = compile_file(compiler, path, *WARNINGS, *flags.split())
            if not accepted:
                failures.append(f"{compiler} {flags} refuses {path}:\n{output}")
    return report(failures)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
