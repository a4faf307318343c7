"""Fields as they are found, with where and how surely each was read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from maild.domain.accounting.receipt import Mark
from maild.receipts.page.labels.tie import Tie, Value
from maild.receipts.page.labels.ties import Ties
from maild.receipts.rows import Cell, Page, union
from maild.receipts.sheet import Origin

EDGES = " :;☑√,.，。、|_/\\-—>》＞"  # what may cling to a value's ends


@dataclass(slots=True, kw_only=True)
class Fields:
    """What was read, by field, with where and how surely."""

    texts: dict[str, str] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    serials: list[str] = field(default_factory=list)
    doubtful: bool = False  # an account that may be the payee's, or not
    transactions: list[str] = field(default_factory=list)

    def put(self, name: str, text: str, cells: Sequence[Cell], origin: Origin) -> None:
        """Set a field that is not set."""
        if text and name not in self.texts:
            self.texts[name] = text
            self.marks[name] = mark_of(cells, origin)

    def filled(self, other: Fields) -> Fields:
        """These fields, with the other's where these have none."""
        return Fields(
            texts=other.texts | self.texts,
            marks=other.marks | self.marks,
            serials=self.serials or other.serials,
            doubtful=self.doubtful,
            transactions=self.transactions or other.transactions,
        )

    def clearer(self, other: Fields, *names: str) -> Fields:
        """These fields, with the other's where it read the named ones more surely."""
        surer = [
            name
            for name in names
            if name in self.marks and name in other.marks and other.marks[name].confidence > self.marks[name].confidence
        ]
        return replace(
            self,
            texts=self.texts | {name: other.texts[name] for name in surer},
            marks=self.marks | {name: other.marks[name] for name in surer},
        )

    def get(self, name: str) -> str:
        return self.texts.get(name, "")


def mark_of(cells: Sequence[Cell], origin: Origin) -> Mark:
    """Where on the sheet the cells lie, and the least sure of them."""
    region = union(cell.place for cell in cells)
    box = (round(region.left), round(region.top), round(region.right), round(region.bottom)) if region else None
    sure = min((cell.confidence for cell in cells), default=0.0)
    return Mark(confidence=round(sure, 3), source=str(origin), box=box)


def best_value(
    page: Page, ties: Ties, candidates: Sequence[Tie], shape: Callable[[Value], str]
) -> tuple[str, Value] | None:
    """The value of the most telling label that has one of that shape."""
    for tie in sorted(candidates, key=lambda t: (t.meaning.rank, page.row_of[t.cell.index])):
        for value in ties.values(tie):
            text = shape(value)
            if text:
                return text, value
            if value.how == "right":
                continue
    return None
