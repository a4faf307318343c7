"""Lines of pages of payments that the model of lines learns from: tests/corpus/pages, a file a writer.

None of the writers saw the rules, a picture or the others. A line: what it is, and its text as one box of the page
reads. harmless: beside a made payment, with a word that looks like doubt; furniture: anything else beside it; open: not
made yet, or gone back; adverse: the page is no proof, or of something else; final: the payment is made.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from maild.linear.training import Example
from maild.receipts.words.linemodel import AGAINST, FINAL, SILENT
from maild.resources import data_folder

HERE = Path(__file__).parent / "pages"
HELD_BACK = HERE / "heldback"  # by one more hand, of which nothing is learned
LINES = "lines"  # rules/receipts/lines.toml, one more writer
KINDS = {"harmless": SILENT, "furniture": SILENT, "open": AGAINST, "adverse": AGAINST, "final": FINAL}
_SIDES = {"neutral": SILENT, "telling": AGAINST}


def written(folder: Path = HERE) -> Iterator[tuple[str, str, str]]:
    """(writer, what it is, text) of every line of a folder."""
    for path in sorted(folder.glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            what, text = line.split("\t")
            yield path.stem, what, text


def examples() -> Iterator[Example]:
    """Each line with what it says; its group is its writer."""
    for writer, what, text in written():
        yield Example(subject="", text=text, kinds=frozenset({KINDS[what]}), group=writer)
    lines = tomllib.loads((data_folder("rules") / "receipts" / "lines.toml").read_text("utf-8"))
    for side, kind in _SIDES.items():
        for text in (text for texts in lines[side].values() for text in texts):
            yield Example(subject="", text=text, kinds=frozenset({kind}), group=LINES)
