"""Checks that each header below the given paths compiles as the only include, and twice, on both compilers."""

import sys

from compilers import COMPILERS, compile_text, headers_in, report

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")


def main(roots):
    paths = headers_in(roots)
    if not paths:
        print("SKIPPED: this room has no headers yet")
    failures = []
    for path in paths:
        name = path.removeprefix("include/")
        for compiler in COMPILERS:
            compiles, output = compile_text(compiler, f"#include <{name}>\n" * 2, *WARNINGS)
            if not compiles:
                failures.append(f"<{name}> does not stand alone with {compiler}:\n{output}")
    return report(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
