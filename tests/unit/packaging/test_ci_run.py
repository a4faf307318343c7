"""What CI runs: lints beside the tests, and neither's fault is lost."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).parents[3] / ".ci" / "run"
MAKE = """#!/bin/sh
case "$*" in *lint) echo 'what lint says'; exit {lints};; test) sleep 0.2; echo '5 passed'; exit {tests};; esac
"""


@pytest.mark.parametrize(("lints", "tests", "ends"), [(0, 0, 0), (1, 0, 1), (0, 2, 2), (1, 2, 2)])
def test_either_fault_is_its_own(tmp_path: Path, lints: int, tests: int, ends: int) -> None:
    """What lint says is there in each case, and pytest's summary is the last line."""
    make = tmp_path / "make"
    make.write_text(MAKE.format(lints=lints, tests=tests))
    make.chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", str(RUN)], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == ends
    assert "what lint says" in done.stdout.splitlines()
    assert done.stdout.splitlines()[-1] == "5 passed"
    assert bool(lints) is ("make lint found faults" in done.stderr)
