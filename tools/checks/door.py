"""Checks that each header on the command line, given to a compiler that is not told -std=c++23, ends in one clear error."""

import sys

from compilers import COMPILERS, compile_text, is_clang, report

SENTENCE = "wirewrap needs C++23: compile with -std=c++23"


def failure_of(compiler, header, standard):
    text = f"#include <{header}>\n"
    accepted, output = compile_text(compiler, text, f"-std={standard}")
    # The second one is what ends the compilation.
    errors = [line for line in output.splitlines() if "error:" in line]
    if not accepted and SENTENCE in errors[0] and len(errors) == 2:
        return None
    return f"<{header}> with {compiler} -std={standard} is not told first that {SENTENCE}, but\n" + "\n".join(errors[:9])


def main(paths):
    headers = [path.removeprefix("include/") for path in paths]
    # g++'s default, and the last one before ours.
    jobs = [(name, header, "c++20" if is_clang(name) else "gnu++17") for name in COMPILERS for header in headers]
    failures = [failure for job in jobs if (failure := failure_of(*job))]
    print(f"{len(jobs)} compilations refused")
    return report(failures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
