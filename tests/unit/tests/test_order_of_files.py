"""The order of files: the longest first, those that wait among those that work, none left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import order

FILES = {order.HERE / name: seconds for name, seconds in {
    "console/a.py": 60.0, "console/b.py": 30.0, "unit/c.py": 9.0, "unit/d.py": 1.0,
    "e2e/f.py": 40.0, "integration/g.py": 20.0, "integration/h.py": 2.0,
}.items()}  # fmt: skip


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A list of its own."""
    file = tmp_path / "durations.txt"
    rows = (f"{seconds:7.1f} {path.relative_to(order.HERE).as_posix()}\n" for path, seconds in FILES.items())
    file.write_text("# a list\n" + "".join(rows), "utf-8")
    monkeypatch.setattr(order, "LIST", file)
    order.durations.cache_clear()
    return file


def test_the_longest_come_first(known: Path) -> None:
    """Of those that work as of those that wait; what is short ends the run."""
    place = order.places(list(FILES)[::-1])
    order.durations.cache_clear()
    turn = [path.stem for path in sorted(FILES, key=lambda path: place[path])]
    assert [one for one in turn if one in "abcd"] == ["a", "b", "c", "d"]
    assert [one for one in turn if one in "fgh"] == ["f", "g", "h"]
    assert turn[-1] == "d"
    assert turn.index("g") < turn.index("c")  # not all of them wait at the end


def test_a_file_that_is_not_in_the_list_has_its_place(known: Path) -> None:
    """As others of its folder: a new test of the console does not come behind the small ones."""
    fresh = order.HERE / "console" / "new.py"
    place = order.places([*FILES, fresh])
    order.durations.cache_clear()
    assert place[order.HERE / "console/b.py"] < place[fresh] < place[order.HERE / "unit/d.py"]


def test_what_was_measured_is_kept(known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest first; a file that did not run keeps its line where it exists; one that is gone has none."""
    monkeypatch.setattr(order, "_spent", type(order._spent)())
    here = Path(__file__).relative_to(order.HERE).as_posix()
    known.write_text(f"    5.0 {here}\n    6.0 unit/gone.py\n", "utf-8")
    order.durations.cache_clear()
    for name, seconds in (("a", 1.5), ("a", 8.0), ("b", 0.2)):
        order.spent(f"tests/unit/{name}.py", seconds)
    order.write()
    order.durations.cache_clear()
    assert list(order.durations().items()) == [("unit/a.py", 9.5), (here, 5.0)]
    order.durations.cache_clear()
