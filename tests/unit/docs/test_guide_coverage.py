"""docs/guide-coverage.md: each promise of the patrons' guide has a mail, an act, and a test that exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from maild.domain.outgoing.notice import NoticeKind
from tests.cases import each

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs/guide-coverage.md"
PARTS = ("Part 1", "Part 2", "Part 3", "Annex 1")
COLUMNS = 4


def rows() -> list[list[str]]:
    """The cells of every row that is no heading."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row for row in cells if not set("".join(row)) <= {"-", " "} and row[0] != "the guide promises"]


@cache
def functions_of(path: str) -> frozenset[str]:
    """The test functions of a file."""
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return frozenset(n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))


def test_all_parts_are_walked() -> None:
    """Each part of the guide has a heading and promises."""
    text = PAGE.read_text("utf-8")
    for part in PARTS:
        assert f"## {part}" in text
    assert len(rows()) >= 40


@each("row", rows(), ids=lambda row: row[0][:40])
def test_a_promise_is_kept(row: list[str]) -> None:
    """No cell is empty, and the last one names tests that exist."""
    assert len(row) == COLUMNS
    assert all(row), row
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)", row[3])
    assert named, "names no test"
    for path, name in named:
        assert name in functions_of(path), f"{path} has no {name}"


@each("row", rows(), ids=lambda row: row[0][:40])
def test_notices_that_are_named_exist(row: list[str]) -> None:
    """`notice x` in the third cell is a kind of notice."""
    for name in re.findall(r"notice `(\w+)`", row[2]):
        assert name in set(NoticeKind), name
