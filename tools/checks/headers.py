"""Checks that each header below the given paths compiles as the only include, and twice, without a warning.

Whether a header includes what it uses does not depend on the compiler: one is given each header by itself, the others are given
all of them at once. What headers include of the standard library and of other projects is most of the work, and is compiled
once; whether a header includes that itself, or by headers of this repository, is seen from the names that it uses
(standard_names.py).
"""

import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from compilers import COMPILERS, compile_ahead, compile_text, headers_in, included_in, is_clang, report
from standard_names import missing_includes

ALONE = next(filter(is_clang, COMPILERS), next(iter(COMPILERS)))  # takes a header that is compiled ahead fastest
WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")


def failure_of(paths, compiler, *flags):
    """What `compiler` has against the headers, or None."""
    text = "".join(f"#include <{path.removeprefix('include/')}>\n" * 2 for path in paths)
    compiles, output = compile_text(compiler, text, *WARNINGS, *flags)
    return None if compiles else f"{compiler} does not take by themselves\n{text}It says\n{output}"


def path_of(included):
    """Of a header of this repository, or None."""
    return next((path for path in ("include/" + included, included) if os.path.exists(path)), None)


class Includes:
    """What headers include: of the repository as `direct` and `all_of`, and of others as `foreign`."""

    def __init__(self):
        self._read = {}

    def text_of(self, path):
        return self._known(path)[0]

    def _known(self, path):
        if path not in self._read:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            self._read[path] = (text, included_in(text))
        return self._read[path]

    def closure(self, path):
        """Every header of the repository that `path` includes, itself first."""
        found, todo = {path: None}, [path]
        while todo:
            for included in self._known(todo.pop())[1]:
                if (other := path_of(included)) and other not in found:
                    found[other] = None
                    todo.append(other)
        return list(found)

    def foreign(self, path):
        """What those include of others."""
        included = [each for one in self.closure(path) for each in self._known(one)[1]]
        return {each for each in included if not path_of(each)}


def main(roots):
    paths = headers_in(roots)
    if not paths:
        print("SKIPPED: this room has no headers yet")
    includes = Includes()
    foreign = {path: includes.foreign(path) for path in paths}
    failures = [failure for path in paths for failure in missing_includes(path, includes.text_of(path), foreign[path])]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(failure_of, paths, compiler) for compiler in COMPILERS if compiler != ALONE and paths]
        ahead = compile_ahead(ALONE, sorted(set().union(*foreign.values())), folder, *WARNINGS)
        jobs += [pool.submit(failure_of, [path], ALONE, *ahead) for path in paths]
        failures += [failure for job in jobs if (failure := job.result())]
    return report(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
