"""Compile time: the cases of benchmarks/compile/compile.py over several rounds."""

import sys

from measuring import median, table

sys.path.insert(0, "benchmarks/compile")
import compile as compilation  # noqa: E402


class Compiling:
    """`figures[compiler][case]` has pairs of user seconds and MiB."""

    def __init__(self):
        self.cases = compilation.cases()
        self.figures = {compiler: {name: [] for name, _ in self.cases} for compiler in compilation.COMPILERS}

    def prepare(self):
        self.sizes = {compiler: compilation.sizes(compiler) for compiler in compilation.COMPILERS}

    def round(self):
        for name, text in self.cases:
            for compiler in compilation.COMPILERS:
                result, said = compilation.measure(compiler, text)
                if result is None:
                    raise RuntimeError(f"{compiler}: {name}: {said[:500]}")
                self.figures[compiler][name].append(result)

    def seconds(self, compiler, name):
        return median([seconds for seconds, _ in self.figures[compiler][name]])

    def added(self, compiler):
        """Seconds that a machine of eight devices adds to its standard headers."""
        head, machine = "the standard headers of a machine", "a machine with 8 devices"
        return self.seconds(compiler, machine) - self.seconds(compiler, head)

    def growth(self, compiler):
        """What 1000 regions cost beyond the header, of what 100 do."""
        header, hundred, thousand = (self.seconds(compiler, name) for name in ("board.hpp", "… of 100", "… of 1000"))
        return (thousand - header) / (hundred - header)

    def markdown(self):
        def cell(compiler, name):
            figures = self.figures[compiler][name]
            seconds = [of for of, _ in figures]
            return f"{median(seconds):.2f} ({min(seconds):.2f}–{max(seconds):.2f}) / {figures[0][1]:.0f}"

        rows = [[name, *(cell(compiler, name) for compiler in self.figures)] for name, _ in self.cases]
        added = ", ".join(f"{self.added(c):.2f} s with {c}" for c in compilation.COMPILERS)
        costs = table(["user seconds / MiB at the peak, `-O2`", *self.figures], rows)
        names = [name for name, _ in compilation.programs()]
        sizes = table(
            ["KiB of a stripped program above an empty one, `-O2`", *self.sizes],
            [[name, *(f"{sizes[name]:.1f}" for sizes in self.sizes.values())] for name in names],
        )
        return f"""## Compile time

{costs}
A machine with its board adds {added} to the standard headers that it includes.

{sizes}"""
