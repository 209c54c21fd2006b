"""Writes initial RAM file systems: cpio archives in the format `newc`, which Linux unpacks when it begins.

    archive = Archive()
    archive.folder("bin")
    archive.file("bin/busybox", contents, executable=True)
    archive.link("bin/sh", "busybox")
    archive.device("dev/console", 5, 1)
    open("initramfs.cpio", "wb").write(archive.bytes())

Source: Linux, Documentation/driver-api/early-userspace/buffer-format.rst.
"""

import stat


class Archive:
    def __init__(self):
        self._entries = []

    def folder(self, name):
        self._add(name, stat.S_IFDIR | 0o755)

    def file(self, name, contents, executable=False):
        self._add(name, stat.S_IFREG | (0o755 if executable else 0o644), contents)

    def link(self, name, target):
        self._add(name, stat.S_IFLNK | 0o777, target.encode())

    def device(self, name, major, minor):
        self._add(name, stat.S_IFCHR | 0o600, device=(major, minor))

    def bytes(self):
        result = bytearray()
        for number, (name, mode, contents, device) in enumerate(self._entries, 1):
            self._put(result, number, name, mode, contents, device)
        self._put(result, 0, "TRAILER!!!", 0, b"", (0, 0))
        return bytes(result)

    def _add(self, name, mode, contents=b"", device=(0, 0)):
        self._entries.append((name, mode, contents, device))

    @staticmethod
    def _put(result, number, name, mode, contents, device):
        text = name.encode() + b"\0"
        links = 2 if stat.S_ISDIR(mode) else 1
        fields = (number, mode, 0, 0, links, 0, len(contents), 0, 0, device[0], device[1], len(text), 0)
        result += b"070701" + b"".join(b"%08x" % field for field in fields) + text
        result += bytes(-len(result) % 4) + contents
        result += bytes(-len(result) % 4)
