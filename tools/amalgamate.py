"""Writes one header that holds the rooms base, board, address_space, hostmem, machine and device: without boards, for trying
wirewrap in an online compiler or copying it into a tree. It needs the headers of Boost.Hana.

    python3 tools/amalgamate.py > wirewrap.hpp
"""

import pathlib
import re
import sys

ROOMS = ("base", "board", "address_space", "hostmem", "machine", "device")
INCLUDE = re.compile(r"^#include <(wirewrap/[^>]+)>[^\n]*\n", re.MULTILINE)
HEAD = """// wirewrap {version} in one file: made by tools/amalgamate.py from the headers of the same release.
// SPDX-License-Identifier: Apache-2.0
#pragma once

"""


def text_of(header, root, seen):
    """The header with those of wirewrap that it includes written out, each at its first place."""
    if header in seen:
        return ""
    seen.add(header)
    source = (root / "include" / header).read_text(encoding="utf-8").replace("#pragma once\n", "", 1)
    return INCLUDE.sub(lambda found: text_of(found[1], root, seen), source)


def amalgamation(root):
    version = re.search(r'version = "([^"]+)"', (root / "MODULE.bazel").read_text(encoding="utf-8"))[1]
    seen = set()
    parts = [text_of(f"wirewrap/{room}.hpp", root, seen) for room in ROOMS]
    return HEAD.format(version=version) + re.sub(r"\n{3,}", "\n\n", "\n".join(parts))


if __name__ == "__main__":
    sys.stdout.write(amalgamation(pathlib.Path(__file__).parent.parent))
