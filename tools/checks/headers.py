"""Checks that each header below the given paths compiles as the only include, and twice, without a warning.

Whether a header includes what it uses does not depend on the compiler, for both have one standard library here: one
compiler is given each header by itself, the others are given all of them at once. The board headers include one header
that costs far more than what they add to it; it is compiled once.
"""

import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from compilers import COMPILERS, compile_ahead, compile_text, headers_in, is_clang, report

ALONE = next(filter(is_clang, COMPILERS), next(iter(COMPILERS)))  # takes a header that is compiled ahead fastest
SHARED = "wirewrap/board.hpp"
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")


def failure_of(paths, compiler, *flags):
    """What `compiler` has against the headers, or None."""
    text = "".join(f"#include <{path.removeprefix('include/')}>\n" * 2 for path in paths)
    compiles, output = compile_text(compiler, text, *WARNINGS, *flags)
    return None if compiles else f"{compiler} does not take by themselves\n{text}It says\n{output}"


def includes_shared(path):
    with open(path, encoding="utf-8") as file:
        return f"#include <{SHARED}>\n" in file


def main(roots):
    paths = headers_in(roots)
    if not paths:
        print("SKIPPED: this room has no headers yet")
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(failure_of, paths, compiler) for compiler in COMPILERS if compiler != ALONE and paths]
        users = {path for path in paths if includes_shared(path)}
        ahead = compile_ahead(ALONE, SHARED, folder, *WARNINGS) if len(users) > 3 else []
        jobs += [pool.submit(failure_of, [path], ALONE, *(ahead if path in users else [])) for path in paths]
        failures = [failure for job in jobs if (failure := job.result())]
    return report(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
