"""Checks that each header below the given paths compiles as the only include, and twice, without a warning.

Whether a header includes what it uses does not depend on the compiler: one is given each header by itself, the others are given
all of them at once. What is compiled once for many headers: what each of them includes anyway, of this repository too, and what
they include of the standard library and of other projects; whether a header includes that itself, or by headers of this
repository, is seen from the names that it uses (standard_names.py).
"""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

from compilers import ALONE, COMPILERS, compile_text, headers_in, report
from includes import Ahead, Includes
from standard_names import missing_includes

WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")


def failure_of(paths, compiler, *flags):
    """What `compiler` has against the headers, or None."""
    text = "".join(f"#include <{path.removeprefix('include/')}>\n" * 2 for path in paths)
    compiles, output = compile_text(compiler, text, *WARNINGS, *flags)
    return None if compiles else f"{compiler} does not take by themselves\n{text}It says\n{output}"


def main(roots):
    paths = headers_in(roots)
    if not paths:
        print("SKIPPED: this room has no headers yet")
    includes = Includes()
    closures = {path: includes.closure([path]) for path in paths}
    failures = [
        failure
        for path, closure in closures.items()
        for failure in missing_includes(path, includes.text_of(path), includes.foreign(closure))
    ]
    with Ahead(includes, closures.values(), WARNINGS) as ahead, ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(failure_of, paths, compiler) for compiler in COMPILERS if compiler != ALONE and paths]
        jobs += [
            pool.submit(lambda path: failure_of([path], ALONE, *ahead.flags(closures[path], path)), path) for path in paths
        ]
        failures += [failure for job in jobs if (failure := job.result())]
    return report(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
