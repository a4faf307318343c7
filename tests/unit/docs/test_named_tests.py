"""The tests that the pages on security and reliability name do exist: what is promised can be run. So do files and modules
of ours that documents, code and tests name: what was moved is not looked for in its old place.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.adding.laying import made

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


def test_every_row_of_a_fault_names_a_test() -> None:
    """What is said of a fault was tried: by a test of its own, or by that of the row above."""
    text = (ROOT / "docs/reliability.md").read_text(encoding="utf-8").partition("## Counted")[0]
    rows = [line for line in text.splitlines() if line.startswith("| ") and not line.startswith(("| fault", "| ---"))]
    assert len(rows) > 60
    cells = [row.rstrip("| ").rpartition("|")[2].strip() for row in rows]
    assert [
        row for row, cell in zip(rows, cells, strict=True) if not _NAMED.search(cell) and "the same" not in cell
    ] == []


# Decisions tell what was, and may name what has moved since.
TEXTS = sorted(
    file
    for place, kind in (("docs", "*.md"), ("maild", "*.py"), ("tests", "*.py"), ("tools", "*.py"), (".", "*.md"))
    for file in ((ROOT / place).glob(kind) if place == "." else (ROOT / place).rglob(kind))
    if "decisions" not in file.parts and file.name != Path(__file__).name
)
_FILE = re.compile(r"(?<![\w/.-])((?:docs|maild|templates|tests|tools)/[\w./-]+\.(?:css|j2|js|md|py))\b")
_MODULE = re.compile(r"`(maild(?:\.[a-z_][a-z0-9_]*)+)`")
# Examples of names, and what is made elsewhere; beside the files that CONTRIBUTING shows how to add.
NOT_HERE = re.compile(
    r"AREA|maild/_data/|maild\.(?:alarm|backup\.s3_|cdx\.|conf|db|deb|mailbox\.office|matching|metrics\.token|oauth|"
    r"rules\.yml|service|smtp\.password|sysusers|test|tmpfiles|toml|webhook\.secret)"
)


def is_there(name: str) -> bool:
    """Whether a file is there; of a dotted name, a module or package, or what one of them holds."""
    if "/" in name:
        return (ROOT / name).exists()
    whole, last = ROOT.joinpath(*name.split(".")), name.rpartition(".")[2]
    if whole.is_dir() or whole.with_suffix(".py").is_file():
        return True
    holder = whole.parent / "__init__.py" if whole.parent.is_dir() else whole.parent.with_suffix(".py")
    return holder.is_file() and re.search(rf"\b{last}\b", holder.read_text("utf-8")) is not None


def test_files_and_modules_that_are_named_exist() -> None:
    """In documents, docstrings, comments and tests."""
    said = {
        name: file
        for file in TEXTS
        for pattern in (_FILE, _MODULE)
        for name in pattern.findall(file.read_text("utf-8"))
    }
    assert len([name for name in said if "/" in name]) > 100
    assert len([name for name in said if "/" not in name]) > 100
    shown = made()
    assert len(shown) == 10
    gone = {
        name: file.relative_to(ROOT).as_posix()
        for name, file in said.items()
        if not (NOT_HERE.search(name) or is_there(name) or name in shown)
    }
    assert gone == {}


@pytest.mark.parametrize(("name", "there"), [
    ("maild/cli/queue.py", False), ("maild/cli/desk/queue.py", True), ("maild.classify.second", False),
    ("maild.classify.learned.second", True), ("maild.bootstrap", True), ("maild.spine.rows.divided", False),
    ("maild.domain.outgoing.notice.NoticeKind", True), ("docs/nowhere.md", False),
])  # fmt: skip
def test_the_judge_of_names_sees_what_is_gone(name: str, there: bool) -> None:
    """A file, a module in its old place, what a module holds."""
    assert is_there(name) is there
