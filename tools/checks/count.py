"""Counts the test results in Bazel's build event files, one file for each round of tests.

    count.py ROUND...

Prints what failed and what was skipped, and last `N passed, N failed` or `N passed, N failed, N skipped`. A test that
could not be built has failed; one that succeeded with a line `SKIPPED: why` in its log was skipped. Fails when a test
failed, when a round ended badly for another reason, and when nothing ran.
"""

import json
import pathlib
import re
import sys
import urllib.parse
import urllib.request

# Bazel's exit codes: done, some tests failed, no test matched.
EXPLAINED = (0, 3, 4)


def events_of(path):
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def reason_to_skip(summary):
    """The first `SKIPPED: why` in the logs of a test that passed, or None."""
    for log in summary.get("passed", []):
        text = pathlib.Path(local_path(log["uri"])).read_text(encoding="utf-8", errors="replace")
        if match := re.search(r"^SKIPPED:.*", text, re.MULTILINE):
            return match[0]
    return None


def local_path(uri):
    return urllib.request.url2pathname(urllib.parse.urlparse(uri).path)


def results_of(path):
    """Yields (test, "passed" | "failed" | "skipped", detail) for one round."""
    events = events_of(path)
    tests = {}
    for event in events:
        identity = event["id"]
        if "targetConfigured" in identity and "testSize" in event.get("configured", {}):
            tests.setdefault(identity["targetConfigured"]["label"], ("failed", "not built"))
        elif "testSummary" in identity:
            summary = event["testSummary"]
            status = summary["overallStatus"]
            skipped = reason_to_skip(summary) if status == "PASSED" else None
            outcome = "skipped" if skipped else "passed" if status == "PASSED" else "failed"
            tests[identity["testSummary"]["label"]] = (outcome, skipped or status.lower().replace("_", " "))
    for test, (outcome, detail) in tests.items():
        yield test, outcome, detail

    code = next((event["finished"]["exitCode"].get("code", 0) for event in events if "finished" in event), None)
    if code not in EXPLAINED and all(outcome != "failed" for outcome, _ in tests.values()):
        yield "the build itself", "failed", "Bazel did not finish" if code is None else f"Bazel's exit code is {code}"


def main(paths):
    count = {"passed": 0, "failed": 0, "skipped": 0}
    print()
    for path in map(pathlib.Path, paths):
        for test, outcome, detail in sorted(results_of(path)):
            count[outcome] += 1
            if outcome != "passed":
                print(f"{outcome}: {test} ({path.name}): {detail}")
    skipped = f", {count['skipped']} skipped" if count["skipped"] else ""
    print(f"{count['passed']} passed, {count['failed']} failed{skipped}")
    return 1 if count["failed"] or not count["passed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
