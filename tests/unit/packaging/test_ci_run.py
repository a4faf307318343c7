"""What CI runs: lints beside the tests, all tests in one run, and no fault of any is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MAKE = """#!/bin/sh
case "$*" in
*lint) echo 'what lint says'; exit "$LINTS" ;;
'test LONG=1')
  sleep 0.2
  printf '{"chosen": 5, "passed": 5, "left": %s, "cases": 9, "boot": 0, "marks": "", "seconds": 1}' "$LEFT" >"$TALLY"
  exit "$TESTS" ;;
esac
"""


@pytest.mark.parametrize(
    ("lints", "tests", "left", "ends"), [(0, 0, 0, 0), (1, 0, 0, 1), (0, 2, 0, 2), (1, 2, 0, 2), (0, 0, 8, 1)]
)
def test_each_fault_is_its_own(tmp_path: Path, lints: int, tests: int, left: int, ends: int) -> None:
    """What lint says is there in each case, and the last line tells the run; a test that was left out is a fault."""
    for name in (".ci/run", "tests/tally.py", "tests/cases.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    make = tmp_path / "make"
    make.write_text(MAKE)
    make.chmod(0o755)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ends_of_make = {"LINTS": str(lints), "TESTS": str(tests), "LEFT": str(left)}
    environment = {**os.environ, **path, **ends_of_make}
    done = subprocess.run(
        ["bash", str(tmp_path / ".ci" / "run")], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == ends, done.stderr
    assert "what lint says" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1] == "5 passed (9 cases) in 0 min 01 s"
    assert bool(lints) is ("make lint found faults" in done.stderr)
    assert (left == 8) is ("8 tests were left out" in done.stderr)
