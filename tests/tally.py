"""What a run of the tests chose and what it left: `make test` and `make test-long` together leave none out.

TALLY=folder: each run writes down there what it did. `python -m tests.tally FOLDER` compares the two of CI, and tells both.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.cases import cases_of

NAMES = ("make test", "make test-long")  # in the order in which CI runs them
KEPT = "tally"  # under this name a process of xdist hands its counts over


class Tally:
    """Of one process: tests that were `chosen` (with so many `cases`, tests/cases.py), `left` to the other run (`boot`: of
    these, that boot a system), `passed`.
    """

    def __init__(self) -> None:
        self._began, self._counts, self._ran = time.monotonic(), Counter[str](), Counter[str]()

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Those that -m or -k leaves out."""
        self._counts["left"] += len(items)
        self._counts["boot"] += sum(item.get_closest_marker("boot") is not None for item in items)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Those that are run."""
        self._counts["chosen"] = len(session.items)
        self._counts["cases"] = sum(cases_of(getattr(item, "function", None)) for item in session.items)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One part of a test."""
        self._ran["passed"] += report.when == "call" and report.passed

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """In the process that hands tests out: one of the others, each of which has collected them all."""
        self._counts = Counter(getattr(node, "workeroutput", {}).get(KEPT, self._counts))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand over, or write down."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[KEPT] = dict(self._counts)
            return
        counts = {"chosen": 0, "cases": 0, "left": 0, "boot": 0, **self._counts, "passed": self._ran["passed"]}
        said = {**counts, "marks": session.config.option.markexpr, "seconds": time.monotonic() - self._began}
        Path(os.environ["TALLY"], f"{time.time_ns()}.json").write_text(json.dumps(said), "utf-8")


def faults(test: Mapping[str, Any], long: Mapping[str, Any]) -> list[str]:
    """What speaks against it that the two runs tried every test once; those that boot only where a system can be booted."""
    booting = test["boot"] if "not boot" in test["marks"] else 0
    said = [
        f"{name}: of {run['chosen']} tests {run['passed']} passed"
        for name, run in zip(NAMES, (test, long), strict=True)
        if run["chosen"] != run["passed"]
    ]
    if test["left"] != long["chosen"] + booting:
        said.append(f"make test leaves {test['left']} tests to make test-long, which has {long['chosen']} of them")
    return said


def told(runs: Sequence[Mapping[str, Any]]) -> str:
    """'make test: 8400 passed (14000 cases) in 8 min 03 s; …; 9200 passed (15600 cases) in 12 min 10 s'."""
    lines = [f"{name}: {_said(run)}" for name, run in zip(NAMES, runs, strict=True)]
    return "; ".join([*lines, _said(*runs)])


def _said(*runs: Mapping[str, Any]) -> str:
    passed, cases, seconds = (sum(run[name] for run in runs) for name in ("passed", "cases", "seconds"))
    return f"{passed} passed ({cases} cases) in {int(seconds) // 60} min {int(seconds) % 60:02} s"


def main(folder: Path) -> int:
    """Print both; 1 where a test was in neither run, in both, or not run to its end."""
    runs = [json.loads(file.read_text("utf-8")) for file in sorted(folder.glob("*.json"))]
    if len(runs) != len(NAMES):
        print(f"of {' and '.join(NAMES)} {len(runs)} came to the end", file=sys.stderr)
        return 1
    said = faults(*runs)
    print(*said, sep="\n", end="\n" if said else "", file=sys.stderr)
    print(told(runs))
    return bool(said)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
