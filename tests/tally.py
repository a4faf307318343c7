"""What a run of the tests chose and what became of it: of a whole run none is left out, and none is lost.

TALLY=file: the run writes down there what it did. `python -m tests.tally FILE` says whether it was whole, and tells it.
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

KEPT = "tally"  # under this name a process of xdist hands its counts over


class Tally:
    """Of one process: tests that were `chosen` (with so many `cases`, tests/cases.py), `left` out (`boot`: of these, that
    boot a system), `passed`.
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
        Path(os.environ["TALLY"]).write_text(json.dumps(said), "utf-8")


def faults(run: Mapping[str, Any]) -> list[str]:
    """What speaks against it that the run tried every test; those that boot only where a system can be booted."""
    said = []
    if run["chosen"] != run["passed"]:
        said.append(f"of {run['chosen']} tests {run['passed']} passed")
    if left := run["left"] - (run["boot"] if "not boot" in run["marks"] else 0):
        said.append(f"{left} tests were left out")
    return said


def told(run: Mapping[str, Any]) -> str:
    """'9200 passed (15600 cases) in 12 min 10 s'."""
    seconds = int(run["seconds"])
    return f"{run['passed']} passed ({run['cases']} cases) in {seconds // 60} min {seconds % 60:02} s"


def main(file: Path) -> int:
    """Print both; 1 where a test was left out, or not run to its end."""
    if not file.is_file() or not file.stat().st_size:
        print("the tests did not come to the end", file=sys.stderr)
        return 1
    run = json.loads(file.read_text("utf-8"))
    said = faults(run)
    print(*said, sep="\n", end="\n" if said else "", file=sys.stderr)
    print(told(run))
    return bool(said)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
