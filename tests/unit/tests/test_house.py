"""Laws of the house that are counted: what tools/house.py counts may not grow again."""

from __future__ import annotations

from tools.house import ROOT, figures


def test_the_formatter_lays_the_code_out() -> None:
    """`# fmt: skip` stands at tables that are better aligned by hand, and nowhere else."""
    found = sum(file.read_text("utf-8").count("# fmt: skip") for file in (ROOT / "maild").rglob("*.py"))
    assert found <= 20


# Folders that hold more than twenty modules today; none may join them, none may grow by more than a little.
LARGE = {"parse": 30, "console/pages": 30, "spine": 25, "ports": 24}


def test_no_folder_becomes_a_drawer() -> None:
    """A folder that needs more than twenty modules is two."""
    root = ROOT / "maild"
    sizes = {
        folder.relative_to(root).as_posix(): len([file for file in folder.glob("*.py") if file.name != "__init__.py"])
        for folder in root.rglob("*")
        if folder.is_dir() and "migrations" not in folder.parts
    }
    assert {name: size for name, size in sizes.items() if size > LARGE.get(name, 20)} == {}


def test_what_is_counted_is_there() -> None:
    """The figures name the package that all stands on."""
    assert figures()["files"]
