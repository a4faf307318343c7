"""Laws of the house that are counted: what tools/house.py counts may not grow again."""

from __future__ import annotations

from tools.house import ROOT, figures


def test_the_formatter_lays_the_code_out() -> None:
    """`# fmt: skip` stands at tables that are better aligned by hand, and nowhere else."""
    found = sum(file.read_text("utf-8").count("# fmt: skip") for file in (ROOT / "maild").rglob("*.py"))
    assert found <= 20


def test_no_capability_becomes_a_drawer() -> None:
    """A folder of the office that needs more than twenty files is two capabilities."""
    folders = [folder for folder in (ROOT / "maild" / "office").iterdir() if folder.is_dir()]
    assert [folder.name for folder in folders if len(list(folder.glob("*.py"))) > 21] == []


def test_what_is_counted_is_there() -> None:
    """The figures name the package that all stands on."""
    assert figures()["files"]
