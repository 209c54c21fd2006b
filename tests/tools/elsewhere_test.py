"""The logic of tools/elsewhere.py that needs no other system: what it refuses, what it takes for a compiler, its table."""

import argparse
import contextlib
import io
import os
import subprocess
import sys
import unittest
from unittest import mock

sys.path.insert(0, "tools")
import elsewhere  # noqa: E402


class Elsewhere(unittest.TestCase):
    def test_an_unknown_suite_is_refused_with_those_there_are(self):
        with self.assertRaisesRegex(elsewhere.Refusal, "woody is no suite .*; there are bookworm, trixie, forky, sid"):
            elsewhere.checked(argparse.Namespace(suite="woody"))

    def test_only_root_makes_a_root(self):
        with mock.patch.object(os, "geteuid", return_value=1000):
            with self.assertRaisesRegex(elsewhere.Refusal, "run this as root"):
                elsewhere.checked(argparse.Namespace(suite="sid"))

    def test_a_missing_mmdebstrap_is_told(self):
        with mock.patch.object(os, "geteuid", return_value=0), mock.patch.object(elsewhere.shutil, "which", return_value=None):
            with self.assertRaisesRegex(elsewhere.Refusal, "apt-get install mmdebstrap"):
                elsewhere.checked(argparse.Namespace(suite="sid"))

    def test_refusals_are_a_sentence_and_status_2(self):
        done = subprocess.run([sys.executable, "-B", "tools/elsewhere.py", "woody"], capture_output=True, encoding="utf-8")
        self.assertEqual(done.returncode, 2)
        self.assertEqual(
            done.stderr, "elsewhere: woody is no suite that is known here; there are bookworm, trixie, forky, sid\n"
        )

    def test_compilers_are_those_new_enough(self):
        names = ["g++-9", "g++-16", "g++-12", "g++-14-x86-64-linux-gnu", "clang-14", "clang-21", "clang-19", "clang-19-doc"]
        self.assertEqual(elsewhere.compilers_of(names), ["g++-12", "g++-16", "clang++-19", "clang++-21"])

    def test_each_compiler_is_surveyed_in_both_languages_and_the_newest_clang_with_its_library(self):
        offered = ["g++-16", "clang++-22", "clang++-23"]
        self.assertEqual(
            elsewhere.surveyed(offered, offered),
            ["g++-16", "clang++-22", "clang++-23", "clang++-23 -stdlib=libc++"]
            + ["g++-16 -std=c++26", "clang++-22 -std=c++26", "clang++-23 -std=c++26"],
        )
        self.assertEqual(elsewhere.surveyed(["clang++-22"], offered), ["clang++-22", "clang++-22 -std=c++26"])

    def test_a_compiler_that_the_suite_lacks_is_refused_with_those_it_has(self):
        asked = argparse.Namespace(suite="sid", compilers=["g++-13", "g++-99"])
        with mock.patch.object(elsewhere, "inside", return_value=(0, "g++-13\nclang-23\n")):
            with self.assertRaisesRegex(elsewhere.Refusal, r"sid has no g\+\+-99; it has g\+\+-13, clang\+\+-23"):
                elsewhere.survey(asked, "root")

    def test_the_table_is_markdown(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            elsewhere.print_table(["sid", "release"], [["g++-16", "16.2.0"]])
        self.assertEqual(out.getvalue(), "| sid | release |\n|---|---|\n| g++-16 | 16.2.0 |\n")


if __name__ == "__main__":
    unittest.main()
