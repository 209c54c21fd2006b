"""The kinds of tests in this repository.

Tags: `slow` (over a minute), `qemu` (compares with QEMU), `firmware` (boots Debian's firmware images), and
`both_compilers` (calls g++ and clang itself, so that running it once is enough).
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_test")

# How most tests are compiled.
# Inlining that is forced costs a quarter of the time of tests with harts, and without optimisation it buys nothing.
UNOPTIMISED = ["-O0", "-Dalways_inline=unused"]

# Packages whose tests let a guest run.
OPTIMISED_PACKAGES = ["tests/cpu", "tests/firmware", "tests/jit"]

def wirewrap_test(name, srcs, deps = [], optimised = None, **kwargs):
    """A Catch2 test. It needs no main, and skips itself by printing a line `SKIPPED: why` and succeeding.

    Args:
      name: of the test.
      srcs: files that include <catch2/catch.hpp>.
      deps: the rooms under test, for example `//include/wirewrap/base`.
      optimised: what lets a guest run, or looks at millions of bytes; left out, it goes by the package. Other tests
        are compiled more often than they run, which is a third faster without optimisation and with a prelude that
        is parsed once.
      **kwargs: as for cc_test: size, tags, data, ...
    """
    if optimised == None:
        optimised = native.package_name() in OPTIMISED_PACKAGES
    prelude = ["-Winvalid-pch", "-include", "$(BINDIR)/tests/prelude.hpp"]
    cc_test(
        name = name,
        srcs = srcs,
        copts = [] if optimised else UNOPTIMISED + select({
            "//tests:precompiled": prelude,
            "//conditions:default": [],
        }),
        linkstatic = True,
        deps = deps + ["//tests:catch_main"] + ([] if optimised else select({
            "//tests:precompiled": ["//tests:prelude"],
            "//conditions:default": [],
        })),
        **kwargs
    )

def fuzz_target(name, srcs, deps = [], **kwargs):
    """A libFuzzer program, for clang only: `tools/bazel run --config=clang TARGET -- -max_total_time=600 FOLDER`.

    Args:
      name: of the program.
      srcs: files of which one has `LLVMFuzzerTestOneInput`.
      deps: the rooms under test.
      **kwargs: as for cc_binary.
    """
    sanitizers = ["-fsanitize=fuzzer,address,undefined"]
    cc_binary(
        name = name,
        testonly = True,
        srcs = srcs,
        copts = sanitizers + ["-O1", "-g"],
        linkopts = sanitizers,
        tags = ["manual"],
        deps = deps,
        **kwargs
    )

def _check(name, script, args, data, tags = [], **kwargs):
    native.sh_test(
        name = name,
        srcs = ["//tools/checks:run"],
        args = ["tools/checks/" + script] + args,
        data = data + ["//tools/checks:scripts"],
        tags = tags + ["both_compilers"],
        **kwargs
    )

def compile_fail_test(name, srcs, **kwargs):
    """Mistakes that must not compile, their twins that must, on each compiler: see tools/checks/compile_fail.py."""
    _check(
        name,
        "compile_fail.py",
        args = ["$(rootpath %s)" % src for src in srcs],
        data = srcs + ["//boards:headers", "//include/wirewrap:headers"],
        **kwargs
    )

def compile_test(name, src, flags, **kwargs):
    """`src` compiles on each compiler with each set of `flags`: see tools/checks/compiles.py.

    Args:
      name: of the test.
      src: one file.
      flags: a list; each item is what is given to the compiler at a time: "-fno-exceptions -fno-rtti".
      **kwargs: as for sh_test.
    """
    _check(
        name,
        "compiles.py",
        args = ["$(rootpath %s)" % src] + ["'%s'" % each for each in flags],
        data = [src, "//boards:headers", "//include/wirewrap:headers"],
        **kwargs
    )

def headers_test(name, headers, folder, **kwargs):
    """Each header of `folder`, and its umbrella header, compiles alone and twice on each compiler.

    Args:
      name: of the test.
      headers: the target that holds them and all that they include.
      folder: as a path in the repository.
      **kwargs: as for sh_test.
    """
    _check(name, "headers.py", args = [folder, folder + ".hpp"], data = [headers], **kwargs)

def door_test(name, umbrellas, **kwargs):
    """Each of the headers says in one error that it needs C++23: see tools/checks/door.py."""
    _check(
        name,
        "door.py",
        args = umbrellas,
        data = ["//boards:headers", "//include/wirewrap:headers"],
        **kwargs
    )

def pages_test(name, pages, **kwargs):
    """The C++ in Markdown pages compiles, or fails as the page says: see tools/checks/pages.py."""
    _check(
        name,
        "pages.py",
        args = ["$(rootpaths %s)" % pages],
        data = [pages, "//boards:headers", "//include/wirewrap:headers"],
        **kwargs
    )

def assembly_test(name, src, data = [], **kwargs):
    """The machine code of `src` has no instruction too many, on each compiler: see tools/checks/assembly.py."""
    _check(
        name,
        "assembly.py",
        args = ["$(rootpath %s)" % src],
        data = data + [src, "//include/wirewrap:headers"],
        **kwargs
    )

def loop_assembly_test(name, src, data = [], **kwargs):
    """The loops of computed jumps keep the cursor in registers: see tools/checks/loop_assembly.py."""
    _check(
        name,
        "loop_assembly.py",
        args = ["$(rootpath %s)" % src],
        data = data + [src, "//include/wirewrap:headers"],
        **kwargs
    )

def layers_test(name, **kwargs):
    """Includes obey the table in include/wirewrap/rooms.bzl and no header is too long: see tools/checks/layers.py."""
    _check(
        name,
        "layers.py",
        args = ["include", "boards"],
        data = ["//boards:headers", "//include/wirewrap:headers", "//include/wirewrap:rooms.bzl"],
        **kwargs
    )
