"""The version is written in three places, which agree."""

import pathlib
import re
import unittest

PLACES = {
    "MODULE.bazel": r'^    version = "([\d.]+)",$',
    "CMakeLists.txt": r"^project\(wirewrap VERSION ([\d.]+) ",
    "CHANGELOG.md": r"^## ([\d.]+) — ",  # the first, which is the newest
}


class Version(unittest.TestCase):
    def test_the_module_the_cmake_project_and_the_changelog_have_the_same(self):
        found = {
            place: re.search(pattern, pathlib.Path(place).read_text(encoding="utf-8"), re.MULTILINE)
            for place, pattern in PLACES.items()
        }
        self.assertNotIn(None, found.values(), found)
        self.assertEqual(len({match[1] for match in found.values()}), 1, {p: m[1] for p, m in found.items()})


if __name__ == "__main__":
    unittest.main()
