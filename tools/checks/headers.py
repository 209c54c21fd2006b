"""Checks that each header below the given paths compiles as the only include, and twice, on both compilers."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

from compilers import COMPILERS, compile_text, headers_in, report

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")


def failure_of(path, compiler):
    """What `compiler` has against the header, or None."""
    name = path.removeprefix("include/")
    compiles, output = compile_text(compiler, f"#include <{name}>\n" * 2, *WARNINGS)
    return None if compiles else f"<{name}> does not stand alone with {compiler}:\n{output}"


def main(roots):
    paths = headers_in(roots)
    if not paths:
        print("SKIPPED: this room has no headers yet")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(failure_of, path, compiler) for path in paths for compiler in COMPILERS]
        failures = [failure for job in jobs if (failure := job.result())]
    return report(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
