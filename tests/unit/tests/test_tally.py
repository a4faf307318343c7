"""No test belongs to neither of the two runs, and none that was not run to its end is overlooked."""

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
def folder(tmp_path: Path) -> Path:
    """Where runs write down what they did."""
    (tmp_path / "said").mkdir()
    return tmp_path / "said"


def write(folder: Path, test: dict[str, Any], long: dict[str, Any]) -> None:
    """As two runs do: one test that is short, three that are long, one of these boots a system."""
    common = {"marks": "", "seconds": 61.2, "boot": 0, "cases": 20}
    for place, run in enumerate(({"chosen": 9, "left": 3, "passed": 9}, {"chosen": 3, "left": 0, "passed": 3})):
        (folder / f"{place}.json").write_text(json.dumps({**common, **run, **(test, long)[place]}), "utf-8")


def test_both_together_are_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is told, and their sum."""
    write(folder, {}, {})
    assert tally.main(folder) == 0
    assert capsys.readouterr().out == (
        "make test: 9 passed (20 cases) in 1 min 01 s; make test-long: 3 passed (20 cases) in 1 min 01 s; "
        "12 passed (40 cases) in 2 min 02 s\n"
    )
    write(folder, {"marks": "not long and not boot", "boot": 1}, {"chosen": 2, "passed": 2})
    assert tally.main(folder) == 0


@pytest.mark.parametrize(
    ("test", "long", "said"),
    [
        ({}, {"chosen": 2, "passed": 2}, "make test leaves 3 tests to make test-long, which has 2 of them"),
        ({}, {"chosen": 4, "passed": 4}, "make test leaves 3 tests to make test-long, which has 4 of them"),
        ({"boot": 1}, {"chosen": 2, "passed": 2}, "make test leaves 3 tests to make test-long, which has 2 of them"),
        ({"passed": 8}, {}, "make test: of 9 tests 8 passed"),
        ({}, {"passed": 0}, "make test-long: of 3 tests 0 passed"),
    ],
)
def test_what_is_missing_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], test: dict[str, Any], long: dict[str, Any], said: str
) -> None:
    """In neither run, in both, left out though a system can be booted, skipped."""
    write(folder, test, long)
    assert tally.main(folder) == 1
    assert capsys.readouterr().err == f"{said}\n"


def test_a_run_that_did_not_end_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Stopped while it collected, say."""
    write(folder, {}, {})
    (folder / "1.json").unlink()
    assert tally.main(folder) == 1
    assert capsys.readouterr().err == "of make test and make test-long 1 came to the end\n"


@pytest.mark.parametrize(("jobs", "long"), [("1", "long"), ("0", "long and not boot")])
def test_two_real_runs(folder: Path, jobs: str, long: str) -> None:
    """In processes of xdist and in one: what is written down is what pytest chose, left and ran."""
    for name, text in FILES.items():
        (folder.parent / name).write_text(text, "utf-8")
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "TALLY": str(folder)}
    environment = {**os.environ, **alone, "PYTHONPATH": str(Path(tally.__file__).parents[1])}
    for marks in (f"not {long}", long):
        options = ["-q", "-p", "xdist.plugin", "-n", jobs, "-m", marks, "-p", "no:cacheprovider", str(folder.parent)]
        command = [sys.executable, "-m", "pytest", *options]
        done = subprocess.run(command, cwd=folder.parent, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    test, rest = (json.loads(file.read_text("utf-8")) for file in sorted(folder.iterdir()))
    assert (test["chosen"], test["cases"], test["left"], test["boot"], test["passed"]) == (1, 5, 4, 1, 1)
    assert rest["chosen"] == rest["passed"] == (4 if long == "long" else 3)
    assert tally.faults(test, rest) == []
