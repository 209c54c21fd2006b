"""Programs made by a compiler of our choice, whichever the rest of the build uses, always with the same flags."""

def program(name, srcs, compiler, hdrs = [], link = []):
    """NAME.program. Tagged `manual`: it takes seconds to build, and nothing but the report needs it.

    Args:
      name: of the program.
      srcs: sources, compiled together.
      compiler: the command.
      hdrs: headers of its own.
      link: linker flags.
    """
    native.genrule(
        name = name,
        srcs = srcs + hdrs + ["//boards:headers", "//include/wirewrap:headers"],
        outs = [name + ".program"],
        cmd = "%s -std=c++23 -O2 -DNDEBUG -Iinclude -I. -I$(GENDIR) -o $@ %s %s" % (
            compiler,
            " ".join(["$(location %s)" % src for src in srcs]),
            " ".join(link),
        ),
        executable = True,
        tags = ["manual"],
        visibility = ["//benchmarks:__subpackages__"],
    )
