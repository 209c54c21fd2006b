"""What texts of this repository include, and how they are compiled faster without that it tells: a text is compiled with a header
there already only when it includes that anyway.
"""

import os
import tempfile
from collections import Counter
from threading import Lock

from compilers import ALONE, compile_ahead, included_in


def path_of(included):
    """Of a header of this repository, or None."""
    return next((path for path in ("include/" + included, included) if os.path.exists(path)), None)


def paths_included_in(text):
    return [path for included in included_in(text) if (path := path_of(included))]


class Includes:
    """Texts of headers, and what they include."""

    def __init__(self):
        self._read = {}

    def text_of(self, path):
        return self._known(path)[0]

    def _known(self, path):
        if path not in self._read:
            with open(path, encoding="utf-8") as file:
                text = file.read()
            self._read[path] = (text, included_in(text))
        return self._read[path]

    def closure(self, paths):
        """These headers of the repository and all that they include, in the order of a list."""
        found, todo = dict.fromkeys(paths), list(paths)
        while todo:
            for included in self._known(todo.pop())[1]:
                if (other := path_of(included)) and other not in found:
                    found[other] = None
                    todo.append(other)
        return list(found)

    def foreign(self, closure):
        """What headers of a closure include of others."""
        return {each for path in closure for each in self._known(path)[1] if not path_of(each)}


class Ahead:
    """Flags for the compiler ALONE by which texts with the given closures compile faster. What they include of others is there for
    all, also for who does not include it: names of the standard library are another check's (standard_names.py).
    """

    def __init__(self, includes, closures, warnings=()):
        closures = [list(closure) for closure in closures]
        self._warnings = warnings
        self._foreign = sorted(includes.foreign({path for closure in closures for path in closure}))
        # The header that is worth most when it is compiled once for all that include it, and what it includes.
        counts = Counter(path for closure in closures for path in closure)
        worth = {path: (count - 3) * len(includes.closure([path])) for path, count in counts.items() if count > 3}
        self._shared = includes.closure([max(worth, key=worth.get)]) if worth else []
        self._locks = {True: Lock(), False: Lock()}
        self._made = {}

    def __enter__(self):
        self._folder = tempfile.TemporaryDirectory()
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def flags(self, closure, header=None):
        """For a text, which may be that of a header."""
        shared = bool(self._shared) and set(self._shared) <= set(closure) and header not in self._shared
        with self._locks[shared]:
            if shared not in self._made:
                headers = [path.removeprefix("include/") for path in self._shared] if shared else []
                place = os.path.join(self._folder.name, str(shared))
                self._made[shared] = compile_ahead(ALONE, [*self._foreign, *headers], place, *self._warnings)
        return self._made[shared]
