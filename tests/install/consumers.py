"""Installs wirewrap with CMake into a temporary folder, and lets consumers of each kind compile and run README's program;
so does who copies the one header that tools/amalgamate.py makes.

    consumers.py [--compilers g++-13,clang++-21] [--every] [--kinds "one file,WORKSPACE"]

Run from the root of the repository. Without --every each kind of consumer has one compiler, in turn.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.append("tools/checks")
from compilers import COMPILERS  # noqa: E402

KINDS = ("find_package", "pkg-config", "add_subdirectory", "FetchContent", "one file", "WORKSPACE", "MODULE.bazel")

# What README's first program promises, and one header of each component.
MAIN = """
#include <cstdio>
int main() {
    const auto word = first_word();
    if (!word) std::puts(word.error().message.c_str());
    return word && *word == 42 ? 0 : 1;
}
"""
COMPONENTS = """
#include <wirewrap/board/query.hpp>
#include <wirewrap/config/json_object.hpp>
#include <wirewrap/fdt.hpp>
#include <wirewrap/jit.hpp>
#include <wirewrap/loader/gzip.hpp>
#include <wirewrap/loader/zstd.hpp>
#include <wirewrap/trace/line_coverage.hpp>
#include <wirewrap/zstd.hpp>
int main() {
    std::vector<std::byte> packed;
    if (!wirewrap::zstd::codec.pack(std::vector<std::byte>(4096), 1, packed) || packed.size() >= 4096) return 1;
    wirewrap::Unpacked to(wirewrap::Bytes{4096});
    return !wirewrap::unpack::zstd.unpack(packed, to) && wirewrap::unpack::gzip.unpack(packed, to) ? 0 : 1;
}
"""


def run(*command, **kwargs):
    result = subprocess.run(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", **kwargs
    )
    if result.returncode != 0:
        raise SystemExit(f"FAILED: {' '.join(map(str, command))}\n{result.stdout}")
    return result.stdout


def refusal(*command):
    """What a command says that shall fail."""
    result = subprocess.run(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    if result.returncode == 0:
        raise SystemExit(f"FAILED: this should not have succeeded: {' '.join(map(str, command))}")
    return " ".join(result.stdout.split())


def consumer(kind, compiler, source, prefix, program, folder):
    """Compiles and runs `program` as a consumer of that kind."""
    environment = os.environ | {"CXX": compiler, "PKG_CONFIG_PATH": f"{prefix}/share/pkgconfig"}
    if kind in ("pkg-config", "one file"):
        folder.mkdir(parents=True)
        if kind == "one file":
            flags = ["-std=c++23"]
            header = run("python3", "-B", "tools/amalgamate.py")
            (folder / "wirewrap.hpp").write_text(header, encoding="utf-8")
            text = program.read_text(encoding="utf-8").replace("<wirewrap/wirewrap.hpp>", '"wirewrap.hpp"')
            program = folder / "readme.cpp"
            program.write_text(text, encoding="utf-8")
        else:
            flags = run("pkg-config", "--cflags", "wirewrap", env=environment).split()
        run(compiler, *flags, "-Wall", "-Wextra", "-Wpedantic", "-Werror", program, "-o", folder / "consumer")
    else:
        run(
            *("cmake", "-S", "tests/install", "-B", folder, f"-DWIREWRAP_BY={kind}", f"-DPROGRAM={program}"),
            *(f"-DWIREWRAP={source}", f"-DCMAKE_PREFIX_PATH={prefix}"),
            env=environment,
        )
        run("cmake", "--build", folder)
    run(folder / "consumer")
    print(f"{kind} with {compiler}: README's program compiles and runs")


WORKSPACE = """
local_repository(name = "wirewrap", path = "{source}")
load("@wirewrap//third_party:dependencies.bzl", "wirewrap_dependencies")
wirewrap_dependencies()
"""
MODULE = """
module(name = "consumer")
bazel_dep(name = "wirewrap", version = "0.1.0")
local_path_override(module_name = "wirewrap", path = "{source}")
"""
BAZELRC = """
startup --output_user_root={folder}/results --max_idle_secs=5
build --cxxopt=-std=c++23 --experimental_repository_disable_download --spawn_strategy=local
"""
# Nothing is fetched: local modules stand for those of the public registry.
MODULE_BAZELRC = """
common --enable_bzlmod --noenable_workspace --lockfile_mode=off --registry=file://{source}/third_party/registry
"""
WORKSPACE_BAZELRC = """
common --noenable_bzlmod --enable_workspace
"""
BUILD = """
cc_binary(name = "consumer", srcs = ["main.cpp"], deps = ["@wirewrap", "@wirewrap//boards"])
cc_binary(name = "packed", srcs = ["packed.cpp"], deps = ["@wirewrap//include/wirewrap/zstd"])
"""
PACKED = """
#include <wirewrap/zstd.hpp>
int main() {
    std::vector<std::byte> packed;
    return wirewrap::zstd::codec.pack(std::vector<std::byte>(4096), 1, packed) && packed.size() < 4096 ? 0 : 1;
}
"""


def bazel_consumer(kind, compiler, source, program, folder):
    """Lets another repository, which has a WORKSPACE or a MODULE.bazel, build and run `program` with wirewrap as a repository
    of its own, and a program that needs one of Debian's libraries beside it."""
    bazel = next((name for name in ("/usr/bin/bazel-4", "/usr/bin/bazel") if os.access(name, os.X_OK)), None)
    newer = bazel == "/usr/bin/bazel"
    if not bazel or (kind == "MODULE.bazel" and not newer):
        print(f"SKIPPED: {kind} needs Bazel{' 7' if bazel else ''}, which is not installed")
        return
    folder.mkdir(parents=True)
    rc = BAZELRC + (MODULE_BAZELRC if kind == "MODULE.bazel" else WORKSPACE_BAZELRC if newer else "")
    for name, text in [
        (kind, WORKSPACE if kind == "WORKSPACE" else MODULE),
        (".bazelrc", rc),
        ("BUILD", BUILD),
        ("packed.cpp", PACKED),
        ("main.cpp", "#include <boards/riscv/virt.hpp>\n" + program.read_text(encoding="utf-8")),
    ]:
        fill = (lambda text: text.format(source=source, folder=folder)) if name in (kind, ".bazelrc") else str
        (folder / name).write_text(fill(text), encoding="utf-8")
    # Bazel finds a compiler as C programs do, and has files that nobody may write to.
    environment = os.environ | {"CC": compiler.replace("++", "cc" if compiler.startswith("g") else ""), "USER": "consumer"}
    try:
        for target in (":consumer", ":packed"):
            run(bazel, "run", target, cwd=folder, env=environment)
    finally:
        subprocess.run([bazel, "shutdown"], cwd=folder, env=environment, stderr=subprocess.DEVNULL)
        subprocess.run(["chmod", "-R", "u+w", folder / "results"])
    print(f"{kind} with {compiler}: README's program builds and runs")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--compilers", default=",".join(COMPILERS))
    parser.add_argument("--every", action="store_true", help="each kind of consumer with each compiler")
    parser.add_argument("--kinds", default=",".join(KINDS))
    arguments = parser.parse_args()
    compilers = arguments.compilers.split(",")

    source = pathlib.Path.cwd()
    with tempfile.TemporaryDirectory() as temporary:
        temporary = pathlib.Path(temporary)
        prefix = temporary / "prefix"
        run("cmake", "-S", source, "-B", temporary / "build", f"-DCMAKE_INSTALL_PREFIX={prefix}")
        run("cmake", "--install", temporary / "build")

        readme = pathlib.Path("README.md").read_text(encoding="utf-8")
        program = temporary / "readme.cpp"
        program.write_text(re.search(r"```cpp\n(.*?)```", readme, re.DOTALL)[1] + MAIN, encoding="utf-8")
        for number, kind in enumerate(arguments.kinds.split(",")):
            for compiler in compilers if arguments.every else [compilers[number % len(compilers)]]:
                folder = temporary / f"{kind}-{compiler}".replace(" ", "-")
                if kind in ("WORKSPACE", "MODULE.bazel"):
                    # A test sees no BUILD files of this repository, but links into it.
                    bazel_consumer(kind, compiler, pathlib.Path("README.md").resolve().parent, program, folder)
                else:
                    consumer(kind, compiler, source, prefix, program, folder)

        components = temporary / "components.cpp"
        components.write_text(COMPONENTS, encoding="utf-8")
        configure = ("cmake", "-S", "tests/install", "-DWIREWRAP_BY=find_package", f"-DCMAKE_PREFIX_PATH={prefix}")
        run(*configure, "-B", temporary / "with", f"-DPROGRAM={components}", "-DCOMPONENTS=fdt;gzip;jit;json;query;trace;zstd")
        run("cmake", "--build", temporary / "with")
        run(temporary / "with/consumer")
        print("every component compiles and links")

        said = refusal(*configure, "-B", temporary / "unknown", f"-DPROGRAM={program}", "-DCOMPONENTS=sdt")
        if "wirewrap has no component sdt; there are fdt, gzip, jit, json, query, trace, zstd" not in said:
            raise SystemExit(f"FAILED: an unknown component is not told: {said}")
        said = refusal(*configure, "-B", temporary / "missing", f"-DPROGRAM={program}", "-DCMAKE_IGNORE_PATH=/usr/include")
        if "wirewrap::wirewrap needs <boost/hana.hpp>" not in said or "Debian's package is libboost-dev (Debian 12: libboost1.81-dev)" not in said:
            raise SystemExit(f"FAILED: a missing library is not told: {said}")
        print("an unknown component and a missing library are told")


if __name__ == "__main__":
    sys.exit(main())
