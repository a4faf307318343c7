"""The clauses that the reader of clauses learns from: tests/corpus/clauses, a file a writer, none of whom saw the rules.

A line: kind, y or n, clause; n: it looks like that kind and does not tell it. {T} stands for a title, {R} for a reader,
{P} for a parcel's number, {S} for a sum, {D} for a day, {L} for another library.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from maild.linear.training import Example
from maild.match.pieces import MASK

HERE = Path(__file__).parent / "clauses"
NOTHING = "nothing"  # the file of what tells no outcome: its lines are left out by quarters
PARTS = 4
# As the writers were told → as the reader calls it.
KINDS = {
    "shipped_file": "shipped",
    "shipped_link": "shipped",
    "shipped_post": "shipped",
    "accepted": "request_accepted",
    "forwarded": "request_forwarded",
    "overdue": "loan_overdue",
    "returned": "loan_returned",
}
_HAN = {
    "{R}": ("谢砚舟", "喻承泽", "宓嘉言", "汤可昕"),
    "{S}": ("26元", "38.50元", "66.00元"),
    "{D}": ("12月20日", "11月25日", "2026-12-03"),
    "{L}": ("复旦大学图书馆", "川大", "国家图书馆", "上图", "武大馆"),
}
_LATIN = {
    "{R}": ("Xie Yanzhou", "Marta Quispe", "Dr Okonfeld", "Farida Noor"),
    "{S}": ("EUR 12.00", "GBP 16.50", "$20"),
    "{D}": ("20 December", "2026-12-03", "Nov 25"),
    "{L}": ("the National Library", "TIB Hannover", "the university library of Oslo", "Cornell"),
}
_PARCELS = ("SF1188024451207", "75900118820", "EMS 1184420937712")


def examples() -> Iterator[Example]:
    """Each clause with the kind that it tells, or none; its group is its writer."""
    for path in sorted(HERE.glob("*.tsv")):
        for place, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
            kind, told, clause = line.split("\t")
            kinds = frozenset({KINDS.get(kind, kind)} if told == "y" else ())
            group = f"{path.stem}{place % PARTS}" if path.stem == NOTHING else path.stem
            yield Example(subject="", text=filled(clause, place), kinds=kinds, group=group)


def filled(clause: str, place: int) -> str:
    """The clause with names, sums and days; `place` chooses them."""
    values = _LATIN if clause.isascii() else _HAN
    text = clause.replace("{T}", MASK).replace("{P}", _PARCELS[place % len(_PARCELS)])
    for slot, choice in values.items():
        text = text.replace(slot, choice[place % len(choice)])
    return text
