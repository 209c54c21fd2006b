"""Boots Debian's kernel for riscv64 to a shell of busybox.

    tools/bazel run //examples/linux                                           # a shell; `poweroff` ends it
    tools/bazel run //examples/linux -- -- -m 1G -drive file=disk.img,if=virtio,format=raw

Kernel and busybox come through apt into a folder of their own, the first time; the initial file system is made each time.
"""

import argparse
import os
import sys

from initramfs import Archive
from packages import Problem, fetch, read_module

INIT = """\
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in {modules}; do insmod /lib/$module.ko; done
if [ -e /script ]; then
    sh /script
else
    echo "This is busybox on $(uname -r); poweroff ends it."
    setsid cttyhack sh
fi
sync
poweroff -f
"""


def contents(path):
    with open(path, "rb") as file:
        return file.read()


def initramfs(files, script, programs=()):
    archive = Archive()
    for folder in ("bin", "dev", "etc", "lib", "mnt", "proc", "sys", "tmp"):
        archive.folder(folder)
    archive.device("dev/console", 5, 1)
    archive.device("dev/null", 1, 3)
    archive.file("bin/busybox", contents(files.busybox), executable=True)
    archive.file("init", INIT.replace("{modules}", " ".join(files.modules)).encode(), executable=True)
    for name, path in files.modules.items():
        archive.file(f"lib/{name}.ko", read_module(path))
    for program in programs:
        archive.file("bin/" + os.path.basename(program), contents(program), executable=True)
    if script:
        archive.file("script", contents(script))
    return archive.bytes()


def main():
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    parser = argparse.ArgumentParser(description="Boots Debian's kernel for riscv64 to a shell of busybox.")
    parser.add_argument("--folder", default=os.path.join(cache, "wirewrap-linux"), help="for packages and what is made")
    parser.add_argument("--suite", default="trixie", help="of Debian: trixie, forky")
    parser.add_argument("--kernel", help="a file in place of the suite's kernel")
    parser.add_argument("--script", help="a shell script to run in the guest instead of the shell; then it powers off")
    parser.add_argument("--add", action="append", default=[], metavar="PROGRAM", help="a static program to put into /bin")
    parser.add_argument("--append", default="console=ttyS0", help="the kernel's command line")
    parser.add_argument("--emulator", default="examples/wirewrap run",
                        help="what runs it: `qemu-system-riscv64 -M virt -nographic` takes the same options")
    parser.add_argument("options", nargs="*", help="further options of the emulator, after --")
    request = parser.parse_args()
    try:
        files = fetch(request.folder, request.suite)
        archive = os.path.join(request.folder, f"initramfs-{os.getpid()}.cpio")
        with open(archive, "wb") as file:
            file.write(initramfs(files, request.script, request.add))
    except (Problem, OSError) as problem:
        sys.exit(f"linux: {problem}")
    words = request.emulator.split() + ["-m", "256M", "-kernel", request.kernel or files.kernel, "-initrd", archive, "-append", request.append]
    try:
        # Later options count, so that -m may be given again.
        status = os.spawnvp(os.P_WAIT, words[0], words + request.options)
    except KeyboardInterrupt:
        status = 130
    finally:
        os.remove(archive)
    sys.exit(status)


if __name__ == "__main__":
    main()
