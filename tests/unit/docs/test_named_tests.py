"""The tests that the pages on security and reliability name do exist: what is promised can be run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FILES = {path.name: path for path in sorted((ROOT / "tests").rglob("test_*.py"))}
# `tests/…/test_x.py::test_y`, `test_x.py::test_beginning_…`, `…test_y` (of the file that was named last), a folder.
_NAMED = re.compile(r"`((?:tests/|test_)[\w/]*(?:\.py)?(?:::test_\w+…?)?|…test_\w+)`")


def named(text: str) -> list[tuple[Path, str]]:
    """(file or folder, test or '') for each that a page names; a test with '…' at its end is a beginning."""
    found: list[tuple[Path, str]] = []
    for said in _NAMED.findall(text):
        place, _, test = (f"{found[-1][0].name}::{said[1:]}" if said.startswith("…") else said).partition("::")
        found.append((ROOT / place if place.startswith("tests/") else FILES.get(place, ROOT / place), test))
    return found


@pytest.mark.parametrize("page", ["docs/security.md", "docs/reliability.md"])
def test_every_test_that_is_named_exists(page: str) -> None:
    """Its file is there, and defines it."""
    tests = named((ROOT / page).read_text(encoding="utf-8"))
    assert len(tests) > 15
    for place, test in tests:
        assert place.exists(), f"{page}: {place.relative_to(ROOT)}"
        if test:
            end = r"\w*\(" if test.endswith("…") else r"\("
            assert re.search(rf"^(async )?def {test.rstrip('…')}{end}", place.read_text(encoding="utf-8"), re.M), test


def test_a_test_that_does_not_exist_is_noticed() -> None:
    """The test above can fail: a wrong name is read as what it says."""
    text = "`tests/unit/docs/test_named_tests.py::test_nothing`, `…test_else`, `test_named_tests.py::test_a_test_…`, `tests/nowhere`"
    places = named(text)
    assert [test for _, test in places] == ["test_nothing", "test_else", "test_a_test_…", ""]
    assert [place.exists() for place, _ in places] == [True, True, True, False]


def test_every_row_of_an_attack_names_a_test() -> None:
    """No defence is only said to be there."""
    text = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    crossings = text.partition("## What crosses")[2].partition("## The evidence")[0]
    rows = [
        line for line in crossings.splitlines() if line.startswith("| ") and not line.startswith(("| attack", "| ---"))
    ]
    assert len(rows) > 30
    assert [row for row in rows if not named(row)] == []
