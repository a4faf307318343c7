"""One label in its box, and a text that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from maild.receipts.layouts import Label, Meaning
from maild.receipts.rows import Cell


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tie:
    """A label. cell: the box it is in; start, end: its place there, brackets and colon included; rest: where the
    next label begins; colon: a colon follows; lines: the boxes of a label that is broken over several lines."""

    meaning: Meaning
    cell: Cell
    start: int
    end: int
    rest: int
    colon: bool = False
    lines: tuple[Cell, ...] = ()

    @property
    def label(self) -> Label:
        return self.meaning.label

    @property
    def at(self) -> Cell:
        """The label alone."""
        return self.cell.part(self.start, self.end)

    @property
    def same(self) -> Cell | None:
        """What follows it in its own box."""
        part = self.cell.part(self.end, self.rest) if self.end < self.rest else None
        return part if part is not None and part.text.strip(" :;,.-_|/") else None

    @property
    def last(self) -> bool:
        """Whether it is the last label of its box, with nothing after it."""
        return self.rest == len(self.cell.text) and self.same is None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Value:
    """Text that belongs to a label. how: same, right or below; lines: how many it is wrapped over."""

    text: str
    cell: Cell
    tie: Tie
    how: str
    cells: tuple[Cell, ...] = field(default=())
