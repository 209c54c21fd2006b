"""Which files of the command let a guest run is told twice, by what they include and to Bazel: those are optimised."""

import pathlib
import re
import unittest


def unoptimised(bazelrc):
    """The patterns of `--per_file_copt=IN,-OUT@-O0` about the command: a file is compiled so when IN matches and OUT does not."""
    return re.search(r"per_file_copt=(\^examples/wirewrap/[^,]*),-(\S*)@-O0", bazelrc).groups()


class Optimised(unittest.TestCase):
    def test_files_that_let_a_guest_run(self):
        inside, outside = unoptimised(pathlib.Path(".bazelrc").read_text(encoding="utf-8"))
        running = [
            str(path)
            for path in sorted(pathlib.Path("examples/wirewrap").glob("*.cpp"))
            if '#include "examples/wirewrap/running.hpp"' in path.read_text(encoding="utf-8")
        ]
        self.assertGreater(len(running), 2)
        for path in running:
            self.assertTrue(re.search(inside, path) and re.search(outside, path), f"{path} is not optimised")
        self.assertFalse(re.search(outside, "examples/wirewrap/run_options.cpp"))


if __name__ == "__main__":
    unittest.main()
