"""Checks that each header below the given paths compiles as the only include, and twice, without a warning.

Whether a header includes what it uses does not depend on the compiler, for both have one standard library here: the first
compiler is given each header by itself, the others are given all of them at once.
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

from compilers import COMPILERS, compile_text, headers_in, report

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")


def failure_of(paths, compiler):
    """What `compiler` has against the headers, or None."""
    text = "".join(f"#include <{path.removeprefix('include/')}>\n" * 2 for path in paths)
    compiles, output = compile_text(compiler, text, *WARNINGS)
    return None if compiles else f"{compiler} does not take by themselves\n{text}It says\n{output}"


def main(roots):
    paths = headers_in(roots)
    if not paths:
        print("SKIPPED: this room has no headers yet")
    first, *others = COMPILERS
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(failure_of, paths, compiler) for compiler in others if paths]
        jobs += [pool.submit(failure_of, [path], first) for path in paths]
        failures = [failure for job in jobs if (failure := job.result())]
    return report(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
