"""Gets Debian's kernel and busybox for riscv64 through apt into a folder of their own, without touching the system's packages.

    files = fetch(folder, "trixie")
    files.kernel, files.busybox, files.modules["virtio_blk"]            # paths; modules are compressed

The mirror is the one that this system's own apt uses for Debian; its signatures are checked with the system's keys.
"""

import dataclasses
import fcntl
import glob
import lzma
import os
import re
import subprocess

# In the order in which they are loaded, what each of them needs before it. What a kernel has built in is not among its files.
MODULES = ("virtio_mmio", "virtio_blk", "virtio_rng", "virtio_net", "crc32c_generic", "libcrc32c", "ext4")
KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"


class Problem(Exception):
    """A sentence for the person."""


@dataclasses.dataclass
class Files:
    kernel: str
    busybox: str
    modules: dict


def run(words, environment=None, folder=None):
    try:
        done = subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True)
    except FileNotFoundError:
        raise Problem(f"{words[0]} is not installed: this example needs apt and dpkg, as Debian has them") from None
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()
        raise Problem(f"{' '.join(words)} failed: {last[-1] if last else 'without a word'}")
    return done.stdout


def mirror():
    targets = run(["apt-get", "indextargets", "--format", "$(SITE)\t$(ORIGIN)\t$(LABEL)", "Created-By: Packages"])
    for line in targets.splitlines():
        site, origin, label = line.split("\t")
        if origin == "Debian" and label == "Debian":
            return site
    raise Problem("apt on this system knows no Debian mirror: run apt-get update on a Debian system, or give --folder a "
                  "folder that was filled on one")


class Apt:
    """apt with lists, packages and an architecture of its own."""

    def __init__(self, folder, suite):
        self._folder = os.path.join(folder, "apt")
        for name in ("lists/partial", "cache/archives/partial"):
            os.makedirs(os.path.join(self._folder, name), exist_ok=True)
        signed = f" signed-by={KEYS}" if os.path.exists(KEYS) else ""
        self._write("status", "")
        self._write("sources.list", f"deb [arch=riscv64{signed}] {mirror()} {suite} main\n")
        self._write("configuration", f"""\
APT::Architecture "riscv64";
APT::Architectures {{ "riscv64"; }};
APT::Sandbox::User "root";
Dir::Etc::sourcelist "{self._folder}/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "{self._folder}";
Dir::State::status "{self._folder}/status";
Dir::State::lists "{self._folder}/lists";
Dir::Cache "{self._folder}/cache";
Acquire::Languages "none";
""")

    def __call__(self, *words, folder=None):
        environment = dict(os.environ, APT_CONFIG=os.path.join(self._folder, "configuration"))
        return run(list(words), environment, folder)

    def _write(self, name, text):
        with open(os.path.join(self._folder, name), "w") as file:
            file.write(text)


def kernel_packages(apt):
    """What linux-image-riscv64 stands for: the image, and in newer releases packages of its parts."""
    wanted, found = ["linux-image-riscv64"], []
    while wanted:
        package = wanted.pop()
        if package in found:
            continue
        found.append(package)
        for line in apt("apt-cache", "depends", package).splitlines():
            match = re.match(r"\s+(?:Depends|PreDepends): (linux-(?:image|binary|modules)-\S+)$", line)
            if match:
                wanted.append(match.group(1))
    return found


def read_module(path):
    """The bytes of a module, unpacked."""
    with open(path, "rb") as file:
        contents = file.read()
    return lzma.decompress(contents) if path.endswith(".xz") else contents


def modules_of(root):
    """The files of MODULES, each after those that it says it depends on."""
    files = {
        os.path.basename(path).split(".ko")[0].replace("-", "_"): path
        for path in glob.glob(f"{root}/usr/lib/modules/*/kernel/**/*.ko*", recursive=True)
    }
    found = {}

    def add(name):
        if name not in files or name in found:
            return
        said = re.search(rb"\0depends=([^\0]*)\0", read_module(files[name]))
        for need in said[1].decode().split(",") if said else ():
            add(need.replace("-", "_"))
        found[name] = files[name]

    for name in MODULES:
        add(name)
    return found


def only(pattern, what):
    found = sorted(glob.glob(pattern))
    if not found:
        raise Problem(f"there is no {what} at {pattern}: the packages are others than this example knows")
    return found[-1]


def fetch(folder, suite):
    """Downloads when the folder is empty; what is there is used again."""
    folder = os.path.abspath(os.path.join(folder, suite))
    root, done = os.path.join(folder, "root"), os.path.join(folder, "done")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "lock"), "w") as lock:
        # Who comes while another one downloads waits for that, and uses it.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(done):
            apt = Apt(folder, suite)
            apt("apt-get", "update")
            apt("apt-get", "download", "busybox-static", *kernel_packages(apt), folder=folder)
            for package in sorted(glob.glob(os.path.join(folder, "*.deb"))):
                run(["dpkg-deb", "-x", package, root])
                os.remove(package)
            with open(done, "w"):
                pass
    kernels = glob.glob(f"{root}/boot/vmlinu[xz]-*") + glob.glob(f"{root}/usr/lib/modules/*/vmlinu[xz]")
    if not kernels:
        raise Problem(f"there is no kernel below {root}: the packages are others than this example knows")
    return Files(
        kernel=max(kernels, key=os.path.getsize),
        busybox=only(f"{root}/usr/bin/busybox", "busybox"),
        modules=modules_of(root),
    )
