"""What compiling costs: user seconds and peak memory of the compiler, for boards of many regions, for many boards, and
for a program with one machine beside the standard headers that it includes; and how large such a program is.

    compile.py            prints a table of one round
"""

import os
import pathlib
import re
import resource
import subprocess
import sys
import tempfile

sys.path.append("tools/checks")
from compilers import COMPILERS  # noqa: E402

FLAGS = ["-std=c++23", "-O2", "-Iinclude", "-I.", "-c", "-o", "/dev/null"]

_DEVICE = """
struct Registers {
    static constexpr wirewrap::Bytes registers{64};
    static constexpr wirewrap::AccessRule access{};
    template <wirewrap::AccessWord T> T read(std::uint64_t) { return 0; }
    template <wirewrap::AccessWord T> void write(std::uint64_t, T) {}
};
"""


def _board(name, regions):
    # In no order, as boards are written; 7 is coprime to all numbers of regions here.
    entries = ",\n".join(
        f'        device<"d{i}", Registers>(at(0x{0x1000_0000 + i * 7 % regions * 0x1000:x}), 4_KiB)' for i in range(regions)
    )
    return f"""
struct {name} {{
    static constexpr auto name = "{name}";
    static constexpr auto ram = main_ram("ram", 64_MiB).placed(at(0x8000'0000));
    static constexpr auto map = memory_map(
{entries});
}};
static_assert(Board<{name}>);
"""


def _boards(count, regions):
    head = "#include <wirewrap/board.hpp>\nusing namespace wirewrap;\nusing namespace wirewrap::literals;\n" + _DEVICE
    return head + "".join(_board(f"B{n}", regions) for n in range(count))


def _machine(regions):
    return (
        "#include <wirewrap/machine.hpp>\n#include <wirewrap/hostmem/anonymous.hpp>\n"
        + _boards(1, regions)
        + """
std::uint64_t use() {
    auto machine = Machine<B0, hostmem::Anonymous>::create();
    if (!machine) return 0;
    (void)machine->store<std::uint32_t>(at(0x8000'0000), 42);
    return machine->load<std::uint32_t>(at(0x8000'0000)).value_or(0);
}
"""
    )


def _standard_headers():
    """Every standard header that the rooms of a machine include."""
    found = set()
    for room in ("base", "board", "hostmem", "machine"):
        for header in pathlib.Path("include/wirewrap", room).rglob("*.hpp"):
            found.update(re.findall(r"^#include <([a-z_/]+(?:\.h)?)>", header.read_text(), re.MULTILINE))
    # Some only newer compilers have.
    return "".join(f"#if __has_include(<{name}>)\n#include <{name}>\n#endif\n" for name in sorted(found))


def cases():
    """Pairs of a name and a translation unit."""
    return [
        ("nothing", ""),
        ("the standard headers of a machine", _standard_headers()),
        ("board.hpp", _boards(0, 0)),
        ("board.hpp and a board of 10 regions", _boards(1, 10)),
        ("… of 100", _boards(1, 100)),
        ("… of 1000", _boards(1, 1000)),
        ("30 boards of 10 regions", _boards(30, 10)),
        ("300 boards of 10 regions", _boards(300, 10)),
        ("a machine with 8 devices", _machine(8)),
    ]


_HELLO = """#include <wirewrap/board.hpp>
#include <wirewrap/hostmem/anonymous.hpp>
#include <wirewrap/machine.hpp>
using namespace wirewrap;
using namespace wirewrap::literals;
struct Hello {
    static constexpr auto name = "hello";
    static constexpr auto ram = main_ram("hello.ram", 16_MiB).placed(at(0x8000'0000));
};
int main() {
    auto machine = Machine<Hello, hostmem::Anonymous>::create(OPTIONS);
    if (!machine) return 1;
    (void)machine->store<std::uint32_t>(at(0x8000'0000), 42);
    return machine->load<std::uint32_t>(at(0x8000'0000)).value_or(0) == 42 ? 0 : 2;
}
"""


def programs():
    """Pairs of a name and a program with one machine, to be compared with an empty one."""
    return [
        ("a machine of 16 MiB, made by `create()`", _HELLO.replace("OPTIONS", "")),
        ("… by `create({.ram_size = 32_MiB})`", _HELLO.replace("OPTIONS", "{.ram_size = 32_MiB}")),
    ]


def program_size(compiler, text):
    """KiB of a program, linked as compilers do without further options, and stripped. It has to end with success."""
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, "program.cpp"), pathlib.Path(folder, "program")
        source.write_text(text)
        subprocess.run([compiler, "-std=c++23", "-O2", "-Iinclude", "-I.", "-o", program, source], check=True)
        subprocess.run([program], check=True)
        subprocess.run(["strip", program], check=True)
        return program.stat().st_size / 1024


def sizes(compiler):
    """KiB above an empty program, by name."""
    empty = program_size(compiler, "int main() {}\n")
    return {name: program_size(compiler, text) - empty for name, text in programs()}


def measure(compiler, text):
    """User seconds and MiB at the peak; None when it does not compile, with what the compiler said."""
    with tempfile.NamedTemporaryFile("w", suffix=".cpp") as source:
        source.write(text)
        source.flush()
        process = subprocess.Popen([compiler, *FLAGS, source.name], stderr=subprocess.PIPE, encoding="utf-8")
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    if status != 0:
        return None, said
    return (usage.ru_utime, usage.ru_maxrss / 1024), ""


def main():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name, text in cases():
        for compiler in COMPILERS:
            result, said = measure(compiler, text)
            print(f"{name:40} {compiler:12}", f"{result[0]:6.2f} s {result[1]:6.0f} MiB" if result else said[:500], flush=True)
    for compiler in COMPILERS:
        for name, kib in sizes(compiler).items():
            print(f"{name:40} {compiler:12} {kib:6.1f} KiB above an empty program", flush=True)


if __name__ == "__main__":
    sys.exit(main())
