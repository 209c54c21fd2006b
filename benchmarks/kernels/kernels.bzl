"""The ten kernels, and `empty`, which tells what a run costs beside its kernel."""

load("@compilers//:compilers.bzl", "COMPILERS")

KERNELS = [
    "seqsum",
    "copy64",
    "bytes",
    "rand",
    "chase",
    "sieve",
    "crc32",
    "matmul",
    "qsort",
    "fib",
    "empty",
]

# Nothing that would call a library: a loop that copies shall stay a loop.
_GUEST = " ".join([
    "-O2",
    "-march=rv64imac_zicsr",
    "-mabi=lp64",
    "-mcmodel=medany",
    "-ffreestanding",
    "-fno-builtin",
    "-fno-tree-loop-distribute-patterns",
    "-fno-inline-small-functions",
    "-nostdlib",
    "-static",
    "-Wl,--build-id=none",
])

# The same work as the guest's: RV64IMAC has no vectors.
_NATIVE = "-O2 -fno-builtin -fno-tree-loop-distribute-patterns -fno-tree-vectorize -fno-inline-small-functions"

def kernel(name, **kwargs):
    """NAME.bin, a raw image that starts at 0x80000000 in machine mode, and the same C as a program of Linux on RISC-V,
    NAME.linux.elf, and of the host, NAME.native.

    Args:
      name: of the kernel, NAME.c.
      **kwargs: as for genrule.
    """
    native.genrule(
        name = name + "_image",
        srcs = [name + ".c", "kernel.h", "kernel.ld", "report.c", "run.S"],
        outs = [name + ".elf", name + ".bin"],
        cmd = ("riscv64-unknown-elf-gcc %s -T $(location kernel.ld) -o $(location %s.elf)" % (_GUEST, name) +
               " $(location run.S) $(location report.c) $(location %s.c)" % name +
               " && riscv64-unknown-elf-objcopy -O binary $(location %s.elf) $(location %s.bin)" % (name, name)),
        **kwargs
    )
    native.genrule(
        name = name + "_linux",
        srcs = [name + ".c", "kernel.h", "linux.S"],
        outs = [name + ".linux.elf"],
        cmd = "riscv64-unknown-elf-gcc %s -o $@ $(location linux.S) $(location %s.c)" % (_GUEST, name),
        **kwargs
    )
    native.genrule(
        name = name + "_native",
        srcs = [name + ".c", "kernel.h", "native.c"],
        outs = [name + ".native"],
        cmd = COMPILERS["gcc"]["cc"] + " %s -o $@ $(location native.c) $(location %s.c)" % (_NATIVE, name),
        executable = True,
        **kwargs
    )

def profile(name):
    """NAME_profile.hpp: the hot code of kernel NAME, found in its first 300 million instructions."""
    native.genrule(
        name = name + "_profile",
        # Among the sources, as tools are compiled once more for the host.
        srcs = [name + ".bin", "//examples:wirewrap"],
        outs = [name + "_profile.hpp"],
        cmd = "$(location //examples:wirewrap) profile --bios $(location %s.bin) " % name +
              "--instructions 300000000 --name %s_profile -o $@ > /dev/null < /dev/null" % name,
        tags = ["manual"],
    )
