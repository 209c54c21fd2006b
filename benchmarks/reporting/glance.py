"""The figures that people ask for first, one line each, of a run of everything."""

from kernels import KERNELS, MEMORY_BOUND
from measuring import SPOKEN, median, spread, table


def _to_qemu(kernels, way):
    """The geometric mean beside TCG, then the kernels by themselves."""
    names = {spoken: f"{way}, {spoken}" for spoken in SPOKEN.values()}
    yield f"{way}: geometric mean, as fast as QEMU TCG", [spread(kernels.mean_to_qemu(name)) for name in names.values()]
    if way == "translated":
        for kernel in KERNELS:
            if kernel not in MEMORY_BOUND:
                yield f"… {kernel}", [spread(kernels.to_qemu(name, kernel)) for name in names.values()]


def _accesses(access):
    compilers = list(access.times)
    for said, target, pattern in [
        ("one of 8 devices polled ÷ its function called", "machine_8", "device"),
        ("8 devices at random ÷ their function called", "machine_8", "devices"),
        ("… of two types in turn", "machine_turns_8", "devices"),
        ("two windows at random ÷ `if` chain", "machine_windows", "random_1m"),
    ]:
        yield said, [spread(access.ratio(c, target, pattern, "load")) for c in compilers]
    for said, target in [("64 devices", "machine_64"), ("… of two types in turn", "machine_turns_64")]:
        yield f"{said} at random, ns", [spread(access.times[c][f"{target}/devices/load"]) for c in compilers]
    yield "RAM in order by `words` ÷ a raw pointer", [spread(access.in_order(c, "load")) for c in compilers]


def glance(subjects):
    """`subjects`: by name, as in report.py, all of them."""
    kernels, translating, state = subjects["kernels"], subjects["translating"], subjects["state"]
    compiling = subjects["compiling"]
    rows = [row for way in ("translated", "fast", "compact") for row in _to_qemu(kernels, way)]
    rows.append(
        (
            "from the first instruction to 90 % of full speed, ms, the slowest kernel",
            [f"{max(median(translating.full_speed(c, kernel)) for kernel in KERNELS):.2f}" for c in SPOKEN],
        )
    )
    above = [spread(translating.above(c, "load")) for c in SPOKEN]
    rows.append(("a guest's load of a device above the device's function, ns", above))
    rows += _accesses(subjects["access"])
    for row, said in [("save", "saved ÷ written"), ("both", "opened and restored ÷ read")]:
        ratios = [spread(state.ratios[c]["67108864"][row]) for c in SPOKEN]
        rows.append((f"64 MiB of 1 GiB {said}, with the checksum", ratios))
    compilers = list(compiling.figures)
    added = [f"{compiling.added(c):.2f}" for c in compilers]
    rows.append(("a machine of 8 devices made and used, s above its standard headers", added))
    growth = [f"{compiling.growth(c):.1f}" for c in compilers]
    rows.append(("1000 regions ÷ 100 beyond the header; n log n: 15", growth))
    sizes = [f"{next(iter(compiling.sizes[c].values())):.1f}" for c in compilers]
    rows.append(("a program with a machine, KiB above an empty one", sizes))
    boots = ""
    if translating.boots["wirewrap run"]:
        boots = "\nUser CPU until U-Boot prompts: " + ", ".join(
            f"{median(times):.2f} s under {who}" for who, times in translating.boots.items()
        ) + ".\n"
    return "## At a glance\n\n" + table(["", *SPOKEN.values()], [[said, *figures] for said, figures in rows]) + boots
