"""Checks the headers below the given paths against the table in include/wirewrap/rooms.bzl.

Each room may include what its row lists, and what those rooms list in turn; libraries only where the row names them.
A header has at most 600 lines, and includes the check of the language, itself or by another header. An umbrella header holds
every header of its room, but for those that the table names.
"""

import ast
import re
import sys

from compilers import headers_in, report

TABLE = "include/wirewrap/rooms.bzl"
BOARDS = ["board", "device", "virtio"]  # boards/BUILD
LANGUAGE = "wirewrap/base/language.hpp"
MAX_LINES = 600
INCLUDE = re.compile(r"^\s*#\s*include\s*([<\"])([^>\"]+)[>\"]", re.MULTILINE)

LIBRARIES = {
    "boost/": "@boost_hana//:boost.hana",
    "range/": "@range_v3//:range-v3",
    "concepts/": "@range_v3//:range-v3",
    "meta/": "@range_v3//:range-v3",
    "libfdt": "@libfdt//:fdt",
    "fdt.h": "@libfdt//:fdt",
    "xbyak/": "@xbyak",
    "zlib.h": "@libz//:z",
    "zstd.h": "@zstd//:zstd",
    "elfutils/": "@libdw//:dw",
    "fmt/": "@fmt//:fmt",
    "nlohmann/": "@nlohmann_json//:json",
    "CLI/": "@cli11//:cli11",
    "catch2/": "@catch2//:catch2",
    "benchmark/": "@benchmark//:benchmark",
}


def table_of(name):
    """A table of the file; Starlark's syntax is also Python's."""
    with open(TABLE, encoding="utf-8") as file:
        tree = ast.parse(file.read())
    return next(
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == name
    )


def room_of(name):
    """The room of `wirewrap/board/map.hpp` or of the umbrella `wirewrap/board.hpp`: board."""
    return name.split("/")[1].removesuffix(".hpp")


def reachable(table, room):
    """`room` and every room below it."""
    below = {room}
    for use in table[room]:
        if not use.startswith("@"):
            below |= reachable(table, use)
    return below


def check_header(table, path):
    with open(path, encoding="utf-8") as file:
        source = file.read()
    name = path.removeprefix("include/")
    room = "boards" if name.startswith("boards/") else room_of(name)
    if room not in table:
        return [f"{path}: {TABLE} has no room '{room}'"]
    failures = []
    if (lines := source.count("\n")) > MAX_LINES:
        failures.append(f"{path} has {lines} lines; {MAX_LINES} are allowed")
    includes = INCLUDE.findall(source)
    if name != LANGUAGE and not any(included.startswith(("wirewrap/", "boards/")) for _, included in includes):
        failures.append(f"{path} includes no header of this library: include <{LANGUAGE}> first")
    for bracket, included in includes:
        library = next((lib for prefix, lib in LIBRARIES.items() if included.startswith(prefix)), None)
        if library and library not in [*table[room], table_of("APART").get(name.removeprefix("wirewrap/"))]:
            failures.append(f"{path} includes <{included}>, but room '{room}' does not list {library}")
        elif included.startswith("boards/") and room != "boards":
            failures.append(f"{path} includes <{included}>: the library knows no board")
        elif included.startswith("wirewrap/") and room_of(included) not in reachable(table, room):
            failures.append(f"{path} includes <{included}>, but room '{room}' may not use '{room_of(included)}'")
        if bracket == '"':
            failures.append(f'{path} includes "{included}": write <{included}> with its full path')
    return failures


def included_from(name, seen):
    """Adds all that a header of the library includes, and what that includes."""
    with open("include/" + name, encoding="utf-8") as file:
        for _, included in INCLUDE.findall(file.read()):
            if included.startswith("wirewrap/") and included not in seen:
                seen.add(included)
                included_from(included, seen)
    return seen


def check_umbrellas(rooms):
    left_out = [*table_of("APART"), *table_of("NOT_IN_UMBRELLAS")]
    failures = []
    for room in rooms:
        umbrella = f"wirewrap/{room}.hpp"
        held = included_from(umbrella, set())
        for path in headers_in([f"include/wirewrap/{room}"]):
            name = path.removeprefix("include/wirewrap/")
            listed = any(name == each or (each.endswith("/") and name.startswith(each)) for each in left_out)
            if ("wirewrap/" + name in held) == listed:
                failures.append(
                    f"{TABLE} leaves {name} out of umbrellas, but <{umbrella}> includes it"
                    if listed
                    else f"<{umbrella}> does not include <wirewrap/{name}>: include it, or say in {TABLE} why not"
                )
    return failures


def main(roots):
    table = table_of("ROOMS")
    order = list(table)
    upward = [
        f"{TABLE}: room '{room}' uses '{use}', which does not stand above it"
        for room, uses in table.items()
        for use in uses
        if not use.startswith("@") and order.index(use) >= order.index(room)
    ]
    if upward:
        return report(upward)
    failures = check_umbrellas(order)
    table["boards"] = BOARDS
    table["wirewrap"] = order
    return report(failures + [failure for path in headers_in(roots) for failure in check_header(table, path)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
