"""A page laid out anew: what a line of an account's statement or a message says, as labels with their values.

Such pages tell of a payment as receipts do, but not in a receipt's places: under the heads of columns, or in
sentences. Laid out as rows of a label and a value they are read, and judged, by the same laws as any other page. Each
cell keeps its place on the sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from maild.receipts.rows import Cell, Page, weight
from maild.receipts.sheet import Region

_HEIGHT, _PITCH = 30.0, 54.0
_LEFT, _RIGHT = 60.0, 420.0  # where labels and values begin
_WIDTH = 24.0  # of a Chinese character


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A label as it shall be read, and its value; without a label: a line of its own."""

    value: Cell
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaid:
    """A payment that was laid out anew.

    layout   the name of the layout by which it is read
    region   where it stands on the sheet, for looking again
    again    the same payment on a page that was looked at again, laid out in the same way; None where it is not there
    against  why it may not be acted upon, seen while it was laid out
    month_day, week_day, time  of a message whose day has no year: 'MM-DD', 1 to 7 or None, 'HH:MM:SS' or ''
    named    whether it only names us, as it would any payee: without an account
    whole    whether all else that the page says stands on it, too
    """

    page: Page
    layout: str
    region: Region
    again: Callable[[Page], Page | None]
    against: tuple[str, ...] = ()
    month_day: str = ""
    week_day: int | None = None
    time: str = ""
    named: bool = False
    whole: bool = False


def lay_out(rows: Iterable[Row], page: Page) -> Page:
    """Rows from top to bottom; a line of its own begins where labels do."""
    cells: list[Cell] = []
    laid = tuple(rows)
    for number, row in enumerate(laid):
        top = (number + 0.5) * _PITCH
        if row.label:
            cells.append(_at(row.label, row.value, _LEFT, top, len(cells)))
        cells.append(_at(row.value.text, row.value, _RIGHT if row.label else _LEFT, top, len(cells)))
    wide = max((cell.right for cell in cells), default=0.0) + _LEFT
    return Page(cells, width=wide, height=(len(laid) + 1) * _PITCH, origin=page.origin)


def put_in(rows: Sequence[Row], page: Page, rest: Sequence[Cell], *, at: float) -> Page:
    """Rows in the place of a page's table, from the height `at` on, in letters as high as the page's: what of the rest
    stands above stays, what stands below moves down.
    """
    scale = page.line_height / _HEIGHT
    down = (len(rows) + 0.5) * _PITCH * scale
    cells = [cell if cell.middle < at else _moved(cell, down) for cell in rest]
    least = min((cell.left for cell in rest), default=0.0)
    index = max((cell.index for cell in (*page.cells, *page.uprights)), default=0)
    for number, row in enumerate(rows):
        top = at + (number + 0.5) * _PITCH * scale
        pieces = ((row.label, _LEFT), (row.value.text, _RIGHT)) if row.label else ((row.value.text, _LEFT),)
        for text, left in pieces:
            index += 1
            cells.append(_at(text, row.value, least + (left - _LEFT) * scale, top, index, scale))
    wide = max(page.width, max((cell.right for cell in cells), default=0.0))
    return Page(cells, width=wide, height=page.height + down, origin=page.origin)


def _moved(cell: Cell, down: float) -> Cell:
    return replace(cell, top=cell.top + down, bottom=cell.bottom + down, laid=cell.place)


def _at(text: str, of: Cell, left: float, top: float, index: int, scale: float = 1.0) -> Cell:
    edges = [left]
    for character in text:
        edges.append(edges[-1] + _WIDTH * scale * weight(character))
    return Cell(
        left=left,
        right=edges[-1],
        top=top,
        bottom=top + _HEIGHT * scale,
        text=text,
        confidence=of.confidence,
        edges=tuple(edges),
        index=index,
        laid=of.place,
    )


def piece(text: str, cells: Sequence[Cell]) -> Cell:
    """A text that stands in these cells, as sure as the least sure of them."""
    places = [cell.place for cell in cells]
    around = Region(
        left=min(p.left for p in places),
        top=min(p.top for p in places),
        right=max(p.right for p in places),
        bottom=max(p.bottom for p in places),
    )
    least = min(cell.confidence for cell in cells)
    return replace(_at(text, cells[0], around.left, around.top, cells[0].index), confidence=least, laid=around)
