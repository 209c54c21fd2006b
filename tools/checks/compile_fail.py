"""Checks files of tests/fail/: each a mistake that must not compile, and its twin that must.

    // EXPECT: handheld accepts 32 MiB, 64 MiB or 128 MiB of RAM, not 48 MiB
    #include <wirewrap/machine.hpp>
    #ifdef WIREWRAP_MISTAKE
    using Backend = hostmem::Fixed<48_MiB>;
    #else
    using Backend = hostmem::Fixed<64_MiB>;
    #endif

With WIREWRAP_MISTAKE defined each compiler must refuse the file and print every EXPECT sentence whole; without it
each compiler must accept the file.

The headers cost most of the time, so they are compiled once for all files, and files are compiled many at a time, each in a
namespace of its own. A file that has no error or does not say what it shall say there, or says what another one shall say too,
is judged by itself, with what it includes alone.
"""

import os
import re
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from compilers import COMPILERS, compile_ahead, compile_file, compile_text, included_in, report

AT_A_TIME = 40
_INCLUDE = re.compile(r"^\s*#\s*include\b.*$", re.MULTILINE)
# Between the rows in which newer releases of clang print a sentence: include/wirewrap/base/spoken.hpp.
_BETWEEN_ROWS = re.compile(r'", \{"')
_NAMESPACE = re.compile(r"\bmistake_\d+::")


@dataclass
class Case:
    path: str
    source: str
    sentences: list


def read_case(path):
    with open(path, encoding="utf-8") as file:
        source = file.read()
    return Case(path, source, [s.strip() for s in re.findall(r"^// EXPECT:(.*)$", source, re.MULTILINE)])


def shape_errors(case):
    """What is wrong with the file itself."""
    directives = re.findall(r"^\s*#\s*(ifdef\s+WIREWRAP_MISTAKE|else|endif)\b", case.source, re.MULTILINE)
    if [d.split()[0] for d in directives] != ["ifdef", "else", "endif"]:
        return [f"{case.path} must hold exactly one '#ifdef WIREWRAP_MISTAKE ... #else ... #endif'"]
    if not case.sentences or not all(case.sentences):
        return [f"{case.path} must say '// EXPECT: <sentence>' at least once"]
    return []


def together(cases):
    """One translation unit of all of them, whose diagnostics name the files and their lines."""
    parts = [f"#include <{header}>" for header in included_in("\n".join(case.source for case in cases))]
    for number, case in enumerate(cases):
        body = _INCLUDE.sub("", case.source)
        parts.append(f'namespace mistake_{number} {{\n#line 1 "{case.path}"\n{body}\n}}')
    return "\n".join(parts) + "\n"


def is_shared(case, cases):
    """Some other file expects the same words, so that finding them does not tell whose they are."""
    others = [s for other in cases if other is not case for s in other.sentences]
    return any(mine in theirs or theirs in mine for mine in case.sentences for theirs in others)


def said_of(compilation):
    """What (accepted, output) says, with sentences in one row."""
    return compilation[0], _BETWEEN_ROWS.sub("", compilation[1])


def mistake_alone(case, compiler):
    accepted, output = said_of(compile_file(compiler, case.path, "-DWIREWRAP_MISTAKE"))
    missing = "".join(f"\n    {s}" for s in case.sentences if s not in output)
    if accepted:
        return [f"{case.path}: {compiler} accepts the mistake"]
    if missing:
        return [f"{case.path}: {compiler} refuses the mistake, but does not say{missing}\nIt says\n{output}"]
    return []


def twin_alone(case, compiler):
    accepted, output = compile_file(compiler, case.path)
    return [] if accepted else [f"{case.path}: {compiler} refuses the twin without the mistake:\n{output}"]


def mistakes(cases, compiler, ahead=()):
    """What is wrong with the mistakes; `ahead` are flags by which what they include is there already."""
    text = together(cases)
    output = _NAMESPACE.sub("", said_of(compile_text(compiler, text, "-DWIREWRAP_MISTAKE", *ahead))[1])
    doubtful = [
        case
        for case in cases
        if is_shared(case, cases)
        or not all(s in output for s in case.sentences)
        or not re.search(rf"^{re.escape(case.path)}:[\d:]+ (fatal )?error:", output, re.MULTILINE)
    ]
    return [failure for case in doubtful for failure in mistake_alone(case, compiler)]


def twins(cases, compiler, ahead):
    if compile_text(compiler, together(cases), *ahead)[0]:
        return []
    return [failure for case in cases for failure in twin_alone(case, compiler)]


def groups_of(cases):
    return [cases[i : i + AT_A_TIME] for i in range(0, len(cases), AT_A_TIME)]


def main(paths):
    cases = [read_case(path) for path in paths]
    failures = [failure for case in cases for failure in shape_errors(case)]
    groups = groups_of(cases) if not failures else []
    included = sorted({header for case in cases for header in included_in(case.source)})
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count()) as pool:
        ahead = dict(zip(COMPILERS, pool.map(lambda each: compile_ahead(each, included, folder), COMPILERS)))
        jobs = [
            pool.submit(check, group, compiler, ahead[compiler])
            for group in groups
            for compiler in COMPILERS
            for check in (mistakes, twins)
        ]
        for job in jobs:
            failures += job.result()
    print(f"{len(cases)} mistakes")
    return report(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
