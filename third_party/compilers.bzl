"""Which g++ and which clang there are: the releases that the tests know best if they are installed, else the newest."""

_FIRST = {"gcc": 12, "clang": 19}
_NEWEST = 40

def _release(context, pattern, first):
    found = [
        release
        for release in [first] + list(reversed(range(first + 1, _NEWEST)))
        if context.path(pattern.format(release)).exists
    ]
    return found[0] if found else None

def _debian_compilers(context):
    gcc = _release(context, "/usr/bin/g++-{}", _FIRST["gcc"])
    clang = _release(context, "/usr/bin/clang++-{}", _FIRST["clang"])
    if not gcc and not clang:
        fail("no compiler: /usr/bin/g++-N with N of at least %d, and /usr/bin/clang++-N with N of at least %d, are missing: " %
             (_FIRST["gcc"], _FIRST["clang"]) + "install the Debian packages g++ and clang")
    compilers = {}
    if gcc:
        compilers["gcc"] = {
            "release": gcc,
            "cxx": "/usr/bin/g++-%d" % gcc,
            "cc": "/usr/bin/gcc-%d" % gcc,
            "coverage": "/usr/bin/gcov-%d" % gcc,
            "headers": "/usr/lib/gcc/x86_64-linux-gnu/%d/include" % gcc,
        }
    if clang:
        compilers["clang"] = {
            "release": clang,
            "cxx": "/usr/bin/clang++-%d" % clang,
            "cc": "/usr/bin/clang-%d" % clang,
            "coverage": "/usr/bin/llvm-cov-%d" % clang,
            "headers": "/usr/lib/llvm-%d/lib/clang/%d" % (clang, clang),
        }
    context.file("BUILD", "")
    context.file("compilers.bzl", "COMPILERS = %s\n" % repr(compilers))

debian_compilers = repository_rule(
    implementation = _debian_compilers,
    doc = "Declares @NAME//:compilers.bzl with COMPILERS: release, programs and folders of `gcc` and `clang`, those there are.",
    local = True,
)
