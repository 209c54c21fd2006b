"""What the checks in this folder share: calling both compilers on one translation unit.

Tests run in a folder that mirrors the repository, hence the relative include paths. Diagnostics come without
line wrapping, and without excerpts of the source: a sentence that is only quoted from the test itself must not count.
"""

import os
import pathlib
import re
import shutil
import subprocess

# How each kind of compiler says "no excerpts, and every error", and its release that is preferred, the others newest first.
_KINDS = {
    "g++": (["-fno-diagnostics-show-caret"], 12),
    "clang++": (["-fno-caret-diagnostics", "-ferror-limit=0"], 19),
}


def _installed(kind, first):
    names = [f"{kind}-{release}" for release in [first, *range(40, first, -1)]]
    return next((name for name in names if shutil.which(name)), f"{kind}-{first}")


def _chosen():
    """One compiler of each kind, or those that WIREWRAP_COMPILERS names, with commas between. A compiler is its name, and after
    a blank each its own flags, which hold: `g++-16 -std=c++26,clang++-23`.
    """
    named = os.environ.get("WIREWRAP_COMPILERS")
    return named.split(",") if named else [_installed(kind, first) for kind, (_, first) in _KINDS.items()]


def is_clang(compiler):
    return "clang" in compiler


def program_of(compiler):
    return compiler.split()[0]


def flags_of(compiler):
    """Those flags, and its own."""
    return _KINDS["clang++" if is_clang(compiler) else "g++"][0] + compiler.split()[1:]


COMPILERS = _chosen()
# The one that is given what is compiled by one compiler only: clang takes headers that are compiled ahead fastest.
ALONE = next(filter(is_clang, COMPILERS), COMPILERS[0])

_FLAGS = (
    "-std=c++23",
    "-fsyntax-only",
    "-Iinclude",
    "-I.",
    "-fmessage-length=0",
    "-fdiagnostics-color=never",
)


def _compiling(compiler):
    """Flags of a compilation that has a result."""
    return [flag for flag in _FLAGS if flag != "-fsyntax-only"] + flags_of(compiler)


def compile_ahead(compiler, headers, folder, *flags):
    """Compiles `headers`, written as in an #include, and returns the flags with which texts that include them themselves
    compile faster; no flags when they do not compile. The result lies in `folder`.
    """
    place = pathlib.Path(folder, compiler.replace(" ", ""), "ahead.hpp")
    place.parent.mkdir(parents=True, exist_ok=True)
    # Not every system, nor every compiler, has all that is named.
    text = "".join(f"#if __has_include(<{header}>)\n#include <{header}>\n#endif\n" for header in headers)
    place.write_text(text, encoding="utf-8")
    compiled = f"{place}.gch"
    if not _called([program_of(compiler), *_compiling(compiler), *flags, "-x", "c++-header", place, "-o", compiled])[0]:
        return []
    return ["-include-pch", compiled] if is_clang(compiler) else ["-include", str(place)]


def compile_file(compiler, path, *flags):
    """Returns whether `path` compiles, and what the compiler said."""
    return _run(compiler, [*flags, path])


def compile_text(compiler, text, *flags):
    """Returns whether the program `text` compiles, and what the compiler said."""
    return _run(compiler, [*flags, "-x", "c++", "-"], text)


def link(compiler, path, program, *flags):
    """Makes a program of one source; returns whether that went well, and what the compiler said."""
    return _called([program_of(compiler), *_compiling(compiler), *flags, "-o", program, path])


def _run(compiler, arguments, text=None):
    return _called([program_of(compiler), *_FLAGS, *flags_of(compiler), *arguments], text)


def _called(command, text=None):
    result = subprocess.run(
        command,
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env=os.environ | {"LC_ALL": "C.UTF-8"},
    )
    return result.returncode == 0, result.stdout


def assembly_of(compiler, path):
    """The assembly of `path` as users build it: optimised, position-independent. An error has nothing to return to."""
    result = subprocess.run(
        [program_of(compiler), *_compiling(compiler), "-O2", "-fPIE", "-S", "-o", "-", path],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return result.stdout


_INCLUDED = re.compile(r"^[ \t]*#[ \t]*include[ \t]*<([^>]+)>", re.MULTILINE)


def included_in(text):
    """What `text` includes in angle brackets, each once, in its order."""
    return list(dict.fromkeys(_INCLUDED.findall(text)))


def headers_in(roots):
    """The headers among `roots`, which are files or folders; those that do not exist yet count for nothing."""
    found = []
    for root in map(pathlib.Path, roots):
        found += sorted(root.rglob("*.hpp")) if root.is_dir() else [root] if root.exists() else []
    return [path.as_posix() for path in found]


def report(failures):
    """Prints each failure and returns the exit status of the check."""
    for failure in failures:
        print("FAILED: " + failure.rstrip() + "\n")
    return 1 if failures else 0
