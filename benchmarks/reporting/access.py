"""Accesses from the host: machines, hand-written code, and peers, in turn."""

import json
import pathlib
import re
import tempfile

from measuring import GCC, SPOKEN, median, ratios, run, spread, table

PATTERNS = {
    "sequential_1m": "in order, 1 MiB",
    "random_1m": "random, 1 MiB",
    "mixed_1m": "95 % random, 5 % devices",
    "sequential_64m": "every line of 64 MiB",
    "random_64m": "random, 64 MiB",
    "device": "one device",
    "devices": "devices at random",
}
TARGETS = {
    "machine_1": "wirewrap, 1 device",
    "machine_8": "wirewrap, 8 devices",
    "machine_64": "wirewrap, 64 devices",
    "machine_turns_8": "… 8, of two types in turn",
    "machine_turns_64": "… 64, of two types in turn",
    "machine_fixed": "… 8, RAM size in the type",
    "machine_selected": "… 8, backend chosen at run time",
    "machine_windows": "… 8, RAM in two windows",
    "raw": "raw pointer",
    "raw_static": "raw pointer, static memory",
    "direct": "raw pointer, device's function called",
    "chain_8": "`if` chain, 8 devices",
    "chain_64": "`if` chain, 64 devices",
    "chain_windows": "`if` chain, two windows",
    "virtual_8": "virtual handlers, 8",
    "virtual_64": "virtual handlers, 64",
    "function_8": "`std::function`, 8",
    "function_64": "`std::function`, 64",
    "tlm_dmi_8": "TLM-2.0, DMI, 8",
    "tlm_transport_8": "TLM-2.0, b_transport, 8",
    "unicorn_8": "Unicorn 2, 8",
}
# What a machine is compared with where a pattern has devices, and where it has none.
BASELINES = {"machine_fixed": "raw_static", "machine_windows": "chain_windows"}
WITH_DEVICES = {"mixed_1m", "device", "devices"}

PEERS = {
    "unicorn": ("/usr/include/unicorn/unicorn.h", "libunicorn-dev", ["-lunicorn"]),
    # The standard that Debian's library was compiled for, which its headers check.
    "tlm": ("/usr/include/systemc", "libsystemc-dev", ["-DSC_CPLUSPLUS=201703L", "-lsystemc"]),
}
FOLDER = pathlib.Path("benchmarks/access")


class Access:
    """`times[compiler][target/pattern/operation]` has nanoseconds, one figure for each round."""

    def __init__(self):
        self.programs = {spoken: [FOLDER / f"access_{name}.program"] for name, spoken in SPOKEN.items()}
        self.times = {compiler: {} for compiler in self.programs}
        self.missing = []
        self._kept = tempfile.TemporaryDirectory()

    def prepare(self):
        for name, (header, package, flags) in PEERS.items():
            if not pathlib.Path(header).exists():
                self.missing.append(f"{name}: the Debian package {package} is not installed")
                continue
            program = pathlib.Path(self._kept.name, name)
            try:
                run(GCC, "-std=c++23", "-O2", "-DNDEBUG", "-Iinclude", "-I.", "-o", str(program),
                    str(FOLDER / f"{name}.cpp"), *flags, "-lbenchmark", "-lpthread")  # fmt: skip
                self.programs[SPOKEN["gcc"]].append(program)
            except RuntimeError as error:
                self.missing.append(f"{name}: does not compile here: {str(error).splitlines()[1]}")

    def round(self):
        for compiler, programs in self.programs.items():
            for program in programs:
                said = run(str(program), "--benchmark_min_time=0.02", "--benchmark_format=json").output
                # SystemC prints its copyright first.
                for figure in json.loads(said[re.search(r"^\{", said, re.MULTILINE).start() :])["benchmarks"]:
                    if figure.get("error_occurred"):
                        raise RuntimeError(f"{figure['name']}: {figure['error_message']}")
                    self.times[compiler].setdefault(figure["name"], []).append(1e9 / figure["items_per_second"])

    def ratio(self, compiler, target, pattern, operation):
        """To the raw pointer, or to where a program of one's own would call the device's function."""
        baseline = BASELINES.get(target, "raw")
        if baseline != "chain_windows" and pattern in WITH_DEVICES:
            baseline = "direct"
        times = self.times[compiler]
        return ratios(times[f"{target}/{pattern}/{operation}"], times[f"{baseline}/{pattern}/{operation}"])

    def in_order(self, compiler, operation):
        """A loop over words that are inside by one check, to a raw pointer over them."""
        times = self.times[compiler]
        return ratios(times[f"words/in_order_1m/{operation}"], times[f"pointer/in_order_1m/{operation}"])

    def _cell(self, compiler, target, pattern):
        names = [f"{target}/{pattern}/{operation}" for operation in ("load", "store")]
        if names[0] not in self.times[compiler]:
            return "–"
        return " / ".join(f"{median(self.times[compiler][name]):.2f}" for name in names)

    def markdown(self):
        parts = ["""## Accesses from the host

Nanoseconds of CPU for a 64-bit load / store, its address from a list. RAM is 64 MiB of huge pages, present before the
first access; the static memory of a size in the type has small pages. `one device` is polled, as a driver does;
`devices at random` shows what a processor that cannot foresee the device makes of the search for it.
"""]  # fmt: skip
        for compiler, times in self.times.items():
            present = [target for target in TARGETS if any(name.startswith(target + "/") for name in times)]
            rows = [[TARGETS[target], *(self._cell(compiler, target, p) for p in PATTERNS)] for target in present]
            parts.append(f"### {compiler}\n\n" + table(["ns", *PATTERNS.values()], rows))
        rows = [
            [compiler, *(spread(self.in_order(compiler, operation)) for operation in ("load", "store"))]
            for compiler in self.times
        ]
        parts.append("""### In order, inside by one check

`words` over 1 MiB of guest memory, beside a raw pointer over them.

""" + table(["words ÷ raw pointer", "load", "store"], rows))  # fmt: skip
        parts.append("""### Ratios

Median and range over the rounds, of loads. Two windows are compared with the `if` chain over two windows, sizes in the type
with a raw pointer into static memory, patterns with devices with a raw pointer beside a direct call of the device's
function.
""")
        for compiler in self.times:
            rows = [
                [TARGETS[target], *(spread(self.ratio(compiler, target, pattern, "load")) for pattern in PATTERNS)]
                for target in TARGETS
                if target.startswith("machine")
            ]
            parts.append(table([compiler, *PATTERNS.values()], rows))
        return "\n".join(parts)
