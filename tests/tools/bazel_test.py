"""What tools/bazel says to a user who may not install packages: which there are, in a sentence."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

USED = ("awk", "bash", "dirname", "env", "readlink", "sed", "tr")


def said_to_a_user(known, *words):
    """What is said of a command where apt knows the packages `known`, none is installed, and there is no sudo."""
    with tempfile.TemporaryDirectory() as folder:
        for name in USED:
            os.symlink(shutil.which(name), f"{folder}/{name}")
        for name, text in (
            ("id", "echo 1000"),
            ("dpkg-query", "exit 1"),
            ("apt-cache", f'case " {known} " in *" $2 "*) echo "  Candidate: 1" ;; esac'),
        ):
            path = pathlib.Path(folder, name)
            path.write_text(f"#!{shutil.which('bash')}\n{text}\n", encoding="utf-8")
            path.chmod(0o755)
        done = subprocess.run(
            [f"{folder}/bash", "tools/bazel", *words],
            env={"PATH": folder, "HOME": folder},
            capture_output=True,
            encoding="utf-8",
        )
    return done.returncode, done.stderr


class Bazel(unittest.TestCase):
    def test_without_root_the_missing_packages_are_named(self):
        status, said = said_to_a_user("g++ libboost-dev libfmt-dev", "run", "//examples:wirewrap")
        self.assertEqual(status, 1)
        self.assertRegex(said, r"^tools/bazel: run as root, or install sudo, so that these packages can be installed: bazel-")
        self.assertRegex(said, r", g\+\+, libboost-dev, ")

    def test_packages_that_apt_does_not_know_yet_are_named_as_well(self):
        said = said_to_a_user("", "test", "//...")[1]
        self.assertRegex(said, r", g\+\+ or g\+\+-12, libboost1.81-dev or libboost-dev, ")
        self.assertRegex(said, r", qemu-system-x86, ")
        for word in ("NONE", "/usr/", "|"):
            self.assertNotIn(word, said)


if __name__ == "__main__":
    unittest.main()
