"""Tries the repository on another Debian suite, as a new user would, and prints what docs/platforms.md says of it.

    python3 tools/elsewhere.py trixie                       both commands of the README, then every compiler
    python3 tools/elsewhere.py sid --only compilers         headers, boards and the mistakes with each compiler
    python3 tools/elsewhere.py sid --only compilers --compilers g++-16,clang++-23
    python3 tools/elsewhere.py sid --root /var/tmp/sid      keeps the suite's root there, and uses it again

Takes the last commit, makes a bare root of the suite with mmdebstrap from this system's own mirror, and runs everything in
there; needs root. An hour or more, some gigabytes of downloads for the tests.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SUITES = ("bookworm", "trixie", "forky", "sid")
OLDEST = {"g++": 12, "clang++": 19}
HOME = "/wirewrap"  # of the clone, in the root
# What all headers and the examples include.
LIBRARIES = (
    *("libboost-dev", "librange-v3-dev", "libfdt-dev", "libxbyak-dev", "libzstd-dev", "nlohmann-json3-dev"),
    *("zlib1g-dev", "libdw-dev", "libfmt-dev", "g++"),
)
BARE = "ca-certificates,git,python3"  # git and python3: for this script, not for the user

STEPS = {
    "run": (
        "printf 'version\\npoweroff\\n' | tools/bazel run //examples:wirewrap",
        r"U-Boot \d+",
    ),
    "test": ("./.ci/run", r"^\d+ passed, 0 failed"),
}


class Refusal(Exception):
    """A sentence for the person at the terminal."""


def checked(arguments):
    """The suite and how it is reached, or a refusal."""
    if arguments.suite not in SUITES:
        raise Refusal(f"{arguments.suite} is no suite that is known here; there are {', '.join(SUITES)}")
    if os.geteuid() != 0:
        raise Refusal("a root of another suite is made and entered by root only: run this as root")
    if not shutil.which("mmdebstrap"):
        raise Refusal("mmdebstrap is not installed: apt-get install mmdebstrap")


def mirror():
    """The archive that this system itself installs from."""
    found = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"], capture_output=True, encoding="utf-8"
    ).stdout.split()
    main = [uri for uri in found if uri.rstrip("/").endswith("/debian")]
    if not main:
        raise Refusal("apt's sources name no archive of Debian that ends in /debian, so there is nothing to make a root from")
    return main[0]


def make_root(suite, folder):
    if (folder / "etc/debian_version").exists():
        return
    print(f"making a root of {suite}", file=sys.stderr, flush=True)
    subprocess.run(
        ["mmdebstrap", "--variant=apt", '--aptopt=Acquire::Check-Valid-Until "false"', f"--include={BARE}", suite, folder, mirror()],
        check=True,
        stdout=sys.stderr,
    )


def inside(folder, command, errors=subprocess.STDOUT):
    """Runs a line of shell in the clone within the root; its status and what it printed. `errors`: as for subprocess."""
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8", "TERM": "dumb"}
    environment["DEBIAN_FRONTEND"] = "noninteractive"
    result = subprocess.run(
        # A process namespace of its own: nothing that was started in there, Bazel's server included, outlives it.
        ["unshare", "--pid", "--fork", "--kill-child", "--mount", "sh", "-c",
         'mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && exec chroot "$0" sh -c "cd $1 && $2"',
         folder, HOME, command],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
        encoding="utf-8", errors="replace", env=environment,
    )  # fmt: skip
    return result.returncode, result.stdout


def compilers_of(names):
    """Among names of packages the compilers that are new enough, oldest first: `g++-14`, `clang-21` as `clang++-21`."""
    found = []
    for kind, pattern in (("g++", r"g\+\+-(\d+)"), ("clang++", r"clang-(\d+)")):
        releases = sorted(int(m[1]) for name in names if (m := re.fullmatch(pattern, name)))
        found += [f"{kind}-{release}" for release in releases if release >= OLDEST[kind]]
    return found


def surveyed(compilers, offered):
    """As tools/checks/survey.py takes them: each in C++23, the newest clang of those that are offered with its own library,
    too, and each in C++26."""
    newest = [name for name in offered if name.startswith("clang")][-1:]
    own = [f"{name} -stdlib=libc++" for name in compilers if name in newest]
    return [*compilers, *own, *(f"{name} -std=c++26" for name in compilers)]


def print_table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", help=", ".join(SUITES))
    parser.add_argument("--only", choices=[*STEPS, "compilers"], action="append", help="these steps instead of all")
    parser.add_argument("--compilers", type=lambda names: names.split(","), help="these instead of all that the suite has")
    parser.add_argument("--root", type=pathlib.Path, help="folder of the suite's root; without it a temporary one")
    arguments = parser.parse_args()
    try:
        checked(arguments)
        with tempfile.TemporaryDirectory(prefix="elsewhere-") as temporary:
            folder = arguments.root or pathlib.Path(temporary, "root")
            make_root(arguments.suite, folder)
            return try_it(arguments, folder)
    except Refusal as refusal:
        print(f"elsewhere: {refusal}", file=sys.stderr)
        return 2


def survey(arguments, folder):
    """Prints the table of the suite's compilers, or of those that were asked for; whether nothing is wrong there."""
    offered = inside(folder, "apt-get update -q >/dev/null; apt-cache pkgnames | grep -E '^(g[+][+]|clang)-[0-9]+$'")[1]
    compilers = compilers_of(offered.split())
    asked = arguments.compilers or compilers
    if unknown := [name for name in asked if name not in compilers]:
        raise Refusal(f"{arguments.suite} has no {' and no '.join(unknown)}; it has {', '.join(compilers)}")
    named = surveyed([name for name in compilers if name in asked], compilers)
    packages = [name.replace("clang++", "clang") for name in named if " " not in name]
    packages += [f"libc++-{release}-dev libc++abi-{release}-dev" for release in re.findall(r"(\d+) -stdlib", " ".join(named))]
    status, said = inside(folder, f"apt-get install -qy --no-install-recommends {' '.join([*LIBRARIES, *packages])}")
    if status != 0:
        raise Refusal(f"{arguments.suite} cannot install {', '.join(packages)}:\n{said}")
    command = f"WIREWRAP_COMPILERS='{','.join(named)}' python3 -B tools/checks/survey.py"
    status, said = inside(folder, command, errors=None)
    print_table([arguments.suite, "release", "headers and boards", "examples run", "sentences whole"], [])
    print(said, end="")
    return status == 0


def try_it(arguments, folder):
    clone = folder / HOME.lstrip("/")
    shutil.rmtree(clone, ignore_errors=True)
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ".", clone], check=True)
    failed = False
    rows = []
    for name, (command, wanted) in STEPS.items():
        if arguments.only and name not in arguments.only:
            continue
        status, said = inside(folder, command)
        found = [line for line in said.splitlines() if re.search(wanted, line)]
        rows.append([f"`{command.split('| ')[-1]}`", found[-1] if found else f"status {status}"])
        if not found:
            failed = True
            sys.stderr.write(said)
    if rows:
        print_table([arguments.suite, "ends with"], rows)
        print()
    if not arguments.only or "compilers" in arguments.only:
        failed = not survey(arguments, folder) or failed
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
