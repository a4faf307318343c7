"""No test is left out of a whole run, and none that was not run to its end is overlooked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import tally

FILES = {
    "pytest.ini": "[pytest]\nmarkers =\n  long: of many cases\n  boot: of a system\n",
    "conftest.py": "from tests.tally import Tally\ndef pytest_configure(config): config.pluginmanager.register(Tally())\n",
    "test_one.py": """import pytest
from tests.cases import each
@each("n", range(5))
def test_short(n): pass
@pytest.mark.long
@pytest.mark.parametrize("n", range(3))
def test_many(n): pass
@pytest.mark.long
@pytest.mark.boot
def test_boots(): pass
""",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a run writes down what it did."""
    return tmp_path / "said.json"


def write(file: Path, **run: Any) -> None:
    """As a run does."""
    common = {"marks": "", "seconds": 61.2, "boot": 0, "cases": 20, "chosen": 9, "left": 0, "passed": 9}
    file.write_text(json.dumps(common | run), "utf-8")


@pytest.mark.parametrize("run", [{}, {"marks": "not boot", "boot": 2, "left": 2}])
def test_a_whole_run_is_told(file: Path, capsys: pytest.CaptureFixture[str], run: dict[str, Any]) -> None:
    """Where no system can be booted, without those that boot one."""
    write(file, **run)
    assert tally.main(file) == 0
    assert capsys.readouterr().out == "9 passed (20 cases) in 1 min 01 s\n"


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ({"marks": "not long", "left": 3, "boot": 1}, "3 tests were left out"),
        ({"marks": "not boot", "left": 3, "boot": 1}, "2 tests were left out"),
        ({"passed": 8}, "of 9 tests 8 passed"),
        ({"passed": 0}, "of 9 tests 0 passed"),
    ],
)
def test_what_is_missing_is_told(
    file: Path, capsys: pytest.CaptureFixture[str], run: dict[str, Any], said: str
) -> None:
    """Left out, though a system can be booted; skipped."""
    write(file, **run)
    assert tally.main(file) == 1
    assert capsys.readouterr().err == f"{said}\n"


@pytest.mark.parametrize("empty", [True, False])
def test_a_run_that_did_not_end_is_told(file: Path, capsys: pytest.CaptureFixture[str], empty: bool) -> None:
    """Stopped while it collected, say: the file is as it was made, or not there."""
    if empty:
        file.touch()
    assert tally.main(file) == 1
    assert capsys.readouterr().err == "the tests did not come to the end\n"


@pytest.mark.parametrize("jobs", ["1", "0"])
@pytest.mark.parametrize(
    ("marks", "counts"),
    [("", (5, 9, 0, 0, 5)), ("not boot", (4, 8, 1, 1, 4)), ("not long", (1, 5, 4, 1, 1)), ("long", (4, 4, 1, 0, 4))],
)
def test_a_real_run(file: Path, jobs: str, marks: str, counts: tuple[int, ...]) -> None:
    """In processes of xdist and in one: what is written down is what pytest chose, left and ran."""
    for name, text in FILES.items():
        (file.parent / name).write_text(text, "utf-8")
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TALLY": str(file)}
    environment = {**os.environ, **alone, "PYTHONPATH": str(Path(tally.__file__).parents[1])}
    options = ["-q", "-p", "xdist.plugin", "-n", jobs, "-m", marks, "-p", "no:cacheprovider", str(file.parent)]
    command = [sys.executable, "-m", "pytest", *options]
    done = subprocess.run(command, cwd=file.parent, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    run = json.loads(file.read_text("utf-8"))
    assert tuple(run[name] for name in ("chosen", "cases", "left", "boot", "passed")) == counts
    assert bool(tally.faults(run)) is ("long" in marks)
